/* What changed between two states of a page, in lines of words: the text people read, the markup, the styles. */
import { diffArrays, diffWordsWithSpace } from 'diff';

const BLOCKS = 'address, article, aside, blockquote, button, dd, details, div, dl, dt, figcaption, figure, footer, form, h1, h2, h3, h4, h5, h6, header, hr, label, li, main, nav, ol, p, pre, section, summary, table, td, th, tr, ul';
const tidy = (text) => text.replace(/\s+/g, ' ').trim();

function linesOf(element, lines) {
  let words = '';
  const end = () => { if (tidy(words)) lines.push(tidy(words)); words = ''; };
  for (const node of element.childNodes) {
    if (node.nodeType === Node.TEXT_NODE) words += node.data;
    else if (node.nodeName === 'IMG') { end(); lines.push(`[Picture: ${node.alt || 'no alternative text'}]`); }
    else if (node.nodeName === 'BR') end();
    else if (node.nodeType === Node.ELEMENT_NODE && node.matches(BLOCKS)) { end(); linesOf(node, lines); }
    else if (node.nodeType === Node.ELEMENT_NODE) { const inner = linesOf(node, []); if (inner.length < 2) words += node.textContent; else { end(); lines.push(...inner); } }
  }
  end();
  return lines;
}

/** The words of a page, one line for each paragraph, with its title and description before them. */
export function textOf({ title = '', seo, html }) {
  const { body } = new DOMParser().parseFromString(html ?? '', 'text/html');
  return [`Title: ${title}`, ...(seo?.description ? [`Description: ${seo.description}`] : []), ...linesOf(body, [])];
}

export const markupOf = ({ html }) => (html ?? '').replace(/(<[a-z][^>]*>)(?=<)|(?<=<\/[a-z0-9]+>)(?=<)/gi, '$1\n').split('\n').map((line) => line.trim()).filter(Boolean);
export const stylesOf = ({ css }) => (css ?? '').replace(/([{};])\s*/g, '$1\n').split('\n').map((line) => line.trim()).filter(Boolean);

const pieces = (before, after) => diffWordsWithSpace(before, after).map(({ value, added, removed }) => ({ text: value, kind: added ? 'added' : removed ? 'removed' : 'same' }));

/** [{kind: 'same' | 'added' | 'removed' | 'changed', text | pieces}]: a line that became another is one changed line. */
export function compareLines(before, after) {
  const parts = diffArrays(before, after);
  const lines = [];
  for (let at = 0; at < parts.length; at += 1) {
    const { value, added, removed } = parts[at];
    const next = parts[at + 1];
    if (removed && next?.added && next.value.length === value.length) {
      value.forEach((line, index) => lines.push({ kind: 'changed', pieces: pieces(line, next.value[index]) }));
      at += 1;
    } else {
      for (const text of value) lines.push({ kind: added ? 'added' : removed ? 'removed' : 'same', text });
    }
  }
  return lines;
}

/** Only what changed, with a line around it, so that a long page can be read. */
export function withoutTheRest(lines) {
  const isNear = lines.map((_, at) => [at - 1, at, at + 1].some((near) => lines[near] && lines[near].kind !== 'same'));
  return lines.flatMap((line, at) => {
    if (isNear[at]) return [line];
    return isNear[at + 1] && at > 0 || (isNear[at - 1] && at < lines.length - 1) ? [{ kind: 'gap' }] : [];
  });
}
