/* The checks of a page and of a site, over plain nodes: the same rules that the panel and the publish dialog run. */
import assert from 'node:assert/strict';
import { registerHooks } from 'node:module';
import { test } from 'node:test';

registerHooks({
  load: (url, context, next) => next(url, url.endsWith('.json') ? { ...context, importAttributes: { type: 'json' } } : context),
});
const folder = '../../static/src/builder/checks';
const { checkPage, errorsIn } = await import(`${folder}/page.js`);
const { checkSite, sitePathsOf } = await import(`${folder}/site.js`);
const { internalTarget } = await import(`${folder}/links.js`);
const { secretsIn } = await import(`${folder}/secrets.js`);

const el = (tag, attributes = {}, ...inside) => ({
  tag, attributes, text: inside.filter((each) => typeof each === 'string').join(' '), children: inside.filter((each) => typeof each !== 'string'),
});
const about = { path: '/', title: 'Home', seo: { description: 'What it is.' }, sitePaths: new Map([['/', 'published'], ['/about', 'published'], ['/soon', 'draft']]) };
const check = (nodes, more = {}) => checkPage(nodes, { ...about, ...more });
const rules = (nodes, more) => check([el('h1', {}, 'Title'), ...nodes], more).map(({ rule, level }) => `${level} ${rule}`);

test('a good page has no findings', () => {
  const page = [
    el('nav', {}, el('a', { href: '/about' }, 'About'), el('a', { href: 'mailto:a@b.example' }, 'Mail')),
    el('section', {}, el('h1', {}, 'Title'), el('img', { src: 'x.webp', alt: '' }), el('h2', {}, 'Next'), el('h3', {}, 'Deeper')),
    el('form', {}, el('label', {}, 'Name', el('input', { name: 'name' })), el('label', { for: 'm' }, 'Mail'), el('input', { id: 'm', name: 'mail', type: 'email' }), el('button', {}, 'Send')),
  ];
  assert.deepEqual(check(page), []);
});

test('each fault is found once, as an error or a warning, with the way to it', () => {
  const cases = [
    [el('img', { src: 'x' }), 'error missing-alt'],
    [el('img', { src: 'x', alt: 'IMG_2041' }), 'warning alt-is-a-file-name'],
    [el('a', { href: '/about' }), 'error empty-link'],
    [el('a', { href: '/about' }, el('svg', { 'aria-hidden': 'true' }, 'x')), 'error empty-link'],
    [el('button', {}), 'error empty-button'],
    [el('a', { href: '#' }, 'More'), 'warning link-to-nowhere'],
    [el('a', { href: '/gone' }, 'More'), 'error broken-link'],
    [el('a', { href: '/soon' }, 'More'), 'error broken-link'],
    [el('a', { href: '#nothing' }, 'More'), 'warning broken-anchor'],
    [el('input', { 'aria-label': 'Name' }), 'error unnamed-field'],
    [el('input', { name: 'a' }), 'error unlabelled-field'],
    [el('h3', {}, 'Too deep'), 'warning heading-order'],
    [el('h1', {}, 'Second'), 'warning heading-order'],
    [el('h2', {}), 'warning empty-heading'],
    [el('iframe', { src: 'https://x.example' }), 'warning unnamed-embed'],
    [el('img', { alt: 'x', src: `data:image/png;base64,${'A'.repeat(160_000)}` }), 'warning heavy-image'],
    [{ ...el('p', {}, 'Pale'), style: { color: [200, 200, 200], background: [255, 255, 255], size: 16, isBold: false } }, 'warning low-contrast'],
  ];
  for (const [node, expected] of cases) {
    assert.deepEqual(rules([el('div', {}, node)]), [expected], expected);
    const [found] = check([el('h1', {}, 'T'), el('div', {}, node)]);
    assert.deepEqual(found.path, [1, 0], expected);
  }
});

test('what only looks like a fault is left alone', () => {
  const fine = [
    el('img', { src: 'x', 'aria-hidden': 'true' }),
    el('a', { href: '/about', 'aria-label': 'About' }),
    el('a', { href: '/About/?q=1#team' }, 'x'), el('a', { href: 'about' }, 'x'), el('a', { href: '//x.example/gone' }, 'x'),
    el('a', { href: '#top' }, 'x'), el('a', { href: '#e' }, 'x'), el('div', { id: 'e' }),
    el('input', { type: 'hidden' }), el('input', { name: 'q', 'aria-label': 'Search' }),
    { ...el('p', {}, 'Large'), style: { color: [120, 120, 120], background: [255, 255, 255], size: 30, isBold: false } },
  ];
  assert.deepEqual(rules(fine), []);
});

test('title, description, headings and emptiness are looked at', () => {
  assert.deepEqual(check([], { title: ' ', seo: {} }).map(({ rule }) => rule), ['missing-title', 'missing-description', 'no-main-heading', 'empty-page']);
  assert.deepEqual(rules([], { seo: {}, siteSeo: { description: 'x' } }), []);
  assert.deepEqual(rules([], { seo: { noindex: true } }), []);
});

test('errors come first, then the order of the page', () => {
  const found = check([el('h1', {}, 'T'), el('h4', {}, 'x'), el('img', { src: 'x' }), el('a', { href: '/gone' }, 'x')]);
  assert.deepEqual(found.map(({ path }) => path), [[2], [3], [1]]);
  assert.equal(errorsIn(found).length, 2);
});

test('secrets in code are found and not repeated', () => {
  const secret = `sk_${'live'}_${'a1'.repeat(12)}`;
  const found = check([el('h1', {}, 'T')], { js: `x = "${secret}"`, seo: { description: 'x', json_ld: { key: secret } } });
  assert.deepEqual(found.map(({ rule, level }) => [rule, level]), [['secret-in-code', 'error'], ['secret-in-code', 'error']]);
  assert.ok(!JSON.stringify(found).includes(secret));
  assert.deepEqual(secretsIn(`pk_${'live'}_${'a1'.repeat(12)} G-ABC123 sb_${'publishable'}_abcdefghijkl`), []);
});

test('links are read as the build reads them', () => {
  assert.deepEqual(internalTarget('../b/', '/a/c'), { path: '/b', anchor: '' });
  assert.deepEqual(internalTarget('#x', '/a'), { path: '/a', anchor: 'x' });
  for (const url of ['https://x.example', 'tel:1', '/\\x.example', ' javascript:1']) assert.equal(internalTarget(url, '/'), null, url);
});

test('a site is checked page by page, drafts left out, shared faults told once', async () => {
  const pages = [
    { id: '1', path: '/', title: 'Same', status: 'published', seo: { description: 'x' } },
    { id: '2', path: '/b', title: 'Same', status: 'published', seo: { description: 'x' }, old_paths: ['/old'] },
    { id: '3', path: '/c', title: 'C', status: 'draft', seo: {} },
  ];
  const nodesOf = async ({ id }) => ({ nodes: [el('h1', {}, 'T'), el('a', { href: id === '1' ? '/old' : '/gone' }, 'x')], js: '' });
  const steps = [];
  const results = await checkSite({ site: { theme: {}, head_code: '' }, pages, nodesOf, onProgress: (...step) => steps.push(step) });
  assert.deepEqual(results.map(({ page, findings }) => [page?.path, findings.map(({ rule }) => rule)]), [[undefined, ['same-title']], ['/b', ['broken-link']]]);
  assert.deepEqual(steps, [[1, 2], [2, 2]]);
  assert.deepEqual(sitePathsOf(pages).get('/old'), 'published');
  const homeless = await checkSite({ site: { theme: {} }, pages: pages.slice(1), nodesOf });
  assert.equal(homeless[0].findings[0].rule, 'no-home-page');
});
