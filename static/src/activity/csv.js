/* The log as a table for spreadsheets. Pure. */
import { cell, headLine, line } from '../lib/csv.js';

const COLUMNS = [
  ['number', (entry) => entry.sequence],
  ['time', (entry) => entry.created_at],
  ['actor kind', (entry) => entry.actor_kind],
  ['actor', (entry) => entry.actor_name],
  ['actor id', (entry) => entry.actor_id],
  ['action', (entry) => entry.action],
  ['object kind', (entry) => entry.object_type],
  ['object', (entry) => entry.object_label],
  ['object id', (entry) => entry.object_id],
  ['before', (entry) => entry.before && JSON.stringify(entry.before)],
  ['after', (entry) => entry.after && JSON.stringify(entry.after)],
  ['hash', (entry) => entry.hash],
];
export { cell };

export const head = () => headLine(COLUMNS.map(([name]) => name));
export const lines = (entries) => entries.map((entry) => line(COLUMNS.map(([, read]) => read(entry)))).join('');
