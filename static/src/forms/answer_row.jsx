/* One line of the list. */
import clip from 'icon:paperclip';
import { ago, exactly } from '../lib/times.js';
import { Icon } from '../lib/ui.jsx';
import { previewOf, titleOf } from './words.js';

export function AnswerRow({ answer, siteName, isOpen, isChosen, onOpen, onChoose }) {
  const title = titleOf(answer);
  return (
    <li class="answer" data-answer={answer.id} data-unread={answer.state === 'new' ? 'true' : undefined}>
      <label class="answer-choose"><input type="checkbox" class="form-check-input" checked={isChosen} onChange={(event) => onChoose(event.currentTarget.checked)} /><span class="visually-hidden">Choose the answer of {title}</span></label>
      <button type="button" class="answer-open" aria-current={isOpen ? 'true' : undefined} onClick={onOpen}>
        <span class="answer-title">{answer.state === 'new' && <span class="visually-hidden">Unread: </span>}<span class="truncate">{title}</span>{answer.files.length > 0 && <><Icon of={clip} size={16} /><span class="visually-hidden">with files</span></>}</span>
        <time class="soft small" dateTime={answer.created_at} title={exactly(answer.created_at)}>{ago(answer.created_at)}</time>
        <span class="answer-preview soft truncate">{previewOf(answer)}</span>
        <span class="answer-where soft small truncate">{siteName} · {answer.form}</span>
      </button>
    </li>
  );
}
