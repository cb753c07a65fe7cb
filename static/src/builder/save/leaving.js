/* The moments at which work must not stay here alone: the tab is left, hidden or closed, the session ends. */
import { goToLogin } from '../../lib/session.js';
import { whileLeaving } from '../../lib/far_fetch.js';
import { supa } from '../../lib/supa.js';
import { allowDrafts } from '../../lib/drafts.js';
import { canEdit, isReady } from '../state.js';

const mayHaveWork = () => isReady.value && canEdit.value;

export function saveBeforeLeaving(saver) {
  // Signed out in another tab: what is saved is put away, what is not stays until the person signs in again.
  supa.auth.onAuthStateChange((event) => {
    if (event === 'SIGNED_IN') allowDrafts();
    if (event !== 'SIGNED_OUT') return;
    if (mayHaveWork() && saver.isDirty()) saver.hold('signed-out');
    else goToLogin();
  });
  window.addEventListener('online', () => saver.save());
  window.addEventListener('pagehide', () => saver.keepDraft());
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'hidden' && mayHaveWork()) saver.save();
  });
  window.addEventListener('beforeunload', (event) => {
    if (!mayHaveWork() || !saver.isDirty()) return;
    saver.keepDraft();
    whileLeaving(() => saver.save());
    event.preventDefault();
  });
}
