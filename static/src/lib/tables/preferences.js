import { rowOf, rowsOf } from '../problems.js';
import { supa } from '../supa.js';

/** How the app looks to a person, and where they begin: both rows in one answer. */
export async function readPreferences(personId) {
  const rows = await rowsOf(supa.from('profiles')
    .select('user_id, user_preferences(theme, locale, editor_layout, created_at, updated_at), user_settings(default_org_id)')
    .eq('user_id', personId));
  const { user_preferences: preferences, user_settings: settings } = rows[0] ?? {};
  if (!preferences) return null;
  const { created_at, updated_at, ...rest } = preferences;
  return { ...rest, default_org_id: settings?.default_org_id ?? null, untouched: created_at === updated_at };
}

/** `changes` of theme, locale, editor_layout. */
export function changePreferences(personId, changes) {
  return rowOf(supa.from('user_preferences').update(changes).eq('user_id', personId).select('theme, locale, editor_layout'));
}
