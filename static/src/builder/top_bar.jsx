/* Back, which page, undo and redo, device, whether it is saved, preview, publish. */
import back from 'icon:chevron-left';
import undoIcon from 'icon:arrow-back-up';
import redoIcon from 'icon:arrow-forward-up';
import desktop from 'icon:device-desktop';
import tablet from 'icon:device-tablet';
import phone from 'icon:device-mobile';
import eye from 'icon:eye';
import rocket from 'icon:rocket';
import chevron from 'icon:chevron-down';
import file from 'icon:file';
import historyIcon from 'icon:history';
import keyboard from 'icon:keyboard';
import { Icon, Menu, MenuItem } from '../lib/ui.jsx';
import { canEdit, device, openDialog, page, pages, panel, site, steps } from './state.js';
import { redo, undo } from './canvas/undo.js';
import { Presence } from './presence.jsx';
import { SaveBadge } from './save_badge.jsx';
import { switchPage, theEditor } from './workspace.js';

const DEVICES = [['desktop', desktop, 'Desktop'], ['tablet', tablet, 'Tablet'], ['phone', phone, 'Phone']];

function PageSwitcher() {
  const label = <><span class="b-page-name">{page.value?.title ?? 'Loading…'}</span><Icon of={chevron} size={16} /></>;
  return (
    <Menu button={label} buttonClass="btn btn-ghost btn-sm b-page-button" label={`Page: ${page.value?.title ?? ''}. Switch page`} align="start">
      <p class="menu-title">{site.value.name}</p>
      {pages.value.map((each) => (
        <MenuItem key={each.id} icon={file} title={each.title} aria-current={each.id === page.value?.id ? 'page' : undefined} onClick={() => switchPage(each.id)}>
          {each.title} <span class="b-menu-path">{each.path}</span>
        </MenuItem>
      ))}
      <hr class="menu-line" />
      {page.value && !page.value.isComponent && <MenuItem icon={historyIcon} onClick={() => openDialog('history')}>History of this page…</MenuItem>}
      {canEdit.value && <MenuItem onClick={() => { panel.value = 'pages'; }}>Manage pages…</MenuItem>}
    </Menu>
  );
}

function Steps() {
  const { undo: back_, redo: forth } = steps.value;
  return (
    <div class="b-group">
      <button type="button" class="btn btn-ghost btn-icon btn-sm" aria-label="Undo" title="Undo (Ctrl+Z)" disabled={!back_} onClick={() => undo(theEditor())}><Icon of={undoIcon} /></button>
      <button type="button" class="btn btn-ghost btn-icon btn-sm" aria-label="Redo" title="Redo (Ctrl+Shift+Z)" disabled={!forth} onClick={() => redo(theEditor())}><Icon of={redoIcon} /></button>
    </div>
  );
}

function Devices() {
  return (
    <div class="segments b-devices" role="group" aria-label="Screen size">
      {DEVICES.map(([id, icon, name]) => (
        <button key={id} type="button" aria-label={name} title={name} aria-pressed={device.value === id} onClick={() => { device.value = id; }}><Icon of={icon} /></button>
      ))}
    </div>
  );
}

export function TopBar() {
  return (
    <header class="b-top">
      <a class="btn btn-ghost btn-icon btn-sm" href={`/sites/${site.value.id}`} aria-label={`Back to ${site.value.name}`} title="Back to the site"><Icon of={back} /></a>
      <PageSwitcher />
      <span class="b-top-space" />
      {canEdit.value && <Steps />}
      <Devices />
      <span class="b-top-space" />
      <Presence />
      <SaveBadge />
      <button type="button" class="btn btn-ghost btn-icon btn-sm b-history-button" aria-label="History" title="History of this page" disabled={!page.value || page.value.isComponent} onClick={() => openDialog('history')}><Icon of={historyIcon} /></button>
      <button type="button" class="btn btn-ghost btn-icon btn-sm b-keys" aria-label="Keyboard shortcuts" title="Keyboard shortcuts" onClick={() => openDialog('shortcuts')}><Icon of={keyboard} /></button>
      <button type="button" class="btn btn-sm b-preview" onClick={() => openDialog('preview')}><Icon of={eye} /><span>Preview</span></button>
      {canEdit.value && <button type="button" class="btn btn-primary btn-sm" onClick={() => openDialog('publish')}><Icon of={rocket} /><span>Publish</span></button>}
    </header>
  );
}
