/* What stands at other hosts before what published it is deleted, and taking it down first, each with how it went. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { asProblem } from './problems.js';
import { UNFINISHED, unpublish } from './tables/deployments.js';
import { listElsewhere, readStates } from './tables/elsewhere.js';

const POLL_MS = 1500;
const GONE = 'It was canceled. Try again.';

/** `where` is {siteId} or {orgIds}, or null as long as nobody knows. */
export function useElsewhere(where) {
  const [places, setPlaces] = useState(null);
  const [problem, setProblem] = useState(null);
  const isHere = useRef(true);
  const set = (key, fields) => setPlaces((before) => before.map((each) => (each.key === key ? { ...each, ...fields } : each)));

  const load = async () => {
    setProblem(null);
    try {
      const found = await listElsewhere(where);
      if (isHere.current) setPlaces(found.map((each) => ({ ...each, state: each.isLive ? 'live' : 'down' })));
    } catch (error) {
      if (isHere.current) setProblem(asProblem(error));
    }
  };
  useEffect(() => { if (where) load(); }, [where && JSON.stringify(where)]);
  useEffect(() => () => { isHere.current = false; }, []);

  const ask = async ({ key, siteId, host }) => {
    set(key, { state: 'busy', message: '' });
    try {
      const { id } = await unpublish(siteId, host);
      return [key, id];
    } catch (error) {
      set(key, { state: 'failed', message: asProblem(error).message });
      return null;
    }
  };

  const takeDown = async () => {
    const asked = [];
    // One after the other: each is only put in the queue.
    for (const place of places.filter(canGoDown)) {
      const job = await ask(place);
      if (job) asked.push(job);
    }
    let waiting = asked;
    while (waiting.length && isHere.current) {
      await new Promise((resolve) => { setTimeout(resolve, POLL_MS); });
      // Out of reach for a moment: the work goes on without being watched.
      const states = await readStates(waiting.map(([, id]) => id)).catch(() => null);
      if (!states || !isHere.current) continue;
      for (const [key, id] of waiting) {
        const { status, error } = states.get(id) ?? { status: 'canceled' };
        if (status === 'ready') set(key, { state: 'down' });
        else if (!UNFINISHED.includes(status)) set(key, { state: 'failed', message: error?.detail ?? GONE });
      }
      waiting = waiting.filter(([, id]) => UNFINISHED.includes(states.get(id)?.status));
    }
  };

  return {
    places, problem, load, takeDown,
    isBusy: Boolean(places?.some(({ state }) => state === 'busy')),
    isKnown: Boolean(places),
    /** What stays online if the rest goes now. */
    online: places?.filter(({ state }) => state !== 'down') ?? [],
  };
}

export const canGoDown = ({ siteId, state }) => siteId && (state === 'live' || state === 'failed');
