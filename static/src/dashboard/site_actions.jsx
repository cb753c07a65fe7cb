/* What the menu of a card does: rename, duplicate, delete. */
import { useState } from 'preact/hooks';
import { duplicateSite } from '../lib/make_site.js';
import { Elsewhere } from '../lib/elsewhere.jsx';
import { asProblem } from '../lib/problems.js';
import { changeSite, deleteSite } from '../lib/tables/sites.js';
import { Confirm, Dialog, Field, toast } from '../lib/ui.jsx';
import { useElsewhere } from '../lib/use_elsewhere.js';

/** `doing` is a signal: {action, site}, or null. */
export function SiteActions({ doing, onDone }) {
  if (!doing.value) return null;
  const { action, site } = doing.value;
  const close = () => { doing.value = null; };
  const finish = (message) => {
    toast(message);
    onDone();
  };
  if (action === 'rename') return <Rename site={site} onClose={close} onDone={finish} />;
  if (action === 'duplicate') {
    return (
      <Confirm title={`Duplicate ${site.name}?`} action="Duplicate" onClose={close} onConfirm={async () => { await duplicateSite(site); finish(`${site.name} was duplicated.`); }}>
        The copy has the same pages and design. It is a draft with an address of its own.
      </Confirm>
    );
  }
  return <DeleteSite site={site} onClose={close} onDone={() => finish(`${site.name} was deleted.`)} />;
}

const FATES = {
  netlify: 'Its site there is removed.', vercel: 'Its project there is removed.', github_pages: 'Its Pages are switched off; the repository stays.',
};
const fateOf = ({ host, hasAccount }) => (hasAccount ? FATES[host] : 'Its account was disconnected, so it stays there.');

export function DeleteSite({ site, onClose, onDone }) {
  const elsewhere = useElsewhere({ siteId: site.id });
  return (
    <Confirm title={`Delete ${site.name}?`} action="Delete the site" danger typed={site.name} held={!elsewhere.isKnown || elsewhere.isBusy} onClose={onClose} onConfirm={async () => { await deleteSite(site.id); await onDone(); }}>
      <p>Its pages, their history and its publish history are gone for good, and it can no longer be edited or published. What is published here is taken down.</p>
      <Elsewhere of={elsewhere} fate={fateOf}>
        <p><strong>It goes from other hosts too</strong>, within minutes. What could not be removed there is listed under Integrations.</p>
      </Elsewhere>
    </Confirm>
  );
}

function Rename({ site, onClose, onDone }) {
  const [name, setName] = useState(site.name);
  const [busy, setBusy] = useState(false);
  const [mistake, setMistake] = useState('');
  const save = async () => {
    if (!name.trim()) return setMistake('Enter a name.');
    setBusy(true);
    try {
      await changeSite(site.id, { name: name.trim() });
      onClose();
      onDone('The site was renamed.');
    } catch (error) {
      setMistake(asProblem(error).message);
      setBusy(false);
    }
  };
  const foot = (
    <>
      <button type="button" class="btn" disabled={busy} onClick={onClose}>Cancel</button>
      <button type="submit" class="btn btn-primary" disabled={busy} aria-busy={busy}>Rename</button>
    </>
  );
  return (
    <Dialog title="Rename the site" onClose={onClose} onSubmit={save} busy={busy} foot={foot}>
      <Field label="Name" error={mistake} hint="The address stays as it is; change it in the site's settings.">
        <input class="form-control" value={name} maxLength={80} onInput={(event) => { setName(event.currentTarget.value); setMistake(''); }} />
      </Field>
    </Dialog>
  );
}
