// Opens the database folder: from the template when it is new, migrated in any case.

import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { btree_gin } from "@electric-sql/pglite/contrib/btree_gin";
import { pg_trgm } from "@electric-sql/pglite/contrib/pg_trgm";
import { getAuthSchemaSql, getStorageSchemaSql, SUPABASE_AUTH_HELPERS_SQL } from "@supabase/lite";
import { PgliteConnection } from "@supabase/lite/pglite";
import { describeError } from "./errors.mjs";
import { applyMigrations, listMigrations, plantSeeds, readSeeds } from "./migrations.mjs";
import { createKysely } from "./turns.mjs";

const HERE = path.dirname(fileURLToPath(import.meta.url));
const NOTHING = { migrations: [], seeds: [] };
const TIMESTAMP = 1114;
const TIMESTAMPTZ = 1184;

/** A connection on an existing or new folder, with every migration and the seed in it. */
export async function openDatabase(settings) {
  const { databaseDir } = settings;
  const content = { migrations: listMigrations(settings.migrationsDir), seeds: await readSeeds(settings.seeds) };
  if (!fs.existsSync(path.join(databaseDir, "PG_VERSION"))) await copyTemplate(settings, content);
  const connection = connect(databaseDir);
  await bringUpToDate(connection, content);
  return connection;
}

/** Lite's connection with our turn-taking Kysely and hosted's timestamps in place of its own. */
function connect(folder) {
  const connection = new PgliteConnection({
    url: folder,
    pgliteOptions: {
      parsers: { [TIMESTAMP]: toIso, [TIMESTAMPTZ]: toIso },
      // What migrations may create; hosted projects have these and more.
      extensions: { btree_gin, pg_trgm },
    },
  });
  connection.kysely = createKysely(connection.driver);
  // Lite would grant everything on every table to every role the first time it
  // sees row-level security, and would never switch roles where it saw none.
  connection.rlsState = "active";
  connection.normalizeDbError = describeError;
  return connection;
}

/** `2026-11-22 21:50:37.07+00` → `2026-11-22T21:50:37.07+00:00`, as PostgREST writes it. */
export function toIso(text) {
  return text.replace(" ", "T").replace(/([+-]\d\d)$/, "$1:00");
}

async function bringUpToDate(connection, { migrations, seeds }) {
  const pglite = connection.driver;
  await pglite.waitReady;
  // Lite's own definitions of auth and storage, then what hosted has on top.
  await pglite.exec([getAuthSchemaSql(), SUPABASE_AUTH_HELPERS_SQL, getStorageSchemaSql()].join("\n"));
  await pglite.exec(fs.readFileSync(path.join(HERE, "roles.sql"), "utf8"));
  const applied = await applyMigrations(pglite, migrations);
  await plantSeeds(pglite, seeds);
  if (applied.length > 0) await pglite.exec("analyze");
  await forgetRowArrays(pglite);
}

/**
 * PGlite copies its list of types with every statement, and three in four are arrays of some table's rows, which nobody
 * asks for. Without them a statement takes a third less.
 */
async function forgetRowArrays(pglite) {
  const { rows } = await pglite.query("select typarray as oid from pg_type where typtype = 'c' and typarray <> 0");
  const forgotten = new Set(rows.map(({ oid }) => String(oid)));
  const kept = (types) => Object.fromEntries(Object.entries(types).filter(([oid]) => !forgotten.has(oid)));
  pglite.parsers = kept(pglite.parsers);
  pglite.serializers = kept(pglite.serializers);
}

/** Creating a cluster and migrating it takes seconds, copying one a twentieth of a second. */
async function copyTemplate(settings, content) {
  const template = await findTemplate(settings, content);
  const unfinished = `${settings.databaseDir}.copying-${process.pid}`;
  fs.rmSync(unfinished, { recursive: true, force: true });
  fs.mkdirSync(path.dirname(settings.databaseDir), { recursive: true });
  fs.cpSync(template, unfinished, { recursive: true });
  fs.rmSync(settings.databaseDir, { recursive: true, force: true });
  fs.renameSync(unfinished, settings.databaseDir);
}

/** The folder of the template with this content; it is made, from the empty one, where it is missing. */
async function findTemplate(settings, content) {
  const template = path.join(settings.templatesDir, templateName(content));
  if (fs.existsSync(template)) return template;
  const unfinished = `${template}.making-${process.pid}`;
  fs.mkdirSync(settings.templatesDir, { recursive: true });
  fs.rmSync(unfinished, { recursive: true, force: true });
  try {
    if (content !== NOTHING) fs.cpSync(await findTemplate(settings, NOTHING), unfinished, { recursive: true });
    const connection = connect(unfinished);
    await bringUpToDate(connection, content);
    await connection.driver.exec("checkpoint");
    await connection.close();
    removeOldTemplates(settings.templatesDir);
    fs.renameSync(unfinished, template);
  } catch (error) {
    fs.rmSync(unfinished, { recursive: true, force: true });
    // Two starters may make the same template at once; either one will do.
    if (error.code !== "ENOTEMPTY" && error.code !== "EEXIST") throw error;
  }
  return template;
}

function removeOldTemplates(folder) {
  const aWeekAgo = Date.now() - 7 * 24 * 3600 * 1000;
  for (const name of fs.readdirSync(folder)) {
    const old = path.join(folder, name);
    if (fs.statSync(old).mtimeMs < aWeekAgo) fs.rmSync(old, { recursive: true, force: true });
  }
}

/** Named by everything that decides what is in it. */
function templateName({ migrations, seeds }) {
  const hash = createHash("sha256");
  const own = fs.readdirSync(HERE).map((name) => path.join(HERE, name));
  const packages = ["@supabase/lite", "@electric-sql/pglite"].map((name) =>
    path.join(HERE, "../../node_modules", name, "package.json"),
  );
  for (const file of [...own, ...packages]) hash.update(`${path.basename(file)}\0`).update(fs.readFileSync(file));
  for (const { version, title, sql } of migrations) hash.update(`${version}_${title}\0${sql}\0`);
  for (const seed of seeds) hash.update(`${seed.name}\0${seed.hash}\0`);
  return hash.digest("hex").slice(0, 24);
}
