/* Pictures: a row in `assets` takes the room, then the file goes straight to Storage, then the row says that it is there. */
import { config } from '../../lib/config.js';
import { supa } from '../../lib/supa.js';
import { Problem, asProblem, rowOf, rowsOf } from '../../lib/problems.js';
import { readPicture } from './picture_file.js';

const BUCKET = 'assets';
const ASSET = 'id, org_id, path, name, type, size, width, height, alt, folder, uses, created_at, uploaded_at';
const MOST = 1000;
/** A row whose file does not come is given up after an hour. */
const KEPT_MS = 50 * 60_000;

export const addressOf = ({ path }) => supa.storage.from(BUCKET).getPublicUrl(path).data.publicUrl;
const shown = (row) => ({ ...row, src: addressOf(row) });

/** Not supabase-js: fetch() tells no progress of what it sends. */
function send(path, file, type, { token, onProgress, signal }) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('POST', `${config.supabase_url}/storage/v1/object/${BUCKET}/${path}`);
    const headers = { apikey: config.supabase_publishable_key, authorization: `Bearer ${token}`, 'content-type': type, 'cache-control': 'max-age=31536000' };
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.upload.onprogress = ({ loaded, total }) => onProgress(total ? loaded / total : 0);
    request.onload = () => (request.status < 300 || isThere(request) ? resolve() : reject(refusal(request)));
    request.onerror = () => reject(asProblem({ name: 'AbortError' }));
    request.ontimeout = request.onerror;
    request.timeout = 120_000;
    signal?.addEventListener('abort', () => { request.abort(); reject(new Problem('Canceled.', { code: 'canceled' })); });
    request.send(file);
  });
}

/** Sent before, and the answer was lost on its way. Nobody else sends a file under this name. */
function isThere({ status, responseText }) {
  if (status === 409) return true;
  try {
    return JSON.parse(responseText).statusCode === '409';
  } catch {
    return false;
  }
}

function refusal({ status }) {
  if (status === 413) return new Problem('The file is larger than 10 MB. Make it smaller, then try again.', { code: 'too_large', status });
  if (status === 401 || status === 403 || status === 400) return new Problem('Your role in this organization does not allow uploads, or the file is not a picture.', { code: '42501', status });
  return new Problem('The file storage did not take the file. Try again.', { code: 'storage', status });
}

const plainName = (name) => name.normalize('NFC').replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '').trim().slice(0, 200) || 'Picture';

/** An imported file keeps its own name in the folder, so that what is published from it is called as before. */
function pathFor(orgId, ending, fileName) {
  const own = fileName && (fileName.endsWith(`.${ending}`) || (ending === 'jpg' && fileName.endsWith('.jpeg')));
  return `${orgId}/${own ? fileName : `${crypto.randomUUID()}.${ending}`}`;
}

const ofPath = (path) => rowsOf(supa.from('assets').select(ASSET).eq('path', path));

const isFresh = (row) => row && Date.now() - new Date(row.created_at) < KEPT_MS;

/**
 * Uploads one picture; resolves with its row and `src`. `onBegun` hears of the row that waits for the file: given back as
 * `begun`, the same upload goes on.
 */
export async function uploadPicture(file, orgId, { folder = '', alt = '', fileName, begun, onBegun = () => {}, onProgress = () => {}, signal } = {}) {
  const picture = await readPicture(file);
  const path = pathFor(orgId, picture.ending, fileName);
  const [present] = fileName ? await ofPath(path) : [];
  // A stored picture never changes under its name, so it is this one.
  if (present?.uploaded_at) return shown(present);
  const { blob, width, height, type } = picture;
  const row = present ?? (isFresh(begun) ? begun : await rowOf(supa.from('assets').insert({
    org_id: orgId, path, name: plainName(file.name ?? ''), type, size: blob.size, width, height, alt, folder,
  }).select(ASSET)));
  onBegun(row);
  const { data } = await supa.auth.getSession();
  await send(row.path, blob, type, { token: data.session?.access_token, onProgress, signal });
  return shown(await rowsOf(supa.rpc('finish_upload', { asset_id: row.id })));
}

/** The organization's own pictures, newest first. */
export async function listAssets(orgId) {
  const rows = await rowsOf(supa.from('assets').select(ASSET).eq('org_id', orgId).not('uploaded_at', 'is', null).order('created_at', { ascending: false }).limit(MOST));
  return rows.map(shown);
}

export const changeAsset = async (id, fields) => shown(await rowOf(supa.from('assets').update(fields).eq('id', id).select(ASSET)));

/** The file first: a row without a file can be deleted again, a file without a row would be forgotten. */
export async function deleteAsset({ id, path }) {
  const { error } = await supa.storage.from(BUCKET).remove([path]);
  if (error) throw asProblem(error);
  await rowOf(supa.from('assets').delete().eq('id', id).select('id'));
}

/** Every page that shows it gets a new version. Resolves with how many places changed. */
export async function replaceAsset(asset, replacement) {
  const told = await rowsOf(supa.rpc('replace_asset', { asset_id: asset.id, replacement_id: replacement.id }));
  return told.changed;
}

/** The pages on which it stands: [{id, site_id, title, path}]. */
export async function pagesWith({ org_id: orgId, path }) {
  const like = `*${path}*`;
  return rowsOf(supa.from('pages').select('id, site_id, title, path').eq('org_id', orgId).or(`html.like.${like},css.like.${like}`).order('path').limit(50));
}

/** The size a picture will take, so that the page does not jump while it loads. */
export function sizeOf(src) {
  return new Promise((resolve) => {
    const image = new Image();
    image.onload = () => resolve({ width: image.naturalWidth, height: image.naturalHeight });
    image.onerror = () => resolve(null);
    image.src = src;
  });
}
