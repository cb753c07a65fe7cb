/* HTML that comes in (a stored page, a starter, a paste, an import) passes here before anything reads it. */
import createDOMPurify from 'dompurify';
import { attributeNames, droppedWithContent, safeAttribute, spelledOut, tagNames } from './attributes.js';

const INLINE_TAGS = ['a', 'b', 'strong', 'i', 'em', 'u', 's', 'br', 'span', 'sub', 'sup', 'mark', 'small', 'code'];

/** An own instance: hooks are global to one, and a drop handler belongs to one call. */
const purifier = createDOMPurify(window);
let report = () => {};

purifier.addHook('uponSanitizeElement', (node, { tagName, allowedTags }) => {
  // The purifier works inside a document of its own, whose html, head and body are not of the page.
  const isOwn = ['html', 'head', 'body'].includes(tagName);
  if (node.nodeType === Node.ELEMENT_NODE && !isOwn && !allowedTags[tagName]) report(`<${tagName}>`);
});

purifier.addHook('uponSanitizeAttribute', (node, data) => {
  // The purifier says all names in small letters.
  const value = safeAttribute(node.nodeName.toLowerCase(), spelledOut(data.attrName), data.attrValue, report);
  data.keepAttr = value !== null;
  data.forceKeepAttr = value !== null;
  if (value !== null) data.attrValue = value;
});

purifier.addHook('afterSanitizeAttributes', (node) => {
  if (node.nodeName === 'A' && node.getAttribute('target') === '_blank') node.setAttribute('rel', 'noopener');
});

function purify(html, options, drop) {
  report = drop;
  try {
    return purifier.sanitize(String(html ?? ''), {
      ALLOWED_ATTR: attributeNames,
      ADD_ATTR: [],
      ALLOW_DATA_ATTR: false,
      FORBID_CONTENTS: droppedWithContent,
      SANITIZE_DOM: true,
      ...options,
    });
  } finally {
    report = () => {};
  }
}

/** A page's body markup. */
export const safeHtml = (html, drop = () => {}) => purify(html, { ALLOWED_TAGS: tagNames }, drop);

/** What may stand inside one paragraph or heading: for text that is pasted while somebody types. */
export const safeInlineHtml = (html, drop = () => {}) => (
  purify(html, { ALLOWED_TAGS: INLINE_TAGS, ALLOWED_ATTR: ['href', 'target', 'rel'] }, drop)
);
