/* Markup and rules from elsewhere onto the open page: cleaned, then added at its end as one step to undo. */
import { safeHtml } from '../safety/html.js';
import { safeStylesheet } from '../safety/stylesheet.js';
import { dropList } from '../canvas/content.js';

/** {added, dropped}. A whole document gives its body and its style sheets. */
export function addMarkup(editor, html, css) {
  const { drop, list } = dropList();
  const document = new DOMParser().parseFromString(html, 'text/html');
  // In a page that we published, one holds the theme and the rules of the blocks: these are the site's own.
  const sheets = [...document.querySelectorAll('style:not([data-rb-site])')].map(({ textContent }) => textContent);
  const markup = safeHtml(document.body.innerHTML, drop);
  const rules = safeStylesheet([...sheets, css].join('\n'), drop);
  if (markup.trim()) {
    const [first] = editor.getWrapper().append(markup);
    if (first && !first.is('textnode')) editor.select(first);
    first?.getEl?.()?.scrollIntoView?.({ block: 'nearest' });
  }
  if (rules) editor.addStyle(rules);
  return { added: Boolean(markup.trim() || rules), dropped: list() };
}
