/* A ZIP → a new site of an organization. Ids in it are never taken: rows get new ones, pictures move into the organization's folder. */
import { strFromU8 } from 'fflate';
import { config } from '../../lib/config.js';
import { createSite } from '../../lib/tables/sites.js';
import { Problem } from '../../lib/problems.js';
import { uploadPicture } from '../data/assets.js';
import { FORMAT } from './export_site.js';
import { readHtmlSite } from './html_site.js';
import { readZip } from './zip_read.js';

const STORED = /https?:\/\/[A-Za-z0-9.:-]+\/storage\/v1\/object\/public\/assets\/[0-9a-f-]{36}\//g;
const FILE = /^[A-Za-z0-9][A-Za-z0-9_-]{0,99}\.(png|jpg|jpeg|webp|gif|avif)$/;

const text = (value, otherwise = '') => (typeof value === 'string' ? value : otherwise);
const object = (value) => (value && typeof value === 'object' && !Array.isArray(value) ? value : {});

function readOwn(files) {
  let told;
  try {
    told = JSON.parse(strFromU8(files.get('roseram/site.json')));
  } catch {
    throw new Problem('The file roseram/site.json in this ZIP is damaged.', { code: 'bad_zip' });
  }
  if (told?.format !== FORMAT || told.version !== 1 || !Array.isArray(told.pages)) {
    throw new Problem('This export was made by another version of Roseram Builder and cannot be read.', { code: 'bad_zip' });
  }
  const site = object(told.site);
  const assets = (Array.isArray(told.assets) ? told.assets : []).filter(({ file }) => FILE.test(file) && files.has(`roseram/assets/${file}`));
  const pages = told.pages.slice(0, 200).map((page) => ({
    path: text(page.path), title: text(page.title), html: text(page.html), css: text(page.css), js: text(page.js),
    status: page.status === 'draft' ? 'draft' : 'published', seo: object(page.seo), content: page.content ? object(page.content) : null,
  }));
  return {
    name: text(site.name), isOwn: true, pages, site,
    hasCode: Boolean(text(site.head_code)) || pages.some(({ js }) => js),
    pictures: assets.map(({ file, name, alt, folder }) => ({ file, name: text(name), alt: text(alt).slice(0, 500), folder: text(folder).slice(0, 60), bytes: files.get(`roseram/assets/${file}`) })),
  };
}

/** What the ZIP would become: {name, pages, pictures, hasCode, …}, before anything is written. */
export async function readArchive(file) {
  const files = await readZip(file);
  if (files.has('roseram/site.json')) return readOwn(files);
  const site = readHtmlSite(files);
  if (!site.pages.length) throw new Problem('There is no HTML file in this ZIP.', { code: 'bad_zip' });
  return { ...site, name: site.name || file.name.replace(/\.zip$/i, ''), isOwn: false, hasCode: false };
}

async function takePictures(plan, orgId, onStep) {
  const addresses = new Map();
  const left = [];
  for (const [index, { file, bytes, name, alt, folder }] of plan.pictures.entries()) {
    onStep(`Pictures: ${index + 1} of ${plan.pictures.length}`);
    try {
      const picture = new File([bytes], name || file.split('/').at(-1));
      const asset = await uploadPicture(picture, orgId, { alt, folder: folder ?? plan.name.slice(0, 60), ...(plan.isOwn ? { fileName: file } : {}) });
      addresses.set(file, asset.src);
    } catch (error) {
      if (error.code === 'offline' || error.status >= 500) throw error;
      left.push(file);
    }
  }
  return { addresses, left };
}

/** Writes it. Resolves with {site, left}: the pictures that could not be taken. */
export async function importSite(plan, { orgId, name, withCode }, onStep) {
  const { addresses, left } = await takePictures(plan, orgId, onStep);
  onStep('Pages');
  const own = `${config.supabase_url}/storage/v1/object/public/assets/${orgId}/`;
  const moved = (value) => JSON.parse(JSON.stringify(value).replace(STORED, own));
  const pages = plan.isOwn ? moved(plan.pages).map((page) => ({ ...page, js: withCode ? page.js : '' })) : plan.finish(addresses);
  const { theme, seo, head_code: headCode } = moved(plan.site ?? {});
  const site = await createSite({
    id: crypto.randomUUID(), orgId, name, pages, theme: object(theme), seo: object(seo), headCode: withCode ? text(headCode) : '',
  });
  return { site, left };
}
