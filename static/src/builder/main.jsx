/* The builder's entry. The engine, the block library and the site's data are fetched side by side. */
import './styles/builder.css';
import { render } from 'preact';
import { effect } from '@preact/signals';
import { supa } from '../lib/supa.js';
import { followPreferences } from '../lib/preferences.js';
import { goToLogin } from '../lib/session.js';
import { asProblem } from '../lib/problems.js';
import { App } from './app.jsx';
import { BrokenSite } from './broken_site.jsx';
import { applyLayout } from './layout.js';
import * as state from './state.js';
import { loadSite } from './load_site.js';

const engine = import('./canvas/engine.js');
const css = import('site:css');
const siteId = location.pathname.split('/')[2];

/** Not requireSession(): a session that ends while somebody edits must not take the page, and the work, away. */
async function signedInPerson() {
  const { data } = await supa.auth.getSession();
  if (data.session) return data.session.user;
  goToLogin();
  return new Promise(() => {});
}

async function start() {
  const root = document.getElementById('builder');
  try {
    state.me.value = await signedInPerson();
    const { id } = state.me.value;
    await Promise.all([loadSite(siteId, id), followPreferences(id)]);
    applyLayout();
  } catch (error) {
    root.replaceChildren();
    render(<BrokenSite problem={asProblem(error)} />, root);
    root.removeAttribute('aria-busy');
    return;
  }
  const [{ startEngine }, { default: library }] = await Promise.all([engine, css]);
  root.replaceChildren();
  render(<App startEngine={startEngine} library={library} />, root);
  root.removeAttribute('aria-busy');
}

effect(() => {
  document.getElementById('announcements').textContent = state.announcement.value;
});

start();
