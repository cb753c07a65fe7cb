/* Work that cannot go to the server, as a file a person can keep. */
import { page } from '../state.js';

const asDocument = ({ html, css }) => `<!doctype html>\n<meta charset="utf-8">\n<style>\n${css}\n</style>\n${html}\n`;

/** Resolves when it is in the clipboard. */
export const copyDraft = (draft) => navigator.clipboard.writeText(asDocument(draft));

export function downloadDraft(draft) {
  const text = asDocument(draft);
  const url = URL.createObjectURL(new Blob([text], { type: 'text/html' }));
  const name = `${(page.value?.path ?? '/').replace(/\//g, '-').replace(/^-+|-+$/g, '') || 'home'}-mine.html`;
  Object.assign(document.createElement('a'), { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
