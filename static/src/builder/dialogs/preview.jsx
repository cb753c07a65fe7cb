/* The page as visitors will see it, in a frame of the other origin where nothing can reach the builder. */
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import close from 'icon:x';
import share from 'icon:share';
import { config } from '../../lib/config.js';
import { Icon } from '../../lib/ui.jsx';
import { devices } from '../canvas/devices.js';
import { canEdit, openDialog } from '../state.js';
import { snapshot } from '../workspace.js';
import { documentOf } from './still.jsx';

const WAIT_MS = 4000;
/** Where every site has a host name of its own, so has the preview. */
const PREVIEW_URL = `${config.sites_url.replace('{site}', 'preview')}/_preview`;

function useFrame(frame) {
  const [state, setState] = useState('loading');
  // Before the frame can load: a message that nobody hears yet is not sent again.
  useLayoutEffect(() => {
    const patience = setTimeout(() => setState((now) => (now === 'loading' ? 'failed' : now)), WAIT_MS);
    const onMessage = async ({ source, data }) => {
      // The frame's origin is opaque, so it is known by its window alone.
      if (source !== frame.current?.contentWindow || data?.type !== 'rb-preview-ready') return;
      // Once: the page's own scripts can say it too, and as often as they like.
      window.removeEventListener('message', onMessage);
      source.postMessage({ type: 'rb-preview', html: await documentOf(snapshot(), { base: config.app_url }) }, '*');
      setState('shown');
    };
    window.addEventListener('message', onMessage);
    return () => { clearTimeout(patience); window.removeEventListener('message', onMessage); };
  }, []);
  return state;
}

const NARROWEST = 280;
const WIDEST = 3840;

/** Any width: typed, or dragged at the frame's edge. */
function FreeWidth({ width, onWidth }) {
  return (
    <label class="b-free-width">
      <span class="visually-hidden">Width in pixels</span>
      <input class="form-control" type="number" inputMode="numeric" min={NARROWEST} max={WIDEST} step="10" placeholder="Width" value={parseInt(width, 10) || ''} onChange={(event) => { const value = Number(event.currentTarget.value); onWidth(value ? `${Math.min(WIDEST, Math.max(NARROWEST, value))}px` : ''); }} />
      <span aria-hidden="true">px</span>
    </label>
  );
}

function Edge({ frame, onWidth }) {
  const set = (value) => onWidth(`${Math.round(Math.min(WIDEST, Math.max(NARROWEST, value)))}px`);
  const now = () => frame.current.getBoundingClientRect().width;
  const onPointerDown = (event) => {
    const { currentTarget, clientX: from } = event;
    const wide = now();
    currentTarget.setPointerCapture(event.pointerId);
    // The frame stands in the middle, so it grows on both sides.
    currentTarget.onpointermove = ({ clientX }) => set(wide + 2 * (clientX - from));
    currentTarget.onlostpointercapture = () => { currentTarget.onpointermove = null; };
  };
  const onKeyDown = ({ key }) => {
    const step = { ArrowLeft: -10, ArrowRight: 10 }[key];
    if (step) set(now() + step);
  };
  return <button type="button" class="b-preview-edge" aria-label="Change the width: arrow keys, or drag" onPointerDown={onPointerDown} onKeyDown={onKeyDown} />;
}

export default function Preview({ onClose }) {
  const dialog = useRef(null);
  const frame = useRef(null);
  const [width, setWidth] = useState('');
  const state = useFrame(frame);
  useEffect(() => { dialog.current.showModal(); }, []);
  return (
    <dialog ref={dialog} class="b-preview-dialog" aria-label="Preview" onCancel={(event) => { event.preventDefault(); onClose(); }}>
      <header class="b-preview-head">
        <h2>Preview</h2>
        <div class="segments" role="group" aria-label="Screen size">
          {devices.map(({ id, name, width: wide }) => (
            <button key={id} type="button" aria-pressed={width === wide} onClick={() => setWidth(wide)}>{name}</button>
          ))}
        </div>
        <FreeWidth width={width} onWidth={setWidth} />
        {canEdit.value && <button type="button" class="btn btn-sm" onClick={() => openDialog('share')}><Icon of={share} /><span>Share…</span></button>}
        <button type="button" class="btn btn-ghost btn-icon btn-sm" aria-label="Close preview" onClick={onClose}><Icon of={close} /></button>
      </header>
      <div class="b-preview-stage" data-state={state}>
        {state === 'failed' && <p class="notice notice-failed" role="alert">The preview could not be loaded. Is the address for published sites reachable?</p>}
        <iframe ref={frame} title="Preview of the page" sandbox="allow-scripts allow-forms" src={PREVIEW_URL} style={width ? { inlineSize: width } : undefined} />
        <Edge frame={frame} onWidth={setWidth} />
      </div>
    </dialog>
  );
}
