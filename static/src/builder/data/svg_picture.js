/*
 * An SVG is a document that can hold scripts, so none is ever stored: it is cleaned, drawn by the browser as an image
 * (where neither scripts nor other addresses work) and kept as a picture, large enough for any screen.
 */
import createDOMPurify from 'dompurify';
import { Problem } from '../../lib/problems.js';

const LARGEST_TEXT = 2 * 1024 * 1024;
const LONG_SIDE = 2400;
const SMALLEST = 16;

export function looksLikeSvg(bytes) {
  const start = new TextDecoder().decode(bytes.subarray(0, 4096)).replace(/^\uFEFF/, '');
  return /^\s*(<\?xml[^>]*>\s*)?(<!--[\s\S]*?-->\s*)*(<!doctype svg[^>]*>\s*)?(<!--[\s\S]*?-->\s*)*<svg[\s>]/i.test(start);
}

const purifier = createDOMPurify(window);
purifier.addHook('uponSanitizeAttribute', (node, data) => {
  // Only parts of the drawing itself may be named, and pictures that are inside it.
  if (!/href$/i.test(data.attrName)) return;
  data.keepAttr = /^(#|data:image\/(png|jpeg|webp|gif);base64,)/i.test(data.attrValue.trim());
});

function cleaned(text) {
  return purifier.sanitize(text, {
    USE_PROFILES: { svg: true, svgFilters: true }, ADD_TAGS: ['use'], FORBID_TAGS: ['script', 'foreignObject', 'animate', 'set', 'a'],
    RETURN_DOM: true,
  }).querySelector('svg');
}

function sizeOf(svg) {
  const box = (svg.getAttribute('viewBox') ?? '').trim().split(/[\s,]+/).map(Number);
  const given = ['width', 'height'].map((name) => {
    const value = svg.getAttribute(name) ?? '';
    return /%$/.test(value) ? NaN : parseFloat(value);
  });
  const [width, height] = given.every((value) => value > 0) ? given : [box[2], box[3]];
  return width > 0 && height > 0 ? { width, height } : { width: 300, height: 150 };
}

function load(url) {
  return new Promise((resolve, reject) => {
    const image = new Image();
    image.onload = () => resolve(image);
    image.onerror = reject;
    image.src = url;
  });
}

export async function drawSvg(bytes, name) {
  const damaged = new Problem(`“${name}” could not be drawn. Save it as a PNG, then upload that.`, { code: 'bad_file' });
  if (bytes.length > LARGEST_TEXT) throw new Problem(`“${name}” is larger than 2 MB, which is too much for an SVG.`, { code: 'too_large' });
  const svg = cleaned(new TextDecoder().decode(bytes));
  if (!svg) throw damaged;
  const size = sizeOf(svg);
  const scale = LONG_SIDE / Math.max(size.width, size.height);
  const [width, height] = [size.width, size.height].map((side) => Math.max(SMALLEST, Math.round(side * scale)));
  if (!svg.getAttribute('viewBox')) svg.setAttribute('viewBox', `0 0 ${size.width} ${size.height}`);
  svg.setAttribute('width', width);
  svg.setAttribute('height', height);
  const url = URL.createObjectURL(new Blob([new XMLSerializer().serializeToString(svg)], { type: 'image/svg+xml' }));
  try {
    const image = await load(url);
    const canvas = Object.assign(document.createElement('canvas'), { width, height });
    canvas.getContext('2d').drawImage(image, 0, 0, width, height);
    const blob = await new Promise((resolve) => { canvas.toBlob(resolve, 'image/png'); });
    if (!blob) throw damaged;
    return { blob, type: 'image/png', ending: 'png', width, height };
  } catch {
    throw damaged;
  } finally {
    URL.revokeObjectURL(url);
  }
}
