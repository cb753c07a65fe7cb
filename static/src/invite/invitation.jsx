/* Where the link in an invitation leads: for each kind of visitor and each state of the link, what to do. */
import { useState } from 'preact/hooks';
import { rememberOrganization } from '../lib/current_organization.js';
import { INVITATION_KEY, forgetInvitation } from '../lib/invitation.js';
import { leave } from '../lib/leave.jsx';
import { asProblem } from '../lib/problems.js';
import { ROLE_MEANING } from '../lib/rights.js';
import { acceptInvitation } from '../lib/tables/team.js';
import { exactly } from '../lib/times.js';
import { Async } from '../lib/ui.jsx';

export function Invitation({ invitation }) {
  const skeleton = <div role="status" aria-label="Loading the invitation"><span class="bone bone-line" /></div>;
  return <Async of={invitation} skeleton={skeleton}>{(view) => <State view={view} reload={() => invitation.load()} />}</Async>;
}

function State({ view, reload }) {
  const { offer, session, isMember } = view;
  if (!offer) return view.token ? <Unknown session={session} /> : <NoLink session={session} />;
  if (isMember) return <Inside offer={offer} />;
  if (offer.state === 'accepted') return <Used offer={offer} session={session} />;
  if (offer.state === 'expired') return <Expired offer={offer} session={session} />;
  if (offer.state === 'withdrawn') return <Withdrawn offer={offer} session={session} />;
  if (!session) return <Newcomer offer={offer} />;
  if (session.user.email?.toLowerCase() !== offer.email) return <WrongAddress offer={offer} session={session} />;
  return <Ready view={view} reload={reload} />;
}

function Head({ title, children }) {
  return <div class="auth-head"><h1>{title}</h1>{children}</div>;
}

const inviterOf = ({ invited_by }) => invited_by || 'whoever invited you';
const article = (role) => (/^[aeo]/.test(role) ? 'an' : 'a');

function Offered({ offer }) {
  return (
    <Head title={`Join ${offer.organization}`}>
      <p class="soft">{offer.invited_by || 'A member'} invites you as {article(offer.role)} <strong>{offer.role}</strong>. {ROLE_MEANING[offer.role]}</p>
    </Head>
  );
}

/** Home for those who have one, the way in for the others. */
function WayOn({ session }) {
  return <a class="btn btn-lg btn-wide" href={session ? '/dashboard' : '/login'} onClick={forgetInvitation}>{session ? 'Go to my sites' : 'Sign in'}</a>;
}

function Newcomer({ offer }) {
  return (
    <>
      <Offered offer={offer} />
      <div class="invite-actions">
        <a class="btn btn-primary btn-lg btn-wide" href="/signup?next=/invite">Create an account</a>
        <a class="btn btn-lg btn-wide" href="/login?next=/invite">I have an account</a>
      </div>
      <p class="soft small">Use the address that was invited: <strong>{offer.email}</strong>. You come back here to join.</p>
    </>
  );
}

function Ready({ view, reload }) {
  const { offer, token } = view;
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState(null);
  const join = async () => {
    setBusy(true);
    setProblem(null);
    try {
      const { org_id } = await acceptInvitation(token);
      forgetInvitation();
      rememberOrganization(org_id);
      location.replace('/dashboard');
    } catch (error) {
      const found = asProblem(error);
      setBusy(false);
      // Used, withdrawn or run out since this page was opened: say that one's piece instead.
      if ([404, 410].includes(found.status)) reload();
      else setProblem(found);
    }
  };
  return (
    <>
      <Offered offer={offer} />
      {problem && <p class="notice notice-failed" role="alert">{problem.message}</p>}
      <button type="button" class="btn btn-primary btn-lg btn-wide" disabled={busy} aria-busy={busy} onClick={join}>Join {offer.organization}</button>
      <p class="soft small">You are signed in as {offer.email}. <a href="/dashboard">Not now</a>: the link works until {exactly(offer.expires_at)}.</p>
    </>
  );
}

function WrongAddress({ offer, session }) {
  return (
    <>
      <Head title="This invitation is for another address">
        <p class="soft">{offer.organization} invited <strong>{offer.email}</strong>, and you are signed in as <strong>{session.user.email}</strong>.</p>
      </Head>
      <div class="invite-actions">
        <button type="button" class="btn btn-primary btn-lg btn-wide" onClick={() => leave({ keep: INVITATION_KEY, to: '/invite' })}>Sign out and use {offer.email}</button>
        <WayOn session={session} />
      </div>
      <p class="soft small">Or ask {inviterOf(offer)} to invite {session.user.email} instead.</p>
    </>
  );
}

function Inside({ offer }) {
  const open = () => {
    forgetInvitation();
    rememberOrganization(offer.org_id);
  };
  return (
    <>
      <Head title={`You are in ${offer.organization}`}><p class="soft">There is nothing left to accept.</p></Head>
      <a class="btn btn-primary btn-lg btn-wide" href="/dashboard" onClick={open}>Open {offer.organization}</a>
    </>
  );
}

function Used({ offer, session }) {
  return (
    <>
      <Head title="This invitation was used already">
        <p class="soft">{session ? `You are signed in as ${session.user.email}, which is not a member of ${offer.organization}. Ask ${inviterOf(offer)} for a new invitation.` : `Sign in as ${offer.email} to open ${offer.organization}.`}</p>
      </Head>
      <WayOn session={session} />
    </>
  );
}

function Expired({ offer, session }) {
  return (
    <>
      <Head title="This invitation has expired">
        <p class="soft">It ended on {exactly(offer.expires_at)}. Ask {inviterOf(offer)} to send it again; the new mail holds a new link.</p>
      </Head>
      <WayOn session={session} />
    </>
  );
}

function Withdrawn({ offer, session }) {
  return (
    <>
      <Head title="This invitation was withdrawn">
        <p class="soft">{offer.organization} no longer offers it. If that is a mistake, ask for a new one.</p>
      </Head>
      <WayOn session={session} />
    </>
  );
}

function Unknown({ session }) {
  return (
    <>
      <Head title="This link does not work">
        <p class="soft">It was withdrawn, or a newer mail replaced it. Open the link in the newest mail, whole, or ask whoever invited you to send it again.</p>
      </Head>
      <WayOn session={session} />
    </>
  );
}

function NoLink({ session }) {
  return (
    <>
      <Head title="Open the link in your mail"><p class="soft">This page shows an invitation when you come here by the link in its mail.</p></Head>
      <WayOn session={session} />
    </>
  );
}
