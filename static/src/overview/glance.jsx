/* The site at a glance: its home page as a picture, and where it lives. */
import { readHomePage } from '../lib/home_pages.js';
import { PagePicture } from '../lib/page_picture.jsx';
import { may } from '../lib/rights.js';
import { exactly } from '../lib/times.js';

export function Glance({ view }) {
  const { site, organization, pages, role } = view;
  const home = pages.find(({ path }) => path === '/');
  const picture = <PagePicture key={`${home?.id} ${home?.version}`} load={() => readHomePage(site)} />;
  return (
    <aside class="card glance" aria-label="At a glance">
      {may(role, 'update', 'pages') ? <a class="glance-picture" href={`/sites/${site.id}/edit`} aria-label="Edit the home page">{picture}</a> : picture}
      <dl class="facts">
        <dt>Organization</dt><dd>{organization?.name}</dd>
        <dt>Address</dt><dd><code>{organization?.slug}/{site.slug}</code></dd>
        {site.domain && <><dt>Domain</dt><dd>{site.domain}</dd></>}
        <dt>Last publish</dt><dd>{site.published_at ? exactly(site.published_at) : 'Not yet'}</dd>
        <dt>Made</dt><dd>{exactly(site.created_at)}</dd>
      </dl>
    </aside>
  );
}
