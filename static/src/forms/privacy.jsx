/* When a person asks what is known of them, or wants it deleted. */
import { useState } from 'preact/hooks';
import { saveAs } from '../lib/api.js';
import { asProblem } from '../lib/problems.js';
import { eraseSubmissions, submissionsOf } from '../lib/tables/forms.js';
import { exactly } from '../lib/times.js';
import { Confirm, Field, toast } from '../lib/ui.jsx';
import { tableOf } from './csv.js';
import { isMail } from './words.js';

export function Privacy({ organization, sites }) {
  const [email, setEmail] = useState('');
  const [found, setFound] = useState(null);
  const [error, setError] = useState('');
  const [busy, setBusy] = useState(false);
  const [asking, setAsking] = useState(false);
  const siteNames = new Map(sites.map(({ id, name }) => [id, name]));
  const find = async (event) => {
    event.preventDefault();
    const address = email.trim();
    if (!isMail(address)) return setError('Enter a mail address, such as name@example.com.');
    setBusy(true);
    setError('');
    try {
      setFound({ email: address, answers: await submissionsOf(organization.id, address) });
    } catch (problem) {
      setError(asProblem(problem).message);
    }
    return setBusy(false);
  };
  const erase = async () => {
    const gone = await eraseSubmissions(organization.id, found.email);
    toast(gone === 1 ? 'One answer was deleted for good.' : `${gone} answers were deleted for good.`);
    setFound(null);
    setEmail('');
  };
  return (
    <section class="card card-main stack">
      <div><h2>Privacy requests</h2><p class="soft">Find everything in which a field is somebody's mail address, in all sites, spam and deleted ones included; give them a copy, or delete it all.</p></div>
      <form class="privacy-find" noValidate onSubmit={find}>
        <Field label="Mail address" error={error}><input class="form-control" type="email" autoComplete="off" maxLength={254} value={email} onInput={(event) => { setEmail(event.currentTarget.value); setError(''); }} /></Field>
        <button type="submit" class="btn" disabled={busy} aria-busy={busy}>Find</button>
      </form>
      <div role="status">
        {found && found.answers.length === 0 && <p>Nothing holds {found.email}.</p>}
        {found && found.answers.length > 0 && (
          <div class="stack">
            <p>{found.answers.length === 1 ? 'One answer holds' : `${found.answers.length} answers hold`} {found.email}:</p>
            <ul class="privacy-list">{found.answers.slice(0, 20).map((each) => <li key={each.id}>{siteNames.get(each.site_id)} · {each.form} · {exactly(each.created_at)}</li>)}</ul>
            <div class="cluster">
              <button type="button" class="btn" onClick={() => saveAs(new Blob([tableOf(found.answers, siteNames)], { type: 'text/csv;charset=utf-8' }), 'privacy-request.csv')}>Save a copy as CSV</button>
              <button type="button" class="btn btn-danger" onClick={() => setAsking(true)}>Delete all of it</button>
            </div>
          </div>
        )}
      </div>
      {asking && found && (
        <Confirm title="Delete everything of this person?" action="Delete for good" danger typed={found.email} onClose={() => setAsking(false)} onConfirm={erase}>
          <p>All {found.answers.length} are gone at once, and their files within minutes. Nothing of it can be brought back.</p>
        </Confirm>
      )}
    </section>
  );
}
