/* The plan of a page, to be changed before a word of it is written. */
import { useEffect, useState } from 'preact/hooks';
import up from 'icon:arrow-up';
import down from 'icon:arrow-down';
import trash from 'icon:trash';
import plus from 'icon:plus';
import sparkles from 'icon:sparkles';
import { Icon } from '../../lib/ui.jsx';
import { sortBlocks } from '../canvas/elements.js';
import { Cost, isTooMuch } from './cost.jsx';
import { dismiss, estimateOf, proposal, setPlan, writePage } from './proposal.js';

const MOST = 12;

function useBlocks() {
  const [blocks, setBlocks] = useState([]);
  useEffect(() => { import('site:blocks').then(({ default: library }) => setBlocks(sortBlocks(library).sections)); }, []);
  return blocks;
}

export function Plan() {
  const { plan } = proposal.value;
  const blocks = useBlocks();
  const estimate = estimateOf('page', { plan });
  const change = (at, fields) => setPlan(plan.map((each, index) => (index === at ? { ...each, ...fields } : each)));
  const move = (at, step) => {
    const next = [...plan];
    [next[at], next[at + step]] = [next[at + step], next[at]];
    setPlan(next);
  };
  return (
    <form class="b-ai-form" onSubmit={(event) => { event.preventDefault(); writePage(); }}>
      <p class="b-hint">Change, order or drop what you like; then it is written section by section.</p>
      <ol class="b-ai-plan">
        {plan.map(({ kind, brief }, index) => (
          <li key={index}>
            <div class="b-ai-plan-head">
              <select class="form-select form-select-sm" aria-label={`Block ${index + 1}`} value={kind} onChange={(event) => change(index, { kind: event.currentTarget.value })}>
                {!blocks.length && <option value={kind}>{kind}</option>}
                {blocks.map((block) => <option key={block.kind} value={block.kind}>{block.name}</option>)}
              </select>
              <button type="button" class="btn btn-ghost btn-icon btn-sm" aria-label="Move up" disabled={index === 0} onClick={() => move(index, -1)}><Icon of={up} /></button>
              <button type="button" class="btn btn-ghost btn-icon btn-sm" aria-label="Move down" disabled={index === plan.length - 1} onClick={() => move(index, 1)}><Icon of={down} /></button>
              <button type="button" class="btn btn-ghost btn-icon btn-sm" aria-label="Leave out" disabled={plan.length === 1} onClick={() => setPlan(plan.filter((_, each) => each !== index))}><Icon of={trash} /></button>
            </div>
            <textarea class="form-control" rows={2} maxLength={600} aria-label={`What block ${index + 1} shall say`} value={brief} onInput={(event) => change(index, { brief: event.currentTarget.value })} />
          </li>
        ))}
      </ol>
      {plan.length < MOST && <button type="button" class="btn btn-sm" onClick={() => setPlan([...plan, { kind: 'content-split', brief: '' }])}><Icon of={plus} />Add a section</button>}
      <Cost estimate={estimate} />
      <div class="b-ai-buttons">
        <button type="submit" class="btn btn-primary" disabled={isTooMuch(estimate)}><Icon of={sparkles} />Write the page</button>
        <button type="button" class="btn" onClick={dismiss}>Discard</button>
      </div>
    </form>
  );
}
