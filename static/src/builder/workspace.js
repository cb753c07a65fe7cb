/* The open site and its open page: the engine, the saver and the drafts put together. Screens call these verbs. */
import { Problem, asProblem } from '../lib/problems.js';
import { toast, toastProblem } from '../lib/ui.jsx';
import * as state from './state.js';
import { changePage, readPage } from './data/pages.js';
import { firstPageId, readParts, refreshCounts, refreshPages, takePage } from './load_site.js';
import { showPage, takeSnapshot } from './canvas/content.js';
import { fillNow } from './canvas/fill.js';
import { clearSteps } from './canvas/undo.js';
import { changeComponent, readComponent } from './data/parts.js';
import { drawInstances, instancePainter } from './parts/instances.js';
import { nameFieldsOnCanvas } from './parts/fields.js';
import { makePart, rulesOn } from './parts/make.js';
import { createSaver } from './save/saver.js';
import { careful, forgetEarly, noteEarly, takeEarly } from './save/early.js';
import { joinTheirs } from './save/together.js';
import { saveBeforeLeaving } from './save/leaving.js';
import { forgetDraft, keepDraft, keptDraft, mayWait } from './save/kept_draft.js';
import { lookAtPage, noticeSaved, watchPage } from './save/presence.js';
import { joinTabs } from './save/tabs.js';

let editor = null;
let saver = null;
let tabs = null;
/** When the person last changed something here, for telling the others. */
let changedAt = 0;
const EDITING_MS = 120_000;
/** The version the canvas was made from; every save names it. */
let baseVersion = 0;
/** What that version held, for telling apart who changed what since. */
let base = null;
/** How often a save may find that somebody was faster before it waits for the next change. */
const MOST_ROUNDS = 5;

export const theEditor = () => editor;

const isSame = (one, other) => Boolean(one && other) && one.html === other.html && one.css === other.css;

function adopt(row) {
  baseVersion = row.version;
  state.page.value = { ...state.page.value, ...row };
  state.pages.value = state.pages.value.map((each) => (each.id === row.id ? { ...each, ...listed(row) } : each));
}

const listed = ({ content, html, css, js, ...row }) => row;

/** What is open may be a component instead: then every page follows it, and it holds no page of its own. */
async function sendComponent({ content, html }) {
  const { id } = state.page.value;
  const row = await changeComponent({ id, version: baseVersion, fields: { content, ...makePart(html, rulesOn(editor), id) } });
  adopt(listed(row));
  base = content;
}

function read() {
  if (state.page.value.isComponent) nameFieldsOnCanvas(editor);
  return takeSnapshot(editor);
}

/** Whatever is joined with it before it is put away, it was made from this. */
function keep(snapshot) {
  const madeFrom = { base, baseVersion };
  return () => keepDraft(snapshot, madeFrom);
}

async function send({ content, html, css }) {
  if (state.page.value.isComponent) return sendComponent({ content, html });
  const row = await changePage({
    id: state.page.value.id, version: baseVersion, fields: { content, html, css }, by: state.me.value.id,
  });
  adopt(listed(row));
  base = content;
  tabs.saved(row.version);
  noticeSaved();
  // The database has counted the uses anew.
  if (state.panel.value === 'saved') refreshCounts().catch(() => {});
}

/** What somebody else saved meanwhile is joined in and sent along; what both changed is asked. */
async function write(snapshot) {
  let now = snapshot;
  for (let round = 1; ; round += 1) {
    try {
      await send(now);
      return now;
    } catch (error) {
      if (!error.theirs || round === MOST_ROUNDS) throw error.name === 'Problem' ? error : asProblem(error);
      const { conflicts, changes, mine, project } = await joinTheirs(editor, { base, theirs: error.theirs });
      if (conflicts.length) {
        state.openDialog('conflict', { theirs: { ...error.theirs, content: project }, mine, conflicts });
        throw error;
      }
      adopt(error.theirs);
      base = project;
      if (changes.length) state.notice.value = { kind: 'merged', by: error.theirs.updated_by, count: changes.length };
      now = takeSnapshot(editor);
    }
  }
}

function onState(next) {
  state.saveState.value = state.canEdit.value ? next : { kind: 'read-only' };
  // The engine says "update" for less than a change; what is sent is one.
  if (next.kind === 'saving') changedAt = Date.now();
  if (next.kind === 'signed-out') state.openDialog('sign-in');
  if (next.kind === 'error' && [403, 404].includes(next.problem?.status)) state.notice.value = { kind: 'kept', message: next.message };
}

function noteChange() {
  if (!state.isReady.value || !state.canEdit.value) return;
  if (state.isFilling.value) noteEarly();
  else saver.changed();
}

export function connect(engine) {
  editor = engine;
  saver = careful(createSaver({ read, write, keep, forget: forgetDraft, show: onState, isSame, mayWait }));
  const onSeen = ({ version }) => { if (version > baseVersion) followTheirs(); };
  tabs = joinTabs({ pageId: () => state.page.value?.id, onOther: () => { state.isOpenElsewhere.value = true; }, onSaved: onSeen });
  watchPage({
    pageId: () => (state.page.value?.isComponent ? null : state.page.value?.id),
    isEditing: () => Date.now() - changedAt < EDITING_MS,
    onSeen,
  });
  editor.on('update component:input', noteChange);
  saveBeforeLeaving(saver);
}

/** Puts a page on the canvas; a newer draft of it on this device comes first. */
export async function openPage(id) {
  state.isReady.value = false;
  state.selection.value = null;
  saver.stop();
  const [row] = await Promise.all([takePage(id), loadParts().catch(() => {})]);
  await open(row, 'page');
}

/** What the address asks for: a page, or a component by itself. */
export function openFirst() {
  const component = new URLSearchParams(location.search).get('component');
  return component && state.canEdit.value ? openComponent(component) : openPage(firstPageId());
}

/** A component by itself, in the same builder: it is saved, kept as a draft and merged as a page is. */
async function openComponent(id) {
  state.isReady.value = false;
  state.selection.value = null;
  saver.stop();
  const [{ name, ...row }] = await Promise.all([readComponent(id), loadParts().catch(() => {})]);
  await open({ ...row, title: name, path: '', isComponent: true }, 'component');
}

export async function editComponent(id) {
  if (!(await saver.flush())) {
    toast('This page could not be saved yet, so it stays open.', { kind: 'failed' });
    return;
  }
  const from = state.page.value;
  await openComponent(id).catch((error) => toastProblem(asProblem(error)));
  state.notice.value = { kind: 'component', from: from.isComponent ? state.pages.value[0] : from };
}

/** Components and sections, read anew; the uses on the canvas follow. */
export async function loadParts() {
  await readParts();
  if (state.isReady.value) drawInstances(editor);
}

async function open(row, kind) {
  const { id } = row;
  state.page.value = row;
  baseVersion = row.version;
  state.isOpenElsewhere.value = false;
  await show(row);
  await restoreDraft(row);
  history.replaceState(null, '', `?${kind}=${id}`);
  document.title = `${row.title} · ${state.site.value.name} · Roseram Builder`;
  tabs.hello();
  lookAtPage();
}

/** Nobody saves until all of the page is there; what was changed before that is saved then. */
function begin(snapshot) {
  base = snapshot.content;
  saver.start(snapshot);
  if (takeEarly()) saver.changed();
}

async function show(row) {
  state.isReady.value = false;
  forgetEarly();
  saver.stop();
  const { dropped } = await showPage(editor, row, { drawn: instancePainter(editor, row.html), whole: begin, atOnce: row.isComponent });
  state.notice.value = null;
  if (dropped.length) {
    console.info('Roseram left out what a page may not hold:', dropped);
    state.notice.value = { kind: 'dropped', dropped };
  }
  clearSteps(editor);
  changedAt = 0;
  state.isReady.value = true;
}

async function restoreDraft(row) {
  const draft = await keptDraft(row.id);
  if (!draft || isSame(draft.snapshot, row)) return;
  if (!state.canEdit.value) {
    state.notice.value = { kind: 'kept', message: 'Your role no longer allows changes, so this work could not be saved.', mine: draft.snapshot };
    return;
  }
  fillNow();
  // It may have been made from an older version. Its save then says so, and is joined with what came since.
  baseVersion = draft.base_version;
  base = draft.base ?? null;
  await putOnCanvas(draft.snapshot);
  state.notice.value = { kind: 'restored', at: draft.kept_at, before: row };
}

/** As an edit: the server does not have it, so it is saved next. */
async function putOnCanvas(snapshot) {
  state.isReady.value = false;
  const row = { ...state.page.value, ...snapshot };
  await showPage(editor, row, { drawn: instancePainter(editor, row.html), whole: () => {}, atOnce: true });
  state.isReady.value = true;
  saver.changed();
}

/** The restored work may have been saved meanwhile, so what was there before comes back as an edit of its own. */
export async function discardDraft(before) {
  state.notice.value = null;
  await putOnCanvas(before);
}

/** Somebody else saved: whoever changed nothing sees it at once, and everybody else with their next save. */
export async function followTheirs() {
  if (!state.isReady.value || state.isFilling.value || saver.isDirty() || saver.isHeld()) return;
  const theirs = await readPage(state.page.value.id).catch(() => null);
  const isStill = theirs?.id === state.page.value.id && theirs.version > baseVersion && !saver.isDirty();
  if (!isStill) return;
  // What is on the canvas is what the server had, so it is the base too, and there is nothing to ask.
  const { project, changes } = await joinTheirs(editor, { base: takeSnapshot(editor).content, theirs });
  adopt(theirs);
  base = project;
  saver.start(takeSnapshot(editor));
  if (changes.length) state.notice.value = { kind: 'followed', by: theirs.updated_by, at: theirs.updated_at };
}

/** After it was changed on the server on purpose: as it is there now. */
export async function reopenPage() {
  const row = await readPage(state.page.value.id);
  adopt(row);
  await show(row);
}

/** Saves first; stays where it is when that does not work. */
export async function switchPage(id) {
  if (id === state.page.value?.id) return true;
  if (state.canEdit.value && !(await saver.flush())) {
    toast('This page could not be saved yet, so it stays open.', { kind: 'failed' });
    return false;
  }
  try {
    await openPage(id);
    return true;
  } catch (error) {
    toastProblem(asProblem(error));
    return false;
  }
}

export const saveNow = () => (state.canEdit.value ? saver.flush() : Promise.resolve(true));
export const retrySave = () => saver.save();
export const resumeSaving = () => saver.resume();
export const snapshot = () => takeSnapshot(editor);

/** `choices`: for each conflict 'mine' or 'theirs'. What was not chosen stays: theirs in the history, mine in the notice. */
export async function decideConflict({ theirs, choices }) {
  const { conflicts, mine, project } = await joinTheirs(editor, { base, theirs, choices });
  if (conflicts.length) {
    // Something was changed while the question was open, so there is one more.
    state.openDialog('conflict', { theirs, mine, conflicts });
    return false;
  }
  adopt(listed(theirs));
  base = project;
  saver.start({ html: theirs.html, css: theirs.css });
  if (Object.values(choices).includes('theirs')) state.notice.value = { kind: 'took-theirs', mine };
  return saver.resume();
}

/** The draft on this device, once it was copied away. */
export async function forgetMine() {
  state.notice.value = null;
  await forgetDraft();
}

export async function putMineBack(mine) {
  state.notice.value = null;
  await putOnCanvas(mine);
}

/** A page's title, path, state or search settings. The open page's own save goes first, so that versions follow each other. */
export async function changeSettings(target, fields) {
  const isOpen = target.id === state.page.value?.id;
  if (isOpen && !(await saver.flush())) throw new Error('The page could not be saved first.');
  const version = isOpen ? baseVersion : target.version;
  const row = await changePage({ id: target.id, version, fields, by: state.me.value.id });
  if (isOpen) adopt({ ...listed(row), ...('js' in fields && { js: fields.js }) });
  else state.pages.value = state.pages.value.map((each) => (each.id === row.id ? { ...each, ...listed(row) } : each));
  return row;
}

/**
 * A change of the tree of pages, which the database makes over several at once; the open page's own save goes first.
 * Only a version that this change itself made is taken over: anybody else's save in between must still be noticed.
 */
export async function changeTree(change) {
  if (!(await saver.flush())) throw new Problem('The open page could not be saved first.', { code: 'not_saved' });
  const result = await change();
  await refreshPages();
  const open = state.pages.value.find(({ id }) => id === state.page.value.id);
  if (open && open.path !== state.page.value.path && open.version === baseVersion + 1) adopt(open);
  return result;
}
