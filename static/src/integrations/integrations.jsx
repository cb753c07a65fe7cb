/* The accounts an organization publishes through: whose they are, what they may do, whether they still work. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import github from 'icon:brand-github';
import netlify from 'icon:affiliate';
import plug from 'icon:plug-connected';
import plus from 'icon:plus';
import vercel from 'icon:brand-vercel';
import { config } from '../lib/config.js';
import { PROVIDERS } from '../lib/hosts.js';
import { Async, Icon, toast } from '../lib/ui.jsx';
import { Account } from './account.jsx';
import { Leftovers } from './leftovers.jsx';
import { ConnectDialog } from './connect_dialog.jsx';

export const ICONS = { netlify, vercel, github };

export function Integrations({ screen }) {
  useEffect(() => {
    const connected = new URLSearchParams(location.search).get('connected');
    if (!connected) return;
    history.replaceState(null, '', location.pathname);
    toast(`GitHub is connected as ${connected}.`);
  }, []);
  const skeleton = <div role="status" aria-label="Loading the integrations"><span class="bone bone-block" /></div>;
  return <Async of={screen} skeleton={skeleton}>{(view) => <Loaded view={view} reload={() => screen.load({ quietly: true })} />}</Async>;
}

function Loaded({ view, reload }) {
  const { organization, integrations, mayManage } = view;
  const connecting = useSignal('');
  const switchedOff = !config.features.deploy_hosts.includes('netlify');
  return (
    <>
      <div class="page-head">
        <div><h1>Integrations</h1><p>Accounts at other hosts that {organization.name} publishes through.</p></div>
      </div>
      {!mayManage && <p class="notice notice-info">You are {/^[aeo]/.test(organization.role) ? 'an' : 'a'} {organization.role} here: admins and owners connect accounts, and editors publish through them.</p>}
      {mayManage && switchedOff && <p class="notice notice-info">Connecting accounts is switched off: whoever runs this installation sets CREDENTIALS_KEYS.</p>}
      {mayManage && !switchedOff && <Offers onConnect={(provider) => { connecting.value = provider; }} />}
      {mayManage && (
        <section class="card" aria-labelledby="accounts-heading">
          <div class="card-head"><h2 id="accounts-heading">Connected accounts</h2></div>
          {integrations.length === 0 ? <Nothing /> : <ul class="rows">{integrations.map((each) => <Account key={each.id} account={each} names={view.names} reload={reload} />)}</ul>}
        </section>
      )}
      {view.leftovers.length > 0 && <Leftovers leftovers={view.leftovers} reload={reload} />}
      {connecting.value && <ConnectDialog provider={connecting.value} organization={organization} onDone={reload} onClose={() => { connecting.value = ''; }} />}
    </>
  );
}

function Offers({ onConnect }) {
  return (
    <ul class="offers" aria-label="Hosts to connect">
      {Object.entries(PROVIDERS).map(([provider, { name }]) => (
        <li key={provider} class="card offer">
          <Icon of={ICONS[provider]} size={28} />
          <div class="offer-text"><strong>{name}</strong><span class="small soft">{provider === 'github' ? 'GitHub Pages, from a repository' : 'Production and previews'}</span></div>
          <button type="button" class="btn btn-sm push" aria-label={`Connect ${name}`} onClick={() => onConnect(provider)}><Icon of={plus} />Connect</button>
        </li>
      ))}
    </ul>
  );
}

function Nothing() {
  return (
    <div class="empty-state">
      <Icon of={plug} size={40} />
      <h3>No accounts yet</h3>
      <p>Sites are published on this server without one. Connect an account to publish them at Netlify, Vercel or GitHub Pages.</p>
    </div>
  );
}
