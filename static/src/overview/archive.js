/* The site as it is now, as a ZIP: ask for an archive, wait for it, save it. */
import { Problem } from '../lib/problems.js';
import { downloadArchive, listDeployments, requestDeployment, UNFINISHED } from '../lib/tables/deployments.js';

const POLL_MS = 800;
const PATIENCE_MS = 120_000;

async function untilDone(siteId, deploymentId) {
  const end = Date.now() + PATIENCE_MS;
  while (Date.now() < end) {
    const row = (await listDeployments(siteId)).find(({ id }) => id === deploymentId);
    if (row && !UNFINISHED.includes(row.status)) return row;
    await new Promise((resolve) => { setTimeout(resolve, POLL_MS); });
  }
  throw new Problem('The archive takes longer than usual. It appears in the history when it is ready.');
}

export async function downloadNow(site, name) {
  const { id } = await requestDeployment({ siteId: site.id, host: 'archive' });
  const row = await untilDone(site.id, id);
  if (row.status !== 'ready') throw new Problem(row.error?.detail || 'The archive could not be made. Try again.');
  await downloadArchive(id, name);
}
