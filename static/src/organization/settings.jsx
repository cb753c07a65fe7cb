/* What holds for the whole organization, and the ways out of it. */
import { useState } from 'preact/hooks';
import { asProblem } from '../lib/problems.js';
import { may, whyNot } from '../lib/rights.js';
import { changeDefaultOrganization, renameOrganization } from '../lib/tables/organizations.js';
import { Async, Field, toast, toastProblem } from '../lib/ui.jsx';
import { Leave } from '../team/member_dialogs.jsx';
import { DeleteOrganization } from './delete.jsx';

export function OrganizationSettings({ settings }) {
  const skeleton = <div class="stack settings" role="status" aria-label="Loading the settings"><span class="bone bone-block" /><span class="bone bone-block" /></div>;
  return <Async of={settings} skeleton={skeleton}>{(view) => <Loaded view={view} reload={() => settings.load({ quietly: true })} />}</Async>;
}

function Loaded({ view, reload }) {
  const { organization, members, user } = view;
  const me = user.id;
  const others = members.filter(({ user_id }) => user_id !== me);
  const lastOwner = organization.role === 'owner' && !others.some(({ role }) => role === 'owner');
  return (
    <>
      <div class="page-head"><div><h1>Settings</h1><p>{organization.name}</p></div></div>
      <div class="stack settings">
        <General key={organization.name} organization={organization} reload={reload} />
        {!organization.visit && <Beginning organization={organization} me={me} reload={reload} />}
        {!organization.visit && <Leaving organization={organization} lastOwner={lastOwner} />}
        <Deleting organization={organization} others={others.length} user={user} />
      </div>
    </>
  );
}

function General({ organization, reload }) {
  const mayRename = may(organization.role, 'update', 'organizations');
  const [name, setName] = useState(organization.name);
  const [mistake, setMistake] = useState('');
  const [busy, setBusy] = useState(false);
  const save = async (event) => {
    event.preventDefault();
    if (!name.trim()) return setMistake('Enter a name.');
    setBusy(true);
    try {
      await renameOrganization(organization.id, name.trim());
      toast('The organization was renamed.');
      await reload();
    } catch (error) {
      const problem = asProblem(error);
      setMistake(problem.fields.name ?? problem.message);
    }
    setBusy(false);
  };
  return (
    <form class="card" noValidate onSubmit={save}>
      <div class="card-main stack">
        <h2>General</h2>
        <Field label="Name" error={mistake} hint={mayRename ? undefined : whyNot('update', 'organizations', 'rename the organization')}>
          <input class="form-control" value={name} maxLength={80} disabled={!mayRename} onInput={(event) => { setName(event.currentTarget.value); setMistake(''); }} />
        </Field>
        <Field label="Address" hint="Part of the addresses of what you have published, so it stays as it is, whatever the name.">
          <input class="form-control mono" value={organization.slug} readOnly />
        </Field>
      </div>
      {mayRename && <div class="card-foot"><button type="submit" class="btn btn-primary push" disabled={busy || name.trim() === organization.name} aria-busy={busy}>Save the name</button></div>}
    </form>
  );
}

function Beginning({ organization, me, reload }) {
  const [chosen, setChosen] = useState(organization.is_default);
  const [busy, setBusy] = useState(false);
  const change = async (event) => {
    const wanted = event.currentTarget.checked;
    setChosen(wanted);
    setBusy(true);
    try {
      await changeDefaultOrganization(me, wanted ? organization.id : null);
      await reload();
    } catch (error) {
      setChosen(!wanted);
      toastProblem(asProblem(error));
    }
    setBusy(false);
  };
  return (
    <section class="card card-main stack" aria-labelledby="beginning-heading">
      <h2 id="beginning-heading">For you</h2>
      <label class="check">
        <input class="form-check-input" type="checkbox" checked={chosen} disabled={busy} onChange={change} />
        <span>Begin here on every device<span class="field-hint">Otherwise you begin in the organization you were in last.</span></span>
      </label>
    </section>
  );
}

function Leaving({ organization, lastOwner }) {
  const [asking, setAsking] = useState(false);
  return (
    <section class="card card-main stack" aria-labelledby="leaving-heading">
      <div>
        <h2 id="leaving-heading">Leave the organization</h2>
        <p class="soft">{lastOwner ? 'You are the only owner. Make somebody else an owner first, or delete the organization.' : 'You lose access at once. What you made stays.'}</p>
      </div>
      <div><button type="button" class="btn" disabled={lastOwner} onClick={() => setAsking(true)}>Leave {organization.name}</button></div>
      {asking && <Leave organization={organization} onClose={() => setAsking(false)} />}
    </section>
  );
}

function Deleting({ organization, others, user }) {
  const [asking, setAsking] = useState(false);
  const mayDelete = may(organization.role, 'call', 'delete_organization');
  return (
    <section class="card card-main stack danger-card" aria-labelledby="deleting-heading">
      <div>
        <h2 id="deleting-heading">Delete the organization</h2>
        <p class="soft">{mayDelete ? 'Its sites, their pages and pictures, what is published here, and its team go with it.' : whyNot('call', 'delete_organization', 'delete an organization')}</p>
      </div>
      <div><button type="button" class="btn btn-danger" disabled={!mayDelete} onClick={() => setAsking(true)}>Delete {organization.name}</button></div>
      {asking && <DeleteOrganization organization={organization} others={others} user={user} onClose={() => setAsking(false)} />}
    </section>
  );
}
