/* Work that the server does not have yet, on this device. One draft for each person and page.
   Where storage is blocked or full, saving to the server goes on and the person is told once. */

const DATABASE = 'roseram-drafts';
const STORE = 'drafts';

let opening;
/** Somebody signed out and had the drafts deleted; an open page must not leave new ones behind. */
let isCleared = false;

function open() {
  opening ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(DATABASE, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE, { keyPath: ['user_id', 'page_id'] });
    request.onerror = () => reject(request.error);
    request.onsuccess = () => {
      // Signing out in another tab deletes the database; holding on to it would keep that person's work here.
      request.result.onversionchange = ({ newVersion }) => { isCleared ||= newVersion === null; request.result.close(); opening = undefined; };
      resolve(request.result);
    };
  }).catch((error) => { opening = undefined; throw error; });
  return opening;
}

async function run(mode, work) {
  const database = await open();
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(STORE, mode);
    const request = work(transaction.objectStore(STORE));
    // At once: of a tab that closes nobody would be left to say so.
    if (mode === 'readwrite') transaction.commit();
    transaction.oncomplete = () => resolve(request?.result);
    transaction.onerror = transaction.onabort = () => reject(transaction.error);
  });
}

/** {user_id, page_id, base_version, snapshot, kept_at}; whether it is kept. */
export const putDraft = async (draft) => {
  if (isCleared) return false;
  await run('readwrite', (store) => store.put(draft));
  return true;
};
/** After signing in again. */
export const allowDrafts = () => { isCleared = false; };
export const getDraft = (userId, pageId) => run('readonly', (store) => store.get([userId, pageId]));
export const deleteDraft = (userId, pageId) => run('readwrite', (store) => store.delete([userId, pageId]));

/** Whether signing out would throw work away; the sign-out asks first. */
export async function hasDrafts(userId) {
  try {
    const range = IDBKeyRange.bound([userId], [userId, []]);
    return (await run('readonly', (store) => store.count(range))) > 0;
  } catch {
    return false;
  }
}
