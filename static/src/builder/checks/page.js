/* The checks of one page: pure, over plain nodes, so the panel, the publish dialog and node tests all run the same.

   A node is {tag, attributes, text, children, style?, naturalWidth?}; a finding is
   {rule, level: 'error' | 'warning', message, path?}, where path leads to the element, child by child. */
import { elementRules } from './elements.js';
import { internalTarget } from './links.js';
import { nameOf, walk } from './names.js';
import { secretsIn } from './secrets.js';

const LONGEST_TITLE = 70;
const error = (rule, message, path) => ({ rule, level: 'error', message, path });
const warning = (rule, message, path) => ({ rule, level: 'warning', message, path });

/** What rules about single elements need to know of the whole page. */
function gather(nodes) {
  const facts = { labels: new Set(), ids: new Set(), headings: [] };
  const mark = (list, isInLabel) => {
    for (const node of list) {
      node.isInLabel = isInLabel;
      mark(node.children, isInLabel || (node.tag === 'label' && Boolean(nameOf(node))));
    }
  };
  mark(nodes, false);
  for (const { node, path } of walk(nodes)) {
    if (node.tag === 'label' && nameOf(node)) facts.labels.add(node.attributes.for);
    if (node.attributes.id) facts.ids.add(node.attributes.id);
    if (/^h[1-6]$/.test(node.tag)) facts.headings.push({ level: Number(node.tag[1]), path, node });
  }
  return facts;
}

function* headings({ headings: list }) {
  const first = list.filter(({ level }) => level === 1);
  if (!first.length) yield warning('no-main-heading', 'This page has no main heading (Heading 1).');
  for (const { path } of first.slice(1)) {
    yield warning('heading-order', 'This is a second main heading. A page has one; make this a Heading 2.', path);
  }
  let before = 0;
  for (const { level, path, node } of list) {
    if (level > before + 1 && before) {
      yield warning('heading-order', `A Heading ${level} follows a Heading ${before}. Use Heading ${before + 1}, and style it as you like.`, path);
    }
    if (!nameOf(node)) yield warning('empty-heading', 'This heading has no words.', path);
    before = level;
  }
}

function* links(nodes, facts, { path: here, sitePaths }) {
  for (const { node, path } of walk(nodes)) {
    const { href } = node.attributes;
    if (node.tag !== 'a' || !href?.trim() || href.trim() === '#') continue;
    const target = internalTarget(href, here);
    if (!target) continue;
    const status = target.path === here ? 'published' : sitePaths.get(target.path);
    if (!status) yield error('broken-link', `This link leads to ${target.path}, and this site has no such page.`, path);
    else if (status === 'draft') yield error('broken-link', `This link leads to ${target.path}, which is a draft and will not be published.`, path);
    else if (target.path === here && target.anchor && !/^(top)?$/i.test(target.anchor) && !facts.ids.has(decoded(target.anchor))) {
      yield warning('broken-anchor', `This link leads to “#${target.anchor}”, and nothing on this page has that name.`, path);
    }
  }
}

function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function* about({ title, seo = {}, siteSeo = {} }) {
  if (!title?.trim()) yield error('missing-title', 'This page has no title.');
  else if (title.length > LONGEST_TITLE) yield warning('long-title', 'The title is longer than search engines show.');
  // Whatever program wrote the row: only text describes.
  const describes = ({ description }) => typeof description === 'string' && description.trim();
  if (!describes(seo) && !describes(siteSeo) && !seo.noindex) {
    yield warning('missing-description', 'This page has no description for search engines and shared links.');
  }
}

export function* codeFindings(where, code) {
  for (const name of secretsIn(code)) {
    yield error('secret-in-code', `${where} holds ${name}. Everybody can read a published page: take it out, and replace that key.`);
  }
}

/**
 * @param nodes the page's body
 * @param page {path, title, seo, js, siteSeo, sitePaths: Map path → status, pictureBytes?: Map src → bytes}
 */
export function checkPage(nodes, page) {
  const facts = gather(nodes);
  const findings = [...about(page), ...headings(facts), ...links(nodes, facts, page)];
  if (!nodes.length) findings.push(warning('empty-page', 'Nothing is on this page yet.'));
  const known = { labels: facts.labels, pictureBytes: page.pictureBytes };
  for (const { node, path } of walk(nodes)) {
    for (const rule of elementRules) {
      for (const finding of rule(node, known)) findings.push({ ...finding, path });
    }
  }
  findings.push(...codeFindings('This page’s script', page.js));
  findings.push(...codeFindings('This page’s head code', page.seo?.head_code));
  findings.push(...codeFindings('This page’s structured data', JSON.stringify(page.seo?.json_ld ?? '')));
  return inReadingOrder(findings);
}

const byPath = (one = [], other = []) => {
  for (let at = 0; at < Math.max(one.length, other.length); at += 1) {
    if (one[at] !== other[at]) return (one[at] ?? -1) - (other[at] ?? -1);
  }
  return 0;
};

/** Errors first; then as a person reads the page. */
function inReadingOrder(findings) {
  return findings.sort((one, other) => (one.level > other.level) - (one.level < other.level) || byPath(one.path, other.path));
}

export const errorsIn = (findings) => findings.filter(({ level }) => level === 'error');

const counted = (count, one) => `${count} ${one}${count === 1 ? '' : 's'}`;

/** "2 errors and 1 warning", or '' for none. */
export function summaryOf(findings) {
  const errors = findings.filter(({ level }) => level === 'error').length;
  const warnings = findings.length - errors;
  return [errors && counted(errors, 'error'), warnings && counted(warnings, 'warning')].filter(Boolean).join(' and ');
}
