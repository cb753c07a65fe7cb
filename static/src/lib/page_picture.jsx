/* A small, dead picture of a page: a scaled frame without scripts, links or pointer.
   The markup has passed the sanitiser, the frame is sandboxed and inherits the screen's Content-Security-Policy. */
import { useEffect, useRef, useState } from 'preact/hooks';

const WIDTH = 1280;
const HEIGHT = 860;

/** `load()` gives {html, css, theme} when the picture comes into view, or null for an empty page. */
export function PagePicture({ load, tall = false }) {
  const box = useRef(null);
  const [state, setState] = useState('waiting');

  useEffect(() => {
    const seen = new IntersectionObserver(async ([entry]) => {
      if (!entry.isIntersecting) return;
      seen.disconnect();
      try {
        const [page, { draw }] = await Promise.all([load(), import('./page_drawing.js')]);
        if (!box.current) return;
        if (page?.html) await draw(box.current, page, { width: WIDTH, height: HEIGHT, tall });
        setState(page?.html ? 'drawn' : 'empty');
      } catch {
        // A card without its picture still works.
        setState('empty');
      }
    }, { rootMargin: '200px' });
    seen.observe(box.current);
    return () => seen.disconnect();
  }, []);

  useEffect(() => {
    const fit = new ResizeObserver(([{ contentRect }]) => box.current?.style.setProperty('--scale', String(contentRect.width / WIDTH)));
    fit.observe(box.current);
    return () => fit.disconnect();
  }, []);

  return (
    <div class={tall ? 'picture picture-tall' : 'picture'} aria-hidden="true" data-state={state}>
      <div ref={box} class="picture-frame" />
      {state === 'empty' && <div class="picture-empty"><i /><i /><i /></div>}
    </div>
  );
}
