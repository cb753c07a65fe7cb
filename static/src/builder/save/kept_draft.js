/* The draft of the open page on this device, until the server has it. */
import { toast } from '../../lib/ui.jsx';
import { deleteDraft, getDraft, putDraft } from '../../lib/drafts.js';
import { me, page } from '../state.js';

/** In letters of markup: some eighty blocks. */
const LONG_PAGE = 120_000;

let toldAboutStorage = false;
/** Whether the last draft could be kept here. */
let isKept = false;

const isLong = ({ html }) => html.length > LONG_PAGE;

/** Whether a save may wait for a pause: a long page is a megabyte on its way, and the work is kept here meanwhile. */
export const mayWait = (snapshot) => isKept && isLong(snapshot);

/** Copying the JSON of a long page into the draft would hold up a key; its markup says the same, and is one string.
    Without what it was made from, a restored one asks instead of joining block by block. */
const contentsOf = (snapshot, base) => (isLong(snapshot) ? { base: null, snapshot: { ...snapshot, content: null } } : { base, snapshot });

/** `base` is what the version held that the work was made from. */
export async function keepDraft(snapshot, { base, baseVersion }) {
  try {
    isKept = await putDraft({ user_id: me.value.id, page_id: page.value.id, base_version: baseVersion, kept_at: Date.now(), ...contentsOf(snapshot, base) });
  } catch {
    isKept = false;
    if (toldAboutStorage) return;
    toldAboutStorage = true;
    toast('This browser keeps no drafts (storage is full or blocked). Your work is still saved to the server.', { kind: 'failed' });
  }
}

export async function forgetDraft() {
  await deleteDraft(me.value.id, page.value.id).catch(() => {});
}

/** What was kept of this page, or null. */
export const keptDraft = (id) => getDraft(me.value.id, id).catch(() => null);
