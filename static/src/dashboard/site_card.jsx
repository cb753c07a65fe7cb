import arrow from 'icon:external-link';
import copy from 'icon:copy';
import dots from 'icon:dots';
import edit from 'icon:edit';
import gear from 'icon:settings';
import pencil from 'icon:cursor-text';
import trash from 'icon:trash';
import { readHomePage } from '../lib/home_pages.js';
import { PagePicture } from '../lib/page_picture.jsx';
import { may } from '../lib/rights.js';
import { exactly } from '../lib/times.js';
import { Icon, Menu, MenuItem } from '../lib/ui.jsx';
import { PublishedState } from '../lib/published_state.jsx';

const builderOf = (site) => `/sites/${site.id}/edit`;
const overviewOf = (site) => `/sites/${site.id}`;
const shortAddress = (url) => url.replace(/^https?:\/\//, '').replace(/\/$/, '');

export function SiteCard({ site, role, onAction }) {
  const mayEdit = may(role, 'update', 'sites');
  const { edited } = site;
  return (
    <li class="site-card" data-site={site.id}>
      <a class="site-card-picture" href={mayEdit ? builderOf(site) : overviewOf(site)} aria-label={mayEdit ? `Edit ${site.name}` : `Open ${site.name}`}>
        <PagePicture load={() => readHomePage(site)} />
      </a>
      <div class="site-card-main">
        <div class="site-card-title">
          <h2 class="truncate" title={site.name}><a href={overviewOf(site)}>{site.name}</a></h2>
          <CardMenu site={site} role={role} onAction={onAction} />
        </div>
        <div class="site-card-meta">
          <PublishedState site={site} editedAt={edited.at} />
          {site.published_url && <a class="truncate" href={site.published_url} target="_blank" rel="noopener">{shortAddress(site.published_url)}</a>}
        </div>
        <div class="site-card-meta">
          <span title={exactly(edited.at)}>Edited {edited.ago}{edited.by && ` by ${edited.by}`}</span>
        </div>
      </div>
    </li>
  );
}

function CardMenu({ site, role, onAction }) {
  const mayEdit = may(role, 'update', 'sites');
  return (
    <Menu label={`Actions for ${site.name}`} buttonClass="btn btn-ghost btn-icon btn-sm" button={<Icon of={dots} />}>
      {mayEdit && <MenuItem icon={edit} href={builderOf(site)}>Edit pages</MenuItem>}
      {site.published_url && <MenuItem icon={arrow} href={site.published_url} target="_blank" rel="noopener">Open the live site</MenuItem>}
      <MenuItem icon={gear} href={overviewOf(site)}>Publishing and settings</MenuItem>
      {mayEdit && <MenuItem icon={pencil} onClick={() => onAction('rename')}>Rename</MenuItem>}
      {mayEdit && <MenuItem icon={copy} onClick={() => onAction('duplicate')}>Duplicate</MenuItem>}
      <hr class="menu-line" />
      {may(role, 'delete', 'sites')
        ? <MenuItem icon={trash} danger onClick={() => onAction('delete')}>Delete</MenuItem>
        : <MenuItem icon={trash} disabled title="Admins and owners delete sites.">Delete (admins only)</MenuItem>}
    </Menu>
  );
}
