/*
 * Reads a ZIP that somebody else packed. Here, in the browser, it can harm nobody but the tab it was opened in; the server
 * never unpacks anything. All sizes are looked at before anything is unpacked, and again while it is.
 */
import { Inflate, strFromU8 } from 'fflate';
import { Problem } from '../../lib/problems.js';

export const LIMITS = { file: 50 * 1024 * 1024, entries: 2000, entry: 12 * 1024 * 1024, unpacked: 100 * 1024 * 1024, name: 200 };
const [LOCAL, CENTRAL, END] = [0x04034b50, 0x02014b50, 0x06054b50];
const CHUNK = 4096;
const SYMLINK = 0xa000;

const refuse = (words) => { throw new Problem(`This ZIP cannot be imported: ${words}`, { code: 'bad_zip' }); };

function endOf(view) {
  const first = Math.max(0, view.byteLength - 65_557);
  for (let at = view.byteLength - 22; at >= first; at -= 1) if (view.getUint32(at, true) === END) return at;
  return refuse('it is damaged, or no ZIP.');
}

const isSafeName = (name) => name.length > 0 && name.length <= LIMITS.name && !/^[/~]|[\\:\u0000-\u001f\u007f]|\p{Cf}/u.test(name)
  && name.split('/').every((part, index, parts) => part !== '..' && part !== '.' && (part !== '' || index === parts.length - 1));

function entryAt(view, bytes, at) {
  const [flags, method] = [view.getUint16(at + 8, true), view.getUint16(at + 10, true)];
  const [packed, size] = [view.getUint32(at + 20, true), view.getUint32(at + 24, true)];
  const [nameLength, extra, remark] = [28, 30, 32].map((offset) => view.getUint16(at + offset, true));
  const name = strFromU8(bytes.subarray(at + 46, at + 46 + nameLength), !(flags & 0x800));
  if (flags & 1) refuse('it is protected by a password.');
  if (!isSafeName(name)) refuse(`a file in it has a name that is not allowed (${JSON.stringify(name.slice(0, 60))}).`);
  if (((view.getUint32(at + 38, true) >>> 16) & 0xf000) === SYMLINK) refuse(`“${name}” is a link to another file.`);
  if (method !== 0 && method !== 8) refuse(`“${name}” is packed in a way we cannot read.`);
  if (size > LIMITS.entry && !name.endsWith('/')) refuse(`“${name}” is larger than 12 MB.`);
  const header = view.getUint32(at + 42, true);
  return { name, method, packed, size, header, next: at + 46 + nameLength + extra + remark };
}

/** Where an entry's bytes lie. Two that share bytes are how a small file unpacks to petabytes. */
function locate(view, entries) {
  let free = 0;
  for (const entry of [...entries].sort((one, other) => one.header - other.header)) {
    if (entry.header < free || view.getUint32(entry.header, true) !== LOCAL) refuse('its parts overlap or are missing.');
    entry.start = entry.header + 30 + view.getUint16(entry.header + 26, true) + view.getUint16(entry.header + 28, true);
    free = entry.start + entry.packed;
    if (free > view.byteLength) refuse('it is cut short.');
  }
}

function directoryOf(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = endOf(view);
  const count = view.getUint16(end + 10, true);
  if (count > LIMITS.entries) refuse(`it holds more than ${LIMITS.entries} files.`);
  const entries = [];
  const names = new Set();
  let [at, total] = [view.getUint32(end + 16, true), 0];
  for (let index = 0; index < count; index += 1) {
    if (view.getUint32(at, true) !== CENTRAL) refuse('it is damaged.');
    const entry = entryAt(view, bytes, at);
    const key = entry.name.normalize('NFC').toLowerCase();
    if (names.has(key)) refuse(`two files in it are called “${entry.name}”.`);
    names.add(key);
    total += entry.size;
    if (total > LIMITS.unpacked) refuse('it unpacks to more than 100 MB.');
    entries.push(entry);
    at = entry.next;
  }
  locate(view, entries);
  return entries.filter(({ name }) => !name.endsWith('/'));
}

function unpack(bytes, { name, method, packed, size, start }) {
  const data = bytes.subarray(start, start + packed);
  if (method === 0) return data.length === size ? data : refuse(`“${name}” is damaged.`);
  const out = new Uint8Array(size);
  let length = 0;
  const inflate = new Inflate((chunk) => {
    // What it says of its size was believed above, so it must not be more.
    if (length + chunk.length > size) refuse(`“${name}” is larger than it says.`);
    out.set(chunk, length);
    length += chunk.length;
  });
  for (let at = 0; at < data.length; at += CHUNK) inflate.push(data.subarray(at, at + CHUNK), at + CHUNK >= data.length);
  return length === size ? out : refuse(`“${name}” is damaged.`);
}

/** File → Map of name → bytes. Throws a Problem that says what is wrong with it. */
export async function readZip(file) {
  if (file.size > LIMITS.file) refuse('it is larger than 50 MB.');
  const bytes = new Uint8Array(await file.arrayBuffer());
  try {
    return new Map(directoryOf(bytes).map((entry) => [entry.name, unpack(bytes, entry)]));
  } catch (error) {
    if (error instanceof Problem) throw error;
    return refuse('it is damaged.');
  }
}
