/* A person's picture: a file in their folder of Storage, and its address in the profile. */
import { rowOf, rowsOf } from '../problems.js';
import { supa } from '../supa.js';
import { emptyFolder } from './files.js';

const BUCKET = 'avatars';
const ENDINGS = { 'image/webp': 'webp', 'image/png': 'png', 'image/jpeg': 'jpg' };

const point = (personId, avatar_url) => rowOf(supa.from('profiles').update({ avatar_url }).eq('user_id', personId).select('avatar_url'));

/** Stores the new picture, points at it, and only then removes what was there: a failure leaves the old one. */
export async function saveAvatar(personId, picture) {
  const path = `${personId}/${crypto.randomUUID()}.${ENDINGS[picture.type]}`;
  const files = supa.storage.from(BUCKET);
  await rowsOf(files.upload(path, picture, { contentType: picture.type, cacheControl: '31536000' }));
  const address = files.getPublicUrl(path).data.publicUrl;
  try {
    await point(personId, address);
  } catch (error) {
    await files.remove([path]).catch(() => {});
    throw error;
  }
  // What cannot be removed now goes with the next picture, or with the account.
  await emptyFolder(BUCKET, personId, { keep: path }).catch(() => {});
  return address;
}

export async function removeAvatar(personId) {
  await point(personId, null);
  await emptyFolder(BUCKET, personId);
}
