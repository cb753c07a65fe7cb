/* The fields of a page's settings: from the row, checked, and back. Pure, so node tests hold them to it. */
import { pathProblem } from '../panels/paths.js';
import { isSafePicture } from '../safety/urls.js';
import { secretsIn } from '../checks/secrets.js';

const DESCRIPTION_LENGTH = 320;
const LONGEST_CODE = 8000;
/** As the check of pages.js. */
const LONGEST_SCRIPT = 262_144;
const TEXTS = ['description', 'og_title', 'og_description', 'og_image', 'canonical', 'language', 'head_code'];
export const LANGUAGE = /^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$/;

const text = (value) => (typeof value === 'string' ? value : '');

export function valuesOf({ title, path, status, seo, old_paths: old = [] }) {
  return {
    title, path, status, redirect: true, old_paths: old,
    ...Object.fromEntries(TEXTS.map((name) => [name, text(seo?.[name])])),
    noindex: seo?.noindex === true,
    json_ld: seo?.json_ld ? JSON.stringify(seo.json_ld, null, 2) : '',
  };
}

/** What is wrong with structured data, in words, or ''. */
export function jsonProblem(source) {
  if (!source.trim()) return '';
  let data;
  try {
    data = JSON.parse(source);
  } catch (error) {
    return `This is not JSON: ${error.message.replace(/^JSON\.parse: /, '')}.`;
  }
  if (typeof data !== 'object' || data === null) return 'Structured data is an object in braces: {"@type": "Bakery", …}.';
  const all = Array.isArray(data) ? data : [data];
  if (!all.every((each) => each && typeof each === 'object' && (each['@type'] || each['@graph']))) return 'Say what it describes: each object needs an "@type", such as "Bakery".';
  return '';
}

export function codeProblem(code, longest = LONGEST_CODE) {
  const [secret] = secretsIn(code);
  if (secret) return `This holds ${secret}. Everybody can read a published page: take it out, and replace that key.`;
  return code.length > longest ? `Use at most ${longest} characters.` : '';
}

export function problemsOf(values, others) {
  const { title, path, description, og_image: picture, canonical, language, head_code: code, json_ld: json } = values;
  const found = {
    title: title.trim() ? '' : 'Give the page a title.',
    path: pathProblem(path.trim(), others),
    description: description.length > DESCRIPTION_LENGTH ? `Use at most ${DESCRIPTION_LENGTH} characters.` : '',
    og_image: picture && !isSafePicture(picture) ? 'Choose a picture, or an address that begins with https://.' : '',
    canonical: canonical.trim() && !/^https?:\/\/[^\s"<>]+$/.test(canonical.trim()) ? 'Enter a whole address that begins with https://.' : '',
    language: language.trim() && !LANGUAGE.test(language.trim()) ? 'Enter a language code, such as en or de-CH.' : '',
    head_code: codeProblem(code),
    json_ld: jsonProblem(json) || codeProblem(json),
    js: codeProblem(values.js ?? '', LONGEST_SCRIPT),
  };
  return Object.values(found).some(Boolean) ? found : null;
}

/** The seo column with these values; what is empty is left out. */
export function seoOf(values, before) {
  const { json_ld: _json, ...rest } = before ?? {};
  const seo = { ...rest };
  for (const name of TEXTS) {
    if (values[name].trim()) seo[name] = values[name].trim();
    else delete seo[name];
  }
  if (values.noindex) seo.noindex = true;
  else delete seo.noindex;
  if (values.json_ld.trim()) seo.json_ld = JSON.parse(values.json_ld);
  return seo;
}
