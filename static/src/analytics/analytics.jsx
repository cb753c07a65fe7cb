/* The visits of one site, for members of its organization. */
import { useState } from 'preact/hooks';
import back from 'icon:chevron-left';
import lock from 'icon:lock';
import share from 'icon:share';
import { asProblem } from '../lib/problems.js';
import { may, whyNot } from '../lib/rights.js';
import { changeSite } from '../lib/tables/sites.js';
import { Async, Icon, toast, toastProblem } from '../lib/ui.jsx';
import { Goals } from './goals.jsx';
import { Report } from './report.jsx';
import { Share } from './share.jsx';

export function Analytics({ page, report, goals, publishes }) {
  return (
    <Async of={page} skeleton={<span class="bone bone-block" />}>
      {(value) => (may(value.role, 'call', 'site_report')
        ? <ForMembers {...value} page={page} report={report} goals={goals} publishes={publishes} />
        : <><Head site={value.site} /><NotForViewers organization={value.organization} /></>)}
    </Async>
  );
}

function Head({ site, children }) {
  return (
    <>
      <a class="crumb" href={`/sites/${site.id}`}><Icon of={back} />{site.name}</a>
      <div class="page-head"><div><h1>Visitors</h1><p>Counted without cookies: each visitor is a new one every day.</p></div><div class="cluster">{children}</div></div>
    </>
  );
}

function NotForViewers({ organization }) {
  return (
    <div class="empty-state">
      <Icon of={lock} size={40} />
      <h2>The visits are for members</h2>
      <p>{whyNot('call', 'site_report', 'see them')} {organization && `An admin of ${organization.name} can give you another role.`}</p>
    </div>
  );
}

function ForMembers({ site, role, page, report, goals, publishes }) {
  const [sharing, setSharing] = useState(false);
  return (
    <>
      <Head site={site}>
        {may(role, 'insert', 'analytics_links') && <button type="button" class="btn" onClick={() => setSharing(true)}><Icon of={share} />Share</button>}
      </Head>
      {!site.analytics && <SwitchedOff site={site} role={role} page={page} />}
      <Report report={report} name={site.slug} publishes={publishes.value} nothing={<Nothing site={site} />}>
        <Goals goals={goals} site={site} role={role} />
      </Report>
      {sharing && <Share site={site} onClose={() => setSharing(false)} />}
    </>
  );
}

function SwitchedOff({ site, role, page }) {
  const [busy, setBusy] = useState(false);
  const switchOn = async () => {
    setBusy(true);
    try {
      const changed = await changeSite(site.id, { analytics: true });
      page.set({ ...page.status.value.value, site: changed });
      toast('Visits will be counted from the next publish on.');
    } catch (error) {
      toastProblem(asProblem(error));
      setBusy(false);
    }
  };
  return (
    <div class="notice notice-info cluster">
      <span>Visits of this site are not counted.</span>
      {may(role, 'update', 'sites')
        ? <button type="button" class="btn btn-sm push" disabled={busy} aria-busy={busy} onClick={switchOn}>Count visits</button>
        : <span class="soft">{whyNot('update', 'sites', 'can switch it on')}</span>}
    </div>
  );
}

function Nothing({ site }) {
  if (!site.analytics) return <p>They are counted once that is switched on and the site is published again.</p>;
  if (!site.published_url) return <p>The site is not published yet.</p>;
  return <p>Visits appear here within seconds. If the site was live before counting was switched on, publish it again.</p>;
}
