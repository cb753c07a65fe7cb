/* The whole site as one ZIP: the files any web host can serve, and in roseram/ what an import needs to make it again. */
import { strToU8, zipSync } from 'fflate';
import { api, bytesOf, saveAs } from '../../lib/api.js';
import { supa } from '../../lib/supa.js';
import { Problem, rowOf, rowsOf } from '../../lib/problems.js';
import { addressOf, listAssets } from '../data/assets.js';
import { ended } from '../data/deployments.js';
import { readZip } from './zip_read.js';

export const FORMAT = 'roseram-site';
const PAGE = 'path, title, seo, content, html, css, js, status';
/** So that the same site makes the same ZIP. */
const LONG_AGO = new Date('1980-01-02T00:00:00Z');

async function builtFiles(siteId) {
  const { id } = await api('/api/deployments', {
    method: 'POST', idempotencyKey: crypto.randomUUID(), body: { site_id: siteId, host: 'archive', target: 'production', message: 'Export' },
  });
  const row = await ended(id);
  if (row.status !== 'ready') throw new Problem(row.error?.detail ?? 'The pages could not be built. Try again.', { code: 'not_built' });
  const bytes = await bytesOf(`/api/deployments/${id}/archive`);
  return readZip(bytes);
}

async function pictureBytes(asset) {
  const answer = await fetch(addressOf(asset));
  if (!answer.ok) throw new Problem(`The picture “${asset.name}” could not be read. Delete it or try again.`, { code: 'storage' });
  return new Uint8Array(await answer.arrayBuffer());
}

export async function exportSite({ id, org_id: orgId }, onStep) {
  onStep('Building the pages');
  const built = await builtFiles(id);
  onStep('Collecting pages and pictures');
  const site = await rowOf(supa.from('sites').select('name, slug, theme, seo, head_code').eq('id', id));
  const pages = await rowsOf(supa.from('pages').select(PAGE).eq('site_id', id).order('position').order('path'));
  const text = JSON.stringify([site.seo, pages]);
  const used = (await listAssets(orgId)).filter(({ path }) => text.includes(path));
  const files = {};
  for (const [name, bytes] of built) files[name] = bytes;
  const assets = [];
  for (const asset of used) {
    const file = asset.path.split('/')[1];
    files[`roseram/assets/${file}`] = [await pictureBytes(asset), { level: 0 }];
    const { name, alt, folder } = asset;
    assets.push({ file, name, alt, folder });
  }
  const { slug, ...kept } = site;
  files['roseram/site.json'] = strToU8(JSON.stringify({ format: FORMAT, version: 1, site: kept, pages, assets }, null, 1));
  saveAs(new Blob([zipSync(files, { level: 6, mtime: LONG_AGO })], { type: 'application/zip' }), `${slug}-roseram.zip`);
}
