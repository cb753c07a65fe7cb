/* Goals and funnels: how many visitors got to each step. A funnel is a goal of several steps, reached on one day. */
import { useState } from 'preact/hooks';
import add from 'icon:plus';
import remove from 'icon:trash';
import { asProblem } from '../lib/problems.js';
import { may, whyNot } from '../lib/rights.js';
import { addGoal, deleteGoal } from '../lib/tables/visits.js';
import { Async, Confirm, Dialog, Field, Icon, toast } from '../lib/ui.jsx';
import { KeptFrom } from './kept_from.jsx';
import { count, percent } from './words.js';

const MOST_STEPS = 8;

export function Goals({ goals, site, role }) {
  const [adding, setAdding] = useState(false);
  const [removing, setRemoving] = useState(null);
  const reload = () => goals.load({ quietly: true });
  const mayChange = may(role, 'insert', 'analytics_goals');
  return (
    <section class="card panel" aria-labelledby="goals-heading">
      <div class="panel-head cluster">
        <h2 id="goals-heading">Goals and funnels</h2>
        {mayChange && <button type="button" class="btn btn-sm push" onClick={() => setAdding(true)}><Icon of={add} />New goal</button>}
      </div>
      <Async of={goals} skeleton={<span class="bone bone-goals" role="status" aria-label="Loading the goals" />}>
        {({ goals: rows, visitors, kept_from: keptFrom }) => (rows.length === 0
          ? <p class="soft panel-none">{mayChange ? 'Name a page or an event that visitors should reach, or several in a row.' : `None yet. ${whyNot('insert', 'analytics_goals', 'set goals')}`}</p>
          : <>{rows.some(({ steps }) => steps.length > 1) && <KeptFrom day={keptFrom} what="Funnels" />}<ul class="goals">{rows.map((goal) => <Goal key={goal.id} goal={goal} visitors={visitors} onRemove={mayChange ? () => setRemoving(goal) : null} />)}</ul></>)}
      </Async>
      {adding && <NewGoal site={site} onClose={() => setAdding(false)} onAdded={reload} />}
      {removing && (
        <Confirm title={`Delete “${removing.name}”?`} action="Delete the goal" danger onClose={() => setRemoving(null)} onConfirm={async () => { await deleteGoal(removing.id); await reload(); }}>
          The visits stay; the same goal can be made again.
        </Confirm>
      )}
    </section>
  );
}

function Goal({ goal, visitors, onRemove }) {
  const { name, steps, reached } = goal;
  return (
    <li>
      <div class="goal-head">
        <b>{name}</b>
        <span class="soft small">{count(reached.at(-1))} of {count(visitors)} visitors, {percent(reached.at(-1), visitors)}</span>
        {onRemove && <button type="button" class="btn btn-icon btn-sm btn-ghost push" aria-label={`Delete the goal ${name}`} onClick={onRemove}><Icon of={remove} /></button>}
      </div>
      <ol class="funnel" aria-label={`Steps of ${name}`}>
        {steps.map(({ kind, value }, index) => (
          <li key={index}>
            <svg class="panel-bar" aria-hidden="true" width="100%" height="100%" preserveAspectRatio="none"><rect width={`${visitors ? Math.min(100, (100 * reached[index]) / visitors) : 0}%`} height="100%" rx="5" /></svg>
            <span class="panel-name">{kind === 'event' ? `Event “${value}”` : value}</span>
            <span class="number">{count(reached[index])}{index > 0 && <span class="soft small"> {percent(reached[index], reached[index - 1])}</span>}</span>
          </li>
        ))}
      </ol>
    </li>
  );
}

function mistakeOf({ kind, value }) {
  if (!value.trim()) return 'Enter what the visitor should reach.';
  return kind === 'path' && !/^\/[^?#]*$/.test(value.trim()) ? 'A page begins with a slash, like /thanks.' : '';
}

function NewGoal({ site, onClose, onAdded }) {
  const [name, setName] = useState('');
  const [steps, setSteps] = useState([{ kind: 'path', value: '' }]);
  const [mistakes, setMistakes] = useState({});
  const [busy, setBusy] = useState(false);
  const change = (index, values) => setSteps(steps.map((step, each) => (each === index ? { ...step, ...values } : step)));
  const submit = async () => {
    const found = { name: name.trim() ? '' : 'Enter a name.', ...Object.fromEntries(steps.map((step, index) => [index, mistakeOf(step)])) };
    setMistakes(found);
    if (Object.values(found).some(Boolean)) return;
    setBusy(true);
    try {
      await addGoal(site.id, { name: name.trim(), steps: steps.map(({ kind, value }) => ({ kind, value: value.trim() })) });
      await onAdded();
      toast('The goal was added. It counts the visits of the past, too.');
      onClose();
    } catch (error) {
      setMistakes({ form: asProblem(error).message });
      setBusy(false);
    }
  };
  const foot = <><button type="button" class="btn" disabled={busy} onClick={onClose}>Cancel</button><button type="submit" class="btn btn-primary" disabled={busy} aria-busy={busy}>Add the goal</button></>;
  return (
    <Dialog title="New goal" busy={busy} onClose={onClose} onSubmit={submit} foot={foot}>
      <Field label="Name" error={mistakes.name}><input class="form-control" maxLength={80} value={name} placeholder="Signs up" onInput={(event) => setName(event.currentTarget.value)} /></Field>
      {steps.map((step, index) => (
        <fieldset key={index} class="goal-step">
          <legend class="visually-hidden">Step {index + 1}</legend>
          <Field label={steps.length > 1 ? `Step ${index + 1}` : 'What visitors should reach'}>
            <select class="form-select" value={step.kind} onChange={(event) => change(index, { kind: event.currentTarget.value })}><option value="path">A page</option><option value="event">An event</option></select>
          </Field>
          <Field label={step.kind === 'path' ? 'Its path' : 'Its name'} error={mistakes[index]}><input class="form-control" maxLength={300} value={step.value} placeholder={step.kind === 'path' ? '/thanks' : 'Sign up'} onInput={(event) => change(index, { value: event.currentTarget.value })} /></Field>
          {steps.length > 1 && <button type="button" class="btn btn-icon btn-ghost" aria-label={`Remove step ${index + 1}`} onClick={() => setSteps(steps.filter((_, each) => each !== index))}><Icon of={remove} /></button>}
        </fieldset>
      ))}
      {steps.length < MOST_STEPS && <button type="button" class="btn btn-sm" onClick={() => setSteps([...steps, { kind: 'path', value: '' }])}><Icon of={add} />Add a step after this</button>}
      <p class="soft small">Several steps make a funnel: each counts those who did it after the one before, on the same day.</p>
      {mistakes.form && <p class="notice notice-failed" role="alert">{mistakes.form}</p>}
    </Dialog>
  );
}
