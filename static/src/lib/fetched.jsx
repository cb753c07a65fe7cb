/* A part of a screen that is fetched when somebody opens it: the screen itself is usable sooner. */
import { useEffect } from 'preact/hooks';
import { signal } from '@preact/signals';
import { asProblem } from './problems.js';
import { Failed } from './ui.jsx';

/** `load()` imports a module and resolves with its component; `waiting` is shown until then. */
export function fetched(load, waiting = null) {
  const found = signal(null);
  const problem = signal(null);

  async function fetchIt() {
    problem.value = null;
    try {
      found.value = await load();
    } catch (error) {
      problem.value = asProblem(error);
    }
  }

  return function Fetched(props) {
    useEffect(() => { if (!found.value) fetchIt(); }, []);
    if (problem.value) return <Failed problem={problem.value} onRetry={fetchIt} />;
    if (!found.value) return waiting;
    const Content = found.value;
    return <Content {...props} />;
  };
}
