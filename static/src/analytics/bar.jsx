/* Which days, which filters, and the numbers as a file. */
import { useState } from 'preact/hooks';
import calendar from 'icon:calendar';
import close from 'icon:x';
import save from 'icon:download';
import { saveAs } from '../lib/api.js';
import { Dialog, Field, Icon, Menu, MenuItem } from '../lib/ui.jsx';
import { KeptFrom } from './kept_from.jsx';
import { RANGES, clearFilters, question, removeFilter, setDays, setRange } from './question.js';
import { reportAsCsv } from './table_file.js';
import { DIMENSIONS, dayName, nameOf } from './words.js';

export function Bar({ report, name }) {
  const { range, from, to, filters } = question.value;
  const [choosing, setChoosing] = useState(false);
  const file = (ending) => `visits-${name}-${from}-${to}.${ending}`;
  return (
    <div class="stack report-bar">
      <div class="cluster">
        <div class="segments" role="group" aria-label="Which days">
          {Object.entries(RANGES).map(([each, label]) => <button key={each} type="button" aria-pressed={range === each} onClick={() => setRange(each)}>{label}</button>)}
        </div>
        <button type="button" class={range === 'custom' ? 'btn btn-sm' : 'btn btn-sm btn-ghost'} onClick={() => setChoosing(true)}><Icon of={calendar} />{range === 'custom' ? `${dayName(from)} to ${dayName(to)}` : 'Other days'}</button>
        {report && (
          <span class="push">
            <Menu button={<><Icon of={save} />Export</>} buttonClass="btn btn-sm">
              <MenuItem onClick={() => saveAs(new Blob([reportAsCsv(report, question.value)], { type: 'text/csv;charset=utf-8' }), file('csv'))}>As CSV, for spreadsheets</MenuItem>
              <MenuItem onClick={() => saveAs(new Blob([JSON.stringify(report, null, 2)], { type: 'application/json' }), file('json'))}>As JSON, for programs</MenuItem>
            </Menu>
          </span>
        )}
      </div>
      {Object.keys(filters).length > 0 && (
        <div class="cluster" role="group" aria-label="Filters">
          {Object.entries(filters).map(([each, value]) => (
            <button key={each} type="button" class="btn btn-sm filter-chip" onClick={() => removeFilter(each)}>
              <span class="soft">{DIMENSIONS[each][1]}</span><span class="truncate">{nameOf(each, value)}</span><span class="visually-hidden">(remove this filter)</span><Icon of={close} />
            </button>
          ))}
          <button type="button" class="btn btn-sm btn-ghost" onClick={clearFilters}>Show everything</button>
        </div>
      )}
      {report && <KeptFrom day={report.kept_from} what="Filters" />}
      {choosing && <Days from={from} to={to} onClose={() => setChoosing(false)} />}
    </div>
  );
}

function Days({ from, to, onClose }) {
  const [values, setValues] = useState({ from, to });
  const [mistake, setMistake] = useState('');
  const bind = (each) => ({ type: 'date', value: values[each], onInput: (event) => setValues({ ...values, [each]: event.currentTarget.value }) });
  const submit = () => {
    const days = (Date.parse(values.to) - Date.parse(values.from)) / 86_400_000;
    if (!(days >= 0 && days <= 400)) return setMistake('Choose a first day, and a last day at most 400 days later.');
    setDays(values.from, values.to);
    return onClose();
  };
  const foot = <><button type="button" class="btn" onClick={onClose}>Cancel</button><button type="submit" class="btn btn-primary">Show these days</button></>;
  return (
    <Dialog title="Other days" onClose={onClose} onSubmit={submit} foot={foot}>
      <div class="pair">
        <Field label="From"><input class="form-control" {...bind('from')} /></Field>
        <Field label="To" error={mistake}><input class="form-control" {...bind('to')} /></Field>
      </div>
    </Dialog>
  );
}
