/* Members and invitations of one organization. Reading and roles go straight to Supabase; mails go through Flask. */
import { api } from '../api.js';
import { rowOf, rowsOf } from '../problems.js';
import { supa } from '../supa.js';

const INVITATION = 'id, email, role, invited_by, expires_at, sent_at, mailed_at, accepted_at, accepted_by, withdrawn_at, created_at';

/** Everybody in the organization with what they call themselves, owners first, then as they came. */
export async function listMembers(orgId) {
  const [members, profiles] = await Promise.all([
    rowsOf(supa.from('organization_members').select('user_id, role, created_at').eq('org_id', orgId).order('role', { ascending: false }).order('created_at').limit(1000)),
    rowsOf(supa.from('profiles').select('user_id, display_name, avatar_url').limit(1000)),
  ]);
  const known = new Map(profiles.map((each) => [each.user_id, each]));
  return members.map((each) => ({ ...each, name: known.get(each.user_id)?.display_name ?? '', avatar_url: known.get(each.user_id)?.avatar_url ?? null }));
}

/** Newest first: all that are open, and the latest of those that are not. */
export async function listInvitations(orgId) {
  const ours = () => supa.from('organization_invitations').select(INVITATION).eq('org_id', orgId).order('created_at', { ascending: false });
  const [open, past] = await Promise.all([
    rowsOf(ours().is('accepted_at', null).is('withdrawn_at', null).limit(1000)),
    rowsOf(ours().or('accepted_at.not.is.null,withdrawn_at.not.is.null').limit(100)),
  ]);
  return [...open, ...past];
}

export function changeRole(orgId, userId, role) {
  return rowOf(supa.rpc('set_member_role', { org_id: orgId, user_id: userId, role }));
}

export function removeMember(orgId, userId) {
  return rowOf(supa.rpc('remove_member', { org_id: orgId, user_id: userId }));
}

export function leaveOrganization(orgId) {
  return rowOf(supa.rpc('leave_organization', { org_id: orgId }));
}

/** They become the owner, I stay as an admin. */
export function transferOwnership(orgId, userId) {
  return rowOf(supa.rpc('transfer_ownership', { org_id: orgId, user_id: userId }));
}

/** One outcome for each address. */
export async function invite(orgId, emails, role) {
  const { results } = await api('/api/invitations', { method: 'POST', body: { org_id: orgId, emails, role } });
  return results;
}

/** Seven more days and a new link; the old one ends. */
export function resendInvitation(id) {
  return api(`/api/invitations/${id}/resend`, { method: 'POST' });
}

export function withdrawInvitation(id) {
  return rowOf(supa.rpc('withdraw_invitation', { invitation_id: id }));
}

export function describeInvitation(token) {
  return api('/api/invitations/describe', { method: 'POST', body: { token } });
}

export function acceptInvitation(token) {
  return rowOf(supa.rpc('accept_invitation', { token }));
}
