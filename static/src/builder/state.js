/* What the builder knows right now. Signals only: whoever shows a thing reads it here, whoever changes it sets it. */
import { computed, signal } from '@preact/signals';

export const me = signal(null);
export const organization = signal(null);
export const site = signal(null);
/** Every page of the site, without its content; ordered as in the list. */
export const pages = signal([]);
/** The page on the canvas: the row as the server last gave it. */
export const page = signal(null);
export const role = signal(null);
/** Whoever looks in as support: {ends_at, reason}; null for those who belong to the organization. */
export const visit = signal(null);

/** saved | dirty | saving | offline | conflict | error | signed-out | read-only */
export const saveState = signal({ kind: 'saved' });

export const device = signal('desktop');
export const isReady = signal(false);
/** The page can be used, and the rest of it is still being put on the canvas (canvas/fill.js). */
export const isFilling = signal(false);
/** The selected component of the engine, or null for the page itself. */
export const selection = signal(null);
/** Grows with every change on the canvas: panels that read the engine's model subscribe to it. */
export const revision = signal(0);
export const steps = signal({ undo: 0, redo: 0 });
export const isTyping = signal(false);
/** Something is dragged over the page. */
export const isDragging = signal(false);

/** Which panel is open on the left, which tab on the right, and which dialog stands over all of it. */
export const panel = signal('blocks');
export const inspector = signal('style');
export const isInspectorOpen = signal(false);
export const dialog = signal(null);
/** A bar above the canvas: {kind: 'restored' | 'took-theirs' | 'dropped', …} or null. */
export const notice = signal(null);
export const isOpenElsewhere = signal(false);
/** Reusable parts of the organization, by name; null until they were read. */
export const components = signal(null);
export const sections = signal(null);
/** Others on this page: [{user_id, name, is_editing}]. */
export const others = signal([]);

/** The last thing to tell a screen reader. */
export const announcement = signal('');

const RANKS = ['viewer', 'member', 'editor', 'admin', 'owner'];
export const canEdit = computed(() => RANKS.indexOf(role.value) >= RANKS.indexOf('editor'));
/** A member may say something and change nothing. */
export const canComment = computed(() => RANKS.indexOf(role.value) >= RANKS.indexOf('member'));

export function openDialog(name, props = {}) {
  dialog.value = { name, props };
}

export function closeDialog() {
  dialog.value = null;
}

/** The same words twice in a row would not be read again, so a no-break space makes them differ. */
export function announce(text) {
  announcement.value = announcement.value === text ? `${text}\u00a0` : text;
}
