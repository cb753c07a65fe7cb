/* What an answer says at a glance. Pure. */

const shown = (value) => (Array.isArray(value) ? value.join(', ') : String(value ?? ''));

/** [{name, label, text, type}] in the form's own order; what is no longer asked stands last, under its name. */
export function fieldsOf(submission, definition) {
  const known = definition?.fields ?? [];
  const order = [...known.map(({ name }) => name), ...Object.keys(submission.fields)];
  return [...new Set(order)].filter((name) => name in submission.fields).map((name) => {
    const field = known.find((each) => each.name === name);
    return { name, label: field?.label ?? name, type: field?.type ?? 'text', text: shown(submission.fields[name]) };
  });
}

const MAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;

/** Who wrote, as far as it says so. */
export function titleOf({ fields }) {
  const names = Object.keys(fields);
  const named = names.find((name) => /^(full.?)?name$/i.test(name)) ?? names.find((name) => MAIL.test(shown(fields[name]))) ?? names[0];
  return named ? shown(fields[named]).slice(0, 80) : 'Only files';
}

/** The longest of what was written. */
export function previewOf(submission) {
  const title = titleOf(submission);
  const texts = Object.values(submission.fields).map(shown).filter((text) => text !== title);
  return texts.sort((one, other) => other.length - one.length)[0]?.slice(0, 160) ?? '';
}

export const isMail = (text) => MAIL.test(text) && text.length <= 254;

export function sizeOf(bytes) {
  return bytes < 1024 ? `${bytes} bytes` : bytes < 1024 * 1024 ? `${Math.round(bytes / 1024)} KB` : `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}
