/* Other services that are told: made, tried, deleted, and what became of each call. */
import { useEffect, useMemo, useState } from 'preact/hooks';
import { asProblem } from '../lib/problems.js';
import { deleteHook, listDeliveries, listHooks, makeHook, retryDelivery, testHook } from '../lib/tables/forms.js';
import { ago, exactly } from '../lib/times.js';
import { Async, Confirm, Dialog, Field, resource, toast, toastProblem } from '../lib/ui.jsx';

export function Webhooks({ organization, sites, forms }) {
  const hooks = useMemo(() => resource(() => listHooks(organization.id)), []);
  const [making, setMaking] = useState(false);
  useEffect(() => { hooks.load(); }, []);
  const siteNames = new Map(sites.map(({ id, name }) => [id, name]));
  return (
    <section class="card stack hooks">
      <div class="card-main stack">
        <div><h2>Webhooks</h2><p class="soft">An address of yours is called with each answer, signed as <a href="https://www.standardwebhooks.com" target="_blank" rel="noopener">Standard Webhooks</a> describes: only you can know that a call is ours. What fails is tried again for some hours.</p></div>
        <div><button type="button" class="btn" disabled={!sites.length} onClick={() => setMaking(true)}>New webhook</button></div>
      </div>
      <Async of={hooks} skeleton={<span class="bone bone-line" />}>
        {(all) => (all.length === 0 ? <p class="soft card-main">No webhook yet.</p> : (
          <ul class="rows" aria-label="Webhooks">{all.map((hook) => <HookRow key={hook.id} hook={hook} siteName={siteNames.get(hook.site_id)} onChanged={() => hooks.load({ quietly: true })} />)}</ul>
        ))}
      </Async>
      <Deliveries organization={organization} sites={sites} />
      {making && <NewHook sites={sites} forms={forms} onClose={() => setMaking(false)} onMade={() => hooks.load({ quietly: true })} />}
    </section>
  );
}

function HookRow({ hook, siteName, onChanged }) {
  const [asking, setAsking] = useState(false);
  const tryIt = async () => {
    try {
      await testHook(hook.id);
      toast('It is called in a moment. Look at the calls below.');
    } catch (error) {
      toastProblem(asProblem(error));
    }
  };
  return (
    <li class="row-item">
      <div class="row-main">
        <span class="row-title mono">{hook.url}</span>
        <span class="row-meta">{siteName} · {hook.form || 'every form'} · made {exactly(hook.created_at)}</span>
      </div>
      <div class="row-actions">
        <button type="button" class="btn btn-sm" onClick={tryIt}>Try it</button>
        <button type="button" class="btn btn-sm btn-ghost" aria-label={`Delete the webhook ${hook.url}`} onClick={() => setAsking(true)}>Delete</button>
      </div>
      {asking && (
        <Confirm title="Delete this webhook?" action="Delete" danger onClose={() => setAsking(false)} onConfirm={async () => { await deleteHook(hook.id); onChanged(); toast('The webhook was deleted.'); }}>
          <p>{hook.url} is called no more, and its secret is destroyed.</p>
        </Confirm>
      )}
    </li>
  );
}

function NewHook({ sites, forms, onClose, onMade }) {
  const [values, setValues] = useState({ site_id: sites[0].id, form: '', url: '' });
  const [mistakes, setMistakes] = useState({});
  const [busy, setBusy] = useState(false);
  const [made, setMade] = useState(null);
  const set = (name) => (event) => { setValues({ ...values, [name]: event.currentTarget.value }); setMistakes({}); };
  const submit = async () => {
    if (!values.url.trim()) return setMistakes({ url: 'Enter an address that begins with https://.' });
    setBusy(true);
    try {
      setMade(await makeHook({ ...values, url: values.url.trim() }));
      onMade();
    } catch (error) {
      const problem = asProblem(error);
      setMistakes(Object.keys(problem.fields).length ? problem.fields : { url: problem.message });
    }
    return setBusy(false);
  };
  if (made) {
    return (
      <Dialog title="The webhook’s secret" onClose={onClose} foot={<button type="button" class="btn btn-primary" onClick={onClose}>I have kept it</button>}>
        <p>Copy it to the receiver now. It is shown this once, and kept encrypted.</p>
        <Field label="Secret"><input class="form-control mono" readOnly value={made.secret} onFocus={(event) => event.currentTarget.select()} /></Field>
      </Dialog>
    );
  }
  const names = [...new Set(forms.filter(({ site_id }) => site_id === values.site_id).map(({ form }) => form))].sort();
  return (
    <Dialog title="New webhook" onClose={onClose} onSubmit={submit} busy={busy} foot={<><button type="button" class="btn" disabled={busy} onClick={onClose}>Cancel</button><button type="submit" class="btn btn-primary" disabled={busy} aria-busy={busy}>Make it</button></>}>
      <Field label="Address" error={mistakes.url}><input class="form-control mono" type="url" maxLength={2048} placeholder="https://example.com/hooks/forms" spellcheck={false} value={values.url} onInput={set('url')} /></Field>
      <Field label="Site"><select class="form-select" value={values.site_id} onChange={(event) => setValues({ ...values, site_id: event.currentTarget.value, form: '' })}>{sites.map(({ id, name }) => <option key={id} value={id}>{name}</option>)}</select></Field>
      <Field label="Form" error={mistakes.form}><select class="form-select" value={values.form} onChange={set('form')}><option value="">Every form of the site</option>{names.map((name) => <option key={name} value={name}>{name}</option>)}</select></Field>
    </Dialog>
  );
}

const STATES = { waiting: ['badge badge-busy', 'Waiting'], sent: ['badge badge-live', 'Sent'], failed: ['badge badge-failed', 'Failed'] };

function Deliveries({ organization, sites }) {
  const [siteId, setSiteId] = useState(sites[0]?.id);
  const log = useMemo(() => resource(() => listDeliveries(organization.id, siteId)), [siteId]);
  useEffect(() => { if (siteId) log.load(); }, [log]);
  const again = async (id) => {
    try {
      await retryDelivery(id);
      await log.load({ quietly: true });
    } catch (error) {
      toastProblem(asProblem(error));
    }
  };
  if (!siteId) return null;
  return (
    <details class="card-foot deliveries">
      <summary>What was sent, of the last 30 days</summary>
      <div class="cluster deliveries-head">
        <Field label="Of the site"><select class="form-select" value={siteId} onChange={(event) => setSiteId(event.currentTarget.value)}>{sites.map(({ id, name }) => <option key={id} value={id}>{name}</option>)}</select></Field>
        <button type="button" class="btn btn-sm" onClick={() => log.load({ quietly: true })}>Look again</button>
      </div>
      <Async of={log} skeleton={<span class="bone bone-line" />}>
        {(all) => (all.length === 0 ? <p class="soft">Nothing yet.</p> : (
          <ul class="rows" aria-label="Deliveries">{all.map((each) => <Delivery key={each.id} delivery={each} onAgain={() => again(each.id)} />)}</ul>
        ))}
      </Async>
    </details>
  );
}

function Delivery({ delivery, onAgain }) {
  const { state, hook_id: hook, submission_id: submission, attempts, status, problem, created_at: at, next_at: next } = delivery;
  const [look, word] = STATES[state];
  const kind = hook ? (submission ? 'Webhook' : 'Webhook, a try') : 'Mail to the team';
  return (
    <li class="row-item">
      <div class="row-main">
        <span class="row-title">{kind}<span class={look}>{word}</span></span>
        <span class="row-meta">
          <span title={exactly(at)}>{ago(at)}</span>
          {attempts > 0 && <span>{attempts === 1 ? 'one attempt' : `${attempts} attempts`}</span>}
          {status && <span>answered {status}</span>}
          {problem && <span>{problem}</span>}
          {state === 'waiting' && attempts > 0 && <span title={exactly(next)}>again {ago(next)}</span>}
        </span>
      </div>
      {state === 'failed' && hook && <div class="row-actions"><button type="button" class="btn btn-sm" onClick={onAgain}>Try again</button></div>}
    </li>
  );
}
