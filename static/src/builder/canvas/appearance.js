/* What the canvas needs to look like the published page: the block library's CSS and the site's theme. */
import themes from '../../site/theme.json';

/** theme.json's defaults filled in: {colors, fonts, radius, space, shadow}. */
export function completeTheme(theme) {
  const preset = themes.presets[theme?.preset] ?? themes.presets[themes.default_preset];
  return {
    preset: themes.presets[theme?.preset] ? theme.preset : themes.default_preset,
    colors: { ...preset.colors, ...theme?.colors },
    fonts: { ...preset.fonts, ...theme?.fonts },
    radius: theme?.radius ?? preset.radius,
    space: theme?.space ?? preset.space,
    shadow: theme?.shadow ?? preset.shadow,
  };
}

const COLOR = /^#[0-9a-f]{6}$/i;
const fontOf = (key) => themes.fonts[key] ?? themes.fonts[Object.keys(themes.fonts)[0]];
const known = (group, value) => group[value] ?? {};

/** Custom property → value; a colour that is none is left to the preset. */
export function themeVariables(theme) {
  const { colors, fonts, radius, space, shadow, preset } = completeTheme(theme);
  const variables = {};
  for (const name of Object.keys(themes.colors)) {
    const color = COLOR.test(colors[name]) ? colors[name] : themes.presets[preset].colors[name];
    variables[`--rb-color-${name.replace(/_/g, '-')}`] = color;
  }
  const heading = fontOf(fonts.heading);
  return {
    ...variables,
    '--rb-font-heading': heading.stack,
    '--rb-font-body': fontOf(fonts.body).stack,
    ...heading.heading,
    ...known(themes.radius, radius),
    ...known(themes.space, space),
    ...known(themes.shadow, shadow),
  };
}

export function fontFaces(theme) {
  const { fonts } = completeTheme(theme);
  const faces = new Map([fonts.heading, fonts.body].flatMap((key) => fontOf(key).faces ?? []).map((face) => [face.file, face]));
  return [...faces.values()].map((face) => (
    `@font-face { font-family: "${face.family}"; font-style: ${face.style}; font-weight: ${face.weight}; font-display: swap; `
    + `src: url("/static/fonts/${face.file}") format("woff2"); unicode-range: ${face.unicode_range}; }`
  )).join('\n');
}

export function themeCss(theme) {
  const variables = Object.entries(themeVariables(theme)).map(([name, value]) => `${name}: ${value};`).join(' ');
  return `${fontFaces(theme)}\n:root { ${variables} }`;
}

/** How an embed, an empty column and the like look while somebody edits; never published. */
/** Of so many blocks on, those that are not seen are not laid out. */
export const LONG_PAGE = 80;

const EDITING_CSS = `
[data-rb-canvas-frame] { display: grid !important; place-items: center; min-height: 220px; background: #e9e4e2; color: #4d4347; font: 500 15px/1.4 system-ui; }
[data-rb-canvas-frame]::after { content: attr(data-rb-canvas-frame); }
[data-gjs-type="wrapper"] { min-height: 100vh; padding-top: 0 !important; }
:where([data-gjs-type="default"]:empty, [data-gjs-type="cell"]:empty) { min-height: 56px; outline: 1px dashed rgb(120 120 120 / 60%); outline-offset: -1px; }
[data-gjs-type="wrapper"] > :empty { min-height: 90px; }
.gjs-selected.gjs-selected { outline: 2px solid #d3255a !important; outline-offset: -2px; }
.gjs-selected-parent.gjs-selected-parent { outline: 2px dashed #d3255a !important; outline-offset: -2px; }
/* A long page is laid out where it is seen. */
[data-gjs-type="wrapper"]:has(> :nth-child(${LONG_PAGE})) > [data-rb-block] { content-visibility: auto; contain-intrinsic-size: auto 640px; }
/* While somebody types (quick_typing.js). */
[data-rb-far] {
  box-sizing: border-box !important; height: var(--rb-far) !important; min-height: 0 !important; max-height: none !important; margin-bottom: var(--rb-far-margin) !important;
  contain: none !important; contain-intrinsic-size: none !important; content-visibility: visible !important; position: static !important; overflow: visible !important;
  opacity: 1 !important; transform: none !important; filter: none !important; clip-path: none !important; mask: none !important;
}
[data-rb-gone], [data-rb-far] > *, [data-rb-far]::before, [data-rb-far]::after { display: none !important; }
/* What a form says afterwards is written here, where it is shown later. */
form [data-rb-state].rb-form__message { display: block !important; opacity: 0.85; outline: 1px dashed rgb(120 120 120 / 70%); outline-offset: -1px; }
form [data-rb-state]::before { display: block; font: 600 11px/1.6 system-ui; letter-spacing: 0.02em; }
form [data-rb-state="sent"]::before { content: "After it was sent:"; }
form [data-rb-state="failed"]::before { content: "When it could not be sent:"; }
[contenteditable="true"] { outline: 2px solid #d3255a !important; cursor: text; }
*, *::before, *::after { animation: none !important; }
`;

export function libraryCss({ base, kinds }) {
  return [base, ...Object.values(kinds)].join('\n');
}

function setStyle(document, id, css) {
  let style = document.getElementById(id);
  if (!style) {
    style = Object.assign(document.createElement('style'), { id });
    document.head.append(style);
  }
  if (style.textContent !== css) style.textContent = css;
}

/** The rules of the organization's components, before the page's own. */
export const dressComponents = (document, css) => setStyle(document, 'rb-components', css);

/** Into the canvas frame's head, before its body is drawn. */
export function dress(document, library, theme) {
  document.documentElement.lang ||= 'en';
  setStyle(document, 'rb-library', libraryCss(library));
  setStyle(document, 'rb-theme', themeCss(theme));
  setStyle(document, 'rb-editing', EDITING_CSS);
}
