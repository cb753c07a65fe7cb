/* The site's pages as a tree: open, add, rename, nest, reorder, delete and bring back; by mouse, touch and keyboard. */
import { signal } from '@preact/signals';
import plus from 'icon:plus';
import world from 'icon:world-cog';
import { Icon } from '../../lib/ui.jsx';
import { openDialog, page, pages } from '../state.js';
import { DeletedPages } from './deleted_pages.jsx';
import { isBusy, keepOrder, nest, step, unnest } from './page_actions.js';
import { PageMenu } from './page_menu.jsx';
import { PageRow } from './page_row.jsx';
import { mayNest, rowsOf } from './page_tree.js';

/** {page, at: 'before' | 'inside' | 'after'} under the pointer while a row is dragged. */
const target = signal(null);
const dragged = signal(null);

function zoneOf(event, row) {
  const { top, height } = event.currentTarget.getBoundingClientRect();
  const share = (event.clientY - top) / height;
  if (mayNest(dragged.value, row.page, pages.value) && share > 0.28 && share < 0.72) return 'inside';
  return share < 0.5 ? 'before' : 'after';
}

async function drop(row) {
  const [moved, at] = [dragged.value, target.value?.at];
  dragged.value = target.value = null;
  if (!moved || moved.id === row.page.id) return;
  if (at === 'inside') await nest(moved, row.page);
  else await keepOrder(moved, row, at);
}

const dragHandlers = (row) => ({
  draggable: row.page.path !== '/',
  onDragStart: (event) => { dragged.value = row.page; event.dataTransfer.setData('text/plain', row.page.title); event.dataTransfer.effectAllowed = 'move'; },
  onDragOver: (event) => {
    if (!dragged.value) return;
    event.preventDefault();
    target.value = { page: row.page, at: zoneOf(event, row) };
  },
  onDrop: (event) => { event.preventDefault(); drop(row); },
  onDragEnd: () => { dragged.value = target.value = null; },
});

/** Alt with arrows moves the row that has the focus, as in the outline. */
function onKey(event, row) {
  const keys = {
    ArrowUp: () => step(row, -1), ArrowDown: () => step(row, 1),
    ArrowRight: () => row.place > 0 && nest(row.page, row.siblings[row.place - 1]), ArrowLeft: () => row.parent && unnest(row),
  };
  if (!event.altKey || !keys[event.key]) return;
  event.preventDefault();
  event.stopPropagation();
  keys[event.key]();
}

export function PagesPanel() {
  const rows = rowsOf(pages.value);
  return (
    <div class="b-side-scroll">
      <div class="b-pages-head">
        <button type="button" class="btn btn-wide btn-sm" onClick={() => openDialog('add-page')}><Icon of={plus} />Add a page</button>
        <button type="button" class="btn btn-sm btn-icon" aria-label="Site settings" title="Site settings" onClick={() => openDialog('site-settings')}><Icon of={world} /></button>
      </div>
      <ul class="b-pages" aria-label="Pages" aria-busy={isBusy.value}>
        {rows.map((row) => (
          <PageRow
            key={row.page.id} row={row} isOpen={row.page.id === page.value?.id}
            drop={target.value?.page.id === row.page.id ? target.value.at : undefined}
            onKeyDown={(event) => onKey(event, row)} {...dragHandlers(row)}
          >
            <PageMenu row={row} />
          </PageRow>
        ))}
      </ul>
      <p class="b-hint b-pages-hint">Drag to reorder or nest; on the keyboard, Alt with the arrows.</p>
      <div class="b-buttons b-transfer">
        <button type="button" class="btn btn-sm" onClick={() => openDialog('import')}>Import…</button>
        <button type="button" class="btn btn-sm" onClick={() => openDialog('export')}>Export…</button>
      </div>
      <DeletedPages />
    </div>
  );
}
