/* Everything that was asked: searched, marked, opened, asked again. */
import { useEffect } from 'preact/hooks';
import searchIcon from 'icon:search';
import star from 'icon:star';
import { Async, Icon } from '../lib/ui.jsx';
import { history, mark, open, reuse, search } from './studio.js';

const KINDS = { page: 'Page', code: 'Code', content: 'Texts', layout: 'Layout', design: 'Theme', edit: 'Block' };
const STATES = { running: 'Running', refused: 'Refused', canceled: 'Stopped', error: 'Did not work' };
const QUIET_MS = 250;

const at = (time) => new Date(time).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' });

function Row({ row, canAsk }) {
  return (
    <li>
      <button type="button" class="btn btn-ghost btn-icon btn-sm" aria-label="Favourite" aria-pressed={row.is_favorite} onClick={() => mark(row)}><Icon of={star} /></button>
      <button type="button" class="studio-row" onClick={() => { open(row); window.scrollTo({ top: 0, behavior: 'smooth' }); }}>
        <b class="truncate">{row.prompt}</b>
        <span class="soft">{KINDS[row.kind]} · {at(row.created_at)} · {STATES[row.status] ?? `${row.credits} credits`}</span>
      </button>
      {canAsk && <button type="button" class="btn btn-sm" onClick={() => { reuse(row); window.scrollTo({ top: 0, behavior: 'smooth' }); }}>Reuse</button>}
    </li>
  );
}

export function History({ canAsk }) {
  const { words, isFavorite } = search.value;
  useEffect(() => {
    const timer = setTimeout(() => history.load({ quietly: true }), QUIET_MS);
    return () => clearTimeout(timer);
  }, [words, isFavorite]);
  return (
    <section class="studio-history" aria-labelledby="studio-history">
      <h2 id="studio-history">History</h2>
      <div class="toolbar">
        <div class="search"><Icon of={searchIcon} /><input class="form-control" type="search" aria-label="Search the history" placeholder="Search" value={words} onInput={(event) => { search.value = { ...search.value, words: event.currentTarget.value }; }} /></div>
        <button type="button" class="btn" aria-pressed={isFavorite} onClick={() => { search.value = { ...search.value, isFavorite: !isFavorite }; }}><Icon of={star} />Favourites</button>
      </div>
      <Async of={history} skeleton={<span class="bone bone-entries" />}>
        {(rows) => (rows.length
          ? <ul>{rows.map((row) => <Row key={row.id} row={row} canAsk={canAsk} />)}</ul>
          : <p class="soft" role="status">{words || isFavorite ? 'Nothing found.' : 'What you ask stands here, with what came of it and what it cost.'}</p>)}
      </Async>
    </section>
  );
}
