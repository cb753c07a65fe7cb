/* Everything that can be done to a page, for those who do not drag. */
import dots from 'icon:dots';
import gear from 'icon:settings';
import trash from 'icon:trash';
import copy from 'icon:copy';
import home from 'icon:home';
import pencil from 'icon:pencil';
import eye from 'icon:eye';
import eyeOff from 'icon:eye-off';
import up from 'icon:arrow-up';
import down from 'icon:arrow-down';
import into from 'icon:corner-down-right';
import outOf from 'icon:corner-left-up';
import { Icon, Menu, MenuItem } from '../../lib/ui.jsx';
import { openDialog, pages } from '../state.js';
import { copyPage, makeHome, nest, remove, setStatus, step, unnest } from './page_actions.js';
import { mayNest } from './page_tree.js';
import { renamed } from './page_row.jsx';

function Moves({ row }) {
  const { page, parent, place, siblings } = row;
  const above = siblings[place - 1];
  return (
    <>
      {place > 0 && above.path !== '/' && <MenuItem icon={up} onClick={() => step(row, -1)}>Move up</MenuItem>}
      {place < siblings.length - 1 && <MenuItem icon={down} onClick={() => step(row, 1)}>Move down</MenuItem>}
      {above && mayNest(page, above, pages.value) && <MenuItem icon={into} onClick={() => nest(page, above)}>Nest under “{above.title}”</MenuItem>}
      {parent && <MenuItem icon={outOf} onClick={() => unnest(row)}>Move out of “{parent.title}”</MenuItem>}
    </>
  );
}

export function PageMenu({ row }) {
  const { page } = row;
  const isHome = page.path === '/';
  const isDraft = page.status === 'draft';
  return (
    <Menu button={<Icon of={dots} />} buttonClass="btn btn-ghost btn-icon btn-sm" label={`${page.title}: more`}>
      <MenuItem icon={gear} onClick={() => openDialog('page-settings', { target: page })}>Settings and search…</MenuItem>
      <MenuItem icon={pencil} onClick={() => { renamed.value = page.id; }}>Rename</MenuItem>
      <MenuItem icon={copy} onClick={() => copyPage(page)}>Duplicate</MenuItem>
      <MenuItem icon={isDraft ? eye : eyeOff} onClick={() => setStatus(page, isDraft ? 'published' : 'draft')}>{isDraft ? 'Include in the publish' : 'Make it a draft'}</MenuItem>
      {!isHome && <MenuItem icon={home} onClick={() => makeHome(page)}>Set as home page</MenuItem>}
      {!isHome && <Moves row={row} />}
      <MenuItem icon={trash} danger disabled={isHome || pages.value.length < 2} onClick={() => remove(page)}>{isHome ? 'Delete (choose another home page first)' : 'Delete'}</MenuItem>
    </Menu>
  );
}
