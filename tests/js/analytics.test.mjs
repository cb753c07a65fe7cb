/* What the visitors' screen says and exports; no browser is needed for it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seriesOf, topOf } from '../../static/src/analytics/series.js';
import { reportAsCsv } from '../../static/src/analytics/table_file.js';
import { duration, figures, grade, nameOf, percent } from '../../static/src/analytics/words.js';

const row = (value, more = {}) => ({ value, visitors: 1, views: 2, bounces: 0, seconds: 5, depth: null, ...more });
const totals = { visitors: 4, views: 10, bounces: 1, seconds: 240 };
const report = {
  totals, previous: { visitors: 2, views: 5, bounces: 1, seconds: 60 },
  days: [{ day: '2026-03-01', visitors: 1, views: 2 }, { day: '2026-03-02', visitors: 3, views: 8 }],
  panels: { path: [row('/', { depth: 40 })], referrer: [row('=cmd|x!A0'), row('')] },
  vitals: [{ path: '/', times: 3, lcp: 900, cls: 0.02 }],
};

test('the file holds every number, and no cell begins like a formula', () => {
  const lines = reportAsCsv(report, { from: '2026-03-01', to: '2026-03-02' }).slice(1).trim().split('\r\n');
  assert.equal(lines[0], '"panel","value","visitors","views","bounces","seconds","percent read"');
  assert.ok(lines.includes('"Sources","\'=cmd|x!A0","1","2","0","5",""'));
  assert.ok(lines.includes('"Pages","/","1","2","0","5","40"'));
  assert.ok(lines.includes('"Days","2026-03-02","3","8","","",""'));
  assert.ok(lines.includes('"Web Vitals: LCP","/","","3","","900",""'));
  assert.ok(lines.every((line) => !/(^|,)"[=+@|-]/.test(line)));
});

test('figures are compared with the period before', () => {
  const told = Object.fromEntries(figures(totals, report.previous).map(({ name, text, change }) => [name, [text, change]]));
  assert.deepEqual(told, { visitors: ['4', 100], views: ['10', 100], duration: ['1 min 0 s', 100], bounce: ['25 %', -50] });
  const none = { visitors: 0, views: 0, bounces: 0, seconds: 0 };
  assert.deepEqual(figures(none, none).map(({ text, change }) => [text, change]), [['0', null], ['0', null], ['0 s', null], ['–', null]]);
});

test('a single day is drawn by its hours, more by days, with what was published', () => {
  const publish = { finished_at: '2026-03-02T09:30:00+00:00', message: 'New menu' };
  assert.deepEqual(seriesOf(report, [publish]).map(({ views, publishes }) => [views, publishes.length]), [[2, 0], [8, 1]]);
  const day = { ...report, days: [report.days[1]], panels: { hour: [{ value: '09', visitors: 2, views: 3 }] } };
  const hours = seriesOf(day, [publish]);
  assert.equal(hours.length, 24);
  assert.deepEqual([hours[9].views, hours[9].publishes.length, hours[8].views], [3, 1, 0]);
});

test('the scale ends at a round number', () => {
  for (const [highest, top] of [[0, 4], [5, 5], [11, 20], [99, 100], [101, 200], [4001, 5000]]) {
    assert.equal(topOf([{ views: highest }], 'views'), top);
  }
});

test('values are called by names that people know', () => {
  assert.equal(nameOf('country', 'DE'), 'Germany');
  assert.equal(nameOf('country', 'QX'), 'QX');
  assert.equal(nameOf('device', 'mobile'), 'Phone');
  assert.equal(nameOf('referrer', ''), 'Direct, or not told');
  assert.equal(nameOf('path', '/(other)'), 'All others');
  assert.equal(nameOf('utm_source', '<b>'), '<b>');
  assert.equal(duration(75), '1 min 15 s');
  assert.equal(percent(1, 0), '–');
  assert.deepEqual(['good', 'fair', 'poor'], [grade('lcp', 2500), grade('lcp', 4000), grade('lcp', 4001)]);
});
