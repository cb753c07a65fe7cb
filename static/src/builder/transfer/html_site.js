/* A folder of plain HTML, CSS and pictures → pages of ours. Nothing in it runs or is fetched: it is parsed, cleaned, rewritten. */
import { strFromU8 } from 'fflate';
import { safeHtml } from '../safety/html.js';
import { safeStylesheet } from '../safety/stylesheet.js';
import { freePath } from '../panels/paths.js';

const PICTURE = /\.(png|jpe?g|webp|gif|avif|svg)$/i;
const MOST_PAGES = 200;

const folderOf = (name) => name.slice(0, name.lastIndexOf('/') + 1);

/** A relative address in a file → the name of the file in the ZIP it means. */
export function resolve(address, from) {
  const plain = address.trim().split(/[?#]/)[0];
  if (!plain || /^([a-z][a-z0-9+.-]*:|\/\/)/i.test(plain)) return null;
  try {
    const url = new URL(plain, `https://zip.invalid/${from}`);
    return decodeURIComponent(url.pathname.slice(1));
  } catch {
    return null;
  }
}

function pathOf(name, pages) {
  const words = name.replace(/\.html?$/i, '').replace(/(^|\/)index$/i, '').split('/').map((part) => (
    part.normalize('NFKD').replace(/[\u0300-\u036f]/g, '').toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^-+|-+$/g, '').slice(0, 60)
  )).filter(Boolean).slice(0, 8);
  const wanted = words.length ? `/${words.join('/')}` : '/';
  if (wanted === '/' && !pages.some(({ path }) => path === '/')) return '/';
  return freePath(wanted === '/' ? '/home' : wanted, pages);
}

/** A ZIP of one folder is as good as its contents. */
function withoutCommonFolder(files) {
  const names = [...files.keys()].filter((name) => !/^(__MACOSX\/|\.)|\/\./.test(name));
  const [top] = (names[0] ?? '').split('/');
  const isCommon = names.every((name) => name.startsWith(`${top}/`));
  return new Map(names.map((name) => [isCommon ? name.slice(top.length + 1) : name, files.get(name)]));
}

const rewriteCss = (css, from, addresses) => css.replace(/url\(\s*(['"]?)([^'")]*)\1\s*\)/gi, (whole, quote, address) => {
  const found = addresses.get(resolve(address, from));
  return found ? `url("${found}")` : whole;
});

function cssOf(document, name, files, addresses) {
  return [...document.querySelectorAll('style, link[rel~="stylesheet" i][href]')].map((element) => {
    if (element.localName === 'style') return rewriteCss(element.textContent, name, addresses);
    const sheet = resolve(element.getAttribute('href'), name);
    return files.has(sheet) ? rewriteCss(strFromU8(files.get(sheet)), sheet, addresses) : '';
  }).join('\n');
}

function rewriteBody(document, name, paths, addresses) {
  for (const element of document.body.querySelectorAll('[src], [poster]')) {
    for (const attribute of ['src', 'poster']) {
      const found = addresses.get(resolve(element.getAttribute(attribute) ?? '', name));
      if (found) element.setAttribute(attribute, found);
    }
  }
  for (const element of document.body.querySelectorAll('[srcset]')) element.removeAttribute('srcset');
  for (const element of document.body.querySelectorAll('a[href]')) {
    const address = element.getAttribute('href');
    const target = resolve(address, name);
    const path = target === null ? undefined : paths.get(target) ?? paths.get(`${target.replace(/\/$/, '')}/index.html`.replace(/^\//, '')) ?? paths.get(`${target}.html`);
    if (path) element.setAttribute('href', path + (address.match(/#.*$/)?.[0] ?? ''));
  }
}

const oneLine = (text, most) => [...String(text ?? '').normalize('NFC').replace(/[\p{C}\p{Z}\s]+/gu, ' ').trim()].slice(0, most).join('').trim();

/**
 * What an import will make: {pages: [...], pictures: [{file, bytes}]}. `finish(addresses)` gives the pages once the
 * pictures have addresses.
 */
export function readHtmlSite(zipped) {
  const files = withoutCommonFolder(zipped);
  const names = [...files.keys()].filter((name) => /\.html?$/i.test(name)).sort((one, other) => one.split('/').length - other.split('/').length || one.localeCompare(other)).slice(0, MOST_PAGES);
  const home = names.find((name) => /^index\.html?$/i.test(name)) ?? names[0];
  const listed = [];
  const paths = new Map();
  for (const name of [home, ...names.filter((each) => each !== home)].filter(Boolean)) {
    const path = name === home ? '/' : pathOf(name, listed);
    listed.push({ name, path });
    paths.set(name, path);
  }
  const pictures = [...files.keys()].filter((name) => PICTURE.test(name)).map((name) => ({ file: name, bytes: files.get(name) }));
  const finish = (addresses) => listed.map(({ name, path }) => {
    const document = new DOMParser().parseFromString(strFromU8(files.get(name)), 'text/html');
    const css = safeStylesheet(cssOf(document, name, files, addresses));
    rewriteBody(document, name, paths, addresses);
    const description = oneLine(document.querySelector('meta[name="description" i]')?.getAttribute('content'), 300);
    return {
      path, title: oneLine(document.title, 120) || oneLine(name, 120) || 'Page', css, html: safeHtml(document.body.innerHTML), status: 'published',
      seo: description ? { description } : {},
    };
  });
  return { name: oneLine(folderOf([...zipped.keys()][0] ?? '').split('/')[0], 80), pages: listed, pictures, finish };
}
