/* The site's own domain at a host: the records the host asks for, and whether it sees them. */
import { useState } from 'preact/hooks';
import copy from 'icon:copy';
import { HOSTS } from '../lib/hosts.js';
import { asProblem } from '../lib/problems.js';
import { attachDomain, checkDomain, detachDomain } from '../lib/tables/integrations.js';
import { ago } from '../lib/times.js';
import { Dialog, Field, Icon } from '../lib/ui.jsx';
import { copyAddress } from './address_dialog.jsx';

export function DomainDialog({ site, place, host, onChange, onClose }) {
  const [domain, setDomain] = useState(place?.domain ?? {});
  const [name, setName] = useState('');
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState(null);
  const ask = async (work) => {
    setBusy(true);
    setProblem(null);
    try {
      setDomain(await work());
      await onChange();
    } catch (error) {
      setProblem(asProblem(error));
    }
    setBusy(false);
  };
  const attach = () => ask(() => attachDomain(site.id, host, name.trim().toLowerCase()));
  const foot = domain.name ? (
    <>
      <button type="button" class="btn" disabled={busy} onClick={() => ask(() => detachDomain(site.id, host))}>Remove the domain</button>
      <button type="button" class="btn btn-primary" disabled={busy} aria-busy={busy} onClick={() => ask(() => checkDomain(site.id, host))}>Check again</button>
    </>
  ) : (
    <>
      <button type="button" class="btn" disabled={busy} onClick={onClose}>Cancel</button>
      <button type="submit" class="btn btn-primary" disabled={busy || !name.trim()} aria-busy={busy}>Set the domain</button>
    </>
  );
  return (
    <Dialog title={`A domain at ${HOSTS[host].name}`} onClose={onClose} onSubmit={domain.name ? undefined : attach} busy={busy} foot={foot} width="620px">
      {domain.name ? <State domain={domain} host={host} /> : (
        <Field label="Your domain" hint="Such as www.example.com. What you then set where the domain is managed is shown next." error={problem?.fields.name}>
          <input class="form-control" value={name} maxLength={253} autoComplete="off" spellcheck={false} onInput={(event) => setName(event.currentTarget.value)} />
        </Field>
      )}
      {problem && !problem.fields.name && <p class="notice notice-failed" role="alert">{problem.message}</p>}
    </Dialog>
  );
}

function State({ domain, host }) {
  const live = domain.state === 'live';
  return (
    <div role="status" class="domain-state">
      <p><strong>{domain.name}</strong> <span class={live ? 'badge badge-live' : 'badge badge-busy'}>{live ? 'Works' : 'Waiting for DNS'}</span></p>
      {!live && <p class="soft">Set these records where the domain is managed. It can take some hours until {HOSTS[host].name} sees them.</p>}
      <div class="records">
        <table class="table">
          <thead><tr><th scope="col">Type</th><th scope="col">Name</th><th scope="col">Value</th><th><span class="visually-hidden">Copy</span></th></tr></thead>
          <tbody>
            {domain.records.map((each) => (
              <tr key={`${each.type} ${each.value}`}>
                <td>{each.type}</td><td><code>{each.name}</code></td><td><code>{each.value}</code></td>
                <td><button type="button" class="btn btn-ghost btn-icon btn-sm" aria-label={`Copy ${each.value}`} onClick={() => copyAddress(each.value)}><Icon of={copy} /></button></td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p class="soft small">
        Certificate: {domain.certificate || 'none'}. {domain.said && `${HOSTS[host].name} said: “${domain.said}”. `}
        {domain.checked_at && `Checked ${ago(domain.checked_at)}. `}Publish once more, so that the pages name this address as theirs.
      </p>
    </div>
  );
}
