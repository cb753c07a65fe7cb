/* Where the site is: to copy, to open, and as a picture for a phone's camera. */
import { renderSVG } from 'uqr';
import copy from 'icon:copy';
import open from 'icon:external-link';
import { Dialog, Icon, toast } from '../lib/ui.jsx';

export async function copyAddress(url) {
  try {
    await navigator.clipboard.writeText(url);
    toast('Copied.');
  } catch {
    toast('The browser does not allow copying here: select the text instead.');
  }
}

/** Black on white in either theme: cameras want it so. */
const picture = (url) => `data:image/svg+xml;utf8,${encodeURIComponent(renderSVG(url, { border: 2 }))}`;

export function AddressDialog({ url, onClose }) {
  return (
    <Dialog title="Where it is" onClose={onClose} width="380px">
      <img class="qr" src={picture(url)} alt={`QR code of ${url}`} width="240" height="240" />
      <p class="address"><a href={url} target="_blank" rel="noopener">{url}</a></p>
      <div class="cluster">
        <button type="button" class="btn" onClick={() => copyAddress(url)}><Icon of={copy} />Copy</button>
        <a class="btn btn-primary" href={url} target="_blank" rel="noopener"><Icon of={open} />Open</a>
      </div>
    </Dialog>
  );
}
