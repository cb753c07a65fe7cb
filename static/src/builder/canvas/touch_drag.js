/* Dragging by touch, which the browser's own drag and drop does not know: among what stands beside the element.
   A line shows where it will go; near an edge the page scrolls along. */
import { isLocked } from './lock.js';
import { moveInto } from './commands.js';

const EDGE = 60;
const STEP = 14;

function geometry(editor) {
  const frame = editor.Canvas.getFrameEl();
  const { top, left, height } = frame.getBoundingClientRect();
  return { frame, top, left, height, zoom: editor.Canvas.getZoom() / 100 };
}

/** The neighbour under a point of the screen, and the side of it. */
function placeAt(component, { clientX, clientY }, { top, left, zoom }) {
  const [x, y] = [(clientX - left) / zoom, (clientY - top) / zoom];
  const siblings = component.parent().components().models.filter((each) => each.getEl() && !each.is('textnode'));
  const rects = siblings.map((each) => ({ each, rect: each.getEl().getBoundingClientRect() }));
  const isRow = rects.length > 1 && Math.abs(rects[0].rect.top - rects[1].rect.top) < 4;
  const distance = ({ rect }) => Math.hypot(x - (rect.left + rect.width / 2), (y - (rect.top + rect.height / 2)) * (isRow ? 1 : 4));
  const nearest = rects.sort((one, other) => distance(one) - distance(other))[0];
  const { rect, each } = nearest;
  const after = isRow ? x > rect.left + rect.width / 2 : y > rect.top + rect.height / 2;
  return { target: each, after, rect, isRow };
}

function showLine(line, { rect, after, isRow }, { top, left, zoom }) {
  const edge = isRow ? { x: after ? rect.right : rect.left, y: rect.top } : { x: rect.left, y: after ? rect.bottom : rect.top };
  Object.assign(line.style, {
    left: `${left + edge.x * zoom}px`, top: `${top + edge.y * zoom}px`,
    width: isRow ? '3px' : `${rect.width * zoom}px`, height: isRow ? `${rect.height * zoom}px` : '3px',
  });
}

export function startTouchDrag(editor, component, event) {
  if (event.touches.length !== 1 || isLocked(component)) return;
  event.preventDefault();
  const grip = event.currentTarget;
  const line = Object.assign(document.createElement('div'), { className: 'b-drop-line' });
  document.body.append(line);
  let place = null;

  const move = (moved) => {
    moved.preventDefault();
    const shape = geometry(editor);
    const touch = moved.touches[0];
    place = placeAt(component, touch, shape);
    showLine(line, place, shape);
    const from = touch.clientY - shape.top;
    const step = (from > shape.height - EDGE && STEP) || (from < EDGE && -STEP) || 0;
    if (step) shape.frame.contentWindow.scrollBy(0, step);
  };
  const end = () => {
    line.remove();
    for (const [name, run] of [['touchmove', move], ['touchend', end], ['touchcancel', end]]) grip.removeEventListener(name, run);
    if (!place || place.target === component) return;
    moveInto(editor, component, component.parent(), place.target.index() + (place.after ? 1 : 0));
  };
  grip.addEventListener('touchmove', move, { passive: false });
  grip.addEventListener('touchend', end);
  grip.addEventListener('touchcancel', end);
}
