import { rowOf, rowsOf } from '../problems.js';
import { supa } from '../supa.js';

const HEAD = 'id, site_id, path, title, status, version, position, updated_at, updated_by';

/** The newest changes over all sites: who last edited what. */
export function listRecentEdits() {
  return rowsOf(supa.from('pages').select('site_id, title, updated_at, updated_by').order('updated_at', { ascending: false }).limit(500));
}

export function listPages(siteId) {
  return rowsOf(supa.from('pages').select(HEAD).eq('site_id', siteId).order('position').order('path').limit(1000));
}

/** Newest change first. A function, because under policies no index finds words in titles. */
export function searchPages(orgId, query) {
  return rowsOf(supa.rpc('search_pages', { query, org_id: orgId }).select(HEAD));
}

/** What a picture of a site's home page is drawn from; rows may be fewer than asked for. */
export function readHomePages(siteIds) {
  return rowsOf(supa.from('pages').select('site_id, html, css').in('site_id', siteIds).eq('path', '/'));
}

/** All of them or none: it is one statement. */
export function createPages(siteId, pages) {
  const rows = pages.map(({ path, title, seo = {}, html = '', css = '', js = '', content = null, status = 'published' }, position) => (
    { site_id: siteId, path, title, seo, html, css, js, content, status, position }));
  return rowsOf(supa.from('pages').insert(rows).select(HEAD));
}

export function copyPages(fromSiteId) {
  return rowsOf(supa.from('pages').select('path, title, seo, html, css, js, content, status').eq('site_id', fromSiteId).order('position'));
}

/** Takes the version it was read with, as every change of a page does. */
export function changePage({ id, version }, changes) {
  return rowOf(
    supa.from('pages').update({ ...changes, version: version + 1 }).eq('id', id).eq('version', version).select(HEAD),
    'Somebody changed this page in the meantime. Look at it again, then repeat your change.',
  );
}

export function deletePage(id) {
  return supa.rpc('delete_page', { page_id: id }).throwOnError();
}
