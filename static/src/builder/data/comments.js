/* Comments and the people they may call. Policies decide who writes, changes and resolves. */
import { api } from '../../lib/api.js';
import { supa } from '../../lib/supa.js';
import { rowOf, rowsOf } from '../../lib/problems.js';

const COMMENT = 'id, page_id, parent_id, block_id, block_label, body, mentions, resolved, resolved_at, edited_at, created_by, created_at';

export const listComments = (pageId) => rowsOf(supa.from('page_comments').select(COMMENT).eq('page_id', pageId).order('created_at').limit(1000));

/** page id → how many threads on it are open. */
export async function countOpen(pageIds) {
  const rows = await rowsOf(supa.from('page_comments').select('page_id').in('page_id', pageIds).is('parent_id', null).eq('resolved', false).limit(1000));
  const counts = new Map();
  for (const { page_id: id } of rows) counts.set(id, (counts.get(id) ?? 0) + 1);
  return counts;
}

export const addComment = (fields) => rowOf(supa.from('page_comments').insert(fields).select(COMMENT));
export const changeComment = (id, fields) => rowOf(supa.from('page_comments').update(fields).eq('id', id).select(COMMENT));
export const deleteComment = (id) => rowOf(supa.from('page_comments').delete().eq('id', id).select('id'));
export const notify = (id) => api(`/api/comments/${id}/notify`, { method: 'POST' });

/** Everybody in the organization: [{id, name}]. */
export async function listPeople(orgId) {
  const [members, profiles] = await Promise.all([
    rowsOf(supa.from('organization_members').select('user_id').eq('org_id', orgId)),
    rowsOf(supa.from('profiles').select('user_id, display_name').limit(1000)),
  ]);
  const names = new Map(profiles.map(({ user_id: id, display_name: name }) => [id, name]));
  return members.map(({ user_id: id }) => ({ id, name: names.get(id) || 'Somebody' })).sort((one, other) => one.name.localeCompare(other.name));
}

export async function wantsMail(userId) {
  const [row] = await rowsOf(supa.from('user_settings').select('notifications').eq('user_id', userId));
  return row?.notifications?.mentions !== false;
}

export async function setWantsMail(userId, mentions) {
  const [row] = await rowsOf(supa.from('user_settings').select('notifications').eq('user_id', userId));
  await rowOf(supa.from('user_settings').update({ notifications: { ...row?.notifications, mentions } }).eq('user_id', userId).select('user_id'));
}
