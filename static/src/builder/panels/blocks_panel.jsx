/* Blocks to add: searched, grouped, with a live thumbnail in the site's own theme. Drag, click or Enter. */
import { useEffect } from 'preact/hooks';
import { signal } from '@preact/signals';
import searchIcon from 'icon:search';
import { Failed, Icon } from '../../lib/ui.jsx';
import { asProblem } from '../../lib/problems.js';
import { insert } from '../canvas/commands.js';
import { endDrag, startDrag } from '../canvas/drag.js';
import { sortBlocks } from '../canvas/elements.js';
import { nameBlocks } from '../canvas/labels.js';
import { panel, revision } from '../state.js';
import { theEditor } from '../workspace.js';
import { iconOf } from './element_icons.js';
import { Thumbnail } from './thumbnail.jsx';

const library = signal(null);
const problem = signal(null);
const search = signal('');

async function load() {
  problem.value = null;
  try {
    const { default: blocks } = await import('site:blocks');
    nameBlocks(blocks);
    library.value = sortBlocks(blocks);
    revision.value += 1;
  } catch (error) {
    problem.value = asProblem(error);
  }
}

const ORDER = ['Layout', 'Navigation', 'Hero', 'Features', 'Content', 'Media', 'Gallery', 'Testimonials', 'Pricing', 'Team', 'FAQ', 'Forms', 'Calls to action', 'Footer', 'Custom code'];

/** As a page is built from top to bottom; groups this list does not know come last. */
const inOrder = (groups) => [...groups].sort(([one], [other]) => (ORDER.indexOf(one) + 1 || 99) - (ORDER.indexOf(other) + 1 || 99));

const matches = (words) => ({ name, group = '', description = '', kind }) => {
  const text = `${name} ${group} ${description} ${kind}`.toLowerCase();
  return words.every((word) => text.includes(word));
};

function add(block) {
  insert(theEditor(), block);
  if (matchMedia('(max-width: 760px)').matches) panel.value = null;
}

function dragHandlers(block) {
  return {
    draggable: true,
    onDragStart: (event) => startDrag(theEditor(), event, block),
    onDragEnd: () => endDrag(theEditor(), block),
  };
}

function Elements({ shown }) {
  if (!shown.length) return null;
  return (
    <section>
      <h3 class="b-group-name">Elements</h3>
      <div class="b-elements">
        {shown.map((element) => (
          <button key={element.kind} type="button" class="b-element" title={element.description} {...dragHandlers(element)} onClick={() => add(element)}>
            <Icon of={iconOf(element.kind)} size={20} /><span>{element.name}</span>
          </button>
        ))}
      </div>
    </section>
  );
}

function Group({ name, blocks }) {
  return (
    <section>
      <h3 class="b-group-name">{name}</h3>
      <div class="b-blocks">
        {blocks.map((block) => (
          <button key={block.kind} type="button" class="b-block" title={block.description} {...dragHandlers(block)} onClick={() => add(block)}>
            <Thumbnail html={block.html} />
            <span>{block.name}</span>
          </button>
        ))}
      </div>
    </section>
  );
}

export function BlocksPanel() {
  useEffect(() => { if (!library.value) load(); }, []);
  const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
  const blocks = (library.value?.sections ?? []).filter(matches(words));
  const shown = (library.value?.elements ?? []).filter(matches(words));
  const groups = new Map();
  for (const block of blocks) groups.set(block.group, [...(groups.get(block.group) ?? []), block]);
  return (
    <>
      <div class="b-side-search search">
        <Icon of={searchIcon} />
        <input class="form-control" type="search" placeholder="Search blocks" aria-label="Search blocks" value={search.value} onInput={(event) => { search.value = event.currentTarget.value; }} />
      </div>
      <div class="b-side-scroll">
        {problem.value && <Failed problem={problem.value} onRetry={load} />}
        {!library.value && !problem.value && <><span class="bone b-bone-block" /><span class="bone b-bone-block" /></>}
        <Elements shown={shown} />
        {inOrder(groups).map(([name, list]) => <Group key={name} name={name} blocks={list} />)}
        {library.value && !blocks.length && !shown.length && (
          <p class="b-hint" role="status">No block matches “{search.value}”. Try another word, such as “hero” or “prices”.</p>
        )}
      </div>
    </>
  );
}
