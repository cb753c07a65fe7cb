/* Rows shown so far, newest first, and the way to older ones. */
import { signal } from '@preact/signals';
import { asProblem } from './problems.js';
import { endIfOver } from './session.js';

const AT_ONCE = 50;

/**
 * `list(asked, {before, limit})` resolves with the rows after `before`, the last one shown.
 * status: {rows, state: 'loading' | 'idle' | 'end' | 'failed', problem}
 */
export function createFeed(list) {
  const status = signal({ rows: [], state: 'loading' });
  let asked;
  let newest = 0;

  async function load() {
    const mine = (newest += 1);
    const { rows } = status.value;
    status.value = { rows, state: 'loading' };
    try {
      const found = await list(asked, { before: rows.at(-1), limit: AT_ONCE });
      if (mine !== newest) return;
      status.value = { rows: [...status.value.rows, ...found], state: found.length < AT_ONCE ? 'end' : 'idle' };
    } catch (error) {
      if (mine === newest && !(await endIfOver(error))) status.value = { rows, state: 'failed', problem: asProblem(error) };
    }
  }

  const put = (rows) => { status.value = { ...status.value, rows }; };
  return {
    status,
    show(wanted) {
      asked = wanted;
      status.value = { rows: [], state: 'loading' };
      return load();
    },
    more: () => (status.value.state === 'idle' ? load() : undefined),
    again: load,
    change: (id, changes) => put(status.value.rows.map((each) => (each.id === id ? { ...each, ...changes } : each))),
    drop: (ids) => put(status.value.rows.filter(({ id }) => !ids.includes(id))),
  };
}
