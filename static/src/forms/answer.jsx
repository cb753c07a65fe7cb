/* One answer: what was filled in, files, a note of the team, and what to do with it. */
import { useEffect, useRef, useState } from 'preact/hooks';
import back from 'icon:chevron-left';
import clip from 'icon:paperclip';
import { saveAs } from '../lib/api.js';
import { asProblem } from '../lib/problems.js';
import { deleteSubmissions, readAttachment, setNote } from '../lib/tables/forms.js';
import { exactly } from '../lib/times.js';
import { Confirm, Field, Icon, toast, toastProblem } from '../lib/ui.jsx';
import { setFilters } from './filters.js';
import { fieldsOf, isMail, sizeOf, titleOf } from './words.js';

export function Answer({ answer, definition, siteName, view, move, feed }) {
  const heading = useRef(null);
  // On a phone it takes the place of the list.
  useEffect(() => { if (matchMedia('(max-width: 860px)').matches) heading.current.focus(); }, []);
  return (
    <article class="card">
      <div class="card-head answer-head">
        <button type="button" class="btn btn-sm btn-ghost answer-back" onClick={() => setFilters({ answer: '' })}><Icon of={back} />All answers</button>
        <h2 ref={heading} tabIndex={-1}>{titleOf(answer)}</h2>
        <p class="soft small">{siteName} · {answer.form} · <span class="mono">{answer.path}</span> · <time dateTime={answer.created_at}>{exactly(answer.created_at)}</time></p>
      </div>
      <dl class="card-main answer-fields">
        {fieldsOf(answer, definition).map(({ name, label, text }) => (
          <div key={name}><dt>{label}</dt><dd>{isMail(text) ? <a href={`mailto:${encodeURIComponent(text)}`}>{text}</a> : text}</dd></div>
        ))}
      </dl>
      {answer.files.length > 0 && <Files files={answer.files} />}
      <Note answer={answer} feed={feed} />
      <Actions answer={answer} view={view} move={move} feed={feed} />
    </article>
  );
}

function Files({ files }) {
  const [busy, setBusy] = useState('');
  const save = async (file) => {
    setBusy(file.path);
    try {
      saveAs(await readAttachment(file.path), file.name);
    } catch (error) {
      toastProblem(asProblem(error));
    }
    setBusy('');
  };
  return (
    <div class="answer-files">
      <p class="soft small">Files from a stranger: open them only if you expect them.</p>
      <ul class="cluster">
        {files.map((file) => (
          <li key={file.path}><button type="button" class="btn btn-sm" disabled={busy === file.path} aria-busy={busy === file.path} onClick={() => save(file)}><Icon of={clip} /><span class="truncate">{file.name}</span><span class="soft">{sizeOf(file.size)}</span></button></li>
        ))}
      </ul>
    </div>
  );
}

function Note({ answer, feed }) {
  const [note, change] = useState(answer.note);
  const [busy, setBusy] = useState(false);
  const save = async (event) => {
    event.preventDefault();
    setBusy(true);
    try {
      await setNote(answer.id, note);
      feed.change(answer.id, { note });
      toast('The note was saved.');
    } catch (error) {
      toastProblem(asProblem(error));
    }
    setBusy(false);
  };
  return (
    <form class="answer-note" onSubmit={save}>
      <Field label="Note for the team" optional><textarea class="form-control" rows={2} maxLength={2000} value={note} onInput={(event) => change(event.currentTarget.value)} /></Field>
      {note !== answer.note && <button type="submit" class="btn btn-sm" disabled={busy} aria-busy={busy}>Save the note</button>}
    </form>
  );
}

function Actions({ answer, view, move, feed }) {
  const [asking, setAsking] = useState(false);
  const { state } = answer;
  const forGood = async () => {
    await deleteSubmissions([answer.id]);
    feed.drop([answer.id]);
    setFilters({ answer: '' }, { replace: true });
    toast('Deleted for good.');
  };
  return (
    <div class="card-foot">
      {state === 'read' && <button type="button" class="btn btn-sm" onClick={() => move([answer], 'new')}>Mark as unread</button>}
      {['new', 'read'].includes(state) && <button type="button" class="btn btn-sm" onClick={() => move([answer], 'spam')}>Spam</button>}
      {state === 'spam' && <button type="button" class="btn btn-sm" onClick={() => move([answer], 'read')}>Not spam</button>}
      {view !== 'deleted' && <button type="button" class="btn btn-sm" onClick={() => move([answer], 'deleted')}>Delete</button>}
      {view === 'deleted' && <button type="button" class="btn btn-sm" onClick={() => move([answer], 'read')}>Back to the inbox</button>}
      {view === 'deleted' && <button type="button" class="btn btn-sm btn-danger" onClick={() => setAsking(true)}>Delete for good</button>}
      {asking && (
        <Confirm title="Delete this answer for good?" action="Delete for good" danger onClose={() => setAsking(false)} onConfirm={forGood}>
          <p>What {titleOf(answer)} sent is gone at once, and its files within minutes. It cannot be brought back.</p>
        </Confirm>
      )}
    </div>
  );
}
