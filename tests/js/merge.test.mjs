/* Two people, one page: what is taken by itself, what is asked, and that nothing vanishes. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

const folder = '../../static/src/builder/save';
const { merge } = await import(`${folder}/merge.js`);
const { blocksOf } = await import(`${folder}/blocks.js`);
const { canonical } = await import(`${folder}/canonical.js`);

const block = (id, text) => ({ type: 'rb-block', blockId: id, components: [{ type: 'textnode', content: text }] });
const pageOf = (blocks, styles = [], own = {}) => (
  { pages: [{ frames: [{ component: { type: 'wrapper', ...own, components: Object.entries(blocks).map(([id, text]) => block(id, text)) } }] }], styles }
);
const read = (project) => Object.fromEntries(blocksOf(project).map(({ id, node }) => [id, node.components[0].content]));
const order = (project) => blocksOf(project).map(({ id }) => id).join('');

const base = pageOf({ a: '1', b: '2', c: '3' });

test('changes of different blocks are both on the page', () => {
  const { project, conflicts, changes } = merge(base, pageOf({ a: 'mine', b: '2', c: '3' }), pageOf({ a: '1', b: '2', c: 'theirs' }));
  assert.deepEqual(read(project), { a: 'mine', b: '2', c: 'theirs' });
  assert.deepEqual(conflicts, []);
  assert.deepEqual(changes, ['c']);
});

test('what both changed differently is asked, and the answer decides', () => {
  const sides = [base, pageOf({ a: 'mine', b: '2', c: '3' }), pageOf({ a: 'theirs', b: 'also theirs', c: '3' })];
  const { project, conflicts } = merge(...sides);
  assert.deepEqual(conflicts.map(({ id, kind }) => [id, kind]), [['a', 'block']]);
  assert.deepEqual(read(project), { a: 'mine', b: 'also theirs', c: '3' });
  assert.equal(read(merge(...sides, { a: 'theirs' }).project).a, 'theirs');
});

test('what is asked is asked from the top of the page to its end', () => {
  const before = pageOf({ z: '1', a: '2', m: '3' });
  const { conflicts } = merge(before, pageOf({ z: 'x', a: 'x', m: 'x' }), pageOf({ z: 'y', a: 'y', m: 'y' }));
  assert.deepEqual(conflicts.map(({ id }) => id), ['z', 'a', 'm']);
});

test('what both changed alike is no conflict', () => {
  const same = pageOf({ a: 'same', b: '2', c: '3' });
  assert.deepEqual(merge(base, same, same).conflicts, []);
});

test('a block deleted by one and changed by the other is asked', () => {
  const deleted = pageOf({ a: '1', c: '3' });
  const changed = pageOf({ a: '1', b: 'new', c: '3' });
  const { conflicts, project } = merge(base, deleted, changed);
  assert.deepEqual(conflicts.map(({ id }) => id), ['b']);
  assert.equal(order(project), 'ac');
  assert.equal(order(merge(base, deleted, changed, { b: 'theirs' }).project), 'abc');
  assert.equal(order(merge(base, deleted, base).project), 'ac');
});

test('blocks that both added in one place stand one after the other, the same way round for both', () => {
  const mine = pageOf({ a: '1', x: 'x', b: '2', c: '3' });
  const theirs = pageOf({ a: '1', y: 'y', z: 'z', b: '2', c: '3' });
  assert.equal(order(merge(base, mine, theirs).project), 'axyzbc');
  assert.equal(order(merge(base, theirs, mine).project), 'axyzbc');
});

test('one who moves and one who types do not disturb each other; two who move are asked', () => {
  const moved = pageOf({ c: '3', a: '1', b: '2' });
  assert.equal(order(merge(base, moved, pageOf({ a: '1', b: 'x', c: '3' })).project), 'cab');
  assert.equal(order(merge(base, pageOf({ a: '1', b: 'x', c: '3' }), moved).project), 'cab');
  const { conflicts } = merge(base, moved, pageOf({ b: '2', a: '1', c: '3' }));
  assert.deepEqual(conflicts.map(({ id }) => id), ['order']);
  assert.equal(order(merge(base, moved, pageOf({ b: '2', a: '1', c: '3' }), { order: 'theirs' }).project), 'bac');
});

const rule = (style, name = 'x') => ({ selectors: [{ name, type: 2 }], style });

test('different declarations of one rule are joined; the same one is asked with its block', () => {
  const page = (style) => pageOf({ a: '1' }, [rule(style)]);
  const was = page({ color: 'red', margin: '0' });
  const joined = merge(was, page({ color: 'blue', margin: '0' }), page({ color: 'red', margin: '1px', padding: '2px' }));
  assert.deepEqual(joined.project.styles[0].style, { color: 'blue', margin: '1px', padding: '2px' });
  assert.deepEqual(joined.conflicts, []);
  const asked = merge(was, page({ color: 'blue' }), page({ color: 'green' }));
  assert.deepEqual(asked.conflicts.map(({ id, kind }) => [id, kind]), [['styles', 'style']]);
  assert.deepEqual(merge(was, page({ color: 'blue' }), page({ color: 'green' }), { styles: 'theirs' }).project.styles[0].style, { color: 'green' });
});

test('the order of keys, as the database gives them back, is no change', () => {
  const shuffled = JSON.parse(JSON.stringify(base));
  const [first] = shuffled.pages[0].frames[0].component.components;
  shuffled.pages[0].frames[0].component.components[0] = Object.fromEntries(Object.entries(first).reverse());
  assert.deepEqual(merge(base, base, shuffled).changes, []);
});

test('blocks that were never named get the same names in every browser, each its own', () => {
  const nameless = pageOf({ a: 'same', b: 'same', c: 'other' });
  for (const each of nameless.pages[0].frames[0].component.components) delete each.blockId;
  const ids = blocksOf(nameless).map(({ id }) => id);
  assert.equal(new Set(ids).size, 3);
  assert.deepEqual(ids, blocksOf(JSON.parse(JSON.stringify(nameless))).map(({ id }) => id));
  const twice = pageOf({ a: '1', b: '2' });
  twice.pages[0].frames[0].component.components[1].blockId = 'a';
  assert.equal(new Set(blocksOf(twice).map(({ id }) => id)).size, 2);
});

test('nothing that was stored badly stops a merge', () => {
  for (const broken of [null, {}, { pages: [] }, { pages: [{ frames: [{ component: { components: '<p>x</p>' } }] }] }]) {
    assert.deepEqual(merge(broken, broken, broken).conflicts, []);
  }
});

// Laws, over a thousand random pages -----------------------------------------------------------------

/** Numbers that are the same in every run (mulberry32). */
function numbers(seed) {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

function edited(project, pick, who) {
  const items = Object.entries(read(project));
  for (let step = pick(5); step > 0; step -= 1) {
    const at = pick(items.length + 1);
    const kind = pick(4);
    if (kind === 0) items.splice(at, 0, [`${who}${step}${pick(1000)}`, who]);
    else if (!items[at]) continue;
    else if (kind === 1) items[at][1] = `${who}${pick(3)}`;
    else if (kind === 2) items.splice(at, 1);
    else items.splice(pick(items.length), 0, ...items.splice(at, 1));
  }
  return pageOf(Object.fromEntries(items));
}

const cases = Array.from({ length: 1000 }, (_, seed) => {
  const pick = numbers(seed);
  const start = pageOf(Object.fromEntries(Array.from({ length: pick(8) }, (_each, at) => [`b${at}`, `${at}`])));
  return { start, mine: edited(start, pick, 'm'), theirs: edited(start, pick, 't') };
});

test('law: one who changed nothing takes what the other did', () => {
  for (const { start, mine } of cases) {
    assert.equal(canonical(merge(start, mine, start).project), canonical(mine));
    assert.equal(canonical(merge(start, start, mine).project), canonical(mine));
    assert.equal(canonical(merge(start, mine, mine).project), canonical(mine));
  }
});

test('law: without a conflict both come to the same page, whoever saves second', () => {
  let clean = 0;
  for (const { start, mine, theirs } of cases) {
    const here = merge(start, mine, theirs);
    const there = merge(start, theirs, mine);
    assert.equal(here.conflicts.length, there.conflicts.length);
    if (here.conflicts.length) continue;
    clean += 1;
    assert.equal(canonical(here.project), canonical(there.project));
  }
  assert.ok(clean > 200, `${clean}`);
});

test('law: no change of either is lost unless it was asked about', () => {
  for (const { start, mine, theirs } of cases) {
    const { project, conflicts } = merge(start, mine, theirs);
    const asked = new Set(conflicts.map(({ id }) => id));
    const [was, my, their, now] = [start, mine, theirs, project].map(read);
    for (const id of Object.keys({ ...was, ...my, ...their })) {
      if (asked.has(id)) continue;
      assert.equal(now[id], my[id] === was[id] ? their[id] : my[id], id);
    }
  }
});

test('law: choosing one side everywhere leaves nothing to ask, and each block once', () => {
  for (const { start, mine, theirs } of cases) {
    const { conflicts } = merge(start, mine, theirs);
    for (const side of ['mine', 'theirs']) {
      const choices = Object.fromEntries(conflicts.map(({ id }) => [id, side]));
      const ids = blocksOf(merge(start, mine, theirs, choices).project).map(({ id }) => id);
      assert.equal(new Set(ids).size, ids.length);
    }
  }
});
