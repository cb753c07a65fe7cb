/* What the activity screen says and exports; no browser is needed for it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cell, head, lines } from '../../static/src/activity/csv.js';
import { ACTIONS, KINDS, changesOf, didWhat, fieldName, valueText } from '../../static/src/activity/words.js';

const FORMULAS = [
  '=1+1', '=cmd|\' /C calc\'!A0', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '\n=1', ' =1', '\u00a0=1', '\ufeff=1', '\u0000=1',
  '＝1', '＋1', '－1', '＠x', '|calc', '%0A=1', '-2+3+cmd|\' /C calc\'!A0', '=HYPERLINK("http://evil.example")',
];

test('no cell begins like a formula', () => {
  for (const formula of FORMULAS) assert.ok(cell(formula).startsWith('"\''), JSON.stringify(formula));
});

test('plain text stays as it is, and quotes are doubled', () => {
  assert.equal(cell('Hearth & Crumb'), '"Hearth & Crumb"');
  assert.equal(cell('a "b", c\nd'), '"a ""b"", c\nd"');
  assert.equal(cell(null), '""');
  assert.equal(cell(7), '"7"');
});

test('a line holds the whole entry', () => {
  const entry = {
    sequence: 3, created_at: '2026-11-25T10:00:00Z', actor_kind: 'person', actor_name: '=evil()', actor_id: 'a', action: 'site.updated',
    object_type: 'site', object_label: '@x', object_id: 'o', before: { name: '=1' }, after: null, hash: 'f00',
  };
  assert.equal(head().split(',').length, 12);
  assert.ok(head().startsWith('\ufeff'));
  assert.equal(
    lines([entry]),
    '"3","2026-11-25T10:00:00Z","person","\'=evil()","a","site.updated","site","\'@x","o","{""name"":""=1""}","","f00"\r\n',
  );
});

test('only what differs is told, however deep', () => {
  const before = { name: 'A', theme: { color: { ink: '#000', paper: '#fff' } }, seo: { noindex: true } };
  const after = { name: 'B', theme: { color: { ink: '#111', paper: '#fff' } } };
  assert.deepEqual(changesOf({ before, after }), [
    { path: ['name'], before: 'A', after: 'B' },
    { path: ['theme', 'color', 'ink'], before: '#000', after: '#111' },
    { path: ['seo', 'noindex'], before: true, after: undefined },
  ]);
  assert.deepEqual(changesOf({ before: null, after: null }), []);
  assert.equal(fieldName(['seo', 'noindex']), 'Search and sharing · Hidden from search');
});

test('values are words', () => {
  const exactly = () => 'then';
  assert.deepEqual([undefined, '', true, false, 12, 'text', '2026-11-25T10:00:00+00:00', ['a', 'b']].map((each) => valueText(each, exactly)),
    ['–', '–', 'yes', 'no', '12', 'text', 'then', 'a, b']);
});

test('every action belongs to a kind, and leaving is not being removed', () => {
  for (const action of Object.keys(ACTIONS)) assert.ok(KINDS[action.split('.')[0]], action);
  const removed = { action: 'member.removed', actor_id: 'mia', object_id: 'mia', object_label: 'Mia' };
  assert.deepEqual(didWhat(removed), { words: 'left the team', label: '' });
  assert.equal(didWhat({ ...removed, actor_id: 'olive' }).label, 'Mia');
  assert.equal(didWhat({ action: 'thing.was_done', object_label: '' }).words, 'thing was done');
});
