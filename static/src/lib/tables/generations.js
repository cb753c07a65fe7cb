/* What was asked of the AI. A person sees their own questions, admins all of the organization. */
import { rowOf, rowsOf } from '../problems.js';
import { supa } from '../supa.js';

const LISTED = 'id, site_id, kind, prompt, status, model, credits, is_favorite, settings, created_at, created_by';
const PAGE = 30;

/** Newest first; `words` are looked for in the prompt. */
export function listGenerations({ orgId, words = '', isFavorite = false, before }) {
  let query = supa.from('ai_generations').select(LISTED).eq('org_id', orgId).order('created_at', { ascending: false }).limit(PAGE);
  // In a pattern these three mean something.
  if (words) query = query.ilike('prompt', `%${words.replace(/[\\%_]/g, '\\$&')}%`);
  if (isFavorite) query = query.eq('is_favorite', true);
  if (before) query = query.lt('created_at', before);
  return rowsOf(query);
}

export const readGeneration = (id) => rowOf(supa.from('ai_generations').select(`${LISTED}, output, error, input_tokens, output_tokens, cost_usd_ticks`).eq('id', id));

export const markGeneration = (id, isFavorite) => rowOf(supa.from('ai_generations').update({ is_favorite: isFavorite }).eq('id', id).select('id'));

export const readBrand = async (siteId) => (await rowOf(supa.from('sites').select('brand').eq('id', siteId))).brand;

export const saveBrand = (siteId, brand) => rowOf(supa.from('sites').update({ brand }).eq('id', siteId).select('id'));
