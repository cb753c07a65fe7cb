/* A report as one table for spreadsheets. Pure. */
import { cell } from '../activity/csv.js';
import { DIMENSIONS, VITALS } from './words.js';

const HEAD = ['panel', 'value', 'visitors', 'views', 'bounces', 'seconds', 'percent read'];
const line = (values) => `${values.map(cell).join(',')}\r\n`;
const numbers = ({ visitors, views, bounces, seconds, depth }) => [visitors, views, bounces, seconds, depth];

/** With the mark by which spreadsheets recognise UTF-8. */
export function reportAsCsv(report, { from, to }) {
  const rows = [
    [`All visits from ${from} to ${to}`, '', ...numbers(report.totals)],
    ['All visits before', '', ...numbers(report.previous)],
    ...report.days.map((row) => ['Days', row.day, row.visitors, row.views]),
    ...Object.entries(DIMENSIONS).flatMap(([name, [title]]) => (report.panels[name] ?? []).map((row) => [title, row.value, ...numbers(row)])),
    ...report.vitals.flatMap((row) => Object.keys(VITALS).filter((metric) => metric in row).map((metric) => [`Web Vitals: ${metric.toUpperCase()}`, row.path, '', row.times, '', row[metric]])),
  ];
  return `\ufeff${[HEAD, ...rows].map((values) => line(HEAD.map((_, index) => values[index]))).join('')}`;
}
