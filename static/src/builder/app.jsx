import { useEffect } from 'preact/hooks';
import { canEdit, device, isInspectorOpen, panel } from './state.js';
import { followLink } from './comments/link.js';
import { loadCounts } from './comments/talk.js';
import { Breadcrumb } from './breadcrumb.jsx';
import { Dialogs } from './dialogs/dialogs.jsx';
import { Inspector } from './inspector/inspector.jsx';
import { Notices } from './notices.jsx';
import { Rail, SidePanel } from './rail.jsx';
import { Stage } from './stage.jsx';
import { TopBar } from './top_bar.jsx';

export function App({ startEngine, library }) {
  useEffect(() => { loadCounts(); followLink(); }, []);
  useEffect(() => {
    // On a phone the page comes first; panels are sheets that a person opens.
    if (!matchMedia('(max-width: 760px)').matches) return;
    if (panel.value !== 'comments') panel.value = null;
    device.value = 'phone';
  }, []);
  return (
    <>
      <TopBar />
      <Rail />
      {panel.value && <SidePanel />}
      <main id="main" class="b-stage">
        <Notices />
        <Stage startEngine={startEngine} library={library} />
        <Breadcrumb />
      </main>
      {canEdit.value && <Inspector isOpen={isInspectorOpen.value} />}
      <Dialogs />
    </>
  );
}
