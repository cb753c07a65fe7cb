/* What people say about the page: a new comment on it or on one of its blocks, the open threads, the resolved ones. */
import { useEffect, useState } from 'preact/hooks';
import target from 'icon:focus-2';
import { Failed, Icon, toast, toastProblem } from '../../lib/ui.jsx';
import { asProblem } from '../../lib/problems.js';
import { setWantsMail, wantsMail } from '../data/comments.js';
import { blockOf } from '../canvas/commands.js';
import { announce, canComment, isReady, me, page, revision, selection } from '../state.js';
import { theEditor } from '../workspace.js';
import { blocksOf, findBlock } from './block_refs.js';
import { Composer } from './composer.jsx';
import { comments, current, loadComments, picking, problem, threads, write } from './talk.js';
import { Thread } from './thread.jsx';

const FRESHNESS_MS = 15_000;

function show(thread, blocks) {
  current.value = thread.id;
  findBlock(blocks, thread)?.component.getEl()?.scrollIntoView({ block: 'center', behavior: 'smooth' });
}

function NewComment({ blocks }) {
  const [about, setAbout] = useState('');
  useEffect(() => {
    if (!selection.value) return;
    const block = blocks.find(({ component }) => component === blockOf(selection.value));
    if (block) setAbout(block.id);
  }, [selection.value]);
  const chosen = blocks.find(({ id }) => id === about);
  const pick = () => {
    announce('Click the block on the page');
    picking.value = (id) => { picking.value = null; if (id) setAbout(id); };
  };
  const submit = async (fields) => {
    const words = await write({ ...fields, ...(chosen ? { block_id: chosen.id, block_label: chosen.label } : {}) });
    announce('Comment added');
    if (words) toast(words, { kind: 'failed' });
    setAbout('');
  };
  return (
    <Composer label="New comment" placeholder="Say something. @ calls somebody." action="Comment" onSubmit={submit}>
      <div class="b-about-choice">
        <select class="form-select" aria-label="What it is about" value={chosen ? about : ''} onChange={(event) => setAbout(event.currentTarget.value)}>
          <option value="">The whole page</option>
          {blocks.map(({ id, label }) => <option key={id} value={id}>{label}</option>)}
        </select>
        <button type="button" class="btn btn-icon btn-sm" aria-label="Point at a block" title="Point at a block" aria-pressed={Boolean(picking.value)} onClick={pick}><Icon of={target} /></button>
      </div>
    </Composer>
  );
}

function MailChoice() {
  const [wants, setWants] = useState(null);
  useEffect(() => { wantsMail(me.value.id).then(setWants, () => {}); }, []);
  if (wants === null) return null;
  const turn = (event) => {
    const next = event.currentTarget.checked;
    setWants(next);
    setWantsMail(me.value.id, next).catch((error) => { setWants(!next); toastProblem(asProblem(error)); });
  };
  return <label class="b-check b-mail-choice"><input type="checkbox" class="form-check-input" checked={wants} onChange={turn} />Mail me when somebody mentions me</label>;
}

export function CommentsPanel() {
  const [wantsPast, setPast] = useState(false);
  useEffect(() => {
    comments.value = null;
    loadComments();
    const timer = setInterval(() => { if (document.visibilityState === 'visible') loadComments(); }, FRESHNESS_MS);
    return () => { clearInterval(timer); picking.value = null; };
  }, [page.value?.id]);
  useEffect(() => {
    if (current.value) document.getElementById(`thread-${current.value}`)?.scrollIntoView({ block: 'nearest' });
  }, [current.value, comments.value === null]);
  // Read, so that the list follows the page.
  const blocks = isReady.value && revision.value >= 0 ? blocksOf(theEditor()) : [];
  const pinned = threads.value.filter(({ resolved, block_id: block }) => !resolved && block);
  const past = threads.value.filter(({ resolved }) => resolved).length;
  // When the last one is opened again, the way back would leave with the list.
  const isPast = wantsPast && past > 0;
  const shown = threads.value.filter(({ resolved }) => resolved === isPast);
  return (
    <div class="b-side-scroll b-talk">
      {canComment.value ? <NewComment blocks={blocks} /> : <p class="b-hint">You can read comments but not write any: your role here is viewer.</p>}
      {problem.value && <Failed problem={problem.value} onRetry={loadComments} />}
      {!comments.value && !problem.value && <span class="bone b-bone-block" />}
      {past > 0 && (
        <div class="segments" role="group" aria-label="Which comments">
          <button type="button" aria-pressed={!isPast} onClick={() => setPast(false)}>Open</button>
          <button type="button" aria-pressed={isPast} onClick={() => setPast(true)}>Resolved ({past})</button>
        </div>
      )}
      {comments.value && !shown.length && <p class="b-hint" role="status">{isPast ? 'Nothing is resolved.' : 'No open comments on this page.'}</p>}
      <ul class="b-threads">
        {shown.map((thread) => (
          <Thread key={thread.id} thread={thread} number={pinned.indexOf(thread) + 1 || null} isGone={Boolean(thread.block_id) && !findBlock(blocks, thread)} onLook={() => show(thread, blocks)} />
        ))}
      </ul>
      {canComment.value && <MailChoice />}
    </div>
  );
}
