/* When the builder saves, retries and stops. Time is a list here: nothing waits. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSaver, kindOfFailure } from '../../static/src/builder/save/saver.js';

/** A clock whose timers run when the test says so. */
function fakeClock() {
  const timers = new Map();
  let last = 0;
  return {
    setTimeout: (work, delay) => { timers.set((last += 1), { work, delay }); return last; },
    clearTimeout: (id) => timers.delete(id),
    delays: () => [...timers.values()].map(({ delay }) => delay).sort((a, b) => a - b),
    async run(delay) {
      for (const [id, timer] of [...timers]) {
        if (timer.delay !== delay) continue;
        timers.delete(id);
        timer.work();
      }
      for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
    },
  };
}

function set(write = async () => {}, first = 'a', whileForgetting = () => {}) {
  const clock = fakeClock();
  const now = { text: first, version: 1, isDraftSafe: true };
  const log = { written: [], kept: [], keptFrom: [], shown: [], forgotten: 0 };
  const saver = createSaver({
    clock,
    read: () => now.text,
    isSame: (one, other) => one === other,
    mayWait: (text) => text.length > 10 && now.isDraftSafe,
    write: async (text) => { log.written.push(text); await write(text); },
    keep: (text) => { const { version } = now; return () => { log.kept.push(text); log.keptFrom.push(version); }; },
    forget: async () => { log.forgotten += 1; whileForgetting(); },
    show: ({ kind }) => log.shown.push(kind),
  });
  saver.start(first);
  const change = (text) => { now.text = text; saver.changed(); };
  return { clock, saver, log, change, now };
}

const problem = (code, status) => Object.assign(new Error(code), { code, status });

test('a change is kept on the device at once and saved after a pause', async () => {
  const { clock, log, change } = set();
  change('b');
  await clock.run(250);
  await clock.run(50);
  assert.deepEqual(log.kept, ['b']);
  await clock.run(1000);
  assert.deepEqual(log.written, ['b']);
  assert.equal(log.shown.at(-1), 'saved');
  assert.equal(log.forgotten, 1);
});

test('somebody who never pauses is saved after five seconds', async () => {
  const { clock, log, change } = set();
  for (const text of ['b', 'c', 'd']) change(text);
  await clock.run(5000);
  assert.deepEqual(log.written, ['d']);
});

test('a long page is sent in a pause, or after twenty seconds; its draft is kept once a second', async () => {
  let isSlow = false;
  const { clock, log, change } = set(() => (isSlow ? new Promise(() => {}) : null), 'five hundred blocks');
  change('five hundred and one blocks');
  await clock.run(250);
  await clock.run(5000);
  assert.deepEqual([log.written.length, log.kept.length], [0, 0]);
  // The pause, the draft, and whoever never pauses.
  assert.deepEqual(clock.delays(), [1000, 1000, 15_000]);
  await clock.run(15_000);
  assert.equal(log.written.length, 1);
  isSlow = true;
  change('five hundred and two blocks');
  await clock.run(1000);
  await clock.run(50);
  assert.deepEqual([log.written.length, log.kept.length], [2, 1]);
});

test('whether a long page may wait is asked after five seconds: by then it has its first draft, or has none any more', async () => {
  for (const [isDraftSafe, written] of [[true, 0], [false, 1]]) {
    const { clock, log, change, now } = set(undefined, 'five hundred blocks');
    now.isDraftSafe = !isDraftSafe;
    change('five hundred and one blocks');
    now.isDraftSafe = isDraftSafe;
    await clock.run(5000);
    assert.equal(log.written.length, written);
  }
});

test('a draft is written down in one turn and put away in the next, with what was there in the first', async () => {
  const { clock, log, change } = set();
  change('b');
  await clock.run(250);
  assert.deepEqual(log.kept, []);
  change('c');
  await clock.run(50);
  assert.deepEqual(log.kept, ['b']);
  // What came in between has a draft of its own.
  await clock.run(250);
  await clock.run(50);
  assert.deepEqual(log.kept, ['b', 'c']);
});

test('a draft says from which version it was made, whatever the page is joined with before it is put away', async () => {
  const { clock, log, change, now } = set();
  change('b');
  await clock.run(250);
  now.version = 2;
  await clock.run(50);
  assert.deepEqual([log.kept, log.keptFrom], [['b'], [1]]);
});

test('what is saved before its draft was put away leaves no draft', async () => {
  const { clock, saver, log, change } = set();
  change('b');
  await clock.run(250);
  await saver.save();
  await clock.run(50);
  assert.deepEqual([log.written, log.kept, log.forgotten], [['b'], [], 1]);
});

test('a tab that closes in between puts the draft away at once, and once', async () => {
  const { clock, saver, log, change } = set();
  change('b');
  await clock.run(250);
  change('c');
  saver.keepDraft();
  assert.deepEqual(log.kept, ['c']);
  await clock.run(50);
  assert.deepEqual(log.kept, ['c']);
});

test('what changes while the draft is being forgotten is not called saved', async () => {
  const { clock, log, change } = set(undefined, 'a', () => { if (log.written.length === 1) change('c'); });
  change('b');
  await clock.run(1000);
  assert.deepEqual([log.written, log.shown.at(-1)], [['b'], 'dirty']);
  await clock.run(1000);
  assert.deepEqual([log.written, log.shown.at(-1)], [['b', 'c'], 'saved']);
});

test('going back to what is saved is no change', async () => {
  const { clock, log, change } = set();
  change('b');
  change('a');
  await clock.run(1000);
  assert.deepEqual(log.written, []);
  assert.equal(log.shown.at(-1), 'saved');
});

test('what changes while a save is under way is saved after it, never beside it', async () => {
  let release;
  const { clock, log, change } = set(() => new Promise((resolve) => { release = resolve; }));
  change('b');
  await clock.run(1000);
  change('c');
  await clock.run(1000);
  assert.deepEqual(log.written, ['b']);
  release();
  await clock.run(0);
  assert.deepEqual(log.written, ['b', 'c']);
});

test('offline it waits longer each time and keeps the draft', async () => {
  const { clock, log, change } = set(async () => { throw problem('offline', 0); });
  change('b');
  await clock.run(1000);
  assert.equal(log.shown.at(-1), 'offline');
  assert.ok(log.kept.includes('b'));
  await clock.run(1000);
  await clock.run(2000);
  assert.deepEqual(clock.delays(), [4000]);
  assert.equal(log.forgotten, 0);
});

test('after a conflict nothing is sent until the person has decided', async () => {
  const failures = [problem('conflict', 409)];
  const { clock, saver, log, change } = set(async () => { if (failures.length) throw failures.pop(); });
  change('b');
  await clock.run(1000);
  assert.equal(log.shown.at(-1), 'conflict');
  change('c');
  await clock.run(1000);
  assert.deepEqual(log.written, ['b']);
  assert.ok(log.kept.includes('c'));
  await saver.resume();
  assert.deepEqual(log.written, ['b', 'c']);
});

test('a refused save is not repeated by itself, but with the next change', async () => {
  const failures = [problem('23514', 400)];
  const { clock, log, change } = set(async () => { if (failures.length) throw failures.pop(); });
  change('b');
  await clock.run(1000);
  assert.equal(log.shown.at(-1), 'error');
  assert.deepEqual(clock.delays(), []);
  change('c');
  await clock.run(1000);
  assert.equal(log.shown.at(-1), 'saved');
});

test('each kind of failure is told apart', () => {
  assert.equal(kindOfFailure({ code: 'conflict', status: 409 }), 'conflict');
  assert.equal(kindOfFailure({ code: 'PGRST303', status: 401 }), 'signed-out');
  assert.equal(kindOfFailure({ code: 'unknown', status: 503 }), 'offline');
  assert.equal(kindOfFailure({ code: 'unknown', status: 413 }), 'error');
  assert.equal(kindOfFailure({ code: '42501', status: 403 }), 'error');
});
