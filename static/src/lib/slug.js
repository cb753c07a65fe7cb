/* The address a name leads to, as the database makes it. */

export function slugFrom(name, otherwise = 'site') {
  const plain = name.toLowerCase().normalize('NFKD').replace(/[\u0300-\u036f]/g, '');
  return plain.replace(/[^a-z0-9]+/g, '-').replace(/^-+|-+$/g, '').slice(0, 40).replace(/-+$/, '') || otherwise;
}

export function slugMistake(slug) {
  if (!slug) return 'Enter an address.';
  if (slug.length > 63) return 'Use at most 63 characters.';
  return /^[a-z0-9]+(-[a-z0-9]+)*$/.test(slug) ? '' : 'Use lower-case letters, digits and single hyphens, like my-site.';
}

export function pathMistake(path) {
  if (!path.startsWith('/')) return 'Begin with a slash, like /about.';
  if (path === '/') return '';
  if (path.length > 200) return 'Use at most 200 characters.';
  return /^(\/[a-z0-9]+(-[a-z0-9]+)*){1,8}$/.test(path) ? '' : 'Use lower-case letters, digits and single hyphens between slashes, like /about/team.';
}
