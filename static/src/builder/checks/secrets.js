/* Secrets in custom code, by their shape. The build holds to the same list, so what is told here is refused there. */
import secrets from '../../site/secrets.json';

const known = secrets.patterns.map(({ name, pattern }) => ({ name, pattern: new RegExp(pattern) }));

/** What secrets stand in a text: their names, none of their letters. */
export function secretsIn(text) {
  return known.filter(({ pattern }) => pattern.test(text ?? '')).map(({ name }) => name);
}
