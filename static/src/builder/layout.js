/* What stands open when the builder opens, as the person has chosen it for every device. */
import { preferences } from '../lib/preferences.js';
import { inspector, panel } from './state.js';

const PANELS = { blocks: 'blocks', pages: 'pages', outline: 'outline', theme: 'theme', none: null };
const TABS = new Set(['style', 'settings']);

export function applyLayout() {
  const { panel: wantedPanel, inspector: wantedTab } = preferences.value.editor_layout;
  if (Object.hasOwn(PANELS, wantedPanel)) panel.value = PANELS[wantedPanel];
  if (TABS.has(wantedTab)) inspector.value = wantedTab;
}
