/* The right side: how the selected thing looks, and what it is. */
import pointer from 'icon:click';
import lock from 'icon:lock';
import { Icon } from '../../lib/ui.jsx';
import { labelOf } from '../canvas/labels.js';
import { lockOf, toggleLock } from '../canvas/lock.js';
import { device, inspector, page, revision, selection } from '../state.js';
import { openDialog } from '../state.js';
import { isInstance } from '../parts/instances.js';
import { lazyPanel } from '../lazy_panel.jsx';

const InstanceTab = lazyPanel(() => import('./instance_tab.jsx').then((module) => module.InstanceTab));
const SettingsTab = lazyPanel(() => import('./settings_tab.jsx').then((module) => module.SettingsTab));
const StyleTab = lazyPanel(() => import('./style_tab.jsx').then((module) => module.StyleTab));

const TABS = { style: ['Style', StyleTab], settings: ['Settings', SettingsTab] };
const DEVICE_WORDS = { tablet: 'tablets and phones', phone: 'phones' };

function Nothing() {
  return (
    <div class="b-nothing">
      <Icon of={pointer} size={32} />
      <h2>Nothing selected</h2>
      <p>Click something on the page to change how it looks, or walk the page with the arrow keys.</p>
      {!page.value?.isComponent && <button type="button" class="btn btn-sm" onClick={() => openDialog('page-settings', { target: page.value })}>Page settings</button>}
    </div>
  );
}

function Locked({ component, locked }) {
  return (
    <div class="b-nothing">
      <Icon of={lock} size={32} />
      <h2>Locked</h2>
      <p>{locked === component ? 'Nothing in it can be moved, changed or deleted.' : `It stands in “${labelOf(locked)}”, which is locked.`}</p>
      <button type="button" class="btn btn-sm" onClick={() => toggleLock(component)}>Unlock</button>
    </div>
  );
}

function walkTabs(event) {
  if (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight') return;
  const ids = Object.keys(TABS);
  inspector.value = ids[(ids.indexOf(inspector.value) + 1) % ids.length];
  event.currentTarget.querySelector(`[data-tab="${inspector.value}"]`).focus();
}

export function Inspector({ isOpen }) {
  const component = revision.value >= 0 ? selection.value : null;
  const [, Content] = isInstance(component) ? ['', InstanceTab] : TABS[inspector.value];
  const locked = component && lockOf(component);
  return (
    <aside class="b-inspector" data-open={isOpen} aria-label="Properties">
      {!component ? <Nothing /> : (
        <>
          <header class="b-inspector-head">
            <h2>{labelOf(component)}</h2>
            {!isInstance(component) && <div class="segments b-segments" role="tablist" aria-label="Properties" onKeyDown={walkTabs}>
              {Object.entries(TABS).map(([id, [name]]) => (
                <button key={id} type="button" role="tab" data-tab={id} id={`tab-${id}`} aria-controls="properties" aria-selected={inspector.value === id} aria-pressed={undefined} tabIndex={inspector.value === id ? 0 : -1} onClick={() => { inspector.value = id; }}>{name}</button>
              ))}
            </div>}
          </header>
          {DEVICE_WORDS[device.value] && inspector.value === 'style' && <p class="b-device-note">Changes here hold for {DEVICE_WORDS[device.value]} only.</p>}
          <div class="b-side-scroll" role="tabpanel" id="properties" aria-label={isInstance(component) ? 'Component' : undefined} aria-labelledby={isInstance(component) ? undefined : `tab-${inspector.value}`} key={component.cid}>
            {locked ? <Locked component={component} locked={locked} /> : <Content component={component} />}
          </div>
        </>
      )}
    </aside>
  );
}
