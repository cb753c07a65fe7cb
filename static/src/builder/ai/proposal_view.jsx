/* The proposal while it comes and when it is there: before and after, variants side by side, accept or reject each. */
import check from 'icon:check';
import close from 'icon:x';
import warning from 'icon:alert-triangle';
import { Icon } from '../../lib/ui.jsx';
import { Thumbnail } from '../panels/thumbnail.jsx';
import { pieceOf } from './patches.js';
import { accept, acceptAll, choose, dismiss, look, proposal, reject, show, stop } from './proposal.js';

const STATES = {
  waiting: 'Waiting', writing: 'Writing…', accepted: 'Accepted', rejected: 'Rejected', missing: 'Not written', failed: 'Did not work',
};

const plain = (html) => new DOMParser().parseFromString(html, 'text/html').body.textContent;

function Warnings({ piece }) {
  const { removed = [], links = [], adjusted = [] } = piece;
  if (!removed.length && !links.length && !adjusted.length) return null;
  return (
    <ul class="b-weak">
      {removed.length > 0 && <li><Icon of={warning} size={16} />Left out for safety: {removed.join(', ')}</li>}
      {links.length > 0 && <li><Icon of={warning} size={16} />Links to {links.join(', ')}</li>}
      {adjusted.length > 0 && <li><Icon of={warning} size={16} />Made easier to read: {adjusted.join(', ')}</li>}
    </ul>
  );
}

function Colors({ theme, name }) {
  return (
    <span class="b-ai-colors"><b>{name}</b>
      {['primary', 'accent', 'background', 'surface', 'text'].map((each) => <i key={each} style={{ background: theme.colors[each] }} />)}
    </span>
  );
}

function Variant({ piece }) {
  if (piece.theme) return <Colors theme={piece.theme} name={piece.name} />;
  if (piece.order) return <span class="b-ai-words"><b>{piece.name}</b>{piece.reason}</span>;
  if (piece.kind || /^<(section|header|footer|nav|div)/.test(piece.html)) return <Thumbnail html={piece.html} />;
  return <span class="b-ai-words">{plain(piece.html)}</span>;
}

function Item({ item }) {
  const isHere = item.state === 'landed';
  const title = item.name ?? item.kind ?? 'Text';
  return (
    <li class="b-ai-item" data-state={item.state}>
      <div class="b-ai-item-head">
        {item.before === undefined ? <button type="button" class="b-ai-look" disabled={!isHere} onClick={() => look(item)}>{title}</button> : <del class="b-ai-before">{plain(item.before)}</del>}
        {!isHere && <span class="b-ai-state" role="status">{STATES[item.state]}{item.state === 'writing' && item.words > 0 && ` ${item.words.toLocaleString()} letters`}</span>}
      </div>
      {item.brief && !isHere && <p class="b-hint">{item.brief}</p>}
      {item.failure && <p class="b-hint" role="alert">{item.failure}</p>}
      {isHere && (
        <>
          <div class="b-ai-variants" role="group" aria-label={`Variants of ${title}`}>
            {item.pieces.map((piece, number) => (
              <div key={number} class="b-ai-variant" data-chosen={item.chosen === number}>
                <Variant piece={piece} />
                <button type="button" aria-pressed={item.chosen === number} onClick={() => choose(item, number)}>Variant {number + 1}</button>
              </div>
            ))}
          </div>
          <Warnings piece={pieceOf(item)} />
          <div class="b-ai-buttons">
            <button type="button" class="btn btn-sm" onClick={() => accept(item)}><Icon of={check} />Accept</button>
            <button type="button" class="btn btn-ghost btn-sm" onClick={() => reject(item)}><Icon of={close} />Reject</button>
          </div>
        </>
      )}
    </li>
  );
}

function Outcome({ now }) {
  if (now.state === 'failed') return <p class="notice notice-failed" role="alert">{now.problem.message}</p>;
  if (now.state === 'canceled') return <p class="notice" role="status">Stopped. What has landed is below, and in the history.</p>;
  if (now.cost !== undefined && now.state === 'done') {
    return <p class="b-hint" role="status">This cost <b>{now.cost}</b> credits.{now.remaining !== null && now.remaining !== undefined && <> {now.remaining.toLocaleString()} are left.</>}</p>;
  }
  return null;
}

export function Proposal() {
  const now = proposal.value;
  const open = now.items.filter(({ state }) => state === 'landed');
  const isRunning = now.state === 'asking';
  return (
    <>
      {isRunning && (
        <div class="b-ai-running" role="status">
          <span class="spinner" aria-hidden="true" /><span>{now.items.length ? 'Writing…' : 'Planning…'}</span>
          <button type="button" class="btn btn-sm" onClick={stop}>Stop</button>
        </div>
      )}
      <Outcome now={now} />
      {open.length > 0 && (
        <div class="segments b-segments" role="group" aria-label="On the page">
          <button type="button" aria-pressed={now.showing === 'before'} onClick={() => show('before')}>Before</button>
          <button type="button" aria-pressed={now.showing === 'after'} onClick={() => show('after')}>After</button>
        </div>
      )}
      <ol class="b-ai-items">{now.items.map((item) => <Item key={item.index} item={item} />)}</ol>
      <div class="b-ai-buttons b-ai-foot">
        {open.length > 1 && <button type="button" class="btn btn-primary" disabled={isRunning} onClick={acceptAll}>Accept all {open.length}</button>}
        {!isRunning && <button type="button" class="btn" onClick={dismiss}>{open.length ? 'Discard the rest' : 'New wish'}</button>}
      </div>
    </>
  );
}
