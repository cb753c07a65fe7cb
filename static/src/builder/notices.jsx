/* A bar above the canvas for what a person should know about this page, and may undo. */
import { ago, exactly } from '../lib/times.js';
import { toast } from '../lib/ui.jsx';
import { announce, canComment, canEdit, isOpenElsewhere, isReady, notice, organization, page, role, visit } from './state.js';
import { useAuthor } from './author.js';
import { discardDraft, forgetMine, putMineBack, snapshot, switchPage } from './workspace.js';
import { copyDraft, downloadDraft } from './save/download.js';

function Bar({ children, onClose }) {
  return (
    <div class="b-notice" role="status">
      {children}
      {onClose && <button type="button" class="btn btn-ghost btn-sm" onClick={onClose}>Dismiss</button>}
    </div>
  );
}

const close = () => { notice.value = null; };

const blocks = (count) => (count === 1 ? 'a block' : `${count} blocks`);

function copyToClipboard(draft) {
  copyDraft(draft).then(() => toast('Your work is in the clipboard.'), () => toast('Copying is not allowed here. Download it instead.', { kind: 'failed' }));
}

const bars = {
  merged: ({ by, count }) => (
    <Bar onClose={close}><p><b>{useAuthor(by)}</b> changed {blocks(count)} meanwhile. It was joined with your work; nothing was overwritten.</p></Bar>
  ),
  followed: ({ by, at }) => (
    <Bar onClose={close}><p><b>{useAuthor(by)}</b> saved this page {ago(at)}. You see the newest version.</p></Bar>
  ),
  component: ({ from }) => (
    <Bar>
      <p>You are editing the component “{page.value.title}” by itself. Every page that uses it follows, and visitors see it with the next publish.</p>
      <button type="button" class="btn btn-sm" onClick={() => switchPage(from.id)}>Back to {from.title}</button>
    </Bar>
  ),
  kept: ({ message, mine }) => (
    <Bar onClose={close}>
      <p>{message} Take a copy with you; it also stays on this device.</p>
      <button type="button" class="btn btn-sm" onClick={() => downloadDraft(mine ?? snapshot())}>Download my work</button>
      <button type="button" class="btn btn-sm" onClick={() => copyToClipboard(mine ?? snapshot())}>Copy it</button>
      {mine && <button type="button" class="btn btn-sm" onClick={forgetMine}>Delete it</button>}
    </Bar>
  ),
  restored: ({ at, before }) => (
    <Bar onClose={close}>
      <p>Unsaved work from {exactly(at)} was restored.</p>
      <button type="button" class="btn btn-sm" onClick={() => { discardDraft(before); announce('Unsaved work discarded'); }}>Discard it</button>
    </Bar>
  ),
  'took-theirs': ({ mine }) => (
    <Bar onClose={close}>
      <p>You now see the other version. Yours is still here.</p>
      <button type="button" class="btn btn-sm" onClick={() => putMineBack(mine)}>Put mine back</button>
      <button type="button" class="btn btn-sm" onClick={() => downloadDraft(mine)}>Download mine</button>
    </Bar>
  ),
  dropped: ({ dropped }) => (
    <Bar onClose={close}>
      <p>Some content was left out because a page may not hold it ({dropped.slice(0, 3).join(', ')}{dropped.length > 3 ? ', …' : ''}).</p>
    </Bar>
  ),
};

export function Notices() {
  const shown = notice.value;
  const Shown = shown && bars[shown.kind];
  return (
    <>
      {visit.value && (
        <Bar><p><b>You look into {organization.value.name} as support</b> until {exactly(visit.value.ends_at)}. You can change nothing, and its owners know.</p></Bar>
      )}
      {isReady.value && !canEdit.value && !visit.value && (
        <Bar><p>You can look at this page{canComment.value ? ' and comment on it' : ''} but not change it: your role here is <b>{role.value}</b>. Ask an admin for the editor role.</p></Bar>
      )}
      {isOpenElsewhere.value && canEdit.value && (
        <Bar onClose={() => { isOpenElsewhere.value = false; }}><p>This page is open in another tab too. Nothing is overwritten: you are asked if both change it.</p></Bar>
      )}
      {Shown && <Shown {...shown} />}
    </>
  );
}
