/* Whether the server has what is on the canvas, in words. */
import { announce, openDialog, saveState } from './state.js';
import { resumeSaving, retrySave } from './workspace.js';
import { useEffect, useRef } from 'preact/hooks';

const WORDS = {
  saved: 'Saved',
  dirty: 'Unsaved changes',
  saving: 'Saving…',
  offline: 'Unsaved, offline',
  conflict: 'Conflict',
  error: 'Not saved',
  'signed-out': 'Signed out',
  'read-only': 'View only',
};
const SPOKEN = new Set(['saved', 'offline', 'conflict', 'error', 'signed-out']);

export function SaveBadge() {
  const { kind, message } = saveState.value;
  const before = useRef('saved');
  useEffect(() => {
    if (before.current !== kind && SPOKEN.has(kind)) announce(message ?? WORDS[kind]);
    if (kind !== 'saving' && kind !== 'dirty') before.current = kind;
  }, [kind]);
  const act = { offline: retrySave, error: retrySave, conflict: resumeSaving, 'signed-out': () => openDialog('sign-in') }[kind];
  const title = message ?? WORDS[kind];
  if (!act) return <span class="b-save" data-kind={kind} title={title}>{WORDS[kind]}</span>;
  return <button type="button" class="b-save" data-kind={kind} title={`${title} Press to try again.`} onClick={act}>{WORDS[kind]}</button>;
}
