/* One page in the list. Its title is renamed in place. */
import { signal } from '@preact/signals';
import home from 'icon:home';
import file from 'icon:file';
import { Icon } from '../../lib/ui.jsx';
import { openCounts } from '../comments/talk.js';
import { switchPage } from '../workspace.js';
import { rename } from './page_actions.js';

/** The page whose title is being typed. */
export const renamed = signal(null);

function TitleField({ page }) {
  const end = (event, isKept) => {
    if (renamed.value !== page.id) return;
    renamed.value = null;
    const title = event.currentTarget.value.trim();
    if (isKept && title && title !== page.title) rename(page, title);
  };
  return (
    <input
      class="form-control b-page-title" aria-label="Title" defaultValue={page.title} maxLength={120} autoFocus
      onFocus={(event) => event.currentTarget.select()}
      onBlur={(event) => end(event, true)}
      onKeyDown={(event) => {
        event.stopPropagation();
        if (event.key === 'Enter') end(event, true);
        if (event.key === 'Escape') end(event, false);
      }}
    />
  );
}

export function PageRow({ row, isOpen, drop, children, ...handlers }) {
  const { page, level } = row;
  const isRenamed = renamed.value === page.id;
  const comments = openCounts.value.get(page.id) ?? 0;
  return (
    <li class="b-page" aria-level={level} aria-current={isOpen ? 'page' : undefined} data-drop={drop} style={{ '--level': level }} {...handlers} draggable={handlers.draggable && !isRenamed}>
      {isRenamed ? <TitleField page={page} /> : (
        <button
          type="button" class="b-page-open" aria-current={isOpen ? 'page' : undefined}
          onClick={() => switchPage(page.id)}
          onDblClick={() => { renamed.value = page.id; }}
          onKeyDown={(event) => { if (event.key === 'F2') renamed.value = page.id; }}
        >
          <Icon of={page.path === '/' ? home : file} />
          <span class="b-page-words"><b>{page.title}</b><span>{page.path}</span></span>
          {comments > 0 && <span class="badge badge-plain" title="Open comments" aria-label={`${comments} open comments`}>{comments}</span>}
          {page.status === 'draft' && <span class="badge badge-plain">Draft</span>}
        </button>
      )}
      {children}
    </li>
  );
}
