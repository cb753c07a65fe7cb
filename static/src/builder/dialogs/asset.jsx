/* One picture of the organization: its description, its folder, where it stands; replace it everywhere, or delete it. */
import { useEffect, useState } from 'preact/hooks';
import { Dialog, Field, toast } from '../../lib/ui.jsx';
import { asProblem } from '../../lib/problems.js';
import { pagesWith, replaceAsset } from '../data/assets.js';
import { assets, change, folders, loadLibrary, remove } from '../data/library.js';
import { announce, pages } from '../state.js';
import { followTheirs, saveNow } from '../workspace.js';
import { PictureChooser } from './picture_chooser.jsx';

const kilobytes = (size) => (size < 1024 * 1024 ? `${Math.max(1, Math.round(size / 1024))} KB` : `${(size / 1024 / 1024).toFixed(1)} MB`);

function Uses({ asset }) {
  const [found, setFound] = useState(null);
  useEffect(() => { pagesWith(asset).then(setFound, () => setFound([])); }, [asset.id]);
  if (!asset.uses) return <p class="b-hint">It is not used anywhere.</p>;
  const here = new Set(pages.value.map(({ id }) => id));
  return (
    <div class="b-hint">
      <p>It stands in {asset.uses === 1 ? 'one place' : `${asset.uses} places`}{found?.length ? ', among them:' : '.'}</p>
      {found?.length > 0 && <ul>{found.map(({ id, title, path }) => <li key={id}>{title} <span class="b-menu-path">{path}</span>{!here.has(id) && ' (another site)'}</li>)}</ul>}
    </div>
  );
}

function useWork() {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState(null);
  const work = async (job) => {
    setBusy(true);
    setProblem(null);
    try {
      await job();
      return true;
    } catch (error) {
      setProblem(asProblem(error));
      return false;
    } finally {
      setBusy(false);
    }
  };
  return { busy, problem, work };
}

function Replace({ asset, onClose }) {
  const [chosen, setChosen] = useState(null);
  const { busy, problem, work } = useWork();
  const submit = async () => {
    const worked = await work(async () => {
      // The database changes the stored pages, so what is on the canvas has to be there first.
      if (!(await saveNow())) throw new Error('unsaved');
      const changed = await replaceAsset(asset, chosen);
      await Promise.all([followTheirs(), loadLibrary()]);
      toast(`Replaced in ${changed === 1 ? 'one place' : `${changed} places`}. Each page keeps its earlier version in its history.`);
    });
    if (worked) onClose();
  };
  const foot = (
    <>
      <button type="button" class="btn" disabled={busy} onClick={onClose}>Cancel</button>
      <button type="submit" class="btn btn-primary" disabled={!chosen || busy} aria-busy={busy}>Replace everywhere</button>
    </>
  );
  return (
    <Dialog title={`Replace “${asset.name}”`} width="640px" busy={busy} onClose={onClose} onSubmit={submit} foot={foot}>
      <p class="soft">Choose what takes its place on every page, in the settings of sites, in components and in sections.</p>
      {problem && <p class="notice notice-failed" role="alert">{problem.message}</p>}
      <PictureChooser chosen={chosen?.src} onlyOwn onChoose={(picture) => setChosen(picture.id === asset.id ? null : picture)} />
    </Dialog>
  );
}

export default function Asset({ asset: opened, onClose }) {
  const asset = assets.value?.find(({ id }) => id === opened.id) ?? opened;
  const [step, setStep] = useState('details');
  const [fields, setFields] = useState({ name: asset.name, alt: asset.alt, folder: asset.folder });
  const { busy, problem, work } = useWork();
  const set = (name) => (event) => setFields({ ...fields, [name]: event.currentTarget.value });
  if (step === 'replace') return <Replace asset={asset} onClose={onClose} />;

  const submit = async () => {
    const trimmed = Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, value.trim()]));
    if (await work(() => change(asset, trimmed))) { announce('Picture saved'); onClose(); }
  };
  const destroy = async () => {
    if (step !== 'delete') { setStep('delete'); return; }
    if (await work(() => remove(asset))) { toast(`“${asset.name}” is deleted.`); onClose(); }
  };
  const foot = (
    <>
      <button type="button" class={step === 'delete' ? 'btn btn-danger' : 'btn'} disabled={busy} onClick={destroy}>{step === 'delete' ? 'Delete for good' : 'Delete…'}</button>
      <button type="button" class="btn" disabled={busy} onClick={() => setStep('replace')}>Replace everywhere…</button>
      <button type="submit" class="btn btn-primary" disabled={busy || !fields.name.trim()} aria-busy={busy}>Save</button>
    </>
  );
  return (
    <Dialog title="Picture" width="560px" busy={busy} onClose={onClose} onSubmit={submit} foot={foot}>
      <img class="b-asset-large" src={asset.src} alt={asset.alt} />
      <p class="b-hint">{[asset.width && `${asset.width} × ${asset.height} pixels`, kilobytes(asset.size), asset.type.replace('image/', '').toUpperCase()].filter(Boolean).join(' · ')}</p>
      {problem && <p class="notice notice-failed" role="alert">{problem.message}</p>}
      {step === 'delete' && <p class="notice notice-failed" role="alert">{asset.uses ? 'Pages that show it will have a gap there. Replace it first if they should not.' : 'The file is deleted for everybody in the organization.'} This cannot be undone.</p>}
      <Field label="Description" hint="Say what the picture shows, for people who cannot see it. New uses begin with it."><input class="form-control" value={fields.alt} maxLength={300} onInput={set('alt')} /></Field>
      <Field label="Name"><input class="form-control" value={fields.name} maxLength={200} onInput={set('name')} /></Field>
      <Field label="Folder" optional hint="Type a new name to make one."><input class="form-control" list="asset-folders" value={fields.folder} maxLength={60} onInput={set('folder')} /></Field>
      <datalist id="asset-folders">{folders.value.map((name) => <option key={name} value={name} />)}</datalist>
      <Uses asset={asset} />
    </Dialog>
  );
}
