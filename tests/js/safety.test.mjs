/* The parts of the sanitiser that need no browser: addresses, style values, the engine's JSON. */
import assert from 'node:assert/strict';
import { createRequire, registerHooks } from 'node:module';
import { test } from 'node:test';

// The bundler reads JSON by itself; node asks for an attribute on the import.
registerHooks({
  load: (url, context, next) => next(url, url.endsWith('.json') ? { ...context, importAttributes: { type: 'json' } } : context),
});
const folder = '../../static/src/builder/safety';
const { isSafeFrame, isSafeLink, isSafePicture, trustStorage } = await import(`${folder}/urls.js`);
const { isSafeValue, safeDeclarations } = await import(`${folder}/styles.js`);
const { safeAttributes, isSafeName } = await import(`${folder}/attributes.js`);
const { safeProject } = await import(`${folder}/project.js`);
const hostile = createRequire(import.meta.url)('../hostile/pages.json');

test('links lead to pages, the web, mail and telephones', () => {
  for (const url of ['/about', '#top', '?q=1', 'https://a.example', 'http://a.example', 'mailto:a@b.example', 'tel:+44']) {
    assert.ok(isSafeLink(url), url);
  }
  for (const url of ['javascript:1', ' JaVaScRiPt:1', 'java\nscript:1', '\u0001javascript:1', 'data:text/html,x', 'vbscript:x', 'blob:x', '//evil.example', '/\\evil.example']) {
    assert.ok(!isSafeLink(url), url);
  }
});

test('pictures come from https, from data of a picture, or from our own storage', () => {
  trustStorage('http://127.0.0.1:54321');
  assert.ok(isSafePicture('http://127.0.0.1:54321/storage/v1/object/public/assets/o/p.png'));
  assert.ok(isSafePicture('data:image/png;base64,AAAA'));
  assert.ok(!isSafePicture('http://127.0.0.1:54321/auth/v1/logout'));
  assert.ok(!isSafePicture('data:image/svg+xml;base64,AAAA'));
  assert.ok(!isSafePicture('http://attacker.invalid/x.png'));
});

test('frames are the listed players and maps, not what looks like them', () => {
  assert.ok(isSafeFrame('https://www.youtube-nocookie.com/embed/abc'));
  assert.ok(!isSafeFrame('https://www.youtube-nocookie.com.evil.example/embed/abc'));
  assert.ok(!isSafeFrame('https://www.google.com/maps/embedded.evil'));
});

test('style values cannot leave their rule or fetch from elsewhere', () => {
  for (const value of ['12px', 'var(--rb-color-primary)', 'url("/static/stock/x.webp")', '"→"', 'clamp(1rem, 2vw, 3rem)']) {
    assert.ok(isSafeValue(value), value);
  }
  for (const value of ['red}</style><script>', 'expression(1)', 'url(javascript:1)', 'url(http://attacker.invalid)', 'u\\72l(x)', 'image-set("https://x" 1x)', '@import']) {
    assert.ok(!isSafeValue(value), value);
  }
  assert.deepEqual(safeDeclarations('color: red; behavior: url(x); background: url(data:image/png;base64,AA==)'), {
    color: 'red', background: 'url(data:image/png;base64,AA==)',
  });
});

test('attributes are the listed ones, and names stand in front of nothing', () => {
  assert.deepEqual(safeAttributes('a', { href: '/x', onclick: '1', 'data-gjs-script': '1', ping: 'x', 'aria-label': 'y' }), { href: '/x', 'aria-label': 'y' });
  assert.ok(!isSafeName('config'));
  assert.ok(isSafeName('site-menu'));
});

test('every hostile document becomes one page of plain, known things', () => {
  const allowed = new Set(['type', 'tagName', 'attributes', 'classes', 'components', 'style', 'void', 'content']);
  const check = (node) => {
    for (const key of Object.keys(node)) assert.ok(allowed.has(key), key);
    assert.ok(!/^(script|style|object|embed|base|meta|link)$/i.test(node.tagName ?? ''), node.tagName);
    for (const [name, value] of Object.entries(node.attributes ?? {})) {
      assert.ok(!/^on/i.test(name), name);
      assert.ok(!/^\s*javascript:/i.test(value), value);
    }
    if (Array.isArray(node.components)) node.components.forEach(check);
  };
  for (const { id, content } of hostile.json) {
    const project = safeProject(content, { html: () => '' });
    assert.deepEqual(Object.keys(project), ['pages', 'styles'], id);
    assert.equal(project.pages.length, 1, id);
    assert.equal(project.pages[0].frames.length, 1, id);
    check(project.pages[0].frames[0].component);
  }
});

test('an only child, as the engine parses it, is a child like others', () => {
  const component = { components: { tagName: 'h1', type: 'text', components: { type: 'textnode', content: 'Hello' } } };
  const { components } = safeProject({ pages: [{ frames: [{ component }] }] }, { html: () => '' }).pages[0].frames[0].component;
  assert.deepEqual(components, [{ type: 'text', tagName: 'h1', components: [{ type: 'textnode', content: 'Hello' }] }]);
});
