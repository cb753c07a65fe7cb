/* How long answers are kept, what a person may ask to see or to have deleted, and who else is told. */
import { asProblem } from '../lib/problems.js';
import { atLeast } from '../lib/roles.js';
import { setRetention } from '../lib/tables/forms.js';
import { Field, toast, toastProblem } from '../lib/ui.jsx';
import { Privacy } from './privacy.jsx';
import { Webhooks } from './webhooks.jsx';

const DAYS = { '': 'Until somebody deletes them', 30: '30 days', 90: '90 days', 180: 'Half a year', 365: 'A year', 730: 'Two years' };

export function Settings({ organization, about, sites, forms }) {
  return (
    <div class="stack settings">
      <Retention sites={sites} about={about} />
      <Mails />
      {atLeast(organization.role, 'admin')
        ? <Webhooks organization={organization} sites={sites} forms={forms} />
        : <section class="card card-main stack"><div><h2>Webhooks</h2><p class="soft">Admins and owners pass answers on to other services.</p></div></section>}
      <Privacy organization={organization} sites={sites} />
    </div>
  );
}

function Retention({ sites, about }) {
  const change = async (site, value) => {
    const days = value ? Number(value) : null;
    try {
      await setRetention(site.id, days);
      await about.load({ quietly: true });
      toast(days ? `Answers to ${site.name} are deleted after ${DAYS[days] ?? `${days} days`}.` : `Answers to ${site.name} are kept.`);
    } catch (error) {
      toastProblem(asProblem(error));
    }
  };
  return (
    <section class="card card-main stack">
      <div><h2>How long answers are kept</h2><p class="soft">What is older is deleted for good, with its files. Spam, too. This takes effect at once.</p></div>
      {sites.length === 0 && <p class="soft">There is no site yet.</p>}
      {sites.map((site) => (
        <Field key={site.id} label={site.name}>
          <select class="form-select" value={site.form_retention_days ?? ''} onChange={(event) => change(site, event.currentTarget.value)}>
            {Object.entries(DAYS).sort(([one], [other]) => Number(one) - Number(other)).map(([value, label]) => <option key={value} value={value}>{label}</option>)}
            {site.form_retention_days && !DAYS[site.form_retention_days] && <option value={site.form_retention_days}>{site.form_retention_days} days</option>}
          </select>
        </Field>
      ))}
    </section>
  );
}

function Mails() {
  return (
    <section class="card card-main stack">
      <div><h2>Mails</h2><p class="soft">Editors, admins and owners get a mail when somebody fills in a form, at most one in five minutes for each site. It says how many there are, not what is in them.</p></div>
      <div><a class="btn" href="/account">Choose what you get</a></div>
    </section>
  );
}
