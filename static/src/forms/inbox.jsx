/* The list of answers beside the one that is open; on a phone one after the other. */
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import inboxIcon from 'icon:inbox';
import loupe from 'icon:search';
import { createFeed } from '../lib/feed.js';
import { inTurn } from '../lib/in_turn.js';
import { asProblem } from '../lib/problems.js';
import { listSubmissions, setState } from '../lib/tables/forms.js';
import { showUnread } from '../lib/unread.js';
import { Failed, Field, Icon, toast, toastProblem } from '../lib/ui.jsx';
import { Answer } from './answer.jsx';
import { clearFilters, filters, isNarrowed, setFilters } from './filters.js';
import { AnswerRow } from './answer_row.jsx';

const SAID = { read: 'Marked as read.', new: 'Marked as unread.', spam: 'Moved to spam.', deleted: 'Deleted. It goes for good in a week.' };
const fits = { inbox: ['new', 'read'], unread: ['new', 'read'], spam: ['spam'], deleted: ['deleted'] };

export function Inbox({ organization, forms, sites, siteNames }) {
  const { view, site, form, words, answer } = filters.value;
  const feed = useMemo(() => createFeed((asked, page) => listSubmissions(organization.id, asked, page)), []);
  const [chosen, setChosen] = useState([]);
  useEffect(() => { setChosen([]); feed.show({ view, site, form, words }); }, [view, site, form, words]);
  const { rows: answers, state, problem } = feed.status.value;
  const opened = answers.find(({ id }) => id === answer);
  const { current: write } = useRef(inTurn());

  /** `quietly`: as part of reading, without a word about it. */
  const move = async (moved, to, { quietly = false } = {}) => {
    const before = moved.map((each) => [each.id, each.state]);
    const ids = before.map(([id]) => id);
    // Seen at once: the next key is about what stands there.
    for (const id of ids) feed.change(id, { state: to });
    try {
      await write(() => setState(ids, to));
      const leaves = !fits[view].includes(to);
      if (leaves) feed.drop(ids);
      if (leaves && ids.includes(filters.value.answer)) setFilters({ answer: '' }, { replace: true });
      setChosen([]);
      showUnread(organization);
      if (!quietly) toast(SAID[to], { action: { label: 'Undo', run: () => undo(before) } });
    } catch (error) {
      for (const [id, was] of before) if (feed.status.value.rows.some((each) => each.id === id && each.state === to)) feed.change(id, { state: was });
      toastProblem(asProblem(error));
    }
  };
  const undo = async (before) => {
    try {
      for (const to of new Set(before.map(([, was]) => was))) await write(() => setState(before.filter(([, was]) => was === to).map(([id]) => id), to));
      feed.show({ view, site, form, words });
      showUnread(organization);
    } catch (error) {
      toastProblem(asProblem(error));
    }
  };
  const open = (each) => {
    setFilters({ answer: each.id }, { replace: Boolean(answer) });
    if (each.state === 'new') move([each], 'read', { quietly: true });
  };
  const rows = useRef(null);
  const keys = useKeys({ rows, answers, opened, view, move });
  const definitionOf = (each) => forms.find(({ site_id, form: name }) => site_id === each.site_id && name === each.form)?.definition;
  const picked = answers.filter(({ id }) => chosen.includes(id));
  return (
    <>
      <FilterBar sites={sites} forms={forms} />
      <div class="inbox" data-open={opened ? 'true' : 'false'}>
        <section class="inbox-list" aria-label="Answers, newest first" aria-busy={state === 'loading'} onKeyDown={keys}>
          {picked.length > 0 && <Picked picked={picked} view={view} move={move} onClear={() => setChosen([])} />}
          {answers.length > 0 && (
            <ul ref={rows} class="card answers">
              {answers.map((each) => (
                <AnswerRow
                  key={each.id}
                  answer={each}
                  siteName={siteNames.get(each.site_id)}
                  isOpen={each.id === answer}
                  isChosen={chosen.includes(each.id)}
                  onOpen={() => open(each)}
                  onChoose={(yes) => setChosen(yes ? [...chosen, each.id] : chosen.filter((id) => id !== each.id))}
                />
              ))}
            </ul>
          )}
          <div role="status">
            {state === 'loading' && <span class="bone bone-inbox" aria-label="Loading" />}
            {state === 'end' && answers.length === 0 && <Nothing view={view} forms={forms} />}
          </div>
          {state === 'idle' && <p class="inbox-more"><button type="button" class="btn" onClick={feed.more}>Show older ones</button></p>}
          {state === 'failed' && <Failed problem={problem} onRetry={feed.again} />}
          {answers.length > 0 && <p class="soft small inbox-keys">Keys: ↑ ↓ to walk, R read or unread, S spam, Del delete.</p>}
        </section>
        <section class="inbox-open" aria-label="The open answer">
          {opened
            ? <Answer key={opened.id} answer={opened} definition={definitionOf(opened)} siteName={siteNames.get(opened.site_id)} view={view} move={move} feed={feed} />
            : answers.length > 0 && <p class="soft inbox-hint">Choose an answer to read it.</p>}
        </section>
      </div>
    </>
  );
}

function useKeys({ rows, answers, opened, view, move }) {
  return (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches('input[type="search"], textarea')) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      const buttons = [...rows.current.querySelectorAll('.answer-open')];
      buttons[Math.min(Math.max(buttons.indexOf(document.activeElement) + step, 0), buttons.length - 1)]?.focus();
      return;
    }
    const id = event.target.closest('[data-answer]')?.dataset.answer;
    const at = answers.find((each) => each.id === id) ?? opened;
    if (!at) return;
    if (event.key === 'Delete' && view !== 'deleted') move([at], 'deleted');
    if (event.key.toLowerCase() === 's') move([at], at.state === 'spam' ? 'read' : 'spam');
    if (event.key.toLowerCase() === 'r' && ['new', 'read'].includes(at.state)) move([at], at.state === 'new' ? 'read' : 'new');
  };
}

function Picked({ picked, view, move, onClear }) {
  return (
    <div class="card card-main picked cluster" role="group" aria-label="With those chosen">
      <strong>{picked.length} chosen</strong>
      {['inbox', 'unread'].includes(view) && <button type="button" class="btn btn-sm" onClick={() => move(picked, 'read')}>Read</button>}
      {['inbox', 'unread'].includes(view) && <button type="button" class="btn btn-sm" onClick={() => move(picked, 'spam')}>Spam</button>}
      {['spam', 'deleted'].includes(view) && <button type="button" class="btn btn-sm" onClick={() => move(picked, 'read')}>Back to the inbox</button>}
      {view !== 'deleted' && <button type="button" class="btn btn-sm" onClick={() => move(picked, 'deleted')}>Delete</button>}
      <button type="button" class="btn btn-sm btn-ghost" onClick={onClear}>Choose none</button>
    </div>
  );
}

function FilterBar({ sites, forms }) {
  const { site, form, words } = filters.value;
  const names = [...new Set(forms.filter((each) => !site || each.site_id === site).map((each) => each.form))].sort();
  const search = (event) => { event.preventDefault(); setFilters({ words: event.currentTarget.elements.words.value.trim(), answer: '' }); };
  return (
    <form class="inbox-filters" role="search" aria-label="Find answers" onSubmit={search}>
      <Field label="Search"><input key={words} class="form-control" type="search" name="words" maxLength={120} defaultValue={words} placeholder="Words, a name, an address" onChange={(event) => setFilters({ words: event.currentTarget.value.trim(), answer: '' })} /></Field>
      <Field label="Site">
        <select class="form-select" value={site} onChange={(event) => setFilters({ site: event.currentTarget.value, form: '', answer: '' })}>
          <option value="">All sites</option>
          {sites.map(({ id, name }) => <option key={id} value={id}>{name}</option>)}
        </select>
      </Field>
      <Field label="Form">
        <select class="form-select" value={form} onChange={(event) => setFilters({ form: event.currentTarget.value, answer: '' })}>
          <option value="">All forms</option>
          {names.map((name) => <option key={name} value={name}>{name}</option>)}
          {form && !names.includes(form) && <option value={form}>{form}</option>}
        </select>
      </Field>
    </form>
  );
}

function Nothing({ view, forms }) {
  if (isNarrowed()) {
    return (
      <div class="empty-state">
        <Icon of={loupe} size={40} />
        <h2>Nothing like that</h2>
        <p>No answer fits these filters.</p>
        <button type="button" class="btn" onClick={clearFilters}>Show everything</button>
      </div>
    );
  }
  const words = {
    inbox: forms.length ? ['Nothing has been sent yet', 'What visitors send appears here at once.'] : ['No form is live yet', 'Put a form on a page and publish the site. What visitors send appears here.'],
    unread: ['Everything is read', 'New answers appear here and under Inbox.'],
    spam: ['No spam', 'What robots send is put here by itself, and nobody is told of it.'],
    deleted: ['Nothing is deleted', 'What you delete stays here for a week.'],
  }[view];
  return <div class="empty-state"><Icon of={inboxIcon} size={40} /><h2>{words[0]}</h2><p>{words[1]}</p></div>;
}
