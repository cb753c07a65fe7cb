/* A state of the page, shown on the sites' origin, where nothing on it can reach the builder. */
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { config } from '../../lib/config.js';
import { documentOf } from '../dialogs/still.jsx';

const WAIT_MS = 8000;
/** Where every site has a host name of its own, so has the preview. */
const PREVIEW_URL = `${config.sites_url.replace('{site}', 'preview')}/_preview`;

/** The frame answers when it is ready, and shows whatever it is handed from then on. */
export function SafeFrame({ of, title, ...rest }) {
  const frame = useRef(null);
  const [state, setState] = useState('loading');
  const isReady = state === 'ready';
  useLayoutEffect(() => {
    const patience = setTimeout(() => setState((now) => (now === 'loading' ? 'failed' : now)), WAIT_MS);
    const onMessage = ({ source, data }) => {
      // The frame's origin is opaque, so it is known by its window alone.
      if (source !== frame.current?.contentWindow || data?.type !== 'rb-preview-ready') return;
      // Once: the page's own scripts can say it too, and as often as they like.
      window.removeEventListener('message', onMessage);
      setState('ready');
    };
    window.addEventListener('message', onMessage);
    return () => { clearTimeout(patience); window.removeEventListener('message', onMessage); };
  }, []);
  useEffect(() => {
    if (!isReady || !of) return;
    documentOf(of, { base: config.app_url }).then((html) => frame.current?.contentWindow.postMessage({ type: 'rb-preview', html }, '*'));
  }, [isReady, of]);
  return (
    <div class="b-safe-frame" data-state={of ? state : 'loading'} {...rest}>
      {state === 'failed' && <p class="notice notice-failed" role="alert">This could not be shown. Is the address for published sites reachable?</p>}
      <iframe ref={frame} title={title} sandbox="allow-scripts allow-forms" src={PREVIEW_URL} />
    </div>
  );
}
