/* The members, each with a role to change and a menu of what else there is. */
import { useSignal } from '@preact/signals';
import dots from 'icon:dots';
import exit from 'icon:logout';
import key from 'icon:key';
import remove from 'icon:user-minus';
import { asProblem } from '../lib/problems.js';
import { may, mayTouch, rolesUpTo } from '../lib/rights.js';
import { changeRole } from '../lib/tables/team.js';
import { exactly } from '../lib/times.js';
import { Icon, Menu, MenuItem, toast, toastProblem } from '../lib/ui.jsx';
import { Avatar } from '../lib/avatar.jsx';
import { MemberDialogs } from './member_dialogs.jsx';

const day = new Intl.DateTimeFormat('en', { dateStyle: 'medium' });
const ONLY_OWNER = 'You are the only owner. Make somebody else an owner first, or delete the organization.';

/** Whoever joined with an account that has no name is shown by the address they were invited with. */
function named(members, invitations) {
  const emails = new Map(invitations.filter((each) => each.accepted_by).map((each) => [each.accepted_by, each.email]));
  return members.map((each) => ({ ...each, email: emails.get(each.user_id) ?? '', name: each.name || emails.get(each.user_id) || 'No name yet' }));
}

export function Members({ view, reload }) {
  const { organization, me } = view;
  const members = named(view.members, view.invitations);
  const doing = useSignal(null);
  const owners = members.filter(({ role }) => role === 'owner').length;
  const done = async (message) => {
    if (message) toast(message);
    await reload();
  };
  return (
    <section class="card members" aria-labelledby="members-heading">
      <div class="card-head"><h2 id="members-heading">Members</h2></div>
      <ul class="rows">
        {members.map((member) => (
          <Member
            key={member.user_id}
            member={member}
            own={organization.role}
            mine={member.user_id === me}
            lastOwner={member.role === 'owner' && owners === 1}
            onAsk={(action, role) => { doing.value = { action, member, role }; }}
            onDone={done}
            orgId={organization.id}
          />
        ))}
      </ul>
      <MemberDialogs doing={doing} organization={organization} onDone={done} />
    </section>
  );
}

function Member({ member, own, mine, lastOwner, onAsk, onDone, orgId }) {
  const since = `Joined ${day.format(new Date(member.created_at))}`;
  return (
    <li class="row-item">
      <Avatar name={member.name} url={member.avatar_url} />
      <div class="row-main">
        <p class="row-title">{member.name}{mine && <span class="you">You</span>}</p>
        <p class="row-meta"><span title={exactly(member.created_at)}>{since}</span>{member.email && member.email !== member.name && <span>{member.email}</span>}</p>
      </div>
      <div class="row-actions">
        <Role member={member} own={own} mine={mine} lastOwner={lastOwner} onAsk={onAsk} onDone={onDone} orgId={orgId} />
        <Actions member={member} own={own} mine={mine} lastOwner={lastOwner} onAsk={onAsk} />
      </div>
    </li>
  );
}

/** Says why the role stays as it is, or nothing. */
function whyFixed(member, own, lastOwner) {
  if (!mayTouch(own, member.role)) return 'Only owners change what an owner may do.';
  return lastOwner ? 'An organization needs an owner: this is the only one.' : '';
}

function Role({ member, own, mine, lastOwner, onAsk, onDone, orgId }) {
  const busy = useSignal(false);
  if (!may(own, 'call', 'set_member_role')) return <span class="badge badge-plain">{member.role}</span>;
  const fixed = whyFixed(member, own, lastOwner);
  const choose = async (event) => {
    const select = event.currentTarget;
    const role = select.value;
    // Only what cannot be taken back by oneself is asked about.
    if (mine || role === 'owner') {
      select.value = member.role;
      onAsk('role', role);
      return;
    }
    busy.value = true;
    try {
      await changeRole(orgId, member.user_id, role);
      await onDone(`${member.name} is now ${role}.`);
    } catch (error) {
      select.value = member.role;
      toastProblem(asProblem(error));
      await onDone();
    }
    busy.value = false;
  };
  const roles = fixed && !rolesUpTo(own).includes(member.role) ? [member.role] : rolesUpTo(own);
  return (
    <select class="form-select role-select" aria-label={`Role of ${member.name}${fixed && `. ${fixed}`}`} title={fixed || undefined} disabled={Boolean(fixed) || busy.value} value={member.role} onChange={choose}>
      {roles.map((role) => <option key={role} value={role}>{role}</option>)}
    </select>
  );
}

function Actions({ member, own, mine, lastOwner, onAsk }) {
  const mayRemove = may(own, 'call', 'remove_member');
  if (!mine && !mayRemove) return null;
  const touchable = mayTouch(own, member.role);
  return (
    <Menu buttonClass="btn btn-ghost btn-icon btn-sm" label={`Actions for ${member.name}`} button={<Icon of={dots} />}>
      {!mine && may(own, 'call', 'transfer_ownership') && (
        <MenuItem icon={key} onClick={() => onAsk('transfer')}>Transfer ownership</MenuItem>
      )}
      {mine
        ? <MenuItem icon={exit} danger disabled={lastOwner} onClick={() => onAsk('leave')}>Leave the organization</MenuItem>
        : <MenuItem icon={remove} danger disabled={!touchable} onClick={() => onAsk('remove')}>Remove</MenuItem>}
      {mine && lastOwner && <p class="menu-reason">{ONLY_OWNER}</p>}
      {!touchable && <p class="menu-reason">Only owners remove an owner.</p>}
    </Menu>
  );
}
