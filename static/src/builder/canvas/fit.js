/* Shows a wide page on a narrow screen: the frame keeps the device's width, the canvas is scaled to fit. */
import { effect } from '@preact/signals';
import { device, isReady } from '../state.js';
import { devices } from './devices.js';

const NARROWEST_DESKTOP = 1180;

function wantedWidth(id, available) {
  if (id === 'desktop') return Math.max(available, NARROWEST_DESKTOP);
  return parseInt(devices.find((each) => each.id === id).width, 10);
}

function fit(editor, box) {
  const { clientWidth, clientHeight } = box;
  const frame = editor.Canvas.getFrame();
  if (!clientWidth || !clientHeight || !frame) return;
  const width = wantedWidth(device.value, clientWidth);
  const zoom = Math.min(1, clientWidth / width);
  frame.set({ width: `${width}px`, height: `${Math.round(clientHeight / zoom)}px` }, { noUndo: 1 });
  editor.Canvas.setZoom(zoom * 100);
}

/** Keeps fitting; returns how to stop. */
export function fitCanvas(editor, box) {
  const again = () => requestAnimationFrame(() => fit(editor, box));
  const observer = new ResizeObserver(again);
  observer.observe(box);
  editor.on('canvas:frame:load:body', again);
  const stop = effect(() => {
    if (isReady.value) editor.setDevice(device.value);
    again();
  });
  return () => { observer.disconnect(); stop(); };
}
