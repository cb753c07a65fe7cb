/* What the organization keeps to use again: components (one thing everywhere) and sections (copies). */
import { useEffect } from 'preact/hooks';
import { signal } from '@preact/signals';
import searchIcon from 'icon:search';
import more from 'icon:dots';
import { Failed, Icon, Menu, MenuItem } from '../../lib/ui.jsx';
import { asProblem } from '../../lib/problems.js';
import { insert } from '../canvas/commands.js';
import { safeStylesheet } from '../safety/stylesheet.js';
import { instanceMarkup } from '../parts/instances.js';
import { components, openDialog, page, sections, selection } from '../state.js';
import { editComponent, loadParts, theEditor } from '../workspace.js';
import { Thumbnail } from './thumbnail.jsx';

const search = signal('');
const problem = signal(null);

const load = () => { problem.value = null; return loadParts().catch((error) => { problem.value = asProblem(error); }); };

function add(table, row) {
  const editor = theEditor();
  if (table === 'sections' && row.css) editor.Css.addRules(safeStylesheet(row.css));
  insert(editor, { html: table === 'components' ? instanceMarkup(row) : row.html.replace(/ data-rb-field="[^"]*"/g, ''), kind: 'saved', name: row.name });
}

function Part({ table, row }) {
  const isComponent = table === 'components';
  return (
    <li class="b-part">
      <button type="button" class="b-block" title={`Add “${row.name}” to the page`} onClick={() => add(table, row)}>
        <Thumbnail html={row.html} />
        <span>{row.name}{isComponent && <small> · {row.uses === 1 ? '1 use' : `${row.uses} uses`}</small>}</span>
      </button>
      <Menu button={<Icon of={more} />} buttonClass="btn btn-ghost btn-icon btn-sm" label={`Actions for ${row.name}`}>
        {isComponent && <MenuItem onClick={() => editComponent(row.id)}>Edit</MenuItem>}
        <MenuItem onClick={() => openDialog('rename-part', { table, part: row })}>Rename…</MenuItem>
        {isComponent && <MenuItem onClick={() => openDialog('uses', { part: row })}>Where it is used…</MenuItem>}
        <MenuItem danger onClick={() => openDialog('delete-part', { table, part: row })}>Delete…</MenuItem>
      </Menu>
    </li>
  );
}

function Group({ table, title, hint, rows }) {
  return (
    <section>
      <h3 class="b-group-name">{title}</h3>
      {rows.length ? <ul class="b-blocks b-parts">{rows.map((row) => <Part key={row.id} table={table} row={row} />)}</ul> : <p class="b-hint">{hint}</p>}
    </section>
  );
}

export function SavedPanel() {
  useEffect(() => { load(); }, []);
  const isIn = ({ name }) => name.toLowerCase().includes(search.value.trim().toLowerCase());
  const canSave = selection.value && !selection.value.is('rb-component');
  const isPart = page.value?.isComponent;
  return (
    <>
      <div class="b-side-search search">
        <Icon of={searchIcon} />
        <input class="form-control" type="search" placeholder="Search what is saved" aria-label="Search what is saved" value={search.value} onInput={(event) => { search.value = event.currentTarget.value; }} />
      </div>
      <div class="b-side-scroll">
        {problem.value && <Failed problem={problem.value} onRetry={load} />}
        {!isPart && (
          <div class="b-save-part">
            <button type="button" class="btn btn-sm" disabled={!canSave} onClick={() => openDialog('save-part', { table: 'components' })}>Save as component</button>
            <button type="button" class="btn btn-sm" disabled={!canSave} onClick={() => openDialog('save-part', { table: 'sections' })}>Save as section</button>
            {!canSave && <p class="b-hint">Select a block on the page to save it here.</p>}
          </div>
        )}
        {!components.value && !problem.value && <span class="bone b-bone-block" />}
        {components.value && !isPart && <Group table="components" title="Components" rows={components.value.filter(isIn)} hint={search.value ? 'No component matches.' : 'A component stays one thing wherever it is used: change it once, and every page follows.'} />}
        {sections.value && <Group table="sections" title="Sections" rows={sections.value.filter(isIn)} hint={search.value ? 'No section matches.' : 'A section is a copy to begin with: each page changes its own.'} />}
      </div>
    </>
  );
}
