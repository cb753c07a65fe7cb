/* Loading, failed, loaded: the three states of everything that comes over the network. */
import { signal } from '@preact/signals';
import unplugged from 'icon:plug-connected-x';
import { asProblem } from '../problems.js';
import { Icon } from './icon.jsx';

/** A signal-backed value: {state: 'loading'|'failed'|'loaded', value, problem}, with load() to (re)try. */
export function resource(fetchIt) {
  const status = signal({ state: 'loading' });
  let newest = 0;
  return {
    status,
    async load({ quietly = false } = {}) {
      const mine = (newest += 1);
      if (!quietly) status.value = { state: 'loading', value: status.value.value };
      try {
        const value = await fetchIt();
        // An answer that was overtaken by a later question is dropped.
        if (mine === newest) status.value = { state: 'loaded', value };
      } catch (error) {
        if (mine === newest && !quietly) status.value = { state: 'failed', problem: asProblem(error) };
      }
    },
    set(value) {
      newest += 1;
      status.value = { state: 'loaded', value };
    },
  };
}

export function Async({ of, skeleton, children }) {
  const { state, value, problem } = of.status.value;
  if (state === 'failed') return <Failed problem={problem} onRetry={() => of.load()} />;
  if (value === undefined) return skeleton;
  return children(value);
}

export function Failed({ problem, onRetry }) {
  return (
    <div class="empty-state" role="alert">
      <Icon of={unplugged} size={40} />
      <h2>This did not load</h2>
      <p>{problem.message}</p>
      {onRetry && <button type="button" class="btn" onClick={onRetry}>Try again</button>}
    </div>
  );
}
