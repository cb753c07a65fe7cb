/* With each step of a drag the engine asks where it would drop. For that it measures all blocks of a page, and it draws a
   frame all the time, should the page have to scroll along. Here only what is in the window is measured, and a frame is
   drawn when the page scrolls. */
import { isDragging } from '../state.js';
import { followPointer } from './autoscroll.js';

/** A short list is measured whole. */
const FEW = 40;
const LEFT_OUT = { element: undefined };

const isSeen = ({ element }, height) => {
  if (!element?.getBoundingClientRect) return false;
  const { top, bottom } = element.getBoundingClientRect();
  return bottom > 0 && top < height;
};

/** The same node with the children that are in the window, and one beside each; the others keep their places only. */
function inWindow(node) {
  const children = node.getChildren() ?? [];
  if (children.length < FEW) return node;
  const { innerHeight } = node.element.ownerDocument.defaultView;
  const seen = children.map((child) => isSeen(child, innerHeight));
  if (!seen.includes(true)) return node;
  const near = children.map((child, at) => (seen[at - 1] || seen[at] || seen[at + 1] ? child : LEFT_OUT));
  return { element: node.element, getChildren: () => near };
}

function quickSorter(Sorter) {
  return class extends Sorter {
    constructor(options) {
      super(options);
      const where = this.dropLocationDeterminer;
      const measure = where.getChildrenDim.bind(where);
      where.getChildrenDim = (node) => measure(inWindow(node));
      const follow = where.adjustForScroll.bind(where);
      let last = '';
      // Scrolled, or grown as blocks are drawn: other blocks are in the window, at other places.
      where.adjustForScroll = () => {
        const { scrollY, document } = this.em.Canvas.getWindow();
        const now = `${scrollY} ${document.documentElement.scrollHeight}`;
        const { targetNode } = where.lastMoveData;
        if (now !== last && targetNode) targetNode.childrenDimensions = undefined;
        last = now;
        follow();
      };
    }

    setAutoCanvasScroll(active) {
      this.stopFollowing?.();
      this.stopFollowing = active ? followPointer(this.em.Canvas.getWindow(), () => isDragging.value) : null;
    }
  };
}

export function quickenDrag(editor) {
  const { Utils } = editor;
  Utils.ComponentSorter = quickSorter(Utils.ComponentSorter);

  editor.on('sorter:drag:start', () => { isDragging.value = true; });
  const end = () => { isDragging.value = false; };
  editor.on('sorter:drag:end block:drag:stop component:drag:end canvas:frame:load:body', end);
  // Let go of beside the page, the engine hears nothing of it and goes on with the next move over the page.
  window.addEventListener('pointerup', end);
  window.addEventListener('dragend', end);
}
