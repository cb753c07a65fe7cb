/* The activity of one organization: filters, entries as one scrolls, export, verification. */
import { useEffect, useRef } from 'preact/hooks';
import history from 'icon:history';
import lock from 'icon:lock';
import { may } from '../lib/rights.js';
import { Failed, Icon } from '../lib/ui.jsx';
import { Entry } from './entry.jsx';
import { Export } from './export.jsx';
import { FilterBar } from './filter_bar.jsx';
import { clearFilters, isNarrowed } from './filters.js';
import { useVerify } from './verify.jsx';

export function Activity({ organization, people, feed }) {
  const current = organization.value;
  if (!may(current.role, 'read', 'activity_logs')) return <><Head organization={current} /><ForMembers organization={current} /></>;
  return <Log key={current.id} organization={current} people={people.value} feed={feed} />;
}

function Head({ organization, children }) {
  return (
    <div class="page-head">
      <div><h1>Activity</h1><p>Who did what in {organization.name}. Nobody can change this log.</p></div>
      {children && <div class="cluster">{children}</div>}
    </div>
  );
}

function ForMembers({ organization }) {
  return (
    <div class="empty-state">
      <Icon of={lock} size={40} />
      <h2>The activity is for members</h2>
      <p>You are a viewer of {organization.name}. An admin can give you another role.</p>
    </div>
  );
}

function Log({ organization, people, feed }) {
  const { rows: entries, state, problem } = feed.status.value;
  const { button, notice } = useVerify(organization.id);
  const avatars = new Map(people.map(({ id, avatar_url }) => [id, avatar_url]));
  return (
    <>
      <Head organization={organization}>{button}<Export organization={organization} /></Head>
      {notice}
      <FilterBar people={people} entries={entries} />
      {entries.length > 0 && (
        <ol class="card entries" aria-label="Entries, newest first" aria-busy={state === 'loading'}>
          {entries.map((entry) => <Entry key={entry.id} entry={entry} avatars={avatars} />)}
        </ol>
      )}
      <div role="status">
        {state === 'loading' && <span class="bone bone-entries" aria-label="Loading entries" />}
        {state === 'end' && entries.length > 0 && <p class="soft small entries-end">That is everything.</p>}
        {state === 'end' && entries.length === 0 && <Nothing />}
      </div>
      {state === 'idle' && <More onMore={feed.more} />}
      {state === 'failed' && <Failed problem={problem} onRetry={feed.again} />}
    </>
  );
}

/** Loads by itself as it comes into view; for keyboards it is a button. */
function More({ onMore }) {
  const button = useRef(null);
  useEffect(() => {
    const watcher = new IntersectionObserver(([{ isIntersecting }]) => isIntersecting && onMore(), { rootMargin: '400px' });
    watcher.observe(button.current);
    return () => watcher.disconnect();
  }, []);
  return <p class="entries-end"><button ref={button} type="button" class="btn" onClick={onMore}>Show older entries</button></p>;
}

function Nothing() {
  return (
    <div class="empty-state">
      <Icon of={history} size={40} />
      {isNarrowed()
        ? <><h2>Nothing like that happened</h2><p>No entry fits these filters.</p><button type="button" class="btn" onClick={clearFilters}>Show everything</button></>
        : <><h2>Nothing has happened yet</h2><p>Changes of the team, sites, pages, publishes and billing appear here.</p></>}
    </div>
  );
}
