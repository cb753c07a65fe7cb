/* With each step of a drag between two blocks the engine measures all of a page's blocks: margins and paddings, which stay as
   they are, and places, which stay until the page scrolls or grows. */
import { isDragging } from '../state.js';

/** Where the page stands: asked once for all blocks that are measured in one go. */
function placeAsker(Canvas) {
  let place = null;
  return () => {
    if (place === null) {
      const { scrollX, scrollY, innerWidth, document } = Canvas.getWindow();
      const { scrollTop, scrollLeft } = Canvas.getElement();
      place = [scrollX, scrollY, innerWidth, document.documentElement.scrollHeight, scrollTop, scrollLeft, Canvas.getZoom()].join();
      queueMicrotask(() => { place = null; });
    }
    return place;
  };
}

export function quickenDrag(editor) {
  const { Canvas } = editor;
  const placeNow = placeAsker(Canvas);
  const measurePlace = Canvas.getElementPos.bind(Canvas);
  const measureEdges = Canvas.getElementOffsets.bind(Canvas);
  /** While something is dragged: {edges, places, at}. */
  let known = null;

  const kept = (map, element, measure) => {
    if (!map.has(element)) map.set(element, measure());
    return map.get(element);
  };
  Canvas.getElementPos = (element, options) => {
    // Only the sorter's own question: others may ask for another frame of reference.
    if (!known || !element || !options?.noScroll) return measurePlace(element, options);
    const at = placeNow();
    if (known.at !== at) Object.assign(known, { at, places: new WeakMap() });
    return kept(known.places, element, () => measurePlace(element, options));
  };
  // Margins and the like do not change with the scrolling.
  Canvas.getElementOffsets = (element) => (known && element ? kept(known.edges, element, () => measureEdges(element)) : measureEdges(element));

  editor.on('sorter:drag:start', () => { known = { edges: new WeakMap() }; isDragging.value = true; });
  const end = () => { known = null; isDragging.value = false; };
  editor.on('sorter:drag:end block:drag:stop component:drag:end canvas:frame:load:body', end);
  // Let go of beside the page, the engine hears nothing of it and goes on with the next move over the page.
  window.addEventListener('pointerup', end);
  window.addEventListener('dragend', end);
}
