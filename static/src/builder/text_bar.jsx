/* Bold, italic and links for the words that are selected while somebody types. */
import { useEffect } from 'preact/hooks';
import { useSignal } from '@preact/signals';
import bold from 'icon:bold';
import italic from 'icon:italic';
import underline from 'icon:underline';
import strike from 'icon:strikethrough';
import linkIcon from 'icon:link';
import clear from 'icon:clear-formatting';
import check from 'icon:check';
import { Icon } from '../lib/ui.jsx';
import { format, formatState, stopTyping } from './canvas/text.js';
import { isSafeLink } from './safety/urls.js';

const FORMATS = [['bold', bold, 'Bold'], ['italic', italic, 'Italic'], ['underline', underline, 'Underline'], ['strikeThrough', strike, 'Strike through']];

/** A click must neither take the caret out of the text nor reach the document, where the engine would end the typing. */
const keepCaret = (event) => {
  event.preventDefault();
  event.stopPropagation();
};

function LinkField({ editor, href, range, onDone }) {
  const apply = (event) => {
    event.preventDefault();
    const value = new FormData(event.currentTarget).get('href').trim();
    const document = editor.Canvas.getDocument();
    if (range) {
      document.getSelection().removeAllRanges();
      document.getSelection().addRange(range);
    }
    if (!value) format(editor, 'unlink');
    else if (isSafeLink(value)) format(editor, 'createLink', value);
    onDone();
  };
  return (
    <form class="b-link-form" onSubmit={apply} onMouseDown={(event) => event.stopPropagation()}>
      <input class="form-control" name="href" aria-label="Link address" placeholder="/contact or https://…" defaultValue={href} autoFocus />
      <button type="submit" class="b-tool" aria-label="Set link"><Icon of={check} /></button>
    </form>
  );
}

/** What is asked makes the browser lay out the page. Letters that follow letters look like them, so that can wait longer. */
const PAUSE_MS = 120;
const TYPING_PAUSE_MS = 500;
const LETTERS = /^(insert|delete)/;

export function TextBar({ editor }) {
  const now = useSignal({});
  const linking = useSignal(null);
  useEffect(() => {
    const document = editor.Canvas.getDocument();
    const update = () => { now.value = formatState(editor); };
    update();
    let pause;
    let isTyped = false;
    const noteInput = ({ inputType }) => { isTyped = LETTERS.test(inputType); };
    const later = () => {
      clearTimeout(pause);
      pause = setTimeout(update, isTyped ? TYPING_PAUSE_MS : PAUSE_MS);
      isTyped = false;
    };
    document.addEventListener('input', noteInput);
    document.addEventListener('selectionchange', later);
    return () => {
      clearTimeout(pause);
      document.removeEventListener('input', noteInput);
      document.removeEventListener('selectionchange', later);
    };
  }, []);
  const run = (command) => { format(editor, command); now.value = formatState(editor); };
  const startLink = () => {
    const chosen = editor.Canvas.getDocument().getSelection();
    linking.value = { range: chosen.rangeCount ? chosen.getRangeAt(0).cloneRange() : null };
  };
  if (linking.value) {
    return <LinkField editor={editor} href={now.value.link} range={linking.value.range} onDone={() => { linking.value = null; }} />;
  }
  return (
    <span class="b-text-bar" onMouseDown={keepCaret}>
      {FORMATS.map(([command, icon, label]) => (
        <button key={command} type="button" class="b-tool" aria-label={label} title={label} aria-pressed={Boolean(now.value[command])} onClick={() => run(command)}><Icon of={icon} /></button>
      ))}
      <button type="button" class="b-tool" aria-label="Link" title="Link" aria-pressed={Boolean(now.value.link)} onClick={startLink}><Icon of={linkIcon} /></button>
      <button type="button" class="b-tool" aria-label="Remove formatting" title="Remove formatting" onClick={() => run('removeFormat')}><Icon of={clear} /></button>
      <button type="button" class="b-tool b-tool-text" onClick={() => stopTyping(editor)}>Done</button>
    </span>
  );
}
