/* The engine keeps some 400 objects for each element, and a page of 500 blocks has 10,000 elements. The browser's collector
   looks at each of them, and nothing else runs meanwhile. So what nobody uses here is not made, or not kept. */

/** Ours are in inspector/ and text_bar.jsx. */
function leaveOutToolbars({ Components }) {
  for (const type of ['default', 'image']) Components.getType(type).model.prototype.initToolbar = () => {};
}

/** The engine's settings of an element are never shown: all elements share one empty list of them. */
function shareTraits({ Components }) {
  const { prototype } = Components.getType('default').model;
  const { initTraits, listenTo } = prototype;
  let none = null;
  prototype.initTraits = function share() {
    this.attributes.traits = none ?? [];
    if (none) return this;
    initTraits.call(this);
    none = this.attributes.traits;
    none.target = null;
    return this;
  };
  // Nothing happens to that list, and it would know every element that ever was.
  prototype.listenTo = function listen(other, ...rest) {
    return other === none ? this : listenTo.call(this, other, ...rest);
  };
}

/** One listener for the page instead of one for each element. */
function delegateDragStart(editor) {
  const { prototype } = editor.Components.getType('default').view;
  const { delegate } = prototype;
  prototype.delegate = function listen(event, ...rest) {
    return event === 'dragstart' ? this : delegate.call(this, event, ...rest);
  };
  editor.on('canvas:frame:load:body', ({ window: frame }) => {
    frame.document.body.addEventListener('dragstart', (event) => {
      let at = event.target;
      while (at && !at.__gjsv) at = at.parentNode;
      if (at?.__gjsv.handleDragStart(event) === false) event.preventDefault();
    });
  });
}

export function lightenElements(editor) {
  leaveOutToolbars(editor);
  shareTraits(editor);
  delegateDragStart(editor);
}

const NOTHING = Object.freeze({});

/** Of each element the engine keeps all properties a second time, as they were before its last change: for the time of that change. */
export function forgetFormer(component) {
  component.onAll((each) => { each._previousAttributes = each.changed = NOTHING; });
}
