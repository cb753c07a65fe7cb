/* A picture to look at, made small enough to send: at most 1280 pixels wide or high, as JPEG. */
const LONGEST_SIDE = 1280;
const TYPES = ['image/png', 'image/jpeg', 'image/webp'];

export async function readPicture(file) {
  if (!TYPES.includes(file.type)) throw new Error('Choose a PNG, JPEG or WebP picture.');
  let bitmap;
  try {
    bitmap = await createImageBitmap(file);
  } catch {
    throw new Error('This picture cannot be read. Choose another.');
  }
  const scale = Math.min(1, LONGEST_SIDE / Math.max(bitmap.width, bitmap.height));
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(1, Math.round(bitmap.width * scale));
  canvas.height = Math.max(1, Math.round(bitmap.height * scale));
  const context = canvas.getContext('2d');
  context.fillStyle = '#fff';
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  return canvas.toDataURL('image/jpeg', 0.85);
}
