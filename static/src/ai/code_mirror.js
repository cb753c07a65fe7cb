/* CodeMirror, read only, in the app's own colours. */
import { css } from '@codemirror/lang-css';
import { html } from '@codemirror/lang-html';
import { javascript } from '@codemirror/lang-javascript';
import { HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import { EditorState } from '@codemirror/state';
import { EditorView, lineNumbers } from '@codemirror/view';
import { tags } from '@lezer/highlight';

// Its own colours cannot be read on a dark page.
const colours = HighlightStyle.define([
  { tag: [tags.keyword, tags.tagName, tags.operatorKeyword], color: 'var(--garnet-ink)' },
  { tag: [tags.string, tags.attributeValue, tags.color, tags.number], color: 'var(--leaf-ink)' },
  { tag: [tags.comment], color: 'var(--ink-soft)', fontStyle: 'italic' },
  { tag: [tags.attributeName, tags.propertyName, tags.className], color: 'var(--amber-ink)' },
]);
const look = EditorView.theme({
  '&': { backgroundColor: 'transparent', color: 'var(--ink)', fontSize: '0.8125rem' },
  '.cm-gutters': { backgroundColor: 'transparent', color: 'var(--ink-soft)', border: '0' },
});
const languages = { html, css, js: javascript };

export function openCode(parent, name, text) {
  // Without the page's nonce its style sheet is refused, and nothing can be read.
  const { nonce } = document.querySelector('script[nonce]');
  const language = languages[name.split('.').pop()];
  const view = new EditorView({
    parent,
    state: EditorState.create({
      doc: text,
      extensions: [
        EditorView.cspNonce.of(nonce), lineNumbers(), EditorView.lineWrapping, EditorState.readOnly.of(true), EditorView.editable.of(false),
        EditorView.contentAttributes.of({ 'aria-label': `Code of ${name}` }),
        syntaxHighlighting(colours), look, ...(language ? [language()] : []),
      ],
    }),
  });
  return {
    /** While it is being written only what is new is added. */
    show(next) {
      const now = view.state.doc.toString();
      if (next === now) return;
      const from = next.startsWith(now) ? now.length : 0;
      view.dispatch({ changes: { from, to: now.length, insert: next.slice(from) } });
    },
    destroy: () => view.destroy(),
  };
}
