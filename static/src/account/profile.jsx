/* How a person appears to the others: name and picture. */
import { useRef, useState } from 'preact/hooks';
import camera from 'icon:camera';
import trash from 'icon:trash';
import { Avatar } from '../lib/avatar.jsx';
import { useKept } from '../lib/kept.js';
import { asProblem } from '../lib/problems.js';
import { endIfOver } from '../lib/session.js';
import { mountPerson } from '../lib/shell.jsx';
import { removeAvatar } from '../lib/tables/avatars.js';
import { changeDisplayName } from '../lib/tables/profiles.js';
import { Confirm, Field, Icon, toast, toastProblem } from '../lib/ui.jsx';
import { AvatarDialog } from './avatar_dialog.jsx';
import { FormCard } from './form_card.jsx';

export function Profile({ profile, mine, session }) {
  const [name, setName, settle] = useKept('display name', mine.display_name);
  const [mistake, setMistake] = useState('');
  const save = async () => {
    if (!name.trim()) return setMistake('Enter your name.');
    await changeDisplayName(session.user.id, name.trim());
    settle();
    profile.set({ ...mine, display_name: name.trim() });
    mountPerson(session, name.trim());
    toast('Your name was saved.');
  };
  return (
    <FormCard title="Profile" text="People you share an organization with see it beside your edits." action="Save the name" onSave={save}>
      <Picture profile={profile} mine={mine} />
      <Field label="Display name" error={mistake}>
        <input class="form-control" value={name} maxLength={80} autoComplete="name" onInput={(event) => { setName(event.currentTarget.value); setMistake(''); }} />
      </Field>
    </FormCard>
  );
}

function Picture({ profile, mine }) {
  const [file, setFile] = useState(null);
  const [removing, setRemoving] = useState(false);
  const chooser = useRef(null);
  const show = (avatar_url) => profile.set({ ...mine, avatar_url });
  const choose = (event) => {
    const [chosen] = event.currentTarget.files;
    // The same file may be chosen again.
    event.currentTarget.value = '';
    if (chosen) setFile(chosen);
  };
  const remove = async () => {
    try {
      await removeAvatar(mine.user_id);
      show(null);
      toast('Your picture was removed.');
    } catch (error) {
      if (!(await endIfOver(error))) toastProblem(asProblem(error));
    }
  };
  return (
    <div class="portrait">
      <Avatar name={mine.display_name} url={mine.avatar_url} size="lg" />
      <div>
        <div class="cluster">
          <button type="button" class="btn btn-sm" onClick={() => chooser.current.click()}><Icon of={camera} />{mine.avatar_url ? 'Change the picture' : 'Add a picture'}</button>
          {mine.avatar_url && <button type="button" class="btn btn-sm btn-ghost" onClick={() => setRemoving(true)}><Icon of={trash} />Remove</button>}
        </div>
        <p class="field-hint">JPEG, PNG, WebP or GIF. You choose the part that shows.</p>
      </div>
      <input ref={chooser} type="file" accept="image/png,image/jpeg,image/webp,image/gif,image/avif" hidden aria-label="Choose a picture" tabIndex={-1} onChange={choose} />
      {file && <AvatarDialog file={file} personId={mine.user_id} onClose={() => setFile(null)} onSaved={show} />}
      {removing && <Confirm title="Remove your picture?" action="Remove it" danger onConfirm={remove} onClose={() => setRemoving(false)}>Your initials are shown instead.</Confirm>}
    </div>
  );
}
