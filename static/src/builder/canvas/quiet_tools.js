/* With each key the engine places its frame around the text anew, at once and a moment later, and lays the page out for it.
   While somebody types it does so only when the text has got another size. */

/** Of text that runs with other text no observer tells the size. */
export const tellsItsSize = (element) => getComputedStyle(element).display !== 'inline';

export function quietTools(editor) {
  const tools = editor.Commands.get('select-comp');
  const { toggleSelectComponent } = tools;
  let isOn = false;
  let observer = null;
  tools.toggleSelectComponent = function toggle(isEnabled) {
    toggleSelectComponent.call(this, isEnabled);
    isOn = Boolean(isEnabled);
    if (!isOn) return;
    this.em.off('component:input', this.updateGlobalPos, this);
    this.em.off('component:update', this.onSelect, this);
  };
  editor.on('component:input', () => { if (isOn && !observer) tools.updateGlobalPos(); });
  editor.on('component:update', () => { if (isOn && !observer) tools.onSelect(); });

  const end = () => {
    observer?.disconnect();
    observer = null;
  };
  editor.on('rte:enable', (view) => {
    end();
    if (!view?.el || !tellsItsSize(view.el)) return;
    observer = new ResizeObserver(() => { if (isOn) tools.updateTools(); });
    observer.observe(view.el);
  });
  editor.on('rte:disable canvas:frame:load:body', end);
}
