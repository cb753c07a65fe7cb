/* What the embedded database says of a statement that holds everybody else up. */
import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import { CompiledQuery } from 'kysely';
import { createKysely } from '../../supabase/local/turns.mjs';

/** A database whose statements take so many milliseconds of a clock that the test holds. */
function takes(milliseconds, fails = false) {
  return createKysely({
    exec: async () => {},
    query: async () => {
      mock.timers.tick(milliseconds);
      if (fails) throw new Error('no');
      return { rows: [] };
    },
  });
}

async function said(kysely) {
  const lines = mock.method(console, 'warn', () => {});
  mock.timers.enable({ apis: ['Date'] });
  try {
    const secret = CompiledQuery.raw('select *\n  from slow($1)', ['a secret']);
    await kysely.executeQuery(secret).catch(() => {});
    return lines.mock.calls.map(({ arguments: words }) => words.join(' '));
  } finally {
    mock.timers.reset();
    lines.mock.restore();
  }
}

test('a long statement is named in the log, without what people sent', async () => {
  const expected = ['for 4.2 s nothing else was answered: select * from slow($1)'];
  assert.deepEqual(await said(takes(4200)), expected);
  assert.deepEqual(await said(takes(4200, true)), expected);
});

test('a quick one is not', async () => {
  assert.deepEqual(await said(takes(300)), []);
});
