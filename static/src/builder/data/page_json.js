/* A page's JSON, joined from that of its blocks: writing all of a long page out anew would hold up a key. */

const joined = new WeakMap();

const withField = (json, name, value) => `${json.slice(0, -1)}${json === '{}' ? '' : ','}${JSON.stringify(name)}:${value}}`;

/** `content` is a page of `own` and `blocks`, the JSON of each of which is known. */
export function rememberJson(content, { own, blocks, styles }) {
  joined.set(content, () => {
    const wrapper = JSON.stringify(own);
    const component = blocks.length ? withField(wrapper, 'components', `[${blocks.join(',')}]`) : wrapper;
    return `{"pages":[{"frames":[{"component":${component}}]}],"styles":${JSON.stringify(styles)}}`;
  });
}

/** What is saved of a page, as JSON. */
export function jsonOf({ content, ...fields }) {
  const rest = JSON.stringify(fields);
  if (content === undefined) return rest;
  return withField(rest, 'content', joined.get(content)?.() ?? JSON.stringify(content));
}
