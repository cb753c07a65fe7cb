import { useState } from 'preact/hooks';
import github from 'icon:brand-github';
import { config } from '../lib/config.js';
import { PROVIDERS } from '../lib/hosts.js';
import { beginGithub, connectIntegration } from '../lib/tables/integrations.js';
import { Dialog, Field, Icon, toast } from '../lib/ui.jsx';
import { Complaint, Foot, useSubmit } from './account_dialogs.jsx';

export function ConnectDialog({ provider, organization, onDone, onClose }) {
  const about = PROVIDERS[provider];
  const [values, setValues] = useState({ label: about.name, token: '', team: '' });
  const { busy, problem, submit } = useSubmit(onClose);
  const set = (name) => (event) => setValues({ ...values, [name]: event.currentTarget.value });
  const connect = () => submit(async () => {
    const made = await connectIntegration({
      org_id: organization.id, provider, label: values.label.trim(), token: values.token.trim(), team_id: values.team.trim(),
    });
    await onDone();
    toast(`${about.name} is connected as ${made.account_label}.`);
  });
  const ready = values.label.trim() && values.token.trim();
  return (
    <Dialog title={`Connect ${about.name}`} onClose={onClose} onSubmit={connect} busy={busy} foot={<Foot busy={busy} ready={ready} action="Connect" onClose={onClose} />}>
      {provider === 'github' && config.features.github_oauth && <ByGithub organization={organization} />}
      <Field label={about.tokenLabel} hint={about.hint} error={problem?.fields.token}>
        <input class="form-control" type="password" value={values.token} autoComplete="off" spellcheck={false} onInput={set('token')} />
      </Field>
      <p class="small"><a href={about.tokenPage} target="_blank" rel="noopener">Make a token at {about.name}</a></p>
      {about.team && (
        <Field label={about.team} optional hint={about.teamHint} error={problem?.fields.team_id}>
          <input class="form-control" value={values.team} maxLength={200} autoComplete="off" spellcheck={false} onInput={set('team')} />
        </Field>
      )}
      <Field label="Name" hint="How your team tells it from other accounts." error={problem?.fields.label}>
        <input class="form-control" value={values.label} maxLength={80} autoComplete="off" onInput={set('label')} />
      </Field>
      <p class="small soft">The token is tried at once and kept encrypted. Nobody sees it again, you neither.</p>
      <Complaint problem={problem} fields={['token', 'team_id', 'label']} />
    </Dialog>
  );
}

function ByGithub({ organization }) {
  const { busy, problem, submit } = useSubmit(() => {});
  const go = () => submit(async () => {
    const { url } = await beginGithub(organization.id);
    location.assign(url);
    return new Promise(() => {});
  });
  return (
    <div class="by-github">
      <button type="button" class="btn" disabled={busy} aria-busy={busy} onClick={go}><Icon of={github} />Continue with GitHub</button>
      <Complaint problem={problem} />
      <p class="or"><span>or with a token</span></p>
    </div>
  );
}
