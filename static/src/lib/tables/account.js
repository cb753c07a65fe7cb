/* Deleting the account of whoever is signed in. */
import { asProblem, rowsOf } from '../problems.js';
import { supa } from '../supa.js';
import { emptyFolder } from './files.js';

const FOLDER = /^(assets|avatars)\/([0-9a-f-]{36})$/;

/** {held, going}: organizations that need another owner first, and those that have no other member. */
export async function whatGoesWith(personId) {
  const [organizations, members] = await Promise.all([
    rowsOf(supa.from('organizations').select('id, name').order('name')),
    rowsOf(supa.from('organization_members').select('org_id, user_id, role')),
  ]);
  const others = (id) => members.filter(({ org_id, user_id }) => org_id === id && user_id !== personId);
  const mine = organizations.filter(({ id }) => members.some(({ org_id, user_id }) => org_id === id && user_id === personId));
  return {
    going: mine.filter(({ id }) => !others(id).length),
    held: mine.filter(({ id }) => others(id).length && !others(id).some(({ role }) => role === 'owner')),
  };
}

/** The database refuses while files remain that it cannot remove itself, and says in which folder. */
export async function deleteAccount() {
  let last;
  for (;;) {
    const { error } = await supa.rpc('delete_account');
    if (!error) return;
    const [folder, bucket, name] = FOLDER.exec(error.hint ?? '') ?? [];
    if (!folder || folder === last) throw asProblem(error);
    await emptyFolder(bucket, name);
    last = folder;
  }
}
