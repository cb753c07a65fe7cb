/* The dialog that is open, if any. The larger ones are fetched when they are first asked for. */
import { useEffect, useState } from 'preact/hooks';
import { toast } from '../../lib/ui.jsx';
import { closeDialog, dialog } from '../state.js';
import { saveNow } from '../workspace.js';

const DIALOGS = {
  picture: () => import('./picture.jsx'),
  asset: () => import('./asset.jsx'),
  share: () => import('./share.jsx'),
  import: () => import('./import.jsx'),
  export: () => import('./export.jsx'),
  publish: () => import('./publish.jsx'),
  preview: () => import('./preview.jsx'),
  'save-part': () => import('./parts.jsx').then(({ SavePart }) => ({ default: SavePart })),
  'rename-part': () => import('./parts.jsx').then(({ RenamePart }) => ({ default: RenamePart })),
  'delete-part': () => import('./parts.jsx').then(({ DeletePart }) => ({ default: DeletePart })),
  uses: () => import('./parts.jsx').then(({ Uses }) => ({ default: Uses })),
  history: () => import('./history.jsx'),
  conflict: () => import('./conflict.jsx'),
  'sign-in': () => import('./sign_in.jsx'),
  'page-settings': () => import('./page_settings.jsx'),
  'add-page': () => import('./add_page.jsx'),
  link: () => import('./link.jsx'),
  palette: () => import('./palette.jsx'),
  'site-settings': () => import('./site_settings.jsx'),
  shortcuts: () => import('./shortcuts.jsx'),
};

/** A release replaced the files that this tab would fetch, or the network is away: what is here goes on. */
async function missingPart() {
  closeDialog();
  const isSaved = await saveNow();
  toast(`That part could not be loaded: you are offline, or Roseram was updated. ${isSaved ? 'Your work is saved; reload the page.' : 'Your work is kept on this device; reload the page when you are online.'}`, { kind: 'failed' });
}

export function Dialogs() {
  const open = dialog.value;
  const [loaded, setLoaded] = useState({});
  useEffect(() => {
    if (!open || loaded[open.name]) return;
    DIALOGS[open.name]().then(
      (module) => setLoaded((before) => ({ ...before, [open.name]: module.default })),
      missingPart,
    );
  }, [open]);
  const Shown = open && loaded[open.name];
  return Shown ? <Shown {...open.props} onClose={closeDialog} /> : null;
}
