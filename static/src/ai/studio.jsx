/* The AI studio: a wish on the left, its answer beside it, everything that was asked below. */
import { useEffect } from 'preact/hooks';
import { atLeast } from '../lib/roles.js';
import { AskForm } from './ask_form.jsx';
import { History } from './history.jsx';
import { Result } from './result.jsx';
import { loadAccount, organization, result, sites, wish } from './studio.js';

function Off() {
  return (
    <div class="notice" role="status">
      <p><b>The AI is switched off on this server.</b> Whoever runs it sets <code>GROK_API_KEY</code> (a key of xAI), or <code>GROK_BASE_URL</code> for a model server of their own, and restarts it. Everything else works without it.</p>
    </div>
  );
}

function Reason({ isOn }) {
  if (!isOn) return <Off />;
  if (!atLeast(organization.value.role, 'editor')) return <p class="notice" role="status">Editors, admins and owners ask the AI. Ask an admin for a higher role.</p>;
  if (!sites.value.length) return <p class="notice" role="status">The AI works for a site. <a href="/dashboard">Make a site first.</a></p>;
  return null;
}

export function Studio({ isOn }) {
  const canAsk = isOn && atLeast(organization.value.role, 'editor') && sites.value.length > 0;
  useEffect(() => { if (canAsk) loadAccount(); }, [wish.value.site]);
  return (
    <>
      <div class="page-head"><div><h1>AI studio</h1><p>Describe it, watch it appear, keep what you like.</p></div></div>
      <Reason isOn={isOn} />
      <div class="studio" data-has-result={Boolean(result.value)}>
        {canAsk && <AskForm />}
        {result.value ? <Result /> : canAsk && <div class="studio-empty empty-state"><h2>Nothing asked yet</h2><p>The answer appears here while it is written: as code, and as a picture of it.</p></div>}
      </div>
      <History canAsk={canAsk} />
    </>
  );
}
