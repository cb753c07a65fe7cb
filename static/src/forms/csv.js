/* Answers as a table for spreadsheets: a column for each field that any of them has. Pure. */
import { headLine, line } from '../lib/csv.js';

const shown = (value) => (Array.isArray(value) ? value.join('; ') : value);

export function tableOf(answers, siteNames) {
  const fields = [...new Set(answers.flatMap((answer) => Object.keys(answer.fields)))].sort();
  const head = headLine(['time', 'site', 'form', 'page', 'state', ...fields, 'files', 'note']);
  const rows = answers.map((answer) => line([
    answer.created_at, siteNames.get(answer.site_id) ?? answer.site_id, answer.form, answer.path, answer.state,
    ...fields.map((name) => shown(answer.fields[name])),
    answer.files.map(({ name }) => name).join('; '), answer.note,
  ]));
  return head + rows.join('');
}
