/* Code, coloured: CodeMirror is fetched when the first code is shown, until then it is plain text. */
import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';

let editor = null;

export function CodeView({ name, text }) {
  const place = useRef(null);
  const view = useRef(null);
  const isOpen = useSignal(false);
  useEffect(() => {
    let isGone = false;
    editor ??= import('./code_mirror.js');
    editor.then(({ openCode }) => {
      if (isGone) return;
      view.current = openCode(place.current, name, text);
      isOpen.value = true;
    });
    return () => { isGone = true; view.current?.destroy(); view.current = null; };
  }, []);
  useEffect(() => { view.current?.show(text); }, [text, isOpen.value]);
  return (
    <div class="studio-code" role="region" aria-label={`Code of ${name}`} tabIndex={0}>
      {!isOpen.value && <pre>{text}</pre>}
      <div ref={place} />
    </div>
  );
}
