/* Two people changed one page: a three-way merge by block. What one of them changed is taken; what both changed
   differently is a conflict, and a person decides. Pure and deterministic: both people's browsers, whoever saves
   second, come to the same page. */
import { blocksOf, pageItem, projectOf, rulesOf } from './blocks.js';
import { canonical } from './canonical.js';

const byId = (items) => new Map(items.map(({ id, node }) => {
  const { blockId, ...rest } = node;
  return [id, { node, text: canonical(rest) }];
}));

/** Conflicts are collected by key; `choices` maps a key to 'mine' or 'theirs', and mine stands until it is chosen. */
function judge(choices) {
  const conflicts = new Map();
  return {
    conflicts,
    decide(key, kind, sides) {
      if (!conflicts.has(key)) conflicts.set(key, { id: key, kind, ...sides });
      return choices[key] === 'theirs' ? sides.theirs : sides.mine;
    },
  };
}

/** What becomes of one thing that was `base`; undefined is "not there". */
function settle({ base, mine, theirs }, onConflict) {
  if (mine?.text === theirs?.text) return mine;
  if (mine?.text === base?.text) return theirs;
  if (theirs?.text === base?.text) return mine;
  return onConflict();
}

const isSameList = (one, other) => one.length === other.length && one.every((id, at) => id === other[at]);

/** Where what is not in the spine stands: after the nearest thing before it that is. */
function runsOf(order, spine, kept) {
  const inSpine = new Set(spine);
  const runs = new Map();
  let anchor = '';
  for (const id of order) {
    if (inSpine.has(id)) anchor = id;
    else if (kept.has(id)) runs.set(anchor, [...(runs.get(anchor) ?? []), id]);
  }
  return runs;
}

const inFixedOrder = (runs) => runs.filter(Boolean).sort((one, other) => (one.join() < other.join() ? -1 : 1));

function mergeOrder({ base, mine, theirs }, kept, decide) {
  const orders = { base, mine, theirs };
  const common = new Set(base.filter((id) => kept.has(id) && mine.includes(id) && theirs.includes(id)));
  const moved = Object.fromEntries(Object.entries(orders).map(([side, ids]) => [side, ids.filter((id) => common.has(id))]));
  let spine = moved.mine;
  if (isSameList(moved.mine, moved.base)) spine = moved.theirs;
  else if (!isSameList(moved.theirs, moved.base) && !isSameList(moved.mine, moved.theirs)) spine = decide(moved);
  const [mineRuns, theirRuns] = [mine, theirs].map((ids) => runsOf(ids, spine, kept));
  const placed = new Set();
  for (const anchor of ['', ...spine]) {
    if (anchor) placed.add(anchor);
    for (const run of inFixedOrder([mineRuns.get(anchor), theirRuns.get(anchor)])) run.forEach((id) => placed.add(id));
  }
  return [...placed];
}

function mergeItems(lists, { onConflict, onOrder }) {
  const [base, mine, theirs] = [lists.base, lists.mine, lists.theirs].map(byId);
  const result = new Map();
  for (const id of [...new Set([...base.keys(), ...mine.keys(), ...theirs.keys()])].sort()) {
    const sides = { base: base.get(id), mine: mine.get(id), theirs: theirs.get(id) };
    const kept = settle(sides, () => onConflict(id, sides));
    if (kept) result.set(id, kept);
  }
  const order = mergeOrder({ base: [...base.keys()], mine: [...mine.keys()], theirs: [...theirs.keys()] }, new Set(result.keys()), onOrder);
  return order.map((id) => ({ id, node: result.get(id).node }));
}

/** Two people's declarations of one rule, if no property got two new values; else null. */
function mergeDeclarations({ base, mine, theirs }) {
  if (!mine || !theirs) return null;
  const [was, my, their] = [base, mine, theirs].map((side) => side?.node.style ?? {});
  const style = {};
  for (const name of [...new Set([...Object.keys(my), ...Object.keys(their)])].sort()) {
    const sides = [was, my, their].map((values) => (name in values ? { text: canonical(values[name]), value: values[name] } : undefined));
    let isConflict = false;
    const kept = settle({ base: sides[0], mine: sides[1], theirs: sides[2] }, () => { isConflict = true; });
    if (isConflict) return null;
    if (kept) style[name] = kept.value;
  }
  return { node: { ...mine.node, style } };
}

const names = ({ selectors }) => (Array.isArray(selectors) ? selectors.map((each) => (typeof each === 'string' ? each.replace(/^[.#]/, '') : each.name)) : []);

/** The block that a rule styles: the first whose JSON holds one of its names. A choice of the block goes for its rules. */
function ownerOf(rule, blocks) {
  const wanted = names(rule).map((name) => JSON.stringify(name));
  return blocks.find(({ node }) => { const text = canonical(node); return wanted.some((name) => text.includes(name)); })?.id;
}

/**
 * merge(base, mine, theirs, choices) → {project, conflicts, changes}
 * conflicts: [{id, kind: 'block' | 'order' | 'page' | 'style', mine, theirs}]; changes: the blocks that are new to me.
 */
export function merge(base, mine, theirs, choices = {}) {
  const { conflicts, decide } = judge(choices);
  const blockLists = { base: blocksOf(base), mine: blocksOf(mine), theirs: blocksOf(theirs) };
  const blocks = mergeItems(blockLists, {
    onConflict: (id, sides) => decide(id, 'block', sides),
    onOrder: (sides) => decide('order', 'order', sides),
  });
  const anywhere = [...blockLists.mine, ...blockLists.theirs];
  const rules = mergeItems({ base: rulesOf(base), mine: rulesOf(mine), theirs: rulesOf(theirs) }, {
    onConflict: (id, sides) => (
      mergeDeclarations(sides) ?? decide(ownerOf((sides.mine ?? sides.theirs).node, anywhere) ?? 'styles', 'style', sides)
    ),
    // The order of two people's rules is nothing that anybody arranged by hand.
    onOrder: ({ theirs: order }) => order,
  });
  const own = [base, mine, theirs].map(pageItem).map((node) => ({ node, text: canonical(node) }));
  const page = settle({ base: own[0], mine: own[1], theirs: own[2] }, () => decide('page', 'page', { mine: own[1], theirs: own[2] }));
  const [before, after] = [byId(blockLists.mine), byId(blocks)];
  const changes = [...new Set([...before.keys(), ...after.keys()])].filter((id) => before.get(id)?.text !== after.get(id)?.text);
  // Asked from the top of the page to its end; what is about no single block comes last.
  const places = [...new Set([...blockLists.mine, ...blockLists.theirs].map(({ id }) => id))];
  const placeOf = ({ id }) => (places.includes(id) ? places.indexOf(id) : places.length);
  const asked = [...conflicts.values()].sort((one, other) => placeOf(one) - placeOf(other));
  return { project: projectOf(page.node, blocks, rules), conflicts: asked, changes };
}
