/* An answer of the studio, named in the address, becomes a proposal: read again from the history, judged again here. */
import { readGeneration } from '../../lib/tables/generations.js';
import { asProblem } from '../../lib/problems.js';
import { toastProblem } from '../../lib/ui.jsx';
import { panel } from '../state.js';
import { openSections } from './proposal.js';

const text = (files, ending) => files.filter(({ name }) => name.endsWith(ending)).map((file) => file.text).join('\n');

/** Markup and styles of the code; its scripts stay in the studio, because nothing of the AI's runs unasked. */
function codeSection({ files, variant }) {
  const html = `<section class="rb-section" data-rb-block="custom-code"><div class="rb-container">${text(files, '.html')}</div></section>`;
  return { index: 0, variant, name: 'Code', html, css: text(files, '.css'), removed: files.some(({ name }) => name.endsWith('.js')) ? ['script.js'] : [] };
}

export async function takeOver(id) {
  try {
    const { kind, prompt, output } = await readGeneration(id);
    const sections = (output?.sections ?? []).filter(({ event }) => event === 'section');
    openSections(prompt, kind === 'code' ? sections.map(codeSection) : sections);
    panel.value = 'ai';
  } catch (error) {
    toastProblem(asProblem(error));
  }
}
