/* A page's address, as the database allows it: told while typing, decided there. */

const RESERVED_FIRST = /^\/(404|500|www|api|admin|assets|static|cname|well-known|robots|sitemap|favicon)(\/|$)/;
const RESERVED = /\/(index|con|prn|aux|nul|com[0-9]|lpt[0-9])(\/|$)/;

export function pathFromTitle(title) {
  const word = title.normalize('NFKD').replace(/[\u0300-\u036f]/g, '').toLowerCase()
    .replace(/[^a-z0-9]+/g, '-').replace(/^-+|-+$/g, '').slice(0, 60).replace(/-+$/, '');
  return `/${word || 'page'}`;
}

/** What is wrong with a path, in words, or ''. `others` are the site's other pages. */
export function pathProblem(path, others) {
  if (path === '/') return others.some((each) => each.path === '/') ? 'Another page is the home page already.' : '';
  if (!path.startsWith('/')) return 'Begin with a slash: /about.';
  if (path.endsWith('/')) return 'Leave out the slash at the end.';
  if (!/^(\/[a-z0-9]+(-[a-z0-9]+)*){1,8}$/.test(path)) return 'Use small letters, digits and single hyphens: /web-design.';
  if (path.length > 200) return 'That address is too long.';
  if (RESERVED.test(path) || RESERVED_FIRST.test(path)) return 'That name is kept for the server. Choose another one.';
  return others.some((each) => each.path === path) ? 'Another page has this address.' : '';
}

export function freePath(wanted, others) {
  let path = wanted;
  for (let ending = 2; pathProblem(path, others); ending += 1) path = `${wanted}-${ending}`;
  return path;
}
