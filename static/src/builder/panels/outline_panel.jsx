/* The page as a tree. Arrow keys walk it, Alt with arrows moves, dragging moves too; a click selects on the canvas. */
import { useLayoutEffect, useRef } from 'preact/hooks';
import { signal } from '@preact/signals';
import chevron from 'icon:chevron-right';
import lock from 'icon:lock';
import { Icon } from '../../lib/ui.jsx';
import { excerptOf, labelOf } from '../canvas/labels.js';
import { activate, moveInto } from '../canvas/commands.js';
import { isLocked } from '../canvas/lock.js';
import { toggleSelected } from '../canvas/structure.js';
import { revision, selection } from '../state.js';
import { theEditor } from '../workspace.js';

/** Components that a person opened or closed; the path to the selection is open without being in here. */
const opened = signal(new Map());
const dragged = signal(null);
const target = signal(null);

const childrenOf = (component) => component.components().models.filter((child) => child.get('layerable') && !child.is('textnode'));

function isOpen(component) {
  if (opened.value.has(component.cid)) return opened.value.get(component.cid);
  for (let at = selection.value?.parent(); at; at = at.parent()) if (at === component) return true;
  return false;
}

function setOpen(component, value) {
  opened.value = new Map(opened.value).set(component.cid, value);
}

/** The rows that are to be seen, in order. */
function rowsOf(component, level = 1) {
  return childrenOf(component).flatMap((child) => {
    const open = isOpen(child);
    return [{ component: child, level, open, hasChildren: childrenOf(child).length > 0 }, ...(open ? rowsOf(child, level + 1) : [])];
  });
}

function place(event) {
  const { top, height } = event.currentTarget.getBoundingClientRect();
  return event.clientY < top + height / 2 ? 'before' : 'after';
}

function drop(event, component) {
  event.preventDefault();
  const source = dragged.value;
  const after = place(event) === 'after';
  dragged.value = target.value = null;
  if (!source || source === component || component.isChildOf?.(source)) return;
  const parent = component.parent();
  if (!theEditor().Components.canMove(parent, source).result) return;
  moveInto(theEditor(), source, parent, component.index() + (after ? 1 : 0));
}

function walkRows(event, rows, row) {
  const list = event.currentTarget.closest('[role="tree"]');
  const at = rows.indexOf(row);
  const focus = (index) => list.querySelectorAll('[role="treeitem"]')[index]?.focus();
  const keys = {
    ArrowDown: () => focus(at + 1),
    ArrowUp: () => focus(at - 1),
    Home: () => focus(0),
    End: () => focus(rows.length - 1),
    ArrowRight: () => (row.hasChildren && !row.open ? setOpen(row.component, true) : focus(at + 1)),
    ArrowLeft: () => (row.open ? setOpen(row.component, false) : focus(rows.findLastIndex((each, index) => index < at && each.level < row.level))),
    Enter: () => activate(theEditor(), row.component),
    ' ': () => (event.shiftKey ? toggleSelected(theEditor(), row.component) : theEditor().select(row.component)),
  };
  if (event.altKey || event.ctrlKey || event.metaKey || !keys[event.key]) return;
  event.preventDefault();
  event.stopPropagation();
  keys[event.key]();
}

const adds = ({ ctrlKey, metaKey, shiftKey }) => ctrlKey || metaKey || shiftKey;

/** A click selects; with a modifier it adds to what is selected. */
function choose(event, component) {
  if (adds(event)) toggleSelected(theEditor(), component);
  else theEditor().select(component);
  component.getEl()?.scrollIntoView({ block: 'nearest', behavior: 'smooth' });
}

function Row({ row, rows }) {
  const { component, level, open, hasChildren } = row;
  const isSelected = selection.value === component;
  const isTabStop = isSelected || (!rows.some((each) => each.component === selection.value) && rows[0] === row);
  return (
    <li
      role="treeitem"
      class="b-layer"
      style={{ '--level': level }}
      tabIndex={isTabStop ? 0 : -1}
      aria-level={level}
      aria-selected={isSelected || theEditor().getSelectedAll().includes(component)}
      aria-expanded={hasChildren ? open : undefined}
      data-drop={target.value?.component === component ? target.value.at : undefined}
      draggable
      onFocus={() => { if (!isSelected) theEditor().select(component); }}
      onMouseDown={(event) => { if (adds(event)) event.preventDefault(); }}
      onClick={(event) => choose(event, component)}
      onKeyDown={(event) => walkRows(event, rows, row)}
      onDragStart={(event) => { dragged.value = component; event.dataTransfer.setData('text/plain', labelOf(component)); }}
      onDragOver={(event) => { event.preventDefault(); target.value = { component, at: place(event) }; }}
      onDrop={(event) => drop(event, component)}
      onDragEnd={() => { dragged.value = target.value = null; }}
    >
      <span
        class="b-layer-toggle"
        aria-hidden="true"
        data-open={open}
        onClick={(event) => { event.stopPropagation(); setOpen(component, !open); }}
      >
        {hasChildren && <Icon of={chevron} size={14} />}
      </span>
      <span class="b-layer-name">{labelOf(component)}</span>
      <span class="b-layer-text">{excerptOf(component)}</span>
      {isLocked(component) && <span class="b-layer-lock"><Icon of={lock} size={14} /><span class="visually-hidden">locked</span></span>}
    </li>
  );
}

export function OutlinePanel() {
  const list = useRef(null);
  const wrapper = theEditor()?.getWrapper();
  const rows = revision.value >= 0 && wrapper ? rowsOf(wrapper) : [];
  useLayoutEffect(() => {
    // A move redraws the row; the focus stays with what was moved. With the drawing and not after the paint: a key may
    // come between, and the row that was selected then would take the focus back.
    const selected = list.current?.querySelector('[aria-selected="true"]');
    if (selected && list.current.contains(document.activeElement) && document.activeElement !== selected) selected.focus();
    selected?.scrollIntoView({ block: 'nearest' });
  }, [selection.value, revision.value]);
  if (!rows.length) return <p class="b-hint">Nothing is on this page yet. Add a block, and its parts show here.</p>;
  return (
    <ul ref={list} class="b-side-scroll b-layers" role="tree" aria-multiselectable="true" aria-label="Page outline">
      {rows.map((row) => <Row key={row.component.cid} row={row} rows={rows} />)}
    </ul>
  );
}
