/* Files on their way: two at a time, each with its progress; one that fails can be tried again. */
import { signal } from '@preact/signals';
import { asProblem } from '../../lib/problems.js';
import { announce, site } from '../state.js';
import { uploadPicture } from './assets.js';
import { adopt } from './library.js';

const AT_ONCE = 2;
const MOST_AT_A_TIME = 50;

/** [{id, name, state: waiting | sending | failed | done, progress, message, begun, asset}] */
export const uploads = signal([]);

let count = 0;

const set = (id, fields) => { uploads.value = uploads.value.map((each) => (each.id === id ? { ...each, ...fields } : each)); };

export function addFiles(files, { folder = '', onDone = () => {} } = {}) {
  const added = [...files].slice(0, MOST_AT_A_TIME).map((file) => ({
    id: count += 1, file, folder, onDone, name: file.name || 'Pasted picture', state: 'waiting', progress: 0, message: '', stop: new AbortController(),
  }));
  uploads.value = [...uploads.value, ...added];
  next();
}

function next() {
  const sending = uploads.value.filter(({ state }) => state === 'sending').length;
  const waiting = uploads.value.filter(({ state }) => state === 'waiting').slice(0, AT_ONCE - sending);
  for (const upload of waiting) run(upload);
}

async function run({ id, file, folder, onDone, name, begun, stop }) {
  set(id, { state: 'sending', progress: 0, message: '' });
  try {
    const asset = await uploadPicture(file, site.value.org_id, {
      folder, signal: stop.signal, begun, onBegun: (row) => set(id, { begun: row }), onProgress: (progress) => set(id, { progress }),
    });
    adopt(asset);
    set(id, { state: 'done', progress: 1, asset });
    announce(`${name} uploaded`);
    onDone(asset);
  } catch (error) {
    const { code, message } = asProblem(error);
    if (code === 'canceled') dismiss(id);
    else set(id, { state: 'failed', message });
  }
  next();
}

export function retry(id) {
  set(id, { state: 'waiting', stop: new AbortController() });
  next();
}

export function cancel(id) {
  const upload = uploads.value.find((each) => each.id === id);
  upload.stop.abort();
  if (upload.state !== 'sending') dismiss(id);
}

export function dismiss(id) {
  uploads.value = uploads.value.filter((each) => each.id !== id);
}
