/* The answer: its files and how they look, while they are written and after. */
import { useSignal } from '@preact/signals';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import copyIcon from 'icon:copy';
import download from 'icon:download';
import { config } from '../lib/config.js';
import { libraryCss, themeCss } from '../builder/canvas/appearance.js';
import { Icon, toast } from '../lib/ui.jsx';
import { CodeView } from './code_view.jsx';
import { documentOfFiles, filesOfResult, save } from './files.js';
import { result, sites, stop } from './studio.js';

const PREVIEW_URL = `${config.sites_url.replace('{site}', 'preview')}/_preview`;

async function stylesFor({ kind, siteId }) {
  if (kind === 'code') return '';
  const { default: library } = await import('site:css');
  return `${libraryCss(library)}\n${themeCss(sites.value.find(({ id }) => id === siteId)?.theme)}`;
}

/** On the other origin, in a sandbox: scripts of the answer run there, where there is nothing to reach. */
function Preview({ files, of }) {
  const frame = useRef(null);
  const latest = useRef(null);
  latest.current = { files, of };
  useLayoutEffect(() => {
    const onMessage = async ({ source, data }) => {
      // The frame's origin is opaque, so it is known by its window alone.
      if (source !== frame.current?.contentWindow || data?.type !== 'rb-preview-ready') return;
      const html = documentOfFiles(latest.current.files, { styles: await stylesFor(latest.current.of), base: config.app_url });
      source.postMessage({ type: 'rb-preview', html }, '*');
    };
    window.addEventListener('message', onMessage);
    return () => window.removeEventListener('message', onMessage);
  }, []);
  return <iframe key={JSON.stringify(files)} ref={frame} class="studio-preview" title="Preview of the answer" sandbox="allow-scripts allow-forms" src={PREVIEW_URL} />;
}

function Theme({ theme }) {
  return <ul class="studio-colors">{Object.entries(theme.colors).map(([name, value]) => <li key={name}><i style={{ background: value }} /><span>{name}</span><code>{value}</code></li>)}</ul>;
}

async function copy(text) {
  await navigator.clipboard.writeText(text);
  toast('Copied');
}

function Head({ now }) {
  const words = { asking: 'Writing…', done: now.isOld ? 'From the history' : 'Done', running: 'Still being written', canceled: 'Stopped', failed: 'Did not work' };
  return (
    <div class="studio-head" role="status">
      <h2>{words[now.state]}</h2>
      {now.credits !== undefined && !['failed', 'running'].includes(now.state) && <span class="soft">This cost {now.credits} credits{now.model ? `, ${now.model}` : ''}</span>}
      {now.state === 'asking' && <button type="button" class="btn btn-sm push" onClick={stop}>Stop</button>}
    </div>
  );
}

export function Result() {
  const now = result.value;
  const view = useSignal('preview');
  const variant = useSignal(0);
  const file = useSignal('');
  useEffect(() => { variant.value = 0; file.value = ''; }, [now.id]);
  const variants = [...new Set(now.sections.map((each) => each.variant))];
  const files = filesOfResult(now, variant.value);
  const shown = files.find(({ name }) => name === file.value) ?? files.at(now.state === 'asking' ? -1 : 0);
  const theme = now.sections.find((each) => each.variant === variant.value)?.theme;
  const isPreview = view.value === 'preview' && now.state !== 'asking' && files.some(({ name }) => name.endsWith('.html'));
  return (
    <section class="studio-result card" aria-label="Answer">
      <Head now={now} />
      <p class="studio-prompt">{now.prompt}</p>
      {now.problem && <p class="notice notice-failed" role="alert">{now.problem.message}</p>}
      {variants.length > 1 && (
        <div class="segments" role="group" aria-label="Variant">{variants.map((each) => <button key={each} type="button" aria-pressed={variant.value === each} onClick={() => { variant.value = each; }}>Variant {each + 1}</button>)}</div>
      )}
      {theme && <Theme theme={theme} />}
      {shown && (
        <div class="studio-tools">
          {now.state !== 'asking' && (
            <div class="segments" role="group" aria-label="Show">
              <button type="button" aria-pressed={isPreview} disabled={!files.some(({ name }) => name.endsWith('.html'))} onClick={() => { view.value = 'preview'; }}>Preview</button>
              <button type="button" aria-pressed={!isPreview} onClick={() => { view.value = 'code'; }}>Code</button>
            </div>
          )}
          {!isPreview && files.map(({ name }) => <button key={name} type="button" class="btn btn-sm" aria-pressed={name === shown.name} onClick={() => { file.value = name; }}>{name}</button>)}
          <span class="push" />
          <button type="button" class="btn btn-sm" onClick={() => copy(shown.text)}><Icon of={copyIcon} />Copy {shown.name}</button>
          <button type="button" class="btn btn-sm" onClick={() => files.forEach(save)}><Icon of={download} />Download</button>
          {['code', 'page'].includes(now.kind) && now.id && now.state !== 'asking' && <a class="btn btn-sm" href={`/sites/${now.siteId}/edit#ai=${now.id}`}>Insert in the builder</a>}
        </div>
      )}
      {shown && (isPreview ? <Preview files={files} of={now} /> : <CodeView key={shown.name} name={shown.name} text={shown.text} />)}
      {!shown && now.state === 'asking' && <p class="studio-waiting" role="status"><span class="bone bone-line" /><span class="bone bone-line" /></p>}
    </section>
  );
}
