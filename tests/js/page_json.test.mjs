/* A page's JSON, joined from that of its blocks, says what writing it out anew would say. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

const { jsonOf, rememberJson } = await import('../../static/src/builder/data/page_json.js');

function pageOf({ own, blocks, styles }) {
  const component = { ...own, ...(blocks.length && { components: blocks }) };
  const content = { pages: [{ frames: [{ component }] }], styles };
  rememberJson(content, { own, blocks: blocks.map((block) => JSON.stringify(block)), styles });
  return content;
}

const BLOCKS = [{ type: 'rb-block', components: 'a "quoted" <b>text</b>\u2028' }, { type: 'text' }];
const PAGES = [
  { own: {}, blocks: [], styles: [] },
  { own: {}, blocks: BLOCKS, styles: [{ selectors: ['a'], style: { color: 'red' } }] },
  { own: { type: 'wrapper', attributes: { id: 'x' } }, blocks: BLOCKS, styles: [] },
  { own: { type: 'wrapper' }, blocks: [], styles: [] },
];

for (const [number, page] of PAGES.entries()) {
  test(`page ${number} is written as it is`, () => {
    const content = pageOf(page);
    const fields = { html: '<p>"x"</p>', css: '', version: 3 };
    assert.equal(jsonOf({ ...fields, content }), JSON.stringify({ ...fields, content }));
    assert.equal(jsonOf({ content }), JSON.stringify({ content }));
  });
}

test('what nobody has joined is written out', () => {
  assert.equal(jsonOf({ content: null, version: 1 }), JSON.stringify({ version: 1, content: null }));
  assert.equal(jsonOf({ title: 'x' }), '{"title":"x"}');
});
