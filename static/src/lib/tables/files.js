/* Folders of Storage: SQL cannot empty them, so the browser does, as the person. */
import { Problem, rowsOf } from '../problems.js';
import { supa } from '../supa.js';

const AT_ONCE = 100;

/** Removes every file of a folder except `keep`. */
export async function emptyFolder(bucket, folder, { keep } = {}) {
  const files = supa.storage.from(bucket);
  for (;;) {
    const found = await rowsOf(files.list(folder, { limit: AT_ONCE }));
    // Hosted answers with names inside the folder, the embedded Storage with whole paths.
    const paths = found.map(({ name }) => (name.startsWith(`${folder}/`) ? name : `${folder}/${name}`)).filter((path) => path !== keep);
    if (!paths.length) return;
    const gone = await rowsOf(files.remove(paths));
    if (!gone.length) throw new Problem('The files could not be removed. Try again.', { code: 'files_remain' });
    if (found.length < AT_ONCE) return;
  }
}
