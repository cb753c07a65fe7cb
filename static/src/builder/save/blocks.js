/* A page as two lists: its blocks from top to bottom, and its style rules. Each item has an id that stays the same
   while it is edited or moved, so that two people's changes to different ones can be told apart. Pure. */
import { canonical, digest } from './canonical.js';

const rootOf = (project) => project?.pages?.[0]?.frames?.[0]?.component ?? { type: 'wrapper' };

/** What was never named (a page from before, white space between blocks) is named by what it holds, then by its turn. */
export function derivedId(node, taken) {
  const { blockId, ...rest } = node;
  const name = digest(canonical(rest));
  for (let turn = 0; ; turn += 1) {
    const id = `d${name}${turn || ''}`;
    if (!taken.has(id)) return id;
  }
}

/** Gives the names of a page's blocks, asked for from top to bottom. `stored` are the ids that stand in the page;
    `read` gives the JSON of a block, which only one without an id needs. */
export function namer(stored) {
  const named = new Set(stored);
  const taken = new Set();
  return (own, read) => {
    const id = own && !taken.has(own) ? own : derivedId(read(), { has: (each) => taken.has(each) || named.has(each) });
    taken.add(id);
    return id;
  };
}

/** [{id, node}]: every id once, whatever the stored JSON says. */
export function blocksOf(project) {
  const nodes = rootOf(project).components;
  if (!Array.isArray(nodes)) return [];
  const nameOf = namer(nodes.map(({ blockId }) => blockId));
  return nodes.map((node) => ({ id: nameOf(node.blockId, () => node), node }));
}

const selectorText = (selectors) => (
  typeof selectors === 'string' ? selectors : (selectors ?? []).map((each) => (typeof each === 'string' ? each : `${each.type === 2 ? '#' : '.'}${each.name}`)).join('')
);

const ruleId = (rule) => [rule.atRuleType, rule.mediaText, selectorText(rule.selectors), rule.selectorsAdd, rule.state].map((part) => part ?? '').join('|');

export function rulesOf(project) {
  const seen = new Map();
  return (project?.styles ?? []).map((node) => {
    const name = ruleId(node);
    const turn = seen.get(name) ?? 0;
    seen.set(name, turn + 1);
    return { id: turn ? `${name}|${turn}` : name, node };
  });
}

/** The page's own element, without what stands in it. */
export function pageItem(project) {
  const { components, ...own } = rootOf(project);
  return own;
}

export function projectOf(own, blocks, rules) {
  const components = blocks.map(({ id, node }) => (node.type === 'textnode' ? node : { ...node, blockId: id }));
  return { pages: [{ frames: [{ component: { ...own, components } }] }], styles: rules.map(({ node }) => node) };
}
