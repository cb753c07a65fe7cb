/* Where to, as what, when, and what will change: then the publish is asked for. */
import { useState } from 'preact/hooks';
import { HOSTS, offered } from '../lib/hosts.js';
import { PaidFeatures, useBlockers } from '../lib/paid_features.jsx';
import { asProblem } from '../lib/problems.js';
import { requestDeployment } from '../lib/tables/deployments.js';
import { Dialog, Field } from '../lib/ui.jsx';
import { Changes } from './publish_changes.jsx';
import { Checks, useChecks } from './publish_checks.jsx';
import { browserZone, inZone, Schedule } from './publish_schedule.jsx';

const count = (number, word) => `${number} ${word}${number === 1 ? '' : 's'}`;
const lastHost = ({ deployments }) => deployments.find(({ host }) => host !== 'archive')?.host;

function useChoices(view) {
  const hosts = offered();
  const last = lastHost(view);
  const [choices, setChoices] = useState({
    host: hosts.includes(last) ? last : 'local', target: 'production', message: '', account: '', consent: false, later: false, at: '', zone: browserZone(),
  });
  return [choices, (changes) => setChoices({ ...choices, ...changes }), hosts];
}

export function PublishDialog({ view, onClose, onQueued }) {
  const { site, pages } = view;
  const [choices, choose, hosts] = useChoices(view);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState(null);
  const { host, target, later } = choices;
  const checks = useChecks(site);
  const blockers = useBlockers(site.id);
  const stops = target === 'production' && host !== 'archive' ? blockers : null;
  const going = pages.filter(({ status }) => status === 'published').length;
  const left = pages.length - going;
  const needsConsent = HOSTS[host].provider && !view.hosts.some((each) => each.host === host && each.consented_at);
  const ready = going > 0 && checks.results && !checks.errors && !stops?.uses.length && (!needsConsent || choices.consent) && (!later || choices.at);

  const publish = async () => {
    setBusy(true);
    setProblem(null);
    try {
      await requestDeployment({
        siteId: site.id, host, target, message: choices.message.trim(), consent: choices.consent, integrationId: choices.account,
        ...(later && { scheduledFor: inZone(choices.at, choices.zone), timeZone: choices.zone }),
      });
      await onQueued();
      onClose();
    } catch (error) {
      setProblem(asProblem(error));
      setBusy(false);
    }
  };
  const foot = (
    <>
      <button type="button" class="btn" disabled={busy} onClick={onClose}>Cancel</button>
      <button type="submit" class="btn btn-primary" disabled={busy || !ready} aria-busy={busy}>{later ? 'Schedule' : 'Publish'}</button>
    </>
  );
  return (
    <Dialog title={`Publish ${site.name}`} onClose={onClose} onSubmit={publish} busy={busy} foot={foot} width="560px">
      <p class="soft">
        {count(going, 'page')} {going === 1 ? 'goes' : 'go'} live as {going === 1 ? 'it is' : 'they are'} {later ? 'then' : 'now'}{left > 0 && `; ${count(left, 'page')} ${left === 1 ? 'is' : 'are'} left out`}. You can return to any earlier publish.
      </p>
      <Where choices={choices} choose={choose} hosts={hosts} view={view} />
      <Field label="What changed" optional hint="Helps you find this publish later.">
        <input class="form-control" value={choices.message} maxLength={200} autoComplete="off" placeholder="New opening hours" onInput={(event) => choose({ message: event.currentTarget.value })} />
      </Field>
      <Checks site={site} checks={checks} />
      <Changes key={host} site={site} host={host} names={view.names} />
      <Schedule choices={choices} choose={choose} />
      {needsConsent && <Consent host={host} checked={choices.consent} choose={choose} />}
      <PaidFeatures blockers={stops} />
      {problem && <p class="notice notice-failed" role="alert">{problem.message}</p>}
    </Dialog>
  );
}

function Where({ choices, choose, hosts, view }) {
  const { host, target, account } = choices;
  const { provider, previews } = HOSTS[host];
  const accounts = view.integrations.filter((each) => each.provider === provider);
  return (
    <div class="pair">
      <Field label="Where" hint={hosts.length === 1 ? undefined : <a href="/integrations">Accounts at other hosts</a>}>
        <select class="form-select" value={host} onChange={(event) => choose({ host: event.currentTarget.value, target: 'production', account: '' })}>
          {hosts.map((name) => <option key={name} value={name}>{HOSTS[name].name}</option>)}
        </select>
      </Field>
      <Field label="As" hint={previews ? undefined : `${HOSTS[host].name} has no previews.`}>
        <select class="form-select" value={target} disabled={!previews} onChange={(event) => choose({ target: event.currentTarget.value })}>
          <option value="production">The live site</option>
          <option value="preview">A preview with its own address</option>
        </select>
      </Field>
      {accounts.length > 1 && (
        <Field label="Account">
          <select class="form-select" value={account} onChange={(event) => choose({ account: event.currentTarget.value })}>
            <option value="">The one used last</option>
            {accounts.map((each) => <option key={each.id} value={each.id}>{each.label || each.account_label}</option>)}
          </select>
        </Field>
      )}
    </div>
  );
}

/** A first publish makes something in somebody's account, under the host's own terms. */
function Consent({ host, checked, choose }) {
  const { name, makes, terms } = HOSTS[host];
  return (
    <div class="notice notice-info consent">
      {terms && <p><strong>Commercial sites:</strong> {terms[0]} <a href={terms[1]} target="_blank" rel="noopener">{name}’s terms</a></p>}
      <label class="check">
        <input type="checkbox" checked={checked} onChange={(event) => choose({ consent: event.currentTarget.checked })} />
        <span>Make {makes} for this site{terms && `, under ${name}’s terms`}</span>
      </label>
    </div>
  );
}
