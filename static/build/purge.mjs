/* Tabler is 77 KB gzipped, of which the app uses a part. This keeps the rules whose classes are written
   somewhere in templates/ or static/src/, and then the custom properties and animations those rules use.
   A class name must therefore be written out in full in the sources, never glued together. */
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** The rules of a style sheet as a tree: {head, body} with body text, or {head, rules} for nested at-rules. */
export function parse(css) {
  const text = css.replace(/\/\*[\s\S]*?\*\//g, '');
  const rules = [];
  let at = 0;
  while (at < text.length) {
    const open = indexOutsideStrings(text, at, '{;');
    if (open === -1) break;
    const head = text.slice(at, open).trim();
    if (text[open] === ';') {
      if (head && !head.startsWith('@charset')) rules.push({ head });
      at = open + 1;
      continue;
    }
    const close = matchingBrace(text, open);
    const inner = text.slice(open + 1, close);
    rules.push(/^@(media|supports|layer|container)/.test(head) ? { head, rules: parse(inner) } : { head, body: inner });
    at = close + 1;
  }
  return rules;
}

function indexOutsideStrings(text, from, characters) {
  for (let at = from, quote = ''; at < text.length; at += 1) {
    const each = text[at];
    if (quote) {
      if (each === '\\') at += 1;
      else if (each === quote) quote = '';
    } else if (each === '"' || each === "'") quote = each;
    else if (characters.includes(each)) return at;
  }
  return -1;
}

function matchingBrace(text, open) {
  for (let depth = 1, at = open + 1; ;) {
    at = indexOutsideStrings(text, at, '{}');
    if (at === -1) return text.length;
    depth += text[at] === '{' ? 1 : -1;
    if (depth === 0) return at;
    at += 1;
  }
}

/** Splits at top-level commas only: `:is(a, b)` is one part. */
function splitSelectors(head) {
  const parts = [''];
  let depth = 0;
  for (const each of head) {
    if (each === '(' || each === '[') depth += 1;
    if (each === ')' || each === ']') depth -= 1;
    if (each === ',' && depth === 0) parts.push('');
    else parts[parts.length - 1] += each;
  }
  return parts;
}

function isUsed(selector, words) {
  // What :not() and :is() name need not exist for the rule to matter.
  const plain = selector.replace(/:(not|is|where|has)\([^()]*(\([^()]*\))?[^()]*\)/g, '');
  return [...plain.matchAll(/\.((?:\\.|[\w-])+)/g)].every((match) => words.has(match[1].replaceAll('\\', '')));
}

function keepUsed(rules, words) {
  return rules.flatMap((rule) => {
    if (rule.rules) {
      const inner = keepUsed(rule.rules, words);
      return inner.length ? [{ head: rule.head, rules: inner }] : [];
    }
    if (rule.body === undefined || rule.head.startsWith('@')) return [rule];
    const head = splitSelectors(rule.head).filter((selector) => isUsed(selector, words)).join(',');
    return head ? [{ head, body: rule.body }] : [];
  });
}

function print(rules) {
  return rules.map((rule) => {
    if (rule.rules) return `${rule.head}{${print(rule.rules)}}`;
    return rule.body === undefined ? `${rule.head};` : `${rule.head}{${rule.body}}`;
  }).join('');
}

/** Repeats until nothing falls away: one unused property may have been the only use of another. */
function dropUnusedProperties(css, otherCss) {
  for (let before = ''; before !== css;) {
    before = css;
    const used = new Set([...(css + otherCss).matchAll(/var\(\s*(--[\w-]+)/g)].map((match) => match[1]));
    css = css.replace(/(--tblr-[\w-]+):[^;{}]*(;|(?=\}))/g, (text, name) => (used.has(name) ? text : ''));
    css = css.replace(/[^{}]*\{\}/g, '');
  }
  return css;
}

function dropUnusedAnimations(css) {
  const rules = parse(css);
  const rest = print(rules.filter((rule) => !rule.head.startsWith('@keyframes')));
  return print(rules.filter((rule) => !rule.head.startsWith('@keyframes') || rest.includes(rule.head.split(/\s+/)[1])));
}

export function purge(css, { words, otherCss = '' }) {
  return dropUnusedAnimations(dropUnusedProperties(print(keepUsed(parse(css), words)), otherCss));
}

function readSources(root) {
  // templates/site/ and static/src/site/ belong to published sites, which have their own style sheets.
  const files = globSync(['templates/**/*.html', 'static/src/**/*.{js,jsx,css}'], { cwd: root })
    .filter((file) => !/^(templates|static\/src)\/site\//.test(file.split(path.sep).join('/')));
  return files.map((file) => [file, readFileSync(path.join(root, file), 'utf8')]);
}

export function purgedVendorCss(root) {
  return {
    name: 'purged-vendor-css',
    setup(build) {
      build.onLoad({ filter: /@tabler[\\/]core[\\/]dist[\\/]css[\\/]tabler\.min\.css$/ }, ({ path: file }) => {
        const sources = readSources(root);
        const words = new Set(sources.flatMap(([, text]) => text.match(/[\w-]+/g) ?? []));
        const otherCss = sources.map(([, text]) => text).join('\n');
        return { contents: purge(readFileSync(file, 'utf8'), { words, otherCss }), loader: 'css' };
      });
    },
  };
}
