/* Choose the part of a picture that shows: drag it or use the arrow keys, zoom with the slider or the wheel. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { Problem, asProblem } from '../lib/problems.js';
import { endIfOver } from '../lib/session.js';
import { saveAvatar } from '../lib/tables/avatars.js';
import { Dialog, Field, toast } from '../lib/ui.jsx';
import { MOST_ZOOM, SIDE, draw, sideOf, toFile, wholeView, within } from './crop.js';

const LARGEST_FILE = 20 * 1024 * 1024;
const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

async function open(file) {
  if (file.size > LARGEST_FILE) throw new Problem('This picture is larger than 20 MB. Choose a smaller one.');
  try {
    return await createImageBitmap(file, { imageOrientation: 'from-image' });
  } catch {
    throw new Problem('This file cannot be read as a picture. Choose a JPEG, PNG, WebP or GIF.');
  }
}

export function AvatarDialog({ file, personId, onClose, onSaved }) {
  const canvas = useRef(null);
  const dragged = useRef(null);
  const [picture, setPicture] = useState(null);
  const [view, setView] = useState(null);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState(null);

  useEffect(() => {
    let closed = false;
    let opened;
    open(file).then((bitmap) => {
      opened = bitmap;
      if (closed) return bitmap.close();
      setPicture(bitmap);
      setView(wholeView(bitmap));
    }, (error) => setProblem(asProblem(error)));
    return () => { closed = true; opened?.close(); };
  }, [file]);
  useEffect(() => { if (picture && view) draw(canvas.current, picture, view); }, [picture, view]);

  const look = (changes) => picture && setView((before) => within(picture, { ...before, ...changes(before) }));
  const move = (right, down) => look(({ x, y }) => ({ x: x + right, y: y + down }));
  const drag = (event) => {
    if (!dragged.current || !picture) return;
    const scale = sideOf(picture, view) / canvas.current.getBoundingClientRect().width;
    move((dragged.current.x - event.clientX) * scale, (dragged.current.y - event.clientY) * scale);
    dragged.current = { x: event.clientX, y: event.clientY };
  };
  const step = (event) => {
    const [right, down] = STEPS[event.key] ?? [];
    if (right === undefined || !picture) return;
    event.preventDefault();
    const far = sideOf(picture, view) / 20;
    move(right * far, down * far);
  };
  const save = async () => {
    setBusy(true);
    setProblem(null);
    try {
      onSaved(await saveAvatar(personId, await toFile(canvas.current)));
      toast('Your picture was saved.');
      onClose();
    } catch (error) {
      if (!(await endIfOver(error))) setProblem(asProblem(error));
      setBusy(false);
    }
  };
  const foot = (
    <>
      <button type="button" class="btn" disabled={busy} onClick={onClose}>Cancel</button>
      <button type="submit" class="btn btn-primary" disabled={!picture || busy} aria-busy={busy}>Use this picture</button>
    </>
  );
  return (
    <Dialog title="Your picture" width="420px" busy={busy} onClose={onClose} onSubmit={save} foot={foot}>
      {problem && <p class="notice notice-failed" role="alert">{problem.message}</p>}
      <canvas
        ref={canvas}
        class="crop"
        width={SIDE}
        height={SIDE}
        tabIndex={0}
        role="img"
        aria-label="The part that shows. Move it with the arrow keys."
        onKeyDown={step}
        onWheel={(event) => { event.preventDefault(); look(({ zoom }) => ({ zoom: zoom * (event.deltaY < 0 ? 1.1 : 1 / 1.1) })); }}
        onPointerDown={(event) => { dragged.current = { x: event.clientX, y: event.clientY }; canvas.current.setPointerCapture(event.pointerId); }}
        onPointerMove={drag}
        onPointerUp={() => { dragged.current = null; }}
        onPointerCancel={() => { dragged.current = null; }}
      />
      <Field label="Zoom" hint="Drag the picture to move it.">
        <input class="zoom" type="range" min={1} max={MOST_ZOOM} step={0.05} value={view?.zoom ?? 1} disabled={!picture} onInput={(event) => { const zoom = Number(event.currentTarget.value); look(() => ({ zoom })); }} />
      </Field>
    </Dialog>
  );
}
