/* The wish: what for, in which voice and language, and how many to choose from. */
import sparkles from 'icon:sparkles';
import { Field, Icon } from '../../lib/ui.jsx';
import { revision, selection } from '../state.js';
import { theEditor } from '../workspace.js';
import { Cost, isTooMuch } from './cost.jsx';
import { askForDesign, askForEdit, askForLayout, askForTexts, estimateOf, mode, planPage, setWish, wish } from './proposal.js';
import { blocksOf, nameOf, selectedBlock } from './targets.js';

const MODES = {
  page: { name: 'Page', hint: 'Such as: a page for our Christmas market, with times, stalls and how to get there.', go: 'Plan the page', ask: planPage },
  edit: { name: 'Block', hint: 'Such as: make the headline bolder and add a second button.', go: 'Change the block', ask: askForEdit },
  content: { name: 'Texts', hint: 'Such as: friendlier, and shorter sentences.', go: 'Rewrite the texts', ask: askForTexts },
  layout: { name: 'Layout', hint: 'Such as: lead with the prices.', go: 'Arrange anew', ask: askForLayout },
  design: { name: 'Design', hint: 'Such as: calm, Nordic, a deep green.', go: 'Propose a theme', ask: askForDesign },
};
const TONES = ['Warm', 'Matter-of-fact', 'Playful', 'Elegant', 'Bold', 'Trustworthy'];

const set = (name) => (event) => setWish({ [name]: event.currentTarget.value });

function Choice({ label, value, options, onChoose }) {
  return (
    <div class="b-row" role="group" aria-label={label}><span>{label}</span>
      <div class="segments b-segments">
        {options.map(([id, words]) => <button key={id} type="button" aria-pressed={value === id} onClick={() => onChoose(id)}>{words}</button>)}
      </div>
    </div>
  );
}

function Where() {
  const editor = theEditor();
  const block = revision.value >= 0 && selection.value ? selectedBlock(editor) : null;
  const { place, scope, length } = wish.value;
  if (mode.value === 'page' && blocksOf(editor).length) {
    return <Choice label="Put it" value={place} options={[['below', 'Below'], ['instead', 'Instead']]} onChoose={(id) => setWish({ place: id })} />;
  }
  if (mode.value === 'edit') {
    return block
      ? <p class="b-hint">Only <b>{nameOf(block)}</b> is changed.</p>
      : <p class="notice" role="status">Select a block on the page first.</p>;
  }
  if (mode.value === 'content') {
    return (
      <>
        <Choice label="Texts of" value={block ? scope : 'page'} options={[['page', 'Page'], ...(block ? [['block', nameOf(block)]] : [])]} onChoose={(id) => setWish({ scope: id })} />
        <Choice label="Length" value={length} options={[['shorter', 'Shorter'], ['same', 'Same'], ['longer', 'Longer']]} onChoose={(id) => setWish({ length: id })} />
      </>
    );
  }
  return null;
}

function hasTarget() {
  const editor = theEditor();
  if (mode.value === 'edit') return Boolean(selection.value && selectedBlock(editor));
  if (mode.value === 'content') return blocksOf(editor).length > 0;
  if (mode.value === 'layout') return blocksOf(editor).length > 1;
  return true;
}

export function Composer() {
  const { name, hint, go, ask } = MODES[mode.value];
  const now = wish.value;
  const estimate = estimateOf(mode.value);
  const canAsk = revision.value >= 0 && now.prompt.trim() && hasTarget() && !isTooMuch(estimate);
  const submit = (event) => { event.preventDefault(); if (canAsk) ask(); };
  return (
    <form class="b-ai-form" onSubmit={submit}>
      <div class="segments b-segments b-ai-modes" role="group" aria-label="What for">
        {Object.entries(MODES).map(([id, each]) => (
          <button key={id} type="button" aria-pressed={mode.value === id} onClick={() => { mode.value = id; }}>{each.name}</button>
        ))}
      </div>
      <Field label="What would you like?" hint={hint}>
        <textarea class="form-control" rows={4} maxLength={8000} value={now.prompt} onInput={set('prompt')} placeholder={`Describe the ${name.toLowerCase()}`} />
      </Field>
      <Where />
      <details class="b-ai-more">
        <summary>Voice, language, variants</summary>
        <Field label="Tone"><select class="form-select" value={now.tone} onChange={set('tone')}><option value="">As it is</option>{TONES.map((tone) => <option key={tone}>{tone}</option>)}</select></Field>
        <Field label="Audience" optional><input class="form-control" maxLength={200} value={now.audience} onInput={set('audience')} placeholder="Such as: young families nearby" /></Field>
        <Field label="Language" optional><input class="form-control" maxLength={40} value={now.language} onInput={set('language')} placeholder="As the wish" /></Field>
        <Choice label="Variants" value={now.variants} options={[1, 2, 3, 4].map((count) => [count, String(count)])} onChoose={(variants) => setWish({ variants })} />
      </details>
      {mode.value === 'layout' && !hasTarget() && <p class="notice" role="status">A layout needs at least two blocks on the page.</p>}
      {mode.value === 'content' && !hasTarget() && <p class="notice" role="status">There are no texts on this page yet.</p>}
      <Cost estimate={estimate} />
      <button type="submit" class="btn btn-primary" disabled={!canAsk}><Icon of={sparkles} />{go}</button>
      <p class="b-hint">Nothing changes until you accept it. <a href="/ai" target="_blank" rel="noopener">History in the AI studio</a></p>
    </form>
  );
}
