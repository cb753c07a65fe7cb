/* The square part of a picture that becomes an avatar. Pure: sizes in, rectangles out. */
export const SIDE = 320;
export const MOST_ZOOM = 4;

const between = (value, least, most) => Math.min(most, Math.max(least, value));

/** The largest square in the middle. */
export function wholeView({ width, height }) {
  return { x: width / 2, y: height / 2, zoom: 1 };
}

/** How many pixels of the picture one side of the view covers. */
export const sideOf = ({ width, height }, { zoom }) => Math.min(width, height) / zoom;

/** The view, moved and zoomed no further than the picture goes. */
export function within(picture, view) {
  const zoom = between(view.zoom, 1, MOST_ZOOM);
  const half = sideOf(picture, { zoom }) / 2;
  return { zoom, x: between(view.x, half, picture.width - half), y: between(view.y, half, picture.height - half) };
}

export function draw(canvas, picture, view) {
  const side = sideOf(picture, view);
  const context = canvas.getContext('2d');
  context.imageSmoothingQuality = 'high';
  // A transparent picture must look the same on light and dark.
  context.fillStyle = '#fff';
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(picture, view.x - side / 2, view.y - side / 2, side, side, 0, 0, canvas.width, canvas.height);
}

export function toFile(canvas) {
  return new Promise((resolve, reject) => {
    // Where a browser cannot write WebP it gives PNG by itself.
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('no picture'))), 'image/webp', 0.9);
  });
}
