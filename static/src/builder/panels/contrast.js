/* How well two colours stand apart, as WCAG 2 counts it: 1 (the same) to 21. */

function luminance(rgb) {
  const [red, green, blue] = rgb.map((part) => {
    const value = part / 255;
    return value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** Of two colours as [red, green, blue], each 0 to 255. */
export function contrastOfRgb(one, other) {
  const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

const rgbOf = (hex) => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));

/** Of two colours as #rrggbb. */
export const contrastOf = (one, other) => contrastOfRgb(rgbOf(one), rgbOf(other));
