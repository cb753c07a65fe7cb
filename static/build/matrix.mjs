/* `import matrix from 'policies:matrix'` gives the table of policies/README.md, so that the screens hide and disable by
   the very table that the database's tests execute: { 'set_member_role': { call: 'admin' }, … }, the least role that may. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';

const ROLES = ['viewer', 'member', 'editor', 'admin', 'owner'];

/** thing → verb → the least of the five roles that may; what none of them may is left out. */
export function readMatrix(markdown) {
  const rows = markdown.split('\n').filter((line) => line.startsWith('|')).map((line) => line.split('|').slice(1, -1).map((cell) => cell.trim()));
  const [head, , ...body] = rows;
  const matrix = {};
  for (const [thing, verb, ...marks] of body) {
    const may = ROLES.map((role) => marks[head.indexOf(role) - 2] === '✓');
    const least = may.indexOf(true);
    if (least < 0) continue;
    if (may.slice(least).includes(false)) throw new Error(`policies/README.md: a role above another may less: ${thing}, ${verb}`);
    (matrix[thing.replaceAll('`', '')] ??= {})[verb] = ROLES[least];
  }
  return matrix;
}

export function matrix(root) {
  const file = path.join(root, 'policies/README.md');
  return {
    name: 'matrix',
    setup(build) {
      build.onResolve({ filter: /^policies:matrix$/ }, () => ({ path: file, namespace: 'matrix' }));
      build.onLoad({ filter: /.*/, namespace: 'matrix' }, async () => ({
        contents: JSON.stringify(readMatrix(await readFile(file, 'utf8'))), loader: 'json', watchFiles: [file],
      }));
    },
  };
}
