/* The tree of pages and the fields of their settings: what a move means, and what is not accepted. */
import assert from 'node:assert/strict';
import { registerHooks } from 'node:module';
import { test } from 'node:test';

registerHooks({
  load: (url, context, next) => next(url, url.endsWith('.json') ? { ...context, importAttributes: { type: 'json' } } : context),
});
const builder = '../../static/src/builder';
const { mayNest, orderWith, pathUnder, rowsOf } = await import(`${builder}/panels/page_tree.js`);
const { jsonProblem, problemsOf, seoOf, valuesOf } = await import(`${builder}/dialogs/page_fields.js`);

const page = (path, position) => ({ id: path, path, position });
const pages = [page('/b', 1), page('/', 9), page('/a', 2), page('/a/x', 3), page('/a/x/y', 0), page('/ab', 4)];
const by = (path) => pages.find((each) => each.path === path);

test('pages hang under the longest address that begins theirs; the home page comes first', () => {
  assert.deepEqual(rowsOf(pages).map((row) => [row.page.path, row.level, row.parent?.path]), [
    ['/', 1, undefined], ['/b', 1, undefined], ['/a', 1, undefined], ['/a/x', 2, '/a'], ['/a/x/y', 3, '/a/x'], ['/ab', 1, undefined],
  ]);
});

test('a page takes what hangs under it along', () => {
  assert.deepEqual(orderWith(by('/a'), by('/b'), 'before', pages), ['/', '/a', '/a/x', '/a/x/y', '/b', '/ab']);
  assert.deepEqual(orderWith(by('/b'), by('/a'), 'after', pages), ['/', '/a', '/a/x', '/a/x/y', '/b', '/ab']);
});

test('nesting makes an address that is free, and never a page below itself', () => {
  assert.equal(pathUnder(by('/b'), by('/a'), pages), '/a/b');
  assert.equal(pathUnder(by('/a/x'), null, pages), '/x');
  assert.equal(pathUnder(by('/a/x'), by('/a'), pages), '/a/x');
  assert.equal(pathUnder(by('/b'), by('/a'), [...pages, page('/a/b', 1)]), '/a/b-2');
  assert.ok(mayNest(by('/b'), by('/a'), pages));
  for (const [moved, parent] of [['/a', '/a'], ['/a', '/a/x'], ['/', '/a'], ['/b', '/']]) assert.ok(!mayNest(by(moved), by(parent), pages), moved);
  assert.ok(!mayNest(by('/a'), page('/1/2/3/4/5/6', 0), pages));
});

test('settings come back as they went in, and what is empty is left out', () => {
  const row = { title: 'T', path: '/t', status: 'draft', seo: { description: 'd', noindex: true, json_ld: { '@type': 'Thing' }, kept: 1 } };
  const values = valuesOf(row);
  assert.deepEqual(seoOf(values, row.seo), row.seo);
  assert.deepEqual(seoOf({ ...values, description: ' ', noindex: false, json_ld: '' }, row.seo), { kept: 1 });
  assert.equal(problemsOf(values, []), null);
  const wrong = problemsOf({ ...values, title: ' ', path: '/A', canonical: 'javascript:1', language: '<b>', head_code: `sk_${'live'}_${'a1'.repeat(9)}`, json_ld: '[' }, []);
  for (const name of ['title', 'path', 'canonical', 'language', 'head_code', 'json_ld']) assert.ok(wrong[name], name);
});

test('structured data is an object that says what it is', () => {
  for (const good of ['', '{"@type": "Bakery"}', '[{"@type": "A"}]', '{"@context": "x", "@graph": []}']) assert.equal(jsonProblem(good), '', good);
  for (const bad of ['{', '1', '"x"', 'null', '{}', '[1]', '{"a": 1}']) assert.ok(jsonProblem(bad), bad);
});
