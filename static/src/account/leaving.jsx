/* Out of this device, out of all devices, and out for good. */
import { useState } from 'preact/hooks';
import { leave } from '../lib/leave.jsx';
import { Confirm } from '../lib/ui.jsx';
import { DeleteAccount } from './delete_account.jsx';

export function Leaving({ user }) {
  const [asking, setAsking] = useState('');
  const close = () => setAsking('');
  return (
    <>
      <section class="card card-main stack" aria-labelledby="leaving-heading">
        <div><h2 id="leaving-heading">Sign out</h2><p class="soft">Removes unsaved drafts and your session from this device.</p></div>
        <div class="cluster">
          <button type="button" class="btn" onClick={() => leave()}>Sign out here</button>
          <button type="button" class="btn btn-ghost" onClick={() => setAsking('everywhere')}>Sign out on all devices</button>
        </div>
        {asking === 'everywhere' && (
          <Confirm title="Sign out on all devices?" action="Sign out everywhere" onConfirm={() => leave({ scope: 'global' })} onClose={close}>
            Every browser you are signed in with asks for your password again.
          </Confirm>
        )}
      </section>
      <section class="card card-main stack danger-zone" aria-labelledby="delete-heading">
        <div><h2 id="delete-heading">Leave for good</h2><p class="soft">Your profile, picture and settings go, and so do organizations that have no other member. What you made for others stays with them, without your name.</p></div>
        <div><button type="button" class="btn btn-danger" onClick={() => setAsking('delete')}>Delete your account…</button></div>
        {asking === 'delete' && <DeleteAccount user={user} onClose={close} />}
      </section>
    </>
  );
}
