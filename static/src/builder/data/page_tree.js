/* Changes of the tree of pages: each is one function of the database, all of it or nothing. */
import { supa } from '../../lib/supa.js';
import { asProblem, rowsOf } from '../../lib/problems.js';

async function call(name, values) {
  const { data, error } = await supa.rpc(name, values);
  if (error) throw asProblem(error);
  return data;
}

export const movePage = (id, path, redirect = true) => call('move_page', { page_id: id, path, redirect });
export const setHomePage = (id) => call('set_home_page', { page_id: id });
export const orderPages = (siteId, ids) => call('order_pages', { site_id: siteId, page_ids: ids });
export const deletePage = (id) => call('delete_page', { page_id: id });
export const undeletePage = (id) => call('undelete_page', { page_id: id });
export const deletedPages = (siteId) => rowsOf(supa.rpc('deleted_pages', { site_id: siteId }));
