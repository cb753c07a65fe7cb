/* The wish: kind, site, words, voice, language, a picture, and what it may cost. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import sparkles from 'icon:sparkles';
import close from 'icon:x';
import { asProblem } from '../lib/problems.js';
import { readBrand, saveBrand } from '../lib/tables/generations.js';
import { Dialog, Field, Icon, toast } from '../lib/ui.jsx';
import { readPicture } from './picture.js';
import { account, estimate, result, send, setWish, sites, wish } from './studio.js';

const KINDS = [['code', 'Code'], ['page', 'Page'], ['design', 'Theme']];
const HINTS = {
  code: 'Such as: an opening-hours table that marks today.',
  page: 'Such as: a page for our Christmas market. In the builder you can change its plan first.',
  design: 'Such as: calm, Nordic, a deep green.',
};
const TONES = ['Warm', 'Matter-of-fact', 'Playful', 'Elegant', 'Bold', 'Trustworthy'];
const set = (name) => (event) => setWish({ [name]: event.currentTarget.value });

function Brand({ siteId, onClose }) {
  const text = useSignal(null);
  const problem = useSignal('');
  const busy = useSignal(false);
  useEffect(() => { readBrand(siteId).then((found) => { text.value = found; }, (error) => { problem.value = asProblem(error).message; }); }, []);
  const save = async () => {
    busy.value = true;
    try {
      await saveBrand(siteId, text.value);
      toast('Saved. The AI knows it from now on.');
      onClose();
    } catch (error) {
      problem.value = asProblem(error).message;
    }
    busy.value = false;
  };
  const foot = <><button type="button" class="btn" onClick={onClose}>Cancel</button><button type="submit" class="btn btn-primary" disabled={busy.value || text.value === null}>Save</button></>;
  return (
    <Dialog title="What the AI knows of this site" onClose={onClose} onSubmit={save} busy={busy.value} foot={foot}>
      <Field label="The business, its voice, its words" error={problem.value} hint="Opening hours, names, what makes you special, words you never use. It goes along with every question for this site.">
        <textarea class="form-control" rows={8} maxLength={4000} value={text.value ?? ''} disabled={text.value === null} onInput={(event) => { text.value = event.currentTarget.value; }} />
      </Field>
    </Dialog>
  );
}

function Picture() {
  const problem = useSignal('');
  const take = async (event) => {
    const [file] = event.currentTarget.files;
    problem.value = '';
    if (!file) return;
    try {
      setWish({ image: await readPicture(file), imageName: file.name });
    } catch (error) {
      problem.value = error.message;
    }
  };
  if (wish.value.image) {
    return (
      <p class="studio-picture"><img src={wish.value.image} alt="" /><span class="truncate">{wish.value.imageName}</span>
        <button type="button" class="btn btn-ghost btn-icon btn-sm" aria-label="Remove the picture" onClick={() => setWish({ image: '', imageName: '' })}><Icon of={close} /></button>
      </p>
    );
  }
  return <Field label="A picture to look at" optional error={problem.value}><input class="form-control" type="file" accept="image/png,image/jpeg,image/webp" onChange={take} /></Field>;
}

function Cost({ most }) {
  const now = account.value;
  if (!now) return <p class="field-hint" role="status">Looking up what is left…</p>;
  if (now.problem) return <p class="notice notice-failed" role="alert">{now.problem.message}</p>;
  return (
    <p class={most > now.left ? 'notice notice-failed' : 'field-hint'} role="status">
      At most <b>{most.toLocaleString()}</b> credits, charged by use. <b>{now.left.toLocaleString()}</b> left for you now.
      {most > now.left && ' That is not enough: ask an owner for a larger plan, or go on tomorrow.'}
    </p>
  );
}

export function AskForm() {
  const now = wish.value;
  const isBrandOpen = useSignal(false);
  const most = estimate();
  const isRunning = result.value?.state === 'asking';
  const models = account.value?.offer?.models ?? [];
  const canAsk = now.prompt.trim() && !isRunning && most !== null && most <= account.value.left;
  const submit = (event) => { event.preventDefault(); if (canAsk) send(); };
  return (
    <><form class="studio-form card" onSubmit={submit}>
      <div class="segments" role="group" aria-label="Kind">
        {KINDS.map(([kind, name]) => <button key={kind} type="button" aria-pressed={now.kind === kind} onClick={() => setWish({ kind })}>{name}</button>)}
      </div>
      <Field label="What would you like?" hint={HINTS[now.kind]}>
        <textarea class="form-control" rows={5} maxLength={8000} value={now.prompt} onInput={set('prompt')} />
      </Field>
      <Field label="For the site"><select class="form-select" value={now.site} onChange={set('site')}>{sites.value.map(({ id, name }) => <option key={id} value={id}>{name}</option>)}</select></Field>
      <p><button type="button" class="btn btn-sm" onClick={() => { isBrandOpen.value = true; }}>What the AI knows of this site</button></p>
      <div class="studio-pair">
        <Field label="Tone"><select class="form-select" value={now.tone} onChange={set('tone')}><option value="">As it fits</option>{TONES.map((tone) => <option key={tone}>{tone}</option>)}</select></Field>
        <Field label="Language" optional><input class="form-control" maxLength={40} value={now.language} onInput={set('language')} placeholder="As the wish" /></Field>
      </div>
      <Field label="Audience" optional><input class="form-control" maxLength={200} value={now.audience} onInput={set('audience')} /></Field>
      <div class="studio-pair">
        <Field label="Variants"><select class="form-select" value={now.variants} onChange={(event) => setWish({ variants: Number(event.currentTarget.value) })}>{[1, 2, 3, 4].map((count) => <option key={count} value={count}>{count}</option>)}</select></Field>
        <Field label="Model"><select class="form-select" value={now.model} onChange={set('model')}><option value="">Usual</option>{models.map(({ id }) => <option key={id} value={id}>{id}</option>)}</select></Field>
      </div>
      <Picture />
      <Cost most={most} />
      <button type="submit" class="btn btn-primary" disabled={!canAsk}><Icon of={sparkles} />Generate</button>
    </form>{isBrandOpen.value && <Brand siteId={now.site} onClose={() => { isBrandOpen.value = false; }} />}</>
  );
}
