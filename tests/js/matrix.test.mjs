/* The screens hide and disable by the very table that tests/policies/test_matrix.py tries cell by cell. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import test from 'node:test';
import { readMatrix } from '../../static/build/matrix.mjs';

const ROLES = ['viewer', 'member', 'editor', 'admin', 'owner'];
const readme = await readFile(new URL('../../policies/README.md', import.meta.url), 'utf8');

test('every cell of the table comes out as it stands there', () => {
  const matrix = readMatrix(readme);
  const [head, ...body] = readme.split('\n').filter((line) => line.startsWith('| '));
  const columns = head.split('|').map((cell) => cell.trim());
  let cells = 0;
  for (const line of [...body]) {
    const row = line.split('|').map((cell) => cell.trim());
    for (const role of ROLES) {
      const least = matrix[row[1].replaceAll('`', '')]?.[row[2]];
      const may = least !== undefined && ROLES.indexOf(role) >= ROLES.indexOf(least);
      assert.equal(may, row[columns.indexOf(role)] === '✓', `${role} ${row[2]} ${row[1]}`);
      cells += 1;
    }
  }
  assert.ok(cells > 500);
});

test('a table in which a higher role may less is refused', () => {
  const table = '| what | verb | viewer | member | editor | admin | owner |\n|---|---|---|---|---|---|---|\n| x | call | – | ✓ | – | ✓ | ✓ |';
  assert.throws(() => readMatrix(table), /a role above another/);
});
