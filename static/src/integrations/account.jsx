/* One connected account, and what may be done about it. The token itself is never shown: only its last four. */
import { useSignal } from '@preact/signals';
import dots from 'icon:dots';
import key from 'icon:key';
import pencil from 'icon:pencil';
import trash from 'icon:trash';
import { PROVIDERS } from '../lib/hosts.js';
import { asProblem } from '../lib/problems.js';
import { disconnectIntegration, testIntegration } from '../lib/tables/integrations.js';
import { ago, exactly } from '../lib/times.js';
import { Confirm, Icon, Menu, MenuItem, toast, toastProblem } from '../lib/ui.jsx';
import { RenameDialog, RotateDialog } from './account_dialogs.jsx';
import { ICONS } from './integrations.jsx';

export function Account({ account, names, reload }) {
  const asking = useSignal('');
  const { name } = PROVIDERS[account.provider];
  const broken = account.state !== 'connected';
  const close = () => { asking.value = ''; };
  const disconnect = async () => {
    const { detail } = await disconnectIntegration(account.id);
    await reload();
    toast(detail);
  };
  return (
    <li class="row-item account" data-account={account.id}>
      <div class="account-main">
        <span class="account-icon"><Icon of={ICONS[account.provider]} size={24} /></span>
        <div class="row-main">
          <p class="row-title">{account.label || name}<span class={broken ? 'badge badge-failed' : 'badge badge-live'}>{broken ? 'Reconnect' : 'Connected'}</span></p>
          <Facts account={account} by={names.get(account.created_by)} />
          {broken && <p class="field-error">{account.problem || `${name} no longer accepts the token.`} Rotate the token to go on.</p>}
        </div>
      </div>
      <div class="row-actions">
        <Test account={account} reload={reload} />
        <Menu label={`More about ${account.label || name}`} buttonClass="btn btn-ghost btn-icon btn-sm" button={<Icon of={dots} />}>
          <MenuItem icon={pencil} onClick={() => { asking.value = 'rename'; }}>Rename</MenuItem>
          <MenuItem icon={key} onClick={() => { asking.value = 'rotate'; }}>Rotate the token</MenuItem>
          <MenuItem icon={trash} onClick={() => { asking.value = 'disconnect'; }}>Disconnect</MenuItem>
        </Menu>
      </div>
      {asking.value === 'rename' && <RenameDialog account={account} onDone={reload} onClose={close} />}
      {asking.value === 'rotate' && <RotateDialog account={account} onDone={reload} onClose={close} />}
      {asking.value === 'disconnect' && (
        <Confirm title={`Disconnect ${account.label || name}?`} action="Disconnect" danger onConfirm={disconnect} onClose={close}>
          The stored token is destroyed at once. Sites that were published through it stay online at {name}, but nothing more can be published there until an account is connected again.
        </Confirm>
      )}
    </li>
  );
}

function Facts({ account, by }) {
  const token = account.last_four ? `token ends in ${account.last_four}` : 'token';
  return (
    <p class="row-meta">
      <span>{account.account_label}{account.team_id && ` · ${account.team_id}`}</span>
      <span>{account.scopes.join(', ') || 'no scopes told'}</span>
      <span><code>{token}</code></span>
      <span title={exactly(account.created_at)}>since {ago(account.created_at)}{by && ` by ${by}`}</span>
      {account.checked_at && <span title={exactly(account.checked_at)}>tried {ago(account.checked_at)}</span>}
    </p>
  );
}

function Test({ account, reload }) {
  const busy = useSignal(false);
  const test = async () => {
    busy.value = true;
    try {
      const { state } = await testIntegration(account.id);
      if (state === 'connected') toast(`${PROVIDERS[account.provider].name} accepts the token.`);
      await reload();
    } catch (error) {
      toastProblem(asProblem(error));
    }
    busy.value = false;
  };
  return <button type="button" class="btn btn-sm" disabled={busy.value} aria-busy={busy.value} onClick={test}>Test</button>;
}
