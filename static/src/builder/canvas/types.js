/* The component types of our pages. What GrapesJS brings for scripts, maps, embedded players and data is taken out,
   so that neither markup nor stored JSON can ask for it. */

const REMOVED = ['script', 'map', 'video', 'iframe', 'comment', 'data-collection', 'data-condition', 'data-variable'];

const BLOCK_TAGS = ['SECTION', 'HEADER', 'FOOTER', 'NAV', 'ASIDE'];

/** A block stands on the page itself, never inside another block. Elements of the library are divs and figures: they may. */
const block = {
  isComponent: (el) => BLOCK_TAGS.includes(el.tagName) && el.dataset.rbBlock !== undefined && { type: 'rb-block' },
  model: { defaults: { draggable: '[data-gjs-type="wrapper"]' } },
};

/** A use of a component: it can be moved as a whole, and nothing in it can be chosen (parts/instances.js). */
const instance = {
  isComponent: (el) => el.dataset?.rbComponent !== undefined && { type: 'rb-component' },
  model: { defaults: { droppable: false, editable: false } },
};

/** In the canvas an embed is a still box: a player would load and run another site's code beside the editor. */
const frame = {
  isComponent: (el) => el.tagName === 'IFRAME' && { type: 'rb-frame' },
  model: { defaults: { tagName: 'iframe', droppable: false } },
  view: {
    tagName: 'div',
    onRender({ el, model }) {
      const { src = '' } = model.getAttributes();
      el.removeAttribute('src');
      el.dataset.rbCanvasFrame = src ? new URL(src, 'https://embed.invalid').hostname : 'Choose a video or a map';
    },
  },
};

/** Video and audio show their first picture but do not play while somebody edits. */
const media = {
  isComponent: (el) => ['VIDEO', 'AUDIO'].includes(el.tagName) && { type: 'rb-media' },
  model: { defaults: { droppable: false } },
  view: {
    onRender({ el }) {
      el.removeAttribute('autoplay');
      el.style.pointerEvents = 'none';
    },
  },
};

let measuring = 0;

/** Once per frame, where the page is laid out anyway: the engine measures everything anew for each picture that arrives. */
function measureSoon(canvas) {
  measuring ||= requestAnimationFrame(() => { measuring = 0; canvas.refresh({ all: true }); });
}

/** The canvas waits for pictures that are out of sight; what is published says for itself how they load. */
const picture = {
  model: { defaults: { resizable: false } },
  view: {
    init() { this.el.loading = 'lazy'; },
    onLoad() { measureSoon(this.em.Canvas); },
  },
};

/** A double click on a picture opens our own dialog; the engine's asset window is never built. */
const pictureDialog = {
  run(editor, sender, { target }) {
    editor.trigger('rb:picture', target ?? editor.getSelected());
  },
};

export function registerTypes(editor) {
  const { Components, Commands } = editor;
  for (const type of REMOVED) Components.removeType(type);
  Components.addType('rb-media', media);
  Components.addType('rb-frame', frame);
  Components.addType('rb-block', block);
  Components.addType('rb-component', instance);
  Components.addType('image', picture);
  Commands.add('open-assets', pictureDialog);
}
