/* Signing out, after asking when that would throw work away. */
import { render } from 'preact';
import { hasDrafts } from './drafts.js';
import { signOut } from './session.js';
import { supa } from './supa.js';
import { Confirm } from './ui.jsx';

export async function leave(options) {
  const { data } = await supa.auth.getSession();
  if (!data.session || !(await hasDrafts(data.session.user.id))) return signOut(options);

  const place = document.body.appendChild(document.createElement('div'));
  const close = () => { render(null, place); place.remove(); };
  render(
    <Confirm title="Sign out and lose unsaved work?" action="Sign out, delete it" danger onConfirm={() => signOut(options)} onClose={close}>
      A page has changes that are only on this device. Open it in the builder once more and they are saved.
    </Confirm>,
    place,
  );
}
