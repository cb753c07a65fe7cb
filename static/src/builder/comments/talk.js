/* The comments of the open page, as its screens share them. */
import { computed, signal } from '@preact/signals';
import { asProblem } from '../../lib/problems.js';
import { me, organization, page, pages } from '../state.js';
import * as table from '../data/comments.js';

/** null until they are loaded. */
export const comments = signal(null);
export const problem = signal(null);
export const people = signal([]);
export const openCounts = signal(new Map());
/** The thread that is looked at: its pin and its place in the list stand out. */
export const current = signal(null);
/** A function that takes the block somebody points at, while one is being chosen. */
export const picking = signal(null);

/** [{...comment, answers}], the open ones first as they were begun. */
export const threads = computed(() => {
  const all = comments.value ?? [];
  const answers = Map.groupBy ? Map.groupBy(all, (each) => each.parent_id) : grouped(all);
  return (answers.get(null) ?? []).map((each) => ({ ...each, answers: answers.get(each.id) ?? [] }));
});

function grouped(all) {
  const groups = new Map();
  for (const each of all) groups.set(each.parent_id, [...(groups.get(each.parent_id) ?? []), each]);
  return groups;
}

export const nameOf = (id) => (id === me.value?.id ? 'You' : people.value.find((person) => person.id === id)?.name ?? 'Somebody');

export async function loadComments() {
  // The panel may be there before its page.
  if (!page.value) return;
  const { id } = page.value;
  problem.value = null;
  try {
    const rows = await table.listComments(id);
    if (page.value.id === id) comments.value = rows;
    if (!people.value.length) people.value = await table.listPeople(organization.value.id);
  } catch (error) {
    problem.value = asProblem(error);
  }
}

export async function loadCounts() {
  // Without them the list has no badges; that is all.
  openCounts.value = await table.countOpen(pages.value.map(({ id }) => id)).catch(() => openCounts.value);
}

function adopt(row) {
  const isKnown = comments.value.some(({ id }) => id === row.id);
  comments.value = isKnown ? comments.value.map((each) => (each.id === row.id ? row : each)) : [...comments.value, row];
  const open = threads.value.filter(({ resolved }) => !resolved).length;
  openCounts.value = new Map(openCounts.value).set(page.value.id, open);
}

/** Mails whoever it calls; a mail that does not leave loses no comment. Resolves with what to tell, if anything. */
async function tell(row) {
  if (!row.mentions.length) return '';
  try {
    await table.notify(row.id);
    return '';
  } catch (error) {
    return asProblem(error).code === 'not_configured' ? '' : 'The comment is there, but the mail about it could not be sent.';
  }
}

export async function write(fields) {
  const row = await table.addComment({ page_id: page.value.id, ...fields });
  adopt(row);
  return tell(row);
}

export async function rewrite(comment, fields) {
  const row = await table.changeComment(comment.id, fields);
  adopt(row);
  return tell(row);
}

export const resolve = async (thread, resolved) => adopt(await table.changeComment(thread.id, { resolved }));

export async function remove(comment) {
  await table.deleteComment(comment.id);
  comments.value = comments.value.filter(({ id, parent_id: parent }) => id !== comment.id && parent !== comment.id);
  openCounts.value = new Map(openCounts.value).set(page.value.id, threads.value.filter(({ resolved }) => !resolved).length);
}
