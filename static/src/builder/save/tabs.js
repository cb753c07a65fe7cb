/* Other tabs of this browser with the same page: they tell each other, so nobody wonders about a conflict later. */

const CHANNEL = 'roseram-builder';

/** onOther(): the same page is open elsewhere · onSaved({version}): it was saved there */
export function joinTabs({ pageId, onOther, onSaved }) {
  const channel = new BroadcastChannel(CHANNEL);
  const tell = (type, more = {}) => channel.postMessage({ type, page_id: pageId(), ...more });
  channel.onmessage = ({ data }) => {
    if (data?.page_id !== pageId()) return;
    if (data.type === 'hello') {
      tell('here');
      onOther();
    } else if (data.type === 'here') {
      onOther();
    } else if (data.type === 'saved') {
      onSaved(data);
    }
  };
  return {
    hello: () => tell('hello'),
    saved: (version) => tell('saved', { version }),
    leave: () => channel.close(),
  };
}
