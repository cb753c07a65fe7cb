/* One thread: what was said, the answers, and what may be done about it. Text goes in as text. */
import { useState } from 'preact/hooks';
import dots from 'icon:dots';
import pencil from 'icon:pencil';
import trash from 'icon:trash';
import check from 'icon:check';
import again from 'icon:rotate';
import { Icon, Menu, MenuItem, toast, toastProblem } from '../../lib/ui.jsx';
import { asProblem } from '../../lib/problems.js';
import { ago, exactly } from '../../lib/times.js';
import { canComment, canEdit, me, role } from '../state.js';
import { Composer } from './composer.jsx';
import { current, nameOf, people, remove, resolve, rewrite, write } from './talk.js';

const isAdmin = () => ['admin', 'owner'].includes(role.value);
const calledBy = ({ mentions }) => people.value.filter(({ id }) => mentions.includes(id));

/** The names it calls stand out; everything is text. */
function Words({ comment }) {
  const names = calledBy(comment).map(({ name }) => `@${name}`);
  const parts = [];
  let rest = comment.body;
  while (rest) {
    const [place, name] = names.map((each) => [rest.indexOf(each), each]).filter(([at]) => at >= 0).sort(([one], [other]) => one - other)[0] ?? [-1];
    if (place < 0) { parts.push(rest); break; }
    parts.push(rest.slice(0, place), <b class="b-called">{name}</b>);
    rest = rest.slice(place + name.length);
  }
  return <p class="b-said">{parts}</p>;
}

const tellOf = async (job) => {
  const words = await job;
  if (words) toast(words, { kind: 'failed' });
};

function Comment({ comment }) {
  const [isEdited, setEdited] = useState(false);
  const isMine = comment.created_by === me.value.id;
  const destroy = () => remove(comment).catch((error) => toastProblem(asProblem(error)));
  if (isEdited) {
    const save = async (fields) => { await tellOf(rewrite(comment, fields)); setEdited(false); };
    return <Composer label="Change the comment" action="Save" initial={comment.body} called={calledBy(comment)} onSubmit={save} onCancel={() => setEdited(false)} />;
  }
  return (
    <div class="b-comment">
      <div class="b-comment-head">
        <b>{nameOf(comment.created_by)}</b>
        <time dateTime={comment.created_at} title={exactly(comment.created_at)}>{ago(comment.created_at)}{comment.edited_at ? ', edited' : ''}</time>
        {canComment.value && (isMine || isAdmin()) && (
          <Menu button={<Icon of={dots} size={16} />} buttonClass="btn btn-ghost btn-icon btn-sm" label="Comment: more">
            {isMine && <MenuItem icon={pencil} onClick={() => setEdited(true)}>Edit</MenuItem>}
            <MenuItem icon={trash} danger onClick={destroy}>{comment.parent_id ? 'Delete' : 'Delete with its answers'}</MenuItem>
          </Menu>
        )}
      </div>
      <Words comment={comment} />
    </div>
  );
}

export function Thread({ thread, number, isGone, onLook }) {
  const [isAnswered, setAnswered] = useState(false);
  const turn = () => resolve(thread, !thread.resolved).catch((error) => toastProblem(asProblem(error)));
  const answer = async (fields) => { await tellOf(write({ parent_id: thread.id, ...fields })); setAnswered(false); };
  return (
    <li class="b-thread" id={`thread-${thread.id}`} data-resolved={thread.resolved} aria-current={current.value === thread.id ? 'true' : undefined}>
      <button type="button" class="b-about" disabled={isGone || !thread.block_id} onClick={onLook}>
        {number && <span class="b-pin-number" aria-hidden="true">{number}</span>}
        {thread.block_id ? thread.block_label || 'A block' : 'The whole page'}{isGone && ' (no longer on the page)'}
      </button>
      <Comment comment={thread} />
      {thread.answers.map((each) => <Comment key={each.id} comment={each} />)}
      {isAnswered && <Composer label="Answer" placeholder="Answer. @ calls somebody." action="Answer" onSubmit={answer} onCancel={() => setAnswered(false)} />}
      {canComment.value && !isAnswered && (
        <div class="b-buttons">
          <button type="button" class="btn btn-ghost btn-sm" onClick={() => setAnswered(true)}>Answer</button>
          {canEdit.value && <button type="button" class="btn btn-ghost btn-sm" onClick={turn}><Icon of={thread.resolved ? again : check} size={16} />{thread.resolved ? 'Reopen' : 'Resolve'}</button>}
        </div>
      )}
    </li>
  );
}
