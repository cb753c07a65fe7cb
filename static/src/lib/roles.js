/* The five roles in their order, for showing and hiding; the database decides again. */
export const ROLES = ['viewer', 'member', 'editor', 'admin', 'owner'];

export function atLeast(role, least) {
  return ROLES.indexOf(role) >= ROLES.indexOf(least);
}
