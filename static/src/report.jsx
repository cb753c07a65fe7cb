import './analytics.css';
import { effect, untracked } from '@preact/signals';
import { question } from './analytics/question.js';
import { Report } from './analytics/report.jsx';
import { mount } from './lib/mount.js';
import { sharedReport } from './lib/tables/visits.js';
import { resource } from './lib/ui.jsx';

const AGAIN_MS = 60_000;

// Behind the #, which browsers send to no server.
const report = resource(() => sharedReport(location.hash.slice(1), question.value));

function Shared() {
  const site = report.status.value.value?.site;
  if (site) document.title = `Visitors of ${site} · Roseram Builder`;
  return (
    <>
      <div class="page-head"><div><h1>{site ? `Visitors of ${site}` : 'Visitors'}</h1><p>Counted without cookies: each visitor is a new one every day.</p></div></div>
      <Report report={report} name="shared" nothing={<p>Come back when somebody has visited the site.</p>} />
    </>
  );
}

mount(<Shared />, document.getElementById('app'));
effect(() => { if (question.value) untracked(() => report.load()); });
window.addEventListener('hashchange', () => location.reload());
setInterval(() => { if (!document.hidden && report.status.value.state === 'loaded') report.load({ quietly: true }); }, AGAIN_MS);
