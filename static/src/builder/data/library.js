/* The organization's pictures as the screens share them: loaded once, kept in step with what is changed here. */
import { computed, signal } from '@preact/signals';
import { asProblem } from '../../lib/problems.js';
import { site } from '../state.js';
import { changeAsset, deleteAsset, listAssets } from './assets.js';

/** null until they are loaded. */
export const assets = signal(null);
export const problem = signal(null);

export const folders = computed(() => [...new Set((assets.value ?? []).map(({ folder }) => folder).filter(Boolean))].sort());

export async function loadLibrary() {
  problem.value = null;
  try {
    assets.value = await listAssets(site.value.org_id);
  } catch (error) {
    problem.value = asProblem(error);
  }
}

export function adopt(asset) {
  const others = (assets.value ?? []).filter(({ id }) => id !== asset.id);
  const isKnown = others.length !== (assets.value ?? []).length;
  assets.value = isKnown ? assets.value.map((each) => (each.id === asset.id ? asset : each)) : [asset, ...others];
}

export async function change(asset, fields) {
  const changed = await changeAsset(asset.id, fields);
  adopt(changed);
  return changed;
}

export async function remove(asset) {
  await deleteAsset(asset);
  assets.value = assets.value.filter(({ id }) => id !== asset.id);
}

/** By every word, in the name, the description and the folder. */
export function search(list, words, folder) {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
  return list.filter((asset) => {
    const text = `${asset.name} ${asset.alt} ${asset.folder}`.toLowerCase();
    return (!folder || asset.folder === folder) && wanted.every((word) => text.includes(word));
  });
}
