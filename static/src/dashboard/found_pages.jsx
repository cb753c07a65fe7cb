/* Pages whose title has the searched words in it, from all sites of the organization. */
import { useEffect, useState } from 'preact/hooks';
import file from 'icon:file-text';
import { asProblem } from '../lib/problems.js';
import { may } from '../lib/rights.js';
import { searchPages } from '../lib/tables/pages.js';
import { ago } from '../lib/times.js';
import { Icon } from '../lib/ui.jsx';

const SHORTEST = 2;
const PAUSE = 250;
const NOTHING = { state: 'loaded', found: [] };

/** {state: 'loading'|'loaded'|'failed', found, problem}; the last answer stays while a new one is awaited. */
export function useFoundPages(organizationId, words) {
  const [pages, setPages] = useState(NOTHING);
  useEffect(() => {
    if (words.length < SHORTEST) {
      setPages(NOTHING);
      return undefined;
    }
    let wanted = true;
    setPages(({ found = [] }) => ({ state: 'loading', found }));
    const timer = setTimeout(async () => {
      const answer = await searchPages(organizationId, words).then(
        (found) => ({ state: 'loaded', found }),
        (error) => ({ state: 'failed', found: [], problem: asProblem(error) }),
      );
      // An answer that was overtaken by more typing is dropped.
      if (wanted) setPages(answer);
    }, PAUSE);
    return () => {
      wanted = false;
      clearTimeout(timer);
    };
  }, [organizationId, words]);
  return pages;
}

export function FoundPages({ pages, sites, role }) {
  const { state, found, problem } = pages;
  if (state === 'failed') return <p class="notice notice-failed" role="alert">Pages could not be searched. {problem.message}</p>;
  const names = new Map(sites.map(({ id, name }) => [id, name]));
  const address = (page) => (may(role, 'update', 'pages') ? `/sites/${page.site_id}/edit?page=${page.id}` : `/sites/${page.site_id}`);
  return (
    <section class="found-pages" aria-busy={state === 'loading'} hidden={found.length === 0}>
      <h2>Pages</h2>
      <ul>
        {found.map((page) => (
          <li key={page.id} data-found-page={page.id}>
            <Icon of={file} />
            <a class="truncate" href={address(page)}>{page.title}</a>
            <span class="soft small truncate">{names.get(page.site_id)} · {page.path} · edited {ago(page.updated_at)}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
