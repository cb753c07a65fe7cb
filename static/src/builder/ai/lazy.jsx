/* The rail's entry: the AI's panel is fetched when somebody opens it. */
import { effect } from '@preact/signals';
import { toastProblem } from '../../lib/ui.jsx';
import { asProblem } from '../../lib/problems.js';
import { lazyPanel } from '../lazy_panel.jsx';
import { canEdit, isReady } from '../state.js';

/** An answer of the studio, named in the address; opening the page clears that, so it is read at once. */
let wanted = /^#ai=([0-9a-f-]{36})$/.exec(location.hash)?.[1];

effect(() => {
  if (!wanted || !isReady.value || !canEdit.value) return;
  const id = wanted;
  wanted = undefined;
  import('./handoff.js').then(({ takeOver }) => takeOver(id), (error) => toastProblem(asProblem(error)));
});

export const AiPanel = lazyPanel(() => import('./ai_panel.jsx').then(({ default: Panel }) => Panel));
