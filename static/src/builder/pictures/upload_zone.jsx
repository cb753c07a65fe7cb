/* Where files come in: dropped, pasted or chosen. Below it each file tells how far it is. */
import { useEffect, useRef, useState } from 'preact/hooks';
import upload from 'icon:cloud-upload';
import close from 'icon:x';
import again from 'icon:refresh';
import done from 'icon:check';
import { Icon } from '../../lib/ui.jsx';
import { acceptedTypes } from '../data/picture_file.js';
import { change } from '../data/library.js';
import { addFiles, cancel, dismiss, retry, uploads } from '../data/uploads.js';

function Describe({ id, asset }) {
  const [alt, setAlt] = useState('');
  const save = async (event) => {
    event.preventDefault();
    if (alt.trim()) await change(asset, { alt: alt.trim() }).catch(() => {});
    dismiss(id);
  };
  return (
    <form class="b-describe" onSubmit={save}>
      <input class="form-control" aria-label={`Describe ${asset.name}`} placeholder="What does it show?" maxLength={300} value={alt} onInput={(event) => setAlt(event.currentTarget.value)} />
      <button type="submit" class="btn btn-sm">{alt.trim() ? 'Save' : 'Later'}</button>
    </form>
  );
}

function Upload({ id, name, state, progress, message, asset, asks }) {
  return (
    <li class="b-upload" data-state={state}>
      <span class="b-upload-name">{state === 'done' && <Icon of={done} size={16} />}{name}</span>
      {state === 'failed' && <button type="button" class="btn btn-ghost btn-icon btn-sm" aria-label={`Try ${name} again`} title="Try again" onClick={() => retry(id)}><Icon of={again} size={16} /></button>}
      {state !== 'done' && <button type="button" class="btn btn-ghost btn-icon btn-sm" aria-label={state === 'failed' ? `Forget ${name}` : `Cancel ${name}`} onClick={() => cancel(id)}><Icon of={close} size={16} /></button>}
      {(state === 'sending' || state === 'waiting') && <progress class="progress" aria-label={`Uploading ${name}`} max="1" value={progress} />}
      {state === 'failed' && <p class="field-error" role="alert">{message}</p>}
      {state === 'done' && asks && <Describe id={id} asset={asset} />}
    </li>
  );
}

/** With `asks`, each new picture asks for its description here; else whoever opened this does. */
export function UploadZone({ folder = '', onUploaded, asks = false }) {
  const input = useRef(null);
  const [isOver, setOver] = useState(false);
  const take = (files) => {
    if (files?.length) addFiles(files, { folder, onDone: onUploaded });
  };
  useEffect(() => {
    const onPaste = (event) => {
      if (!event.clipboardData?.files.length) return;
      event.preventDefault();
      take(event.clipboardData.files);
    };
    document.addEventListener('paste', onPaste);
    return () => document.removeEventListener('paste', onPaste);
  }, [folder, onUploaded]);
  const shown = uploads.value.filter(({ state }) => asks || state !== 'done');
  return (
    <>
      <div
        class="b-drop"
        data-over={isOver}
        onDragOver={(event) => { event.preventDefault(); setOver(true); }}
        onDragLeave={() => setOver(false)}
        onDrop={(event) => { event.preventDefault(); setOver(false); take(event.dataTransfer.files); }}
      >
        <Icon of={upload} size={28} />
        <p>Drop pictures here, paste one, or</p>
        <button type="button" class="btn btn-sm" onClick={() => input.current.click()}>Choose files</button>
        <p class="field-hint">PNG, JPEG, WebP, GIF, AVIF or SVG, up to 10 MB each.</p>
        <input ref={input} type="file" multiple class="visually-hidden" tabIndex={-1} accept={acceptedTypes} aria-label="Choose picture files" onChange={(event) => { take([...event.currentTarget.files]); event.currentTarget.value = ''; }} />
      </div>
      {shown.length > 0 && <ul class="b-uploads" aria-label="Uploads">{shown.map((each) => <Upload key={each.id} {...each} asks={asks} />)}</ul>}
    </>
  );
}
