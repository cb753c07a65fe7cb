/* What is asked before somebody's place in the organization changes for good. */
import { changeRole, leaveOrganization, removeMember, transferOwnership } from '../lib/tables/team.js';
import { Confirm } from '../lib/ui.jsx';

/** `doing` is a signal: {action, member, role}, or null. */
export function MemberDialogs({ doing, organization, onDone }) {
  if (!doing.value) return null;
  const { action, member, role } = doing.value;
  const Asked = { role: ChangeRole, remove: Remove, leave: Leave, transfer: Transfer }[action];
  return <Asked member={member} role={role} organization={organization} onDone={onDone} onClose={() => { doing.value = null; }} />;
}

function ChangeRole({ member, role, organization, onDone, onClose }) {
  const own = role !== 'owner';
  const save = async () => {
    await changeRole(organization.id, member.user_id, role);
    // What this screen offers me is another thing now.
    if (own) location.reload();
    else await onDone(`${member.name} is now an owner.`);
  };
  return (
    <Confirm title={own ? `Make yourself ${role}?` : `Make ${member.name} an owner?`} action={own ? `Become ${role}` : 'Make an owner'} danger={own} onConfirm={save} onClose={onClose}>
      {own
        ? 'You lose what only your present role may do here, and cannot give it back to yourself.'
        : 'Owners may do everything you may: billing, deleting the organization, and removing you.'}
    </Confirm>
  );
}

function Remove({ member, organization, onDone, onClose }) {
  const remove = async () => {
    await removeMember(organization.id, member.user_id);
    await onDone(`${member.name} was removed.`);
  };
  return (
    <Confirm title={`Remove ${member.name}?`} action="Remove" danger onConfirm={remove} onClose={onClose}>
      They lose access to {organization.name} at once. What they made stays; invitations they sent end.
    </Confirm>
  );
}

export function Leave({ organization, onClose }) {
  const leave = async () => {
    await leaveOrganization(organization.id);
    location.assign('/dashboard');
  };
  return (
    <Confirm title={`Leave ${organization.name}?`} action="Leave" danger onConfirm={leave} onClose={onClose}>
      You lose access at once and come back only by invitation. What you made stays.
    </Confirm>
  );
}

function Transfer({ member, organization, onClose }) {
  const transfer = async () => {
    await transferOwnership(organization.id, member.user_id);
    location.reload();
  };
  return (
    <Confirm title="Transfer ownership?" action="Transfer ownership" danger typed={organization.name} onConfirm={transfer} onClose={onClose}>
      {member.name} becomes an owner of {organization.name}, and you become an admin. Only an owner can give it back to you.
    </Confirm>
  );
}
