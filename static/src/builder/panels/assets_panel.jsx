/* The organization's pictures: upload, find, put on the page, and open one to describe, sort, replace or delete it. */
import { useEffect, useState } from 'preact/hooks';
import { Failed, Icon } from '../../lib/ui.jsx';
import dots from 'icon:dots';
import { insert } from '../canvas/commands.js';
import { endDrag, startDrag } from '../canvas/drag.js';
import { assets, folders, loadLibrary, problem, search } from '../data/library.js';
import { openDialog, panel } from '../state.js';
import { FindBar } from '../pictures/find_bar.jsx';
import { UploadZone } from '../pictures/upload_zone.jsx';
import { theEditor } from '../workspace.js';

const STEP = 60;

function blockFor(asset) {
  const image = document.createElement('img');
  const { src, alt, width, height } = asset;
  for (const [name, value] of Object.entries({ src, alt, width, height })) if (value !== null) image.setAttribute(name, value);
  return { kind: 'picture', name: asset.name, isElement: true, html: `<figure class="rb-image" data-rb-block="image">${image.outerHTML}</figure>` };
}

function add(asset) {
  insert(theEditor(), blockFor(asset));
  if (matchMedia('(max-width: 760px)').matches) panel.value = null;
}

const usesOf = ({ uses }) => (uses ? `used ${uses}×` : 'not used');

function Tile({ asset }) {
  const block = blockFor(asset);
  return (
    <li class="b-asset">
      <button
        type="button" class="b-picture" title={`${asset.name}: add to the page`} aria-label={`Add ${asset.alt || asset.name} to the page`} draggable
        onDragStart={(event) => startDrag(theEditor(), event, block)} onDragEnd={() => endDrag(theEditor(), block)} onClick={() => add(asset)}
      ><img src={asset.src} alt="" loading="lazy" /></button>
      <span class="b-asset-name" title={asset.name}>{asset.name}</span>
      <span class="b-asset-facts">{asset.alt ? usesOf(asset) : <b>No description</b>}</span>
      <button type="button" class="btn btn-ghost btn-icon btn-sm" aria-label={`${asset.name}: details`} onClick={() => openDialog('asset', { asset })}><Icon of={dots} size={16} /></button>
    </li>
  );
}

export function AssetsPanel() {
  const [words, setWords] = useState('');
  const [folder, setFolder] = useState('');
  const [most, setMost] = useState(STEP);
  useEffect(() => { loadLibrary(); }, []);
  const place = folders.value.includes(folder) ? folder : '';
  const found = search(assets.value ?? [], words, place);
  return (
    <div class="b-side-scroll b-assets-panel">
      <UploadZone folder={place} asks />
      {problem.value && <Failed problem={problem.value} onRetry={loadLibrary} />}
      {!assets.value && !problem.value && <><span class="bone b-bone-block" /><span class="bone b-bone-block" /></>}
      {assets.value?.length > 0 && <FindBar words={words} folder={place} onWords={setWords} onFolder={setFolder} />}
      <ul class="b-assets">{found.slice(0, most).map((asset) => <Tile key={asset.id} asset={asset} />)}</ul>
      {found.length > most && <button type="button" class="btn btn-wide btn-sm" onClick={() => setMost(most + STEP)}>Show more</button>}
      {assets.value?.length === 0 && <p class="b-hint" role="status">No pictures yet. What you upload here is shared with your whole organization.</p>}
      {assets.value?.length > 0 && !found.length && <p class="b-hint" role="status">No picture matches. Try another word or folder.</p>}
    </div>
  );
}
