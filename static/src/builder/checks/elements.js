/* Rules about single elements. Each looks at one node and says what is wrong with it: pure, so node tests drive them. */
import { contrastOfRgb } from '../panels/contrast.js';
import { nameOf } from './names.js';

const HEAVY_BYTES = 2 * 1024 * 1024;
const HEAVY_DATA = 150_000;
const HEAVY_WIDTH = 4000;
const NO_ANSWER = new Set(['hidden', 'submit', 'button', 'reset', 'image']);

const error = (rule, message) => ({ rule, level: 'error', message });
const warning = (rule, message) => ({ rule, level: 'warning', message });

function* picture({ tag, attributes, naturalWidth }, { pictureBytes = new Map() }) {
  if (tag !== 'img') return;
  const { alt, src = '' } = attributes;
  const isSilent = attributes['aria-hidden'] === 'true' || /^(none|presentation)$/.test(attributes.role ?? '');
  if (alt === undefined && !isSilent) {
    yield error('missing-alt', 'This picture has no description. Say what it shows, or mark it as decoration.');
  } else if (/\.(jpe?g|png|webp|gif|avif)$|^(img|dsc|image|photo)[-_ ]?\d+$/i.test(alt?.trim() ?? '')) {
    yield warning('alt-is-a-file-name', 'This picture is described by the name of its file. Say what it shows.');
  }
  const bytes = pictureBytes.get(src) ?? 0;
  if (src.startsWith('data:') && src.length > HEAVY_DATA) {
    yield warning('heavy-image', 'This picture is written into the page itself. Upload it instead, so that it can be made small.');
  } else if (bytes > HEAVY_BYTES || naturalWidth > HEAVY_WIDTH) {
    const size = bytes ? `${(bytes / 1048576).toFixed(1)} MB` : `${naturalWidth} pixels wide`;
    yield warning('heavy-image', `This picture is very large (${size}). A smaller one loads faster.`);
  }
}

function* link(node) {
  const { tag, attributes } = node;
  if (tag !== 'a' && tag !== 'button') return;
  if (!nameOf(node)) {
    yield tag === 'a'
      ? error('empty-link', 'This link has no words, so nobody can tell where it leads.')
      : error('empty-button', 'This button has no words, so nobody can tell what it does.');
  }
  if (tag === 'a' && attributes.role !== 'button' && /^#?$/.test(attributes.href?.trim() ?? '')) {
    yield warning('link-to-nowhere', 'This link leads nowhere yet. Give it an address.');
  }
}

function* field(node, { labels }) {
  const { tag, attributes } = node;
  if (!['input', 'select', 'textarea'].includes(tag) || NO_ANSWER.has(attributes.type)) return;
  if (!attributes.name?.trim()) yield error('unnamed-field', 'This field has no name, so what visitors write into it would not be sent.');
  const isLabelled = attributes['aria-label']?.trim() || attributes['aria-labelledby'] || attributes.title?.trim()
    || node.isInLabel || labels.has(attributes.id);
  if (!isLabelled) yield error('unlabelled-field', 'This field has no label, so nobody can tell what to write into it.');
}

function* embed({ tag, attributes }) {
  if (tag !== 'iframe') return;
  if (!attributes.title?.trim() && !attributes['aria-label']?.trim()) {
    yield warning('unnamed-embed', 'This embed has no title. Say what it shows, for people who cannot see it.');
  }
}

/** Words that can hardly be read. A background that is a picture is not judged. */
function* contrast({ text, style }) {
  if (!style || !text.trim()) return;
  const isLarge = style.size >= 24 || (style.size >= 18.66 && style.isBold);
  const needed = isLarge ? 3 : 4.5;
  const ratio = contrastOfRgb(style.color, style.background);
  if (ratio < needed - 0.05) {
    yield warning('low-contrast', `This text is hard to read: its contrast is ${ratio.toFixed(1)} : 1, and should be ${needed} : 1.`);
  }
}

export const elementRules = [picture, link, field, embed, contrast];
