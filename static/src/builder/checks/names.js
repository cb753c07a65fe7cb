/* What a screen reader calls an element, as far as its own markup says: enough to know whether it says anything. */

export function* walk(nodes, path = []) {
  for (const [index, node] of nodes.entries()) {
    const at = [...path, index];
    yield { node, path: at };
    yield* walk(node.children, at);
  }
}

const spoken = (node) => {
  if (node.attributes['aria-hidden'] === 'true' || node.attributes.hidden !== undefined) return '';
  const own = node.attributes['aria-label'] || (node.tag === 'img' ? node.attributes.alt : '') || node.text;
  return [own, ...node.children.map(spoken)].filter(Boolean).join(' ').trim();
};

/** The words of an element and of what is in it; '' when it says nothing. */
export function nameOf(node) {
  return spoken(node) || node.attributes.title?.trim() || (node.attributes['aria-labelledby'] ? '…' : '');
}
