/* Which pieces stand where in the canvas while they are proposed, and what they stand for. */

export const isOpen = (item) => item.state === 'landed';
export const pieceOf = (item) => item.pieces[item.chosen];

/** `target` holds the components that the proposal speaks of. */
export function patchesOf(editor, { kind, items }, target) {
  const wrapper = editor.getWrapper().getEl();
  const open = items.filter(isOpen);
  if (kind === 'page') {
    return {
      replaced: target.old.filter((each) => each.parent()).map((each) => each.getEl()),
      patches: open.map((item) => ({ html: pieceOf(item).html, label: 'Proposal', into: wrapper, before: target.footer?.getEl() })),
    };
  }
  if (kind === 'edit') {
    const element = target.component.getEl();
    return { replaced: open.map(() => element), patches: open.map((item) => ({ html: pieceOf(item).html, label: 'Proposal', after: element })) };
  }
  if (kind === 'content') {
    const elements = open.map((item) => target.texts.get(item.id).getEl());
    return { replaced: elements, patches: open.map((item, at) => ({ html: pieceOf(item).html, label: '', after: elements[at], like: elements[at] })) };
  }
  if (kind === 'layout' && open.length) {
    const components = pieceOf(open[0]).order.map(({ id, tone }) => ({ component: target.sections.get(id), tone }));
    return {
      replaced: components.map(({ component }) => component.getEl()),
      patches: components.map(({ component, tone }, at) => ({ html: withTone(component.toHTML(), tone), label: `${at + 1}`, into: wrapper })),
    };
  }
  return { patches: [] };
}

function withTone(html, tone) {
  const { body } = new DOMParser().parseFromString(html, 'text/html');
  const element = body.firstElementChild;
  if (element?.classList.contains('rb-section')) {
    element.classList.remove('rb-tone-surface', 'rb-tone-primary', 'rb-tone-inverse');
    if (tone !== 'none') element.classList.add(`rb-tone-${tone}`);
  }
  return body.innerHTML;
}
