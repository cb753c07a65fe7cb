/* Tables for spreadsheets. Pure. A spreadsheet runs what begins like a formula, so such a cell gets an apostrophe in
   front, which spreadsheets show as text. */
const FORMULA = /^[\s\u0000\ufeff]*[=+\-@\uff1d\uff0b\uff0d\uff20|%]|^[\t\r\n]/;

export function cell(value) {
  const text = value === null || value === undefined ? '' : String(value);
  // A separator of another country's spreadsheets must not begin a cell either: everything is quoted.
  return `"${(FORMULA.test(text) ? `'${text}` : text).replaceAll('"', '""')}"`;
}

export const line = (values) => `${values.map(cell).join(',')}\r\n`;

/** With the mark by which spreadsheets recognise UTF-8. */
export const headLine = (names) => `\ufeff${line(names)}`;
