import './site.css';
import { rememberOrganization } from './lib/current_organization.js';
import { mount } from './lib/mount.js';
import { requireSession } from './lib/session.js';
import { mountOrganizations, mountPerson } from './lib/shell.jsx';
import { listDeployments } from './lib/tables/deployments.js';
import { listMyIntegrations, listSiteHosts } from './lib/tables/integrations.js';
import { listMyOrganizations } from './lib/tables/organizations.js';
import { listPages } from './lib/tables/pages.js';
import { readNames } from './lib/tables/profiles.js';
import { readSite } from './lib/tables/sites.js';
import { resource } from './lib/ui.jsx';
import { SiteOverview } from './overview/overview.jsx';

const siteId = location.pathname.split('/')[2];
const session = await requireSession();

const overview = resource(async () => {
  const [site, pages, deployments, organizations, names, hosts, integrations] = await Promise.all([
    readSite(siteId), listPages(siteId), listDeployments(siteId), listMyOrganizations(session.user.id), readNames(), listSiteHosts(siteId), listMyIntegrations(),
  ]);
  const organization = organizations.find(({ id }) => id === site.org_id);
  document.title = `${site.name} · Roseram Builder`;
  mountPerson(session, names.get(session.user.id));
  mountOrganizations({
    organizations,
    current: organization,
    onChoose: ({ id }) => { rememberOrganization(id); location.assign('/dashboard'); },
  });
  return { site, pages, deployments, organization, names, hosts, integrations: integrations.filter(({ org_id: orgId }) => orgId === site.org_id) };
});

mountPerson(session);
await overview.load();
mount(<SiteOverview overview={overview} />, document.getElementById('app'));
