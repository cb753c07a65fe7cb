/* Joins what somebody else saved with what is on the canvas. */
import { applyProject } from '../canvas/apply.js';
import { projectOfRow, takeSnapshot } from '../canvas/content.js';
import { merge } from './merge.js';

/**
 * `base` is the content both started from. Without a conflict, or with a choice for each, the canvas then holds both.
 * Resolves with {conflicts, changes, mine, project}: `mine` is what the canvas was, `project` what theirs is.
 */
export async function joinTheirs(editor, { base, theirs, choices }) {
  const mine = takeSnapshot(editor);
  const project = projectOfRow(editor, theirs);
  const merged = merge(base, mine.content, project, choices);
  const open = merged.conflicts.filter(({ id }) => !choices?.[id]);
  if (!open.length) await applyProject(editor, merged);
  return { conflicts: open, changes: merged.changes, mine, project };
}
