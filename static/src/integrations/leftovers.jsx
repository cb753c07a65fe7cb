/* Sites that were deleted here and are still there at a host: what stands in the way, and what may be done about it. */
import { useSignal } from '@preact/signals';
import { HOSTS } from '../lib/hosts.js';
import { asProblem } from '../lib/problems.js';
import { forgetLeftover, retryLeftover } from '../lib/tables/integrations.js';
import { ago, exactly } from '../lib/times.js';
import { Confirm, Icon, toast, toastProblem } from '../lib/ui.jsx';
import { ICONS } from './integrations.jsx';

export function Leftovers({ leftovers, reload }) {
  return (
    <section class="card" aria-labelledby="leftovers-heading">
      <div class="card-head"><h2 id="leftovers-heading">Deleted here, still at a host</h2></div>
      <ul class="rows">{leftovers.map((each) => <Leftover key={each.id} leftover={each} reload={reload} />)}</ul>
    </section>
  );
}

function Leftover({ leftover, reload }) {
  const { id, host, site_name: site, project, problem, created_at: since } = leftover;
  const { name, provider } = HOSTS[host];
  const busy = useSignal(false);
  const asking = useSignal(false);
  const retry = async () => {
    busy.value = true;
    try {
      await retryLeftover(id);
      toast(`${site} is removed from ${name} within a minute, or it says here why not.`);
      await reload();
    } catch (error) {
      toastProblem(asProblem(error));
    }
    busy.value = false;
  };
  const forget = async () => {
    await forgetLeftover(id);
    await reload();
  };
  return (
    <li class="row-item account">
      <div class="account-main">
        <span class="account-icon"><Icon of={ICONS[provider]} size={24} /></span>
        <div class="row-main">
          <p class="row-title">{site}<span class={problem ? 'badge badge-failed' : 'badge'}>{problem ? 'Could not be removed' : 'Being removed'}</span></p>
          <p class="row-meta">
            <span>{name}{project.url ? <> · <a href={project.url} target="_blank" rel="noopener noreferrer">{project.name ?? project.url}</a></> : project.name && ` · ${project.name}`}</span>
            <span title={exactly(since)}>deleted {ago(since)}</span>
          </p>
          {problem && <p class="field-error">{problem}</p>}
        </div>
      </div>
      <div class="row-actions">
        {problem && <button type="button" class="btn btn-sm" disabled={busy.value} aria-busy={busy.value} onClick={retry}>Try again</button>}
        <button type="button" class="btn btn-ghost btn-sm" onClick={() => { asking.value = true; }}>Leave it there</button>
      </div>
      {asking.value && (
        <Confirm title={`Leave ${site} at ${name}?`} action="Leave it there" onConfirm={forget} onClose={() => { asking.value = false; }}>
          It stays in your {name} account as it is, and this line goes away. You can remove it there yourself at any time.
        </Confirm>
      )}
    </li>
  );
}
