/* The pages of the site: open one, add one, leave one out of the next publish, delete one. */
import { useSignal } from '@preact/signals';
import dots from 'icon:dots';
import edit from 'icon:edit';
import eye from 'icon:eye';
import eyeOff from 'icon:eye-off';
import pencil from 'icon:cursor-text';
import plus from 'icon:plus';
import trash from 'icon:trash';
import { may } from '../lib/rights.js';
import { ago, exactly } from '../lib/times.js';
import { asProblem } from '../lib/problems.js';
import { changePage, deletePage } from '../lib/tables/pages.js';
import { Confirm, Icon, Menu, MenuItem, toast, toastProblem } from '../lib/ui.jsx';
import { PageDialog } from './page_dialog.jsx';

export function Pages({ view }) {
  const { site, pages, role } = view;
  const doing = useSignal(null);
  const mayEdit = may(role, 'update', 'pages');
  const act = (action, page) => { doing.value = { action, page }; };
  return (
    <section class="card" aria-labelledby="pages-heading">
      <div class="card-head">
        <h2 id="pages-heading">Pages</h2>
        {mayEdit && <button type="button" class="btn btn-sm push" onClick={() => act('add')}><Icon of={plus} />Add a page</button>}
      </div>
      {pages.length === 0 && <div class="empty-state"><h3>No pages yet</h3><p>A site begins with its home page, whose path is a single slash.</p></div>}
      <ul class="rows">
        {pages.map((page) => <PageRow key={page.id} page={page} view={view} onAction={act} />)}
      </ul>
      {['add', 'change'].includes(doing.value?.action) && (
        <PageDialog site={site} pages={pages} page={doing.value.page} onClose={() => { doing.value = null; }} onDone={view.reload} />
      )}
      {doing.value?.action === 'delete' && <DeletePage page={doing.value.page} onClose={() => { doing.value = null; }} onDone={view.reload} />}
    </section>
  );
}

function PageRow({ page, view, onAction }) {
  const { site, names, role } = view;
  const mayEdit = may(role, 'update', 'pages');
  const editor = `/sites/${site.id}/edit?page=${page.id}`;
  const by = names.get(page.updated_by);
  return (
    <li class="row-item" data-page={page.path}>
      <div class="row-main">
        <div class="row-title">
          {mayEdit ? <a href={editor}>{page.title}</a> : <span>{page.title}</span>}
          {page.status === 'draft' && <span class="badge badge-plain">Left out of publishing</span>}
        </div>
        <div class="row-meta">
          <code>{page.path}</code>
          <span title={exactly(page.updated_at)}>Edited {ago(page.updated_at)}{by && ` by ${by}`}</span>
        </div>
      </div>
      <div class="row-actions">{mayEdit && <PageMenu page={page} view={view} editor={editor} onAction={onAction} />}</div>
    </li>
  );
}

function PageMenu({ page, view, editor, onAction }) {
  const included = page.status === 'published';
  const toggle = async () => {
    try {
      await changePage(page, { status: included ? 'draft' : 'published' });
      await view.reload();
      toast(included ? `${page.title} is left out of the next publish.` : `${page.title} is part of the next publish.`);
    } catch (error) {
      toastProblem(asProblem(error));
    }
  };
  return (
    <Menu label={`Actions for ${page.title}`} buttonClass="btn btn-ghost btn-icon btn-sm" button={<Icon of={dots} />}>
      <MenuItem icon={edit} href={editor}>Edit</MenuItem>
      <MenuItem icon={pencil} onClick={() => onAction('change', page)}>Title and path</MenuItem>
      <MenuItem icon={included ? eyeOff : eye} onClick={toggle}>{included ? 'Leave out of publishing' : 'Include in publishing'}</MenuItem>
      <hr class="menu-line" />
      <MenuItem icon={trash} danger onClick={() => onAction('delete', page)}>Delete</MenuItem>
    </Menu>
  );
}

function DeletePage({ page, onClose, onDone }) {
  const remove = async () => {
    await deletePage(page.id);
    await onDone();
    toast(`${page.title} was deleted.`);
  };
  return (
    <Confirm title={`Delete ${page.title}?`} action="Delete the page" danger onClose={onClose} onConfirm={remove}>
      It leaves the live site with the next publish. For 30 days it can be brought back in the builder, in the Pages panel.
    </Confirm>
  );
}
