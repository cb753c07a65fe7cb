/* Who of the operator's looks into the organization, until when and why; and who did. */
import { useSignal } from '@preact/signals';
import lifebuoy from 'icon:lifebuoy';
import { closeVisit } from '../lib/tables/support.js';
import { ago, exactly } from '../lib/times.js';
import { Confirm, Icon, toast } from '../lib/ui.jsx';

export const isOpen = ({ closed_at: closed, ends_at: ends }, now = Date.now()) => !closed && new Date(ends) > now;

export function SupportAccess({ organization, visits, members, reload }) {
  const open = visits.filter((each) => isOpen(each));
  const past = visits.filter((each) => !isOpen(each));
  const names = new Map(members.map(({ user_id: id, name }) => [id, name]));
  return (
    <section class="card support" aria-labelledby="support-heading">
      <div class="card-head"><h2 id="support-heading">Support access</h2></div>
      <p class="card-note">{open.length ? `Support looks into ${organization.name}: sites, pages, comments and the team. They can change nothing, and see no credentials, answers to forms, visitors, invitations or billing.` : `Nobody of support looks into ${organization.name} now.`}</p>
      {open.length > 0 && <ul class="rows">{open.map((each) => <Open key={each.id} visit={each} organization={organization} reload={reload} />)}</ul>}
      {past.length > 0 && (
        <details class="past">
          <summary>Earlier ({past.length})</summary>
          <ul class="rows">{past.map((each) => <Row key={each.id} visit={each} state="Ended" when={endOf(each, names)} />)}</ul>
        </details>
      )}
    </section>
  );
}

function endOf({ opened_at: opened, ends_at: ends, closed_at: closed, closed_by: closer }, names) {
  const by = closed && closer && names.has(closer) ? `, ended by ${names.get(closer) || 'a member'}` : '';
  return `${exactly(opened)} to ${exactly(closed ?? ends)}${by}`;
}

function Row({ visit, state, looks = 'badge', when, children }) {
  return (
    <li class="row-item">
      <Icon of={lifebuoy} />
      <div class="row-main">
        <p class="row-title">{visit.email}<span class={looks}>{state}</span></p>
        <p>{visit.reason}</p>
        <p class="row-meta"><span>{when}</span></p>
      </div>
      {children}
    </li>
  );
}

function Open({ visit, organization, reload }) {
  const asking = useSignal(false);
  const end = async () => {
    await closeVisit(visit.id);
    toast(`${visit.email} sees nothing of ${organization.name} any more.`);
    await reload();
  };
  return (
    <Row visit={visit} state="Can look in" looks="badge badge-busy badge-still" when={`until ${exactly(visit.ends_at)}, ${ago(visit.ends_at)}`}>
      <div class="row-actions">
        <button type="button" class="btn btn-sm" aria-label={`End access of ${visit.email}`} onClick={() => { asking.value = true; }}>End access</button>
      </div>
      {asking.value && (
        <Confirm title="End support access?" action="End access" danger onConfirm={end} onClose={() => { asking.value = false; }}>
          {visit.email} sees nothing of {organization.name} from that moment on. Only those who run this installation can open it again, and you are told.
        </Confirm>
      )}
    </Row>
  );
}
