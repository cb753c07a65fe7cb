/* What sites have at other hosts: it goes on without us, whatever is deleted here. */
import { rowsOf } from '../problems.js';
import { supa } from '../supa.js';

const addressOf = ({ domain, project }, published) => (domain?.name ? `https://${domain.name}/` : published ?? project.url);

/**
 * The projects of one site, or of all sites of these organizations: [{key, siteId, site, host, url, isLive, hasAccount}].
 * What was deleted here and still waits to be removed there has no siteId.
 */
export async function listElsewhere({ siteId, orgIds }) {
  if (orgIds && !orgIds.length) return [];
  const places = supa.from('site_hosts').select('id, site_id, host, integration_id, project, domain, live_deployment_id, sites(name)');
  const [hosts, leftovers] = await Promise.all([
    rowsOf(siteId ? places.eq('site_id', siteId) : places.in('org_id', orgIds)),
    siteId ? [] : rowsOf(supa.from('host_leftovers').select('id, host, site_name, integration_id, project').in('org_id', orgIds)),
  ]);
  const made = hosts.filter(({ project }) => Object.keys(project).length);
  const live = made.map((each) => each.live_deployment_id).filter(Boolean);
  const published = live.length ? await rowsOf(supa.from('deployments').select('id, url').in('id', live)) : [];
  const urls = new Map(published.map(({ id, url }) => [id, url]));
  return [
    ...made.map((each) => ({
      key: each.id, siteId: each.site_id, site: each.sites.name, host: each.host, isLive: Boolean(each.live_deployment_id),
      hasAccount: Boolean(each.integration_id), url: addressOf(each, urls.get(each.live_deployment_id)),
    })),
    ...leftovers.map((each) => ({
      key: each.id, site: each.site_name, host: each.host, isLive: true, hasAccount: Boolean(each.integration_id), url: each.project.url,
    })),
  ].sort((one, other) => one.site.localeCompare(other.site) || one.host.localeCompare(other.host));
}

/** How these jobs stand: Map id → {status, error}. */
export async function readStates(ids) {
  const rows = await rowsOf(supa.from('deployments').select('id, status, error').in('id', ids));
  return new Map(rows.map(({ id, ...state }) => [id, state]));
}
