/* Many addresses at once, one role; then what came of each. */
import { useState } from 'preact/hooks';
import done from 'icon:circle-check';
import failed from 'icon:alert-circle';
import { addressesIn } from '../lib/addresses.js';
import { asProblem } from '../lib/problems.js';
import { ROLE_MEANING, rolesUpTo } from '../lib/rights.js';
import { invite, resendInvitation } from '../lib/tables/team.js';
import { Dialog, Field, Icon } from '../lib/ui.jsx';

// Few enough that the mail server is done before the browser stops waiting.
const AT_ONCE = 20;
const DAILY = 100;

const SAID = {
  invited: 'Invited',
  already_member: 'Is a member already',
  already_invited: 'Was invited before',
  refused: 'Not invited',
};

export function InviteDialog({ organization, onChange, onClose }) {
  const [text, setText] = useState('');
  const [role, setRole] = useState('editor');
  const [mistake, setMistake] = useState('');
  const [results, setResults] = useState([]);
  const [progress, setProgress] = useState('');
  const { addresses, mistakes } = addressesIn(text);

  const submit = async () => {
    const found = mistakeOf(addresses, mistakes);
    setMistake(found);
    if (found) return;
    const said = [];
    try {
      for (let at = 0; at < addresses.length; at += AT_ONCE) {
        setProgress(`Inviting ${Math.min(at + AT_ONCE, addresses.length)} of ${addresses.length}`);
        said.push(...await invite(organization.id, addresses.slice(at, at + AT_ONCE), role));
      }
    } catch (error) {
      const problem = asProblem(error);
      setMistake(Object.values(problem.fields)[0] ?? problem.message);
    }
    setProgress('');
    if (!said.length) return;
    setResults(said);
    // What did not go through stays in the field, to be put right or tried again.
    const settled = new Set(said.filter(({ outcome }) => outcome !== 'refused').map(({ email }) => email));
    setText(addresses.filter((each) => !settled.has(each)).join('\n'));
    onChange();
  };

  if (results.length) return <Results results={results} left={text} problem={mistake} onAgain={() => setResults([])} onChange={onChange} onClose={onClose} />;
  const busy = progress !== '';
  const foot = (
    <>
      <button type="button" class="btn" disabled={busy} onClick={onClose}>Cancel</button>
      <button type="submit" class="btn btn-primary" disabled={busy} aria-busy={busy}>{progress || inviteLabel(addresses.length)}</button>
    </>
  );
  return (
    <Dialog title={`Invite people to ${organization.name}`} width="560px" busy={busy} onClose={onClose} onSubmit={submit} foot={foot}>
      <Field label="E-mail addresses" error={mistake} hint="As many as you like: one per line, or with commas. A whole list may be pasted.">
        <textarea class="form-control" rows={4} autoFocus spellcheck={false} autoCapitalize="none" disabled={busy} placeholder={'ann@example.com, ben@example.com'} value={text} onInput={(event) => { setText(event.currentTarget.value); setMistake(''); }} />
      </Field>
      <RoleChoice own={organization.role} value={role} onChange={setRole} />
    </Dialog>
  );
}

function mistakeOf(addresses, mistakes) {
  if (mistakes.length) return `Not a mail address: ${mistakes.slice(0, 3).join(', ')}${mistakes.length > 3 ? ` and ${mistakes.length - 3} more` : ''}. Write them like name@example.com.`;
  if (!addresses.length) return 'Enter at least one address.';
  return addresses.length > DAILY ? `Invite at most ${DAILY} people a day; these are ${addresses.length}.` : '';
}

function inviteLabel(count) {
  if (count === 0) return 'Invite';
  return count === 1 ? 'Invite 1 person' : `Invite ${count} people`;
}

function RoleChoice({ own, value, onChange }) {
  return (
    <fieldset class="role-list">
      <legend>Role</legend>
      {rolesUpTo(own).map((role) => (
        <label key={role} class="role-choice">
          <input type="radio" name="role" value={role} checked={role === value} onChange={() => onChange(role)} />
          <strong>{role}</strong>
          <small>{ROLE_MEANING[role]}</small>
        </label>
      ))}
    </fieldset>
  );
}

function Results({ results, left, problem, onAgain, onChange, onClose }) {
  const invited = results.filter(({ outcome }) => outcome === 'invited').length;
  const foot = (
    <>
      <button type="button" class="btn" onClick={onAgain}>{left ? 'Put the rest right' : 'Invite more'}</button>
      <button type="button" class="btn btn-primary" autoFocus onClick={onClose}>Done</button>
    </>
  );
  return (
    <Dialog title={`${invited} of ${results.length} invited`} width="560px" onClose={onClose} foot={foot}>
      {problem && <p class="notice notice-failed" role="alert">{problem}</p>}
      <ul class="outcomes">
        {results.map((each) => <Outcome key={each.email} result={each} onChange={onChange} />)}
      </ul>
    </Dialog>
  );
}

/** Whoever has an invitation but no fresh mail can be sent one right here. */
function Outcome({ result, onChange }) {
  const [said, setSaid] = useState({ ...result, busy: false });
  const again = async () => {
    setSaid({ ...said, busy: true });
    try {
      const { sent, reason } = await resendInvitation(said.invitation_id);
      setSaid({ ...said, busy: false, outcome: 'invited', sent, reason });
      onChange();
    } catch (error) {
      setSaid({ ...said, busy: false, sent: false, reason: asProblem(error).message });
    }
  };
  const mayResend = said.outcome === 'already_invited' || said.sent === false;
  const word = said.sent === false ? 'Mail not sent' : SAID[said.outcome];
  const why = said.outcome === 'refused' || said.sent === false ? said.reason : '';
  return (
    <li class="outcome" data-outcome={said.outcome} data-sent={said.sent ?? undefined}>
      <Icon of={said.outcome === 'invited' && said.sent ? done : failed} />
      <div><strong>{said.email}</strong><p>{word}{why && `. ${why}`}</p></div>
      {mayResend && <button type="button" class="btn btn-sm" aria-label={`Send again to ${said.email}`} disabled={said.busy} aria-busy={said.busy} onClick={again}>Send again</button>}
    </li>
  );
}
