/* Two publishes side by side: which files one has that the other has not, or has otherwise. */
import { useEffect, useState } from 'preact/hooks';
import { resource, Async, Dialog } from '../lib/ui.jsx';
import { readManifests } from '../lib/tables/deployments.js';
import { exactly } from '../lib/times.js';

export function differences(before, after) {
  const names = (list) => list.sort((a, b) => a.localeCompare(b));
  return {
    added: names(Object.keys(after).filter((name) => !(name in before))),
    changed: names(Object.keys(after).filter((name) => name in before && before[name] !== after[name])),
    removed: names(Object.keys(before).filter((name) => !(name in after))),
  };
}

const KINDS = { added: 'Only in this publish', changed: 'Different', removed: 'Only in the live one' };

export function CompareDialog({ deployment, live, onClose }) {
  const [found] = useState(() => resource(async () => {
    const manifests = await readManifests([deployment.id, live.id]);
    return differences(manifests.get(live.id) ?? {}, manifests.get(deployment.id) ?? {});
  }));
  useEffect(() => { found.load(); }, []);
  return (
    <Dialog title="Compared with the live version" onClose={onClose} width="560px">
      <p class="soft small">The publish of {exactly(deployment.created_at)}, against what is live since {exactly(live.finished_at ?? live.created_at)}.</p>
      <Async of={found} skeleton={<p role="status" class="soft">Comparing…</p>}>{(value) => <Compared value={value} />}</Async>
    </Dialog>
  );
}

function Compared({ value }) {
  const kinds = Object.entries(value).filter(([, list]) => list.length);
  if (!kinds.length) return <p>Both are exactly the same.</p>;
  return kinds.map(([kind, list]) => (
    <section key={kind}>
      <h3 class="small">{KINDS[kind]} ({list.length})</h3>
      <ul class="file-list small">{list.slice(0, 200).map((name) => <li key={name} data-kind={kind}><code>{name}</code></li>)}</ul>
    </section>
  ));
}
