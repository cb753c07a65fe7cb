// Applies supabase/migrations and the seed as the Supabase CLI does, into the
// CLI's own history tables, so that `supabase migration list` reads them.

import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";

const HISTORY = `
  create schema if not exists supabase_migrations;
  create table if not exists supabase_migrations.schema_migrations (
    version text primary key, statements text[], name text);
  create table if not exists supabase_migrations.seed_files (path text primary key, hash text not null);
`;

/** The migration files in the order of their versions. */
export function listMigrations(folder) {
  if (!fs.existsSync(folder)) return [];
  const files = fs.readdirSync(folder).filter((name) => /^\d+_.*\.sql$/.test(name));
  return files.sort().map((name) => {
    const [, version, title] = /^(\d+)_(.*)\.sql$/.exec(name);
    return { version, title, sql: fs.readFileSync(path.join(folder, name), "utf8") };
  });
}

/** Apply what is not yet recorded, one transaction per file; returns the versions applied. */
export async function applyMigrations(pglite, migrations) {
  await pglite.exec(HISTORY);
  const { rows } = await pglite.query("select version from supabase_migrations.schema_migrations");
  const known = new Set(rows.map((row) => row.version));
  const missing = migrations.filter(({ version }) => !known.has(version));
  for (const migration of missing) await applyMigration(pglite, migration);
  return missing.map(({ version }) => version);
}

async function applyMigration(pglite, { version, title, sql }) {
  const file = `${version}_${title}.sql`;
  await inTransaction(pglite, file, async (transaction) => {
    await transaction.exec(sql);
    await transaction.query(
      "insert into supabase_migrations.schema_migrations (version, statements, name) values ($1, $2, $3)",
      [version, [sql], title],
    );
  });
}

/** What the seed files say: SQL, or a module whose default export returns SQL. */
export async function readSeeds(files) {
  const seeds = [];
  for (const file of files.filter((name) => fs.existsSync(name))) {
    const isModule = file.endsWith(".mjs");
    const sql = isModule ? (await import(pathToFileURL(file))).default() : fs.readFileSync(file, "utf8");
    if (sql) seeds.push({ name: path.basename(file), sql, hash: createHash("sha256").update(sql).digest("hex") });
  }
  return seeds;
}

/** Run each seed once in the life of a database; later edits of it never touch kept data. */
export async function plantSeeds(pglite, seeds) {
  const { rows } = await pglite.query("select path from supabase_migrations.seed_files");
  const planted = new Set(rows.map((row) => row.path));
  for (const { name, sql, hash } of seeds.filter((seed) => !planted.has(seed.name))) {
    await inTransaction(pglite, name, async (transaction) => {
      await transaction.exec(sql);
      await transaction.query("insert into supabase_migrations.seed_files (path, hash) values ($1, $2)", [name, hash]);
    });
  }
}

async function inTransaction(pglite, file, work) {
  try {
    await pglite.transaction(work);
  } catch (error) {
    const where = error.position ? ` at character ${error.position}` : "";
    const hint = error.hint ? ` (${error.hint})` : "";
    throw new MigrationFailed(`${file} failed${where}: ${error.message}${hint}`);
  } finally {
    // A file may set its own search_path or role; the next one starts afresh.
    await pglite.exec("reset all; reset role;");
  }
}

export class MigrationFailed extends Error {}
