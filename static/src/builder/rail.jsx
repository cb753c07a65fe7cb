/* The left side: a rail of panels and the one that is open. On a phone the rail lies at the bottom and a panel is a sheet. */
import blocks from 'icon:layout-grid-add';
import files from 'icon:files';
import tree from 'icon:list-tree';
import message from 'icon:message-circle';
import photo from 'icon:photo';
import palette from 'icon:palette';
import checkup from 'icon:checkup-list';
import sparkles from 'icon:sparkles';
import brush from 'icon:adjustments-horizontal';
import bookmark from 'icon:components';
import close from 'icon:x';
import { Icon } from '../lib/ui.jsx';
import { AiPanel } from './ai/lazy.jsx';
import { lazyPanel } from './lazy_panel.jsx';
import { canEdit, isInspectorOpen, panel } from './state.js';
import { errorsIn } from './checks/page.js';
import { liveFindings } from './checks/live.js';
import { BlocksPanel } from './panels/blocks_panel.jsx';

const PANELS = {
  blocks: { name: 'Blocks', icon: blocks, Content: BlocksPanel },
  saved: { name: 'Saved', icon: bookmark, Content: lazyPanel(() => import('./panels/saved_panel.jsx').then((module) => module.SavedPanel)) },
  ai: { name: 'AI', icon: sparkles, Content: AiPanel },
  pages: { name: 'Pages', icon: files, Content: lazyPanel(() => import('./panels/pages_panel.jsx').then((module) => module.PagesPanel)) },
  outline: { name: 'Layers', icon: tree, Content: lazyPanel(() => import('./panels/outline_panel.jsx').then((module) => module.OutlinePanel)) },
  assets: { name: 'Pictures', icon: photo, Content: lazyPanel(() => import('./panels/assets_panel.jsx').then((module) => module.AssetsPanel)) },
  theme: { name: 'Theme', icon: palette, Content: lazyPanel(() => import('./panels/theme_panel.jsx').then((module) => module.ThemePanel)) },
  checks: { name: 'Checks', icon: checkup, Content: lazyPanel(() => import('./panels/checks_panel.jsx').then((module) => module.ChecksPanel)), count: () => errorsIn(liveFindings.value ?? []).length },
  comments: { name: 'Comments', icon: message, Content: lazyPanel(() => import('./comments/comments_panel.jsx').then((module) => module.CommentsPanel)), isForReaders: true },
};

const isOffered = ({ isForReaders }) => canEdit.value || isForReaders;

function toggle(id) {
  panel.value = panel.value === id ? null : id;
  isInspectorOpen.value = false;
}

function toggleInspector() {
  panel.value = null;
  isInspectorOpen.value = !isInspectorOpen.value;
}

export function Rail() {
  return (
    <nav class="b-rail" aria-label="Panels">
      {Object.entries(PANELS).filter(([, each]) => isOffered(each)).map(([id, { name, icon, count }]) => (
        <button key={id} type="button" aria-pressed={panel.value === id} onClick={() => toggle(id)}>
          <Icon of={icon} size={22} /><span>{name}</span>
          {count?.() > 0 && <span class="b-rail-count">{count()}<span class="visually-hidden"> to put right</span></span>}
        </button>
      ))}
      {canEdit.value && (
        <button type="button" class="b-rail-inspector" aria-pressed={isInspectorOpen.value} onClick={toggleInspector}>
          <Icon of={brush} size={22} /><span>Style</span>
        </button>
      )}
    </nav>
  );
}

export function SidePanel() {
  if (!isOffered(PANELS[panel.value])) return null;
  const { name, Content } = PANELS[panel.value];
  return (
    <aside class="b-side" aria-label={name}>
      <header class="b-side-head">
        <h2>{name}</h2>
        <button type="button" class="btn btn-ghost btn-icon btn-sm" aria-label={`Close ${name}`} onClick={() => { panel.value = null; }}><Icon of={close} /></button>
      </header>
      <Content />
    </aside>
  );
}
