/* Who was asked to join: what waits, what has run out, and what came of the rest. */
import { useSignal } from '@preact/signals';
import letter from 'icon:mail';
import send from 'icon:send';
import withdraw from 'icon:mail-x';
import { config } from '../lib/config.js';
import { asProblem } from '../lib/problems.js';
import { mayTouch } from '../lib/rights.js';
import { resendInvitation, withdrawInvitation } from '../lib/tables/team.js';
import { ago, exactly } from '../lib/times.js';
import { Confirm, Icon, toast, toastProblem } from '../lib/ui.jsx';

const LABELS = {
  pending: ['Pending', 'badge badge-busy badge-still'],
  unsent: ['Mail not sent', 'badge badge-failed'],
  expired: ['Expired', 'badge badge-changed'],
  accepted: ['Accepted', 'badge badge-live'],
  withdrawn: ['Withdrawn', 'badge'],
};

function stateOf(invitation, now = Date.now()) {
  if (invitation.accepted_at) return 'accepted';
  if (invitation.withdrawn_at) return 'withdrawn';
  if (new Date(invitation.expires_at) <= now) return 'expired';
  return invitation.mailed_at ? 'pending' : 'unsent';
}

export function Invitations({ organization, members, invitations, reload, onInvite }) {
  const names = new Map(members.map(({ user_id, name }) => [user_id, name]));
  const all = invitations.map((each) => ({ ...each, state: stateOf(each), inviter: names.get(each.invited_by) ?? '' }));
  const open = all.filter(({ state }) => !['accepted', 'withdrawn'].includes(state));
  const past = all.filter(({ state }) => ['accepted', 'withdrawn'].includes(state));
  return (
    <section class="card" aria-labelledby="invitations-heading">
      <div class="card-head"><h2 id="invitations-heading">Invitations</h2></div>
      {open.length === 0 && (
        <div class="empty-state">
          <Icon of={letter} size={36} />
          <p>{past.length ? 'Nobody is waiting for an answer.' : 'Nobody is invited yet. Whoever you invite gets a mail with a link that works for seven days.'}</p>
          {config.features.mail && <button type="button" class="btn" onClick={onInvite}>Invite people</button>}
        </div>
      )}
      {open.length > 0 && <ul class="rows">{open.map((each) => <Open key={each.id} invitation={each} own={organization.role} reload={reload} />)}</ul>}
      {past.length > 0 && (
        <details class="past">
          <summary>Accepted and withdrawn ({past.length})</summary>
          <ul class="rows">{past.map((each) => <Row key={each.id} invitation={each} />)}</ul>
        </details>
      )}
    </section>
  );
}

function whenOf({ state, expires_at, accepted_at, withdrawn_at, sent_at }) {
  if (state === 'accepted') return [`accepted ${ago(accepted_at)}`, accepted_at];
  if (state === 'withdrawn') return [`withdrawn ${ago(withdrawn_at)}`, withdrawn_at];
  if (state === 'expired') return [`ended ${ago(expires_at)}`, expires_at];
  if (state === 'unsent') return [`tried ${ago(sent_at)}`, sent_at];
  return [`sent ${ago(sent_at)}, ends ${ago(expires_at)}`, expires_at];
}

function Row({ invitation, children }) {
  const [label, looks] = LABELS[invitation.state];
  const [when, exact] = whenOf(invitation);
  return (
    <li class="row-item">
      <Icon of={letter} />
      <div class="row-main">
        <p class="row-title">{invitation.email}<span class={looks}>{label}</span></p>
        <p class="row-meta"><span>as {invitation.role}</span>{invitation.inviter && <span>by {invitation.inviter}</span>}<span title={exactly(exact)}>{when}</span></p>
      </div>
      {children}
    </li>
  );
}

function Open({ invitation, own, reload }) {
  const busy = useSignal(false);
  const asking = useSignal(false);
  const why = mayTouch(own, invitation.role) ? '' : 'Only owners decide about the invitation of an owner.';
  const resend = async () => {
    busy.value = true;
    try {
      const { sent, reason } = await resendInvitation(invitation.id);
      toast(sent ? `A new link is on its way to ${invitation.email}.` : reason, { kind: sent ? 'done' : 'failed' });
    } catch (error) {
      toastProblem(asProblem(error));
    }
    await reload();
    busy.value = false;
  };
  const takeBack = async () => {
    await withdrawInvitation(invitation.id);
    toast(`The invitation of ${invitation.email} was withdrawn.`);
    await reload();
  };
  return (
    <Row invitation={invitation}>
      <div class="row-actions" title={why || undefined}>
        <button type="button" class="btn btn-sm" aria-label={`Send again to ${invitation.email}${why && `. ${why}`}`} disabled={Boolean(why) || busy.value || !config.features.mail} aria-busy={busy.value} onClick={resend}><Icon of={send} /><span class="btn-text">Send again</span></button>
        <button type="button" class="btn btn-sm btn-ghost" aria-label={`Withdraw the invitation of ${invitation.email}${why && `. ${why}`}`} disabled={Boolean(why)} onClick={() => { asking.value = true; }}><Icon of={withdraw} /><span class="btn-text">Withdraw</span></button>
      </div>
      {asking.value && (
        <Confirm title="Withdraw the invitation?" action="Withdraw" danger onConfirm={takeBack} onClose={() => { asking.value = false; }}>
          The link in the mail to {invitation.email} stops working. You can invite them again at any time.
        </Confirm>
      )}
    </Row>
  );
}
