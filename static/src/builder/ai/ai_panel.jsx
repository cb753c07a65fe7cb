/* The AI in the builder: a wish, what it may cost, and the proposal that comes of it. */
import { useEffect } from 'preact/hooks';
import { config } from '../../lib/config.js';
import { loadAccount, proposal } from './proposal.js';
import { Composer } from './composer.jsx';
import { Plan } from './plan.jsx';
import { Proposal } from './proposal_view.jsx';

function SwitchedOff() {
  return (
    <div class="empty-state">
      <h3>The AI is switched off</h3>
      <p>Whoever runs this server sets <code>GROK_API_KEY</code> and restarts it. Everything else works without it.</p>
    </div>
  );
}

export default function AiPanel() {
  useEffect(() => { if (config.features.ai) loadAccount(); }, []);
  const now = proposal.value;
  return (
    <div class="b-side-scroll b-ai">
      {!config.features.ai && <SwitchedOff />}
      {config.features.ai && !now && <Composer />}
      {now?.state === 'plan' && <Plan />}
      {now && now.state !== 'plan' && <Proposal />}
    </div>
  );
}
