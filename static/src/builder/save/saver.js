/* When to save, in which order, and what to do when it does not work. Pure: what it reads, writes and shows is given,
   so node tests drive it with a clock of their own.

   One save is under way at a time, and each names the version it was made from, so a late one can never win. */

const QUIET_MS = 1000;
const LONGEST_MS = 5000;
const LONGEST_WAIT_MS = 20_000;
const DRAFT_MS = 250;
const LONG_DRAFT_MS = 1000;
/** So that a key can come in between. */
const PUT_AWAY_MS = 50;
const BACKOFF_MS = [1000, 2000, 4000, 8000, 15_000, 30_000];

/** What a failed save means: try again by itself, ask for something, or wait for the next change. */
export function kindOfFailure({ code, status }) {
  if (code === 'conflict') return 'conflict';
  if (status === 401 || /^PGRST30[13]$|session/.test(code)) return 'signed-out';
  if (code === 'offline' || status >= 500 || status === 408 || status === 429) return 'offline';
  return 'error';
}

/**
 * read() → snapshot · write(snapshot) → Promise of what was written, if that is something else; throws a Problem · keep(snapshot) → what puts it away as the draft on this device, from the version of this moment · forget(): deletes that
 * show(state): {kind, message?} · isSame(a, b): whether two snapshots hold the same work · mayWait(snapshot): whether it may wait for a longer time, since the last draft is safe and a long page is much to send
 */
export function createSaver({ read, write, keep, forget, show, isSame, mayWait = () => false, clock = globalThis }) {
  let saved = null;
  let running = null;
  let quiet;
  let longest;
  let draft;
  let putting;
  let retry;
  let failures = 0;
  let held = null;

  const clear = () => {
    for (const timer of [quiet, longest, retry]) clock.clearTimeout(timer);
    quiet = longest = retry = undefined;
  };

  const clearDraft = () => {
    for (const timer of [draft, putting]) clock.clearTimeout(timer);
    draft = putting = undefined;
  };

  function changed() {
    if (held) {
      keepDraft();
      return;
    }
    if (!running) show({ kind: 'dirty' });
    clock.clearTimeout(quiet);
    quiet = clock.setTimeout(() => { quiet = undefined; save(); }, QUIET_MS);
    longest ??= clock.setTimeout(saveOrWait, LONGEST_MS);
    draft ??= clock.setTimeout(keepDraftInTurns, waits() ? LONG_DRAFT_MS : DRAFT_MS);
  }

  const waits = () => Boolean(saved) && mayWait(saved);

  /** Asked now and not with the first change: only since then may there be a draft. */
  function saveOrWait() {
    longest = waits() ? clock.setTimeout(saveAtLast, LONGEST_WAIT_MS - LONGEST_MS) : undefined;
    if (longest === undefined) save();
  }

  function saveAtLast() {
    longest = undefined;
    save();
  }

  /** What this device has to keep, or null. */
  function unsaved() {
    clearDraft();
    if (held === 'stopped') return null;
    const snapshot = read();
    return isSame(snapshot, saved) ? null : snapshot;
  }

  function keepDraft() {
    const snapshot = unsaved();
    if (snapshot) keep(snapshot)();
  }

  /** Writing a long page down and putting it away would in one turn hold up a key. */
  function keepDraftInTurns() {
    const snapshot = unsaved();
    if (snapshot) putting = clock.setTimeout(keep(snapshot), PUT_AWAY_MS);
  }

  async function attempt(snapshot) {
    let written;
    try {
      written = await write(snapshot);
    } catch (problem) {
      await fail(problem);
      return false;
    }
    saved = written ?? snapshot;
    failures = 0;
    return true;
  }

  async function fail(problem) {
    const kind = kindOfFailure(problem);
    keepDraft();
    if (kind === 'conflict' || kind === 'signed-out') held = kind;
    if (kind === 'offline') {
      const wait = BACKOFF_MS[Math.min(failures, BACKOFF_MS.length - 1)];
      failures += 1;
      retry = clock.setTimeout(save, wait);
    }
    show({ kind, message: problem.message, problem });
  }

  async function run() {
    clear();
    for (;;) {
      const snapshot = read();
      if (isSame(snapshot, saved)) {
        clearDraft();
        await forget();
        // What was changed meanwhile has timers of its own.
        show({ kind: longest === undefined ? 'saved' : 'dirty' });
        return true;
      }
      show({ kind: 'saving' });
      if (!(await attempt(snapshot))) return false;
      // Something was typed meanwhile: its own timers are running, and the draft stays until they have saved it.
      if (quiet !== undefined && !isSame(read(), saved)) {
        show({ kind: 'dirty' });
        return true;
      }
    }
  }

  function save() {
    if (held) return Promise.resolve(held === 'stopped');
    running ??= run().finally(() => { running = null; });
    return running;
  }

  return {
    changed,
    save,
    keepDraft,
    /** Everything on the server; false if that could not be reached. */
    async flush() {
      for (let round = 0; round < 3; round += 1) {
        if (!(await save())) return false;
        if (held === 'stopped' || isSame(read(), saved)) return true;
      }
      return false;
    },
    /** The page on the canvas is this snapshot and the server has it. */
    start(snapshot) {
      clear();
      clearDraft();
      saved = snapshot;
      failures = 0;
      held = null;
      show({ kind: 'saved' });
    },
    /** After a conflict was decided or the person signed in again. */
    resume() {
      held = null;
      failures = 0;
      return save();
    },
    /** No page is open, or not all of it is there yet: there is nothing to save. */
    stop() {
      clear();
      clearDraft();
      held = 'stopped';
    },
    /** The session ended elsewhere: nothing is sent until resume(). */
    hold(kind) {
      clear();
      held = kind;
      show({ kind });
    },
    isHeld: () => Boolean(held),
    isDirty: () => held !== 'stopped' && !isSame(read(), saved),
  };
}
