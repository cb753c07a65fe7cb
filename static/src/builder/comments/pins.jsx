/* Numbers on the blocks that somebody said something about, and the pointing at a block while one is chosen. */
import { useEffect, useState } from 'preact/hooks';
import { announce, revision } from '../state.js';
import { blocksOf, findBlock } from './block_refs.js';
import { current, picking, threads } from './talk.js';

const EDGE = 10;

/** A block's place in the stage's pixels. */
function placeOf(editor, component, stage) {
  const element = component.getEl();
  if (!element?.isConnected) return null;
  const frame = editor.Canvas.getFrameEl().getBoundingClientRect();
  const zoom = editor.Canvas.getZoom() / 100;
  const rect = element.getBoundingClientRect();
  const top = frame.top - stage.top + rect.top * zoom;
  return { top, bottom: top + rect.height * zoom, right: frame.left - stage.left + rect.right * zoom, left: frame.left - stage.left + rect.left * zoom };
}

function useRedraw(editor) {
  const [, setTick] = useState(0);
  useEffect(() => {
    let waiting = 0;
    const redraw = () => {
      cancelAnimationFrame(waiting);
      waiting = requestAnimationFrame(() => setTick((tick) => tick + 1));
    };
    const observer = new ResizeObserver(redraw);
    observer.observe(editor.Canvas.getFrameEl());
    const events = 'frame:scroll frame:updated canvas:zoom canvas:coords component:input';
    editor.on(events, redraw);
    redraw();
    return () => { observer.disconnect(); editor.off(events, redraw); cancelAnimationFrame(waiting); };
  }, [editor]);
}

function Pick({ editor, blocks }) {
  const [over, setOver] = useState(null);
  const blockAt = (event) => {
    const stage = event.currentTarget.getBoundingClientRect();
    const y = event.clientY - stage.top;
    return blocks.map((block) => ({ ...block, place: placeOf(editor, block.component, stage) })).find(({ place }) => place && y >= place.top && y <= place.bottom);
  };
  useEffect(() => {
    const onKeyDown = (event) => { if (event.key === 'Escape') picking.value?.(null); };
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  }, []);
  const choose = (event) => {
    const block = blockAt(event);
    if (block) announce(`${block.label} chosen`);
    picking.value?.(block?.id ?? null);
  };
  const box = over && { insetBlockStart: `${over.top}px`, insetInlineStart: `${over.left}px`, inlineSize: `${over.right - over.left}px`, blockSize: `${over.bottom - over.top}px` };
  return (
    <div class="b-pick" onPointerMove={(event) => setOver(blockAt(event)?.place ?? null)} onPointerLeave={() => setOver(null)} onClick={choose}>
      {box && <span class="b-pick-box" style={box} />}
      <p class="b-pick-words">Click the block you want to comment on. Esc to stop.</p>
    </div>
  );
}

export function Pins({ editor }) {
  useRedraw(editor);
  if (revision.value < 0) return null;
  const blocks = blocksOf(editor);
  const stage = editor.getContainer().parentElement.getBoundingClientRect();
  const taken = new Map();
  const pins = threads.value.filter(({ resolved, block_id: block }) => !resolved && block).map((thread, index) => {
    const component = findBlock(blocks, thread)?.component;
    const place = component && placeOf(editor, component, stage);
    if (!place) return null;
    const before = taken.get(component) ?? 0;
    taken.set(component, before + 1);
    const y = place.top + EDGE + before * 34;
    if (y < -30 || y > stage.height) return null;
    const x = Math.min(place.right, stage.width) - EDGE - 28;
    return (
      <button
        key={thread.id} type="button" class="b-pin" aria-pressed={current.value === thread.id} style={{ translate: `${Math.round(x)}px ${Math.round(y)}px` }}
        aria-label={`Comment ${index + 1}: ${thread.body.slice(0, 80)}`} onClick={() => { current.value = thread.id; }}
      >{index + 1}</button>
    );
  });
  return <>{pins}{picking.value && <Pick editor={editor} blocks={blocks} />}</>;
}
