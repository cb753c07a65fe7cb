/* What the checks say of what would be published. Errors hold the publish back, warnings do not; both lead to the builder. */
import { useEffect, useState } from 'preact/hooks';
import { asProblem } from '../lib/problems.js';

/** {results, problem, errors}: results are null while the pages are looked at. */
export function useChecks(site) {
  const [state, setState] = useState({ results: null, problem: null, errors: 0 });
  useEffect(() => {
    let isOn = true;
    const look = async () => {
      const { checkStoredSite, errorsIn, summaryOf } = await import('./check_pages.js');
      const results = (await checkStoredSite(site)).map((each) => ({ ...each, errors: errorsIn(each.findings).length, summary: summaryOf(each.findings) }));
      return { results, errors: results.reduce((sum, { errors }) => sum + errors, 0) };
    };
    look().then((found) => isOn && setState({ ...found, problem: null }), (error) => isOn && setState({ results: null, errors: 0, problem: asProblem(error) }));
    return () => { isOn = false; };
  }, []);
  return state;
}

export function Checks({ site, checks: { results, problem, errors } }) {
  if (problem) return <p class="notice notice-failed" role="alert">The pages could not be checked. {problem.message}</p>;
  if (!results) return <p class="soft small" role="status">Checking the pages…</p>;
  if (!results.length) return <p class="soft small" role="status">All checks passed.</p>;
  return (
    <section class="changes" aria-label="Checks">
      <p class="small" role="status"><strong>{errors ? 'Put the errors right, then publish.' : 'You can publish; these are worth a look.'}</strong></p>
      {results.map(({ page, findings, errors: wrong, summary }) => (
        <details key={page?.id ?? 'site'} class="small" open={wrong > 0}>
          <summary>{page ? page.title : 'The whole site'}: {summary}</summary>
          <ul class="change-list">
            {findings.map(({ level, message }, index) => <li key={`${index}${message}`}><b>{level === 'error' ? 'Error' : 'Warning'}:</b> {message}</li>)}
          </ul>
          <a href={`/sites/${site.id}/edit${page ? `?page=${page.id}` : ''}`}>Open in the builder</a>
        </details>
      ))}
    </section>
  );
}
