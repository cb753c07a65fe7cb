/* Opens each page; hovers, clicks and selects everything on its canvas, with the layers and both
   tabs of the inspector open; then looks for anything active that is left. It runs in the page
   itself, because two hundred pages are to take a minute. */
async ids => {
  const pause = ms => new Promise(done => setTimeout(done, ms));
  const frame = () => document.querySelector('iframe.gjs-frame');
  const isOpen = id => document.querySelector('.b-page-name').textContent === id
    && document.querySelector('.b-canvas').dataset.ready === 'true';
  const open = async id => {
    [...document.querySelectorAll('.b-top .menu-item')].find(item => item.title === id).click();
    // As long as the builder itself may take to open: the embedded database is busy with other tests, too.
    for (const ends = performance.now() + 30_000; performance.now() < ends && !isOpen(id);) await pause(10);
    return isOpen(id);
  };
  const hover = element => {
    for (const type of ['pointerover', 'mouseover', 'mousemove', 'focusin', 'wheel'])
      element.dispatchEvent(new MouseEvent(type, {bubbles: true}));
  };
  const touch = async () => {
    for (const element of [...frame().contentDocument.body.querySelectorAll('*')].slice(0, 40)) {
      hover(element);
      element.click?.();
      await pause(0);
    }
    for (const name of ['settings', 'style']) {
      document.querySelector(`[data-tab="${name}"]`)?.click();
      await pause(0);
    }
    document.querySelectorAll('.b-stage *, .b-side *, .b-inspector *').forEach(hover);
    await pause(10);
  };
  const active = () => {
    const found = [];
    for (const element of [document, frame().contentDocument].flatMap(each => [...each.querySelectorAll('*')])) {
      for (const {name, value} of element.attributes)
        if (/^on/i.test(name) || /^[\0-\x20]*(javascript|vbscript|data:text)/i.test(value))
          found.push(`${name}=${value}`.slice(0, 80));
      if (element.ownerDocument !== document && /^(script|object|embed|iframe|base|meta|link)$/i.test(element.tagName))
        found.push(element.outerHTML.slice(0, 80));
    }
    return found;
  };
  const result = {stuck: [], left: {}};
  for (const id of ids) {
    if (!await open(id)) { result.stuck.push(id); continue; }
    await touch();
    const found = active();
    if (found.length) result.left[id] = found;
  }
  return {...result, heard: window.heard};
}
