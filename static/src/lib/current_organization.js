/* Which organization a person looks at: the one chosen in this tab, else their default, else the last one of this device. */
const KEY = 'roseram-organization';

/** One of `organizations`, as listMyOrganizations() gives them. */
export function currentOrganization(organizations) {
  const has = (wanted) => organizations.find(({ id }) => id === wanted);
  return has(sessionStorage.getItem(KEY)) ?? organizations.find(({ is_default }) => is_default)
    ?? has(localStorage.getItem(KEY)) ?? organizations[0];
}

export function rememberOrganization(id) {
  sessionStorage.setItem(KEY, id);
  localStorage.setItem(KEY, id);
}
