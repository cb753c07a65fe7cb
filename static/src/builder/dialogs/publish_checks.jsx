/* What the checks say of everything that would be published. Errors hold the publish back, warnings do not. */
import { useEffect, useState } from 'preact/hooks';
import check from 'icon:circle-check';
import { Icon } from '../../lib/ui.jsx';
import { asProblem } from '../../lib/problems.js';
import { Findings } from '../checks/findings.jsx';
import { errorsIn, summaryOf } from '../checks/page.js';
import { checkWholeSite } from '../checks/publishing.js';

/** {done, total, results, problem, errors}: results are null while the pages are looked at. */
export function useChecks() {
  const [state, setState] = useState({ done: 0, total: 0, results: null, problem: null });
  const [round, setRound] = useState(0);
  useEffect(() => {
    let isOn = true;
    const tell = (next) => isOn && setState((before) => ({ ...before, ...next }));
    tell({ results: null, problem: null });
    checkWholeSite((done, total) => tell({ done, total })).then(
      (results) => tell({ results }),
      (error) => tell({ problem: asProblem(error) }),
    );
    return () => { isOn = false; };
  }, [round]);
  const errors = (state.results ?? []).reduce((sum, { findings }) => sum + errorsIn(findings).length, 0);
  return { ...state, errors, again: () => setRound(round + 1) };
}

function Group({ page, findings, isOpen, onLeave }) {
  return (
    <details class="b-check-group" open={isOpen}>
      <summary><b>{page ? page.title : 'The whole site'}</b> <span>{page ? `${page.path} · ` : ''}{summaryOf(findings)}</span></summary>
      <Findings findings={findings} pageId={page?.id} onLeave={onLeave} />
    </details>
  );
}

export function PublishChecks({ checks, onLeave }) {
  const { done, total, results, problem, errors, again } = checks;
  if (problem) {
    return <p class="notice notice-failed" role="alert"><span>The pages could not be checked. {problem.message} <button type="button" class="b-link" onClick={again}>Try again</button></span></p>;
  }
  if (!results) return <p class="b-hint" role="status">Checking the pages{total ? `: ${done} of ${total}` : ''}…</p>;
  if (!results.length) return <p class="b-good" role="status"><Icon of={check} size={18} />All checks passed.</p>;
  const all = results.flatMap(({ findings }) => findings);
  return (
    <section class="b-publish-checks" aria-label="Checks">
      <p role="status" class={errors ? 'notice notice-failed' : 'notice notice-info'}>
        <span>{summaryOf(all)}. {errors ? 'Put the errors right, then publish.' : 'You can publish; these are worth a look.'}</span>
      </p>
      {results.map(({ page, findings }) => (
        <Group key={page?.id ?? 'site'} page={page} findings={findings} isOpen={errorsIn(findings).length > 0} onLeave={onLeave} />
      ))}
    </section>
  );
}
