/* What a chosen file really is. Its bytes decide: a name or a declared type is only what somebody says. */
import { imageSize } from 'image-size';
import { Problem } from '../../lib/problems.js';
import { drawSvg, looksLikeSvg } from './svg_picture.js';

const LARGEST = 10 * 1024 * 1024;
/** As services/deployments/images.py: what would not be published is not taken in. */
const MOST_PIXELS = 50_000_000;
const ENDINGS = { 'image/png': 'png', 'image/jpeg': 'jpg', 'image/webp': 'webp', 'image/gif': 'gif', 'image/avif': 'avif' };
const SIGNATURES = [
  ['image/png', [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]],
  ['image/jpeg', [0xff, 0xd8, 0xff]],
  ['image/gif', [0x47, 0x49, 0x46, 0x38]],
];
const WRONG_KIND = 'That is not a picture we can use. Choose a PNG, JPEG, WebP, GIF, AVIF or SVG file.';

export const acceptedTypes = [...Object.keys(ENDINGS), 'image/svg+xml'].join(',');

const ascii = (bytes, from, to) => String.fromCharCode(...bytes.subarray(from, to));

export function typeOf(bytes) {
  const found = SIGNATURES.find(([, signature]) => signature.every((byte, index) => bytes[index] === byte));
  if (found) return found[0];
  if (ascii(bytes, 0, 4) === 'RIFF' && ascii(bytes, 8, 12) === 'WEBP') return 'image/webp';
  if (ascii(bytes, 4, 8) === 'ftyp' && /avif|avis/.test(ascii(bytes, 8, 32))) return 'image/avif';
  return '';
}

/** Read from the header, before anything unpacks it: a small file can say that it is 50,000 dots wide. */
function sizeIn(bytes, name) {
  let size;
  try {
    size = imageSize(bytes);
  } catch {
    throw new Problem(`“${name}” is damaged. Choose another file.`, { code: 'bad_file' });
  }
  if (!(size.width > 0 && size.height > 0)) throw new Problem(`“${name}” is damaged. Choose another file.`, { code: 'bad_file' });
  if (size.width * size.height > MOST_PIXELS) {
    const dots = `${size.width.toLocaleString()} × ${size.height.toLocaleString()}`;
    throw new Problem(`“${name}” has ${dots} pixels, which is more than 50 million. Make it smaller, then try again.`, { code: 'too_large' });
  }
  return { width: size.width, height: size.height };
}

/** {blob, type, ending, width, height}, or a Problem that says what to do. An SVG becomes a drawing of itself. */
export async function readPicture(file) {
  if (file.size > LARGEST) throw new Problem(`“${file.name}” is larger than 10 MB. Make it smaller, then try again.`, { code: 'too_large' });
  if (!file.size) throw new Problem(`“${file.name}” is empty. Choose another file.`, { code: 'bad_file' });
  const bytes = new Uint8Array(await file.arrayBuffer());
  const type = typeOf(bytes);
  if (!type && looksLikeSvg(bytes)) return drawSvg(bytes, file.name);
  if (!type) throw new Problem(WRONG_KIND, { code: 'bad_type' });
  return { blob: new Blob([bytes], { type }), type, ending: ENDINGS[type], ...sizeIn(bytes, file.name) };
}
