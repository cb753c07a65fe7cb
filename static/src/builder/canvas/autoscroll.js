/* While something is dragged near the upper or lower edge of the page, the page scrolls along: the nearer, the faster. */

const EDGE = 50;

/** Follow the pointer over a window, while `isWanted()`, until the returned function is called. */
export function followPointer(view, isWanted) {
  let pointer = null;
  let frame = 0;

  const speed = () => {
    if (pointer === null || !isWanted()) return 0;
    return Math.min(pointer - EDGE, 0) + Math.max(pointer - (view.innerHeight - EDGE), 0);
  };
  const step = () => {
    frame = 0;
    const before = view.scrollY;
    view.scrollBy({ top: speed(), behavior: 'instant' });
    if (view.scrollY !== before) frame = requestAnimationFrame(step);
  };
  const look = ({ clientY }) => {
    pointer = clientY;
    if (speed() && !frame) frame = requestAnimationFrame(step);
  };

  for (const event of ['mousemove', 'dragover']) view.addEventListener(event, look, { passive: true });
  return () => {
    cancelAnimationFrame(frame);
    for (const event of ['mousemove', 'dragover']) view.removeEventListener(event, look);
  };
}
