/* Who is in the organization, who is asked to join it, and what may be done about either. */
import { useSignal } from '@preact/signals';
import invite from 'icon:user-plus';
import { config } from '../lib/config.js';
import { may, whyNot } from '../lib/rights.js';
import { Async, Icon } from '../lib/ui.jsx';
import { InviteDialog } from './invite_dialog.jsx';
import { Invitations } from './invitations.jsx';
import { Members } from './members.jsx';
import { SupportAccess, isOpen } from './support.jsx';

const NO_MAIL = 'Inviting people needs a mail server: whoever runs this installation sets SMTP_URL.';

export function Team({ team }) {
  const skeleton = <div role="status" aria-label="Loading the team"><span class="bone bone-block" /></div>;
  return (
    <Async of={team} skeleton={skeleton}>
      {(view) => <Loaded view={view} reload={() => team.load({ quietly: true })} />}
    </Async>
  );
}

function Loaded({ view, reload }) {
  const { organization, members, invitations, visits } = view;
  const inviting = useSignal(false);
  const mayInvite = may(organization.role, 'call', 'create_invitation');
  const counted = members.length > 1 ? `${members.length} people` : organization.visit ? '1 person' : 'Only you';
  // What goes on now comes first.
  const looked = visits.some((each) => isOpen(each)) ? 'now' : visits.length > 0 && 'before';
  const support = <SupportAccess organization={organization} visits={visits} members={members} reload={reload} />;
  return (
    <>
      <div class="page-head">
        <div><h1>Team</h1><p>{counted} in {organization.name}</p></div>
        {mayInvite && <button type="button" class="btn btn-primary" disabled={!config.features.mail} onClick={() => { inviting.value = true; }}><Icon of={invite} />Invite people</button>}
      </div>
      <div class="team">
        {!organization.visit && <Reasons role={organization.role} mayInvite={mayInvite} />}
        {looked === 'now' && support}
        <Members view={view} reload={reload} />
        {mayInvite && <Invitations organization={organization} members={members} invitations={invitations} reload={reload} onInvite={() => { inviting.value = true; }} />}
        {looked === 'before' && support}
      </div>
      {inviting.value && <InviteDialog organization={organization} onChange={reload} onClose={() => { inviting.value = false; }} />}
    </>
  );
}

/** Why there is less to click on than others may have. */
function Reasons({ role, mayInvite }) {
  if (!mayInvite) return <p class="notice notice-info">You are {/^[aeo]/.test(role) ? 'an' : 'a'} {role} here. {whyNot('call', 'create_invitation', 'invite people, change roles and remove members')}</p>;
  return config.features.mail ? null : <p class="notice notice-info">{NO_MAIL}</p>;
}
