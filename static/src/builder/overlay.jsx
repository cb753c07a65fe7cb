/* The bar above what is selected: its name, and what can be done to it with a click. It follows the element as the page scrolls. */
import { useEffect, useRef } from 'preact/hooks';
import parentIcon from 'icon:corner-left-up';
import up from 'icon:arrow-up';
import down from 'icon:arrow-down';
import copyIcon from 'icon:copy';
import trash from 'icon:trash';
import pencil from 'icon:pencil';
import photo from 'icon:photo';
import linkIcon from 'icon:link';
import lock from 'icon:lock';
import dots from 'icon:dots';
import grip from 'icon:grip-vertical';
import { Icon, Menu, MenuItem } from '../lib/ui.jsx';
import * as act from './canvas/commands.js';
import { labelOf } from './canvas/labels.js';
import { copy, cut, paste } from './canvas/clipboard.js';
import { isLocked, toggleLock } from './canvas/lock.js';
import { canUnwrap, canWrap, forAll, selected, unwrap, wrap } from './canvas/structure.js';
import { tellsItsSize } from './canvas/quiet_tools.js';
import { startTouchDrag } from './canvas/touch_drag.js';
import { isDragging, isTyping, openDialog, revision, selection } from './state.js';
import { TextBar } from './text_bar.jsx';

const GAP = 6;
const BAR_HEIGHT = 38;

/** Where the bar stands, in the stage's pixels: above the element, else inside its top edge or, if it is short, below. */
function placeOf(editor, element, bar) {
  const frame = editor.Canvas.getFrameEl().getBoundingClientRect();
  const stage = bar.parentElement.getBoundingClientRect();
  const zoom = editor.Canvas.getZoom() / 100;
  const rect = element.getBoundingClientRect();
  const top = frame.top - stage.top + rect.top * zoom;
  const bottom = top + rect.height * zoom;
  const left = frame.left - stage.left + rect.left * zoom;
  const isAway = bottom < 0 || top > stage.height;
  const above = top - BAR_HEIGHT - GAP;
  // Below a short one: the bar would cover it, and a second click would not reach its text.
  const inside = rect.height * zoom < 2 * (BAR_HEIGHT + GAP) ? bottom + GAP : Math.min(Math.max(top + GAP, 4), bottom + GAP);
  const y = above >= 4 ? above : inside;
  const x = Math.max(4, Math.min(left, stage.width - bar.offsetWidth - 4));
  return { x, y, isAway };
}

function useFollow(editor, component, bar) {
  useEffect(() => {
    const element = component?.getEl();
    if (!element || !bar.current) return undefined;
    const place = () => {
      if (!bar.current || !element.isConnected) return;
      const { x, y, isAway } = placeOf(editor, element, bar.current);
      bar.current.style.translate = `${Math.round(x)}px ${Math.round(y)}px`;
      bar.current.style.visibility = isAway ? 'hidden' : '';
    };
    place();
    const observer = new ResizeObserver(place);
    observer.observe(element);
    observer.observe(editor.Canvas.getFrameEl());
    observer.observe(bar.current);
    const events = `frame:scroll frame:updated canvas:zoom canvas:coords${tellsItsSize(element) ? '' : ' component:input'}`;
    editor.on(events, place);
    return () => { observer.disconnect(); editor.off(events, place); };
  });
}

function Tool({ icon, label, shortcut, ...rest }) {
  return (
    <button type="button" class="b-tool" aria-label={label} title={shortcut ? `${label} (${shortcut})` : label} aria-keyshortcuts={shortcut} {...rest}>
      <Icon of={icon} />
    </button>
  );
}

function startDrag(editor, component, event) {
  event.preventDefault();
  editor.runCommand('tlb-move', { target: component, event });
}

function More({ editor, component, all }) {
  return (
    <Menu button={<Icon of={dots} />} buttonClass="b-tool" label="More actions">
      <MenuItem onClick={() => copy(editor)}>Copy</MenuItem>
      <MenuItem onClick={() => cut(editor)}>Cut</MenuItem>
      <MenuItem onClick={() => paste(editor, component)}>Paste after it</MenuItem>
      <MenuItem disabled={!canWrap(all)} onClick={() => wrap(editor)}>Put into a group</MenuItem>
      <MenuItem disabled={!canUnwrap(component)} onClick={() => unwrap(editor, component)}>Take the group apart</MenuItem>
      <MenuItem icon={lock} onClick={() => toggleLock(component)}>Lock</MenuItem>
    </Menu>
  );
}

function Several({ editor, component, all }) {
  return (
    <>
      <span class="b-overlay-name b-overlay-count">{all.length} selected</span>
      <Tool icon={copyIcon} label="Duplicate" shortcut="Control+D" onClick={() => forAll(editor, (each) => act.duplicate(editor, each))} />
      <Tool icon={trash} label="Delete" shortcut="Delete" onClick={() => forAll(editor, (each) => act.remove(editor, each))} />
      <More editor={editor} component={component} all={all} />
    </>
  );
}

function Actions({ editor, component }) {
  const all = selected(editor);
  if (all.length > 1) return <Several editor={editor} component={component} all={all} />;
  if (isLocked(component)) {
    return (
      <>
        <span class="b-overlay-name b-overlay-count">{labelOf(component)}</span>
        <button type="button" class="b-tool b-tool-text" onClick={() => toggleLock(component)}><Icon of={lock} />Unlock</button>
        <Tool icon={parentIcon} label="Select what is around it" shortcut="Escape" onClick={() => act.selectParent(editor, component)} />
      </>
    );
  }
  return (
    <>
      <span class="b-tool b-grip" title="Drag to move" onMouseDown={(event) => startDrag(editor, component, event)} onTouchStart={(event) => startTouchDrag(editor, component, event)}><Icon of={grip} /></span>
      <span class="b-overlay-name">{labelOf(component)}</span>
      {component.is('image') && <Tool icon={photo} label="Change picture" shortcut="Enter" onClick={() => act.activate(editor, component)} />}
      {act.isEditableText(component) && <Tool icon={pencil} label="Edit text" shortcut="Enter" onClick={() => act.activate(editor, component)} />}
      {component.get('tagName') === 'a' && <Tool icon={linkIcon} label="Change where it leads" onClick={() => openDialog('link', { component })} />}
      <Tool icon={parentIcon} label="Select what is around it" shortcut="Escape" onClick={() => act.selectParent(editor, component)} />
      <Tool icon={up} label="Move up" shortcut="Alt+ArrowUp" disabled={!act.canMove(component, -1)} onClick={() => act.move(editor, component, -1)} />
      <Tool icon={down} label="Move down" shortcut="Alt+ArrowDown" disabled={!act.canMove(component, 1)} onClick={() => act.move(editor, component, 1)} />
      <Tool icon={copyIcon} label="Duplicate" shortcut="Control+D" onClick={() => act.duplicate(editor, component)} />
      <Tool icon={trash} label="Delete" shortcut="Delete" onClick={() => act.remove(editor, component)} />
      <More editor={editor} component={component} all={all} />
    </>
  );
}

export function Overlay({ editor }) {
  const bar = useRef(null);
  const component = selection.value;
  const shown = revision.value >= 0 && component && !isDragging.value;
  useFollow(editor, shown ? component : null, bar);
  if (!shown) return null;
  return (
    <div class="b-overlay" ref={bar} role="toolbar" aria-label={`${labelOf(component)}: actions`}>
      {isTyping.value ? <TextBar editor={editor} /> : <Actions editor={editor} component={component} />}
    </div>
  );
}
