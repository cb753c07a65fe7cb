/* What things on the canvas are called in the outline, the breadcrumb and to a screen reader. */

const byTag = {
  a: 'Link', address: 'Address', article: 'Article', aside: 'Aside', audio: 'Audio', blockquote: 'Quote',
  button: 'Button', dd: 'Answer', details: 'Foldout', div: 'Group', dl: 'Definitions', dt: 'Term',
  figcaption: 'Caption', figure: 'Figure', footer: 'Footer', form: 'Form', header: 'Header', hr: 'Divider',
  iframe: 'Embed', img: 'Picture', input: 'Field', label: 'Label', li: 'List item', main: 'Main', nav: 'Navigation',
  ol: 'Numbered list', p: 'Text', picture: 'Picture', pre: 'Code', section: 'Section', select: 'Choice',
  small: 'Small text', span: 'Words', strong: 'Words', summary: 'Question', svg: 'Icon', table: 'Table',
  td: 'Cell', textarea: 'Long field', th: 'Heading cell', tr: 'Row', ul: 'List', video: 'Video',
};

/** kind → name, filled when the block library arrives. */
let blockNames = {};

export function nameBlocks(blocks) {
  blockNames = Object.fromEntries(blocks.map(({ kind, name }) => [kind, name]));
}

const titleCase = (kind) => kind.replace(/-/g, ' ').replace(/^./, (letter) => letter.toUpperCase());

/** A block of the library by its kind. */
export const labelOfKind = (kind, unknown) => (kind ? blockNames[kind] ?? titleCase(String(kind).slice(0, 40)) : unknown);

export function labelOf(component) {
  if (!component) return 'Page';
  if (component.is('wrapper')) return 'Page';
  if (component.is('rb-component')) return 'Component';
  const kind = component.getAttributes()['data-rb-block'];
  if (kind) return labelOfKind(kind);
  const tag = component.get('tagName') || '';
  if (/^h[1-6]$/.test(tag)) return `Heading ${tag[1]}`;
  if (tag === 'a' && component.getClasses().includes('rb-button')) return 'Button';
  return byTag[tag] ?? 'Element';
}

/** A few words of what is in it, so that ten "Text" in the outline can be told apart. */
export function excerptOf(component) {
  const kind = component.getAttributes().alt;
  if (component.is('image')) return String(kind ?? '').slice(0, 40);
  const el = component.getEl();
  const text = component.components().some((child) => !child.is('textnode') && child.components().length)
    ? '' : el?.textContent ?? '';
  return text.trim().replace(/\s+/g, ' ').slice(0, 40);
}
