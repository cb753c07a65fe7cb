/* What a publish would change since the live version: pages and their blocks, by whom; files, bytes to send. */
import { useEffect, useState } from 'preact/hooks';
import { useSignal } from '@preact/signals';
import { asProblem } from '../lib/problems.js';
import { readChanges } from '../lib/tables/deployments.js';

const SHOWN = 6;
const size = (bytes) => (bytes < 1000 ? `${bytes} bytes` : bytes < 1e6 ? `${Math.round(bytes / 1000)} KB` : `${(bytes / 1e6).toFixed(1)} MB`);

export function Changes({ site, host, names }) {
  const state = useSignal(null);
  useEffect(() => {
    const stop = new AbortController();
    readChanges(site.id, host, stop.signal)
      .then((plan) => { state.value = { plan }; })
      .catch((error) => { if (!stop.signal.aborted) state.value = { problem: asProblem(error) }; });
    return () => stop.abort();
  }, []);
  const { plan, problem } = state.value ?? {};
  return (
    <section class="changes" aria-label="What will change" aria-busy={!state.value}>
      {!state.value && <p class="soft small" role="status">Building the site to see what will change…</p>}
      {problem && <p class="soft small">{problem.message}</p>}
      {plan && <Plan plan={plan} names={names} />}
    </section>
  );
}

function Plan({ plan, names }) {
  const { added, changed, removed } = plan.counts;
  if (plan.live_since && added + changed + removed === 0) return <p class="soft small">Nothing has changed since the live version.</p>;
  const parts = [added && `${added} added`, changed && `${changed} changed`, removed && `${removed} removed`].filter(Boolean);
  return (
    <>
      <p class="small"><strong>{plan.live_since ? 'Since the live version' : 'First publish here'}:</strong> {parts.join(', ')} of {plan.counts.all} files, {size(plan.bytes)} to upload.</p>
      {plan.pages.length > 0 && <Pages pages={plan.pages} names={names} />}
      <Files files={plan.files} />
    </>
  );
}

function Pages({ pages, names }) {
  const [all, showAll] = useState(false);
  const more = all ? 0 : pages.length - SHOWN;
  return (
    <ul class="change-list small" aria-label="Pages that change">
      {(all ? pages : pages.slice(0, SHOWN)).map((page) => <Page key={`${page.path} ${page.what}`} page={page} names={names} />)}
      {more > 0 && <li><button type="button" class="btn btn-ghost btn-sm" onClick={() => showAll(true)}>Show {more} more {more === 1 ? 'page' : 'pages'}</button></li>}
    </ul>
  );
}

const WORDS = { new: 'new', edited: 'edited', removed: 'taken away', follows: 'follows a component', added: 'added', changed: 'changed', moved: 'moved' };

function By({ what, by, names }) {
  const people = by.map((id) => names.get(id)).filter(Boolean);
  return <span class="soft">{WORDS[what]}{people.length > 0 && ` by ${people.join(', ')}`}</span>;
}

function Page({ page, names }) {
  const { title, path, what, by, blocks } = page;
  return (
    <li>
      <span>{title}</span> <code>{path}</code> <By what={what} by={by} names={names} />
      {blocks.length > 0 && (
        <ul class="block-list" aria-label={`Blocks of ${title}`}>
          {blocks.map((block, at) => <Block key={at} block={block} names={names} />)}
        </ul>
      )}
    </li>
  );
}

function Block({ block, names }) {
  const { name, text, what, by } = block;
  return <li data-kind={what}>{name}{text && <span class="soft"> “{text}”</span>} <By what={what} by={by} names={names} /></li>;
}

const MARKS = { added: '+', changed: '~', removed: '−' };

export function Files({ files }) {
  const all = Object.entries(files).flatMap(([kind, list]) => list.map((name) => [kind, name]));
  if (!all.length) return null;
  return (
    <details class="small">
      <summary>Files</summary>
      <ul class="file-list">{all.slice(0, 200).map(([kind, name]) => <li key={name} data-kind={kind}><span aria-label={kind}>{MARKS[kind]}</span> <code>{name}</code></li>)}</ul>
    </details>
  );
}
