/* Where a person begins after sign-in, and what they want to hear of. */
import { inTurn } from '../lib/in_turn.js';
import { asProblem } from '../lib/problems.js';
import { rememberDefaultOrganization } from '../lib/preferences.js';
import { endIfOver } from '../lib/session.js';
import { changeSettings } from '../lib/tables/settings.js';
import { Field, toast, toastProblem } from '../lib/ui.jsx';

// Absent means yes: a kind that is added later is heard of until somebody says no.
const KINDS = [
  ['mentions', 'Mentions', 'Somebody names you in a comment.'],
  ['comments', 'Comments', 'Somebody answers a comment of yours.'],
  ['forms', 'Forms', 'Somebody fills in a form of a site. At most one mail in five minutes; for editors and above.'],
  ['deployments', 'Publishes', 'A publish you asked for went live or failed.'],
  ['members', 'Team', 'Somebody joins or leaves, or your role changes.'],
  ['billing', 'Billing', 'Receipts, and payments that failed. For owners.'],
];
// Absent means no: nobody asked for a mail each week.
const WISHES = [['weekly_report', 'Weekly visits', 'On Mondays, how many visitors your sites had.']];

const write = inTurn();

export function Settings({ settings, mine, organizations, personId }) {
  const show = (changes) => settings.set({ ...settings.status.value.value, ...changes });
  const save = async (changes) => {
    const before = Object.fromEntries(Object.keys(changes).map((name) => [name, mine[name]]));
    show(changes);
    try {
      // What it answers is not shown: something else may have been changed since.
      await write(() => changeSettings(personId, changes));
      if ('default_org_id' in changes) rememberDefaultOrganization(changes.default_org_id);
      toast('Saved for all your devices.');
    } catch (error) {
      show(before);
      if (!(await endIfOver(error))) toastProblem(asProblem(error));
    }
  };
  return (
    <>
      <section class="card card-main stack" aria-labelledby="begin-heading">
        <div><h2 id="begin-heading">Organization</h2><p class="soft">Where you begin after signing in. Each device then remembers where you were.</p></div>
        <Field label="Default organization">
          <select class="form-select" value={mine.default_org_id ?? ''} onChange={(event) => save({ default_org_id: event.currentTarget.value || null })}>
            <option value="">The first by name</option>
            {organizations.map(({ id, name }) => <option key={id} value={id}>{name}</option>)}
          </select>
        </Field>
      </section>
      <fieldset class="card card-main stack notifications">
        <legend class="visually-hidden">Notifications</legend>
        <div><h2 aria-hidden="true">Notifications</h2><p class="soft">What you want to hear of by e-mail. Not every kind is sent yet: your choice holds from the first one on. Mails about signing in always come.</p></div>
        {KINDS.map(([kind, label, text]) => (
          <label key={kind} class="choice">
            <input class="form-check-input" type="checkbox" checked={mine.notifications[kind] !== false} onChange={(event) => save({ notifications: { ...mine.notifications, [kind]: event.currentTarget.checked } })} />
            <span><strong>{label}</strong><span class="soft">{text}</span></span>
          </label>
        ))}
        {WISHES.map(([kind, label, text]) => (
          <label key={kind} class="choice">
            <input class="form-check-input" type="checkbox" checked={mine.notifications[kind] === true} onChange={(event) => save({ notifications: { ...mine.notifications, [kind]: event.currentTarget.checked } })} />
            <span><strong>{label}</strong><span class="soft">{text}</span></span>
          </label>
        ))}
      </fieldset>
    </>
  );
}
