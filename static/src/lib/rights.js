/* What a role may do, from the table of policies/README.md; for showing and hiding, the database decides again. */
import matrix from 'policies:matrix';
import { ROLES, atLeast } from './roles.js';

const AND_ABOVE = { viewer: 'Members', member: 'Members and above', editor: 'Editors and above', admin: 'Admins and owners', owner: 'Owners' };

/** may('admin', 'call', 'remove_member'): does that row of the table have a mark under this role? */
export function may(role, verb, thing) {
  const least = matrix[thing]?.[verb];
  return least !== undefined && atLeast(role, least);
}

/** The sentence beside what is hidden or disabled: whyNot('call', 'remove_member', 'remove people'). */
export function whyNot(verb, thing, deed) {
  return `${AND_ABOVE[matrix[thing][verb]]} ${deed}.`;
}

/** Roles are given up to one's own, and nobody touches those above them. */
export const rolesUpTo = (own) => ROLES.slice(0, ROLES.indexOf(own) + 1);
export const mayTouch = (own, its) => atLeast(own, its);

/** In the words of the README: what each role is for. */
export const ROLE_MEANING = {
  viewer: 'Looks at everything, changes nothing.',
  member: 'Comments and works together.',
  editor: 'Makes and edits sites, publishes.',
  admin: 'Also runs the team and the integrations.',
  owner: 'Also billing, and the organization itself.',
};
