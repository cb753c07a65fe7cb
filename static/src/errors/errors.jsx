/* What went wrong for this organization's people, by kind: how often, since when, and whether somebody has dealt with it. */
import { useEffect, useMemo } from 'preact/hooks';
import { useSignal } from '@preact/signals';
import clean from 'icon:circle-check';
import lock from 'icon:lock';
import { asProblem } from '../lib/problems.js';
import { may } from '../lib/rights.js';
import { listErrors } from '../lib/tables/errors.js';
import { Async, Icon, resource, toastProblem } from '../lib/ui.jsx';
import { ErrorRow } from './error_row.jsx';

const STATES = [['open', 'Open'], ['resolved', 'Resolved']];
const wanted = () => (new URLSearchParams(location.search).get('state') === 'resolved' ? 'resolved' : 'open');

export function Errors({ shell }) {
  return (
    <>
      <div class="page-head">
        <div>
          <h1>Errors</h1>
          <p>What failed in the app for people of this organization. Each kind stands here once, without what they typed.</p>
        </div>
      </div>
      <Async of={shell} skeleton={<Skeleton />}>
        {({ organization, names }) => (may(organization.role, 'read', 'error_logs')
          ? <ErrorList organization={organization} names={names} />
          : <NotForYou role={organization.role} />)}
      </Async>
    </>
  );
}

function Skeleton() {
  return <div class="stack" role="status" aria-label="Loading errors"><span class="bone bone-block" /></div>;
}

function NotForYou({ role }) {
  return (
    <div class="empty-state">
      <Icon of={lock} size={40} />
      <h2>Admins and owners see the errors</h2>
      <p>You are {/^[aeiou]/.test(role) ? 'an' : 'a'} {role} here. If something does not work, tell an admin; they find it on this page.</p>
    </div>
  );
}

function ErrorList({ organization, names }) {
  const state = useSignal(wanted());
  const isMore = useSignal(false);
  const list = useMemo(() => resource(async () => {
    const errors = await listErrors(organization.id, { state: state.value });
    isMore.value = errors.length === listErrors.page;
    return errors;
  }), []);
  useEffect(() => { list.load(); }, [state.value]);

  const choose = (event, value) => {
    event.preventDefault();
    history.replaceState(null, '', value === 'open' ? location.pathname : `?state=${value}`);
    state.value = value;
  };
  const showMore = async () => {
    const shown = list.status.value.value;
    try {
      const more = await listErrors(organization.id, { state: state.value, before: shown.at(-1) });
      isMore.value = more.length === listErrors.page;
      list.set([...shown, ...more]);
    } catch (error) {
      toastProblem(asProblem(error));
    }
  };
  return (
    <>
      <nav class="tabs" aria-label="State">
        {STATES.map(([value, label]) => (
          <a key={value} href={`?state=${value}`} aria-current={state.value === value ? 'page' : undefined} onClick={(event) => choose(event, value)}>{label}</a>
        ))}
      </nav>
      <Async of={list} skeleton={<Skeleton />}>
        {(errors) => (errors.length === 0 ? <Nothing state={state.value} /> : (
          <>
            <ul class="card error-list" aria-label={`${state.value} errors`}>
              {errors.map((each) => <ErrorRow key={each.id} error={each} names={names} onChanged={() => list.set(errors.filter(({ id }) => id !== each.id))} />)}
            </ul>
            {isMore.value && <button type="button" class="btn" onClick={showMore}>Show older errors</button>}
          </>
        ))}
      </Async>
    </>
  );
}

function Nothing({ state }) {
  return (
    <div class="empty-state">
      <Icon of={clean} size={40} />
      <h2>{state === 'open' ? 'No open errors' : 'Nothing is resolved yet'}</h2>
      <p>{state === 'open' ? 'When something fails in a browser of this organization, it shows up here within seconds.' : 'Resolve an error when you have dealt with it. It opens again by itself if a newer release still has it.'}</p>
    </div>
  );
}
