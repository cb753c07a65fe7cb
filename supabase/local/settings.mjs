// What the embedded Supabase is told by its environment, read once.

import path from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../..");
const REQUIRED = ["SUPABASE_PUBLISHABLE_KEY", "SUPABASE_SECRET_KEY", "SUPABASE_JWT_SECRET"];

/** Read the settings; one message names every missing or malformed variable. */
export function readSettings(environment) {
  const complaints = REQUIRED.filter((name) => !environment[name]).map((name) => `${name} is missing`);
  const port = readPort(environment, "SUPABASE_PORT", complaints) ?? 54321;
  const studioPort = readPort(environment, "STUDIO_PORT", complaints);
  const jwtSecret = environment.SUPABASE_JWT_SECRET ?? "";
  if (jwtSecret && jwtSecret.length < 32) complaints.push("SUPABASE_JWT_SECRET needs at least 32 characters");
  if (complaints.length > 0) throw new SettingsError(complaints.join("; "));

  const dataDir = path.resolve(environment.DATA_DIR ?? ".local");
  return {
    port,
    studioPort,
    dataDir,
    jwtSecret,
    url: `http://127.0.0.1:${port}`,
    appUrl: environment.APP_URL ?? "http://127.0.0.1:5000",
    publishableKey: environment.SUPABASE_PUBLISHABLE_KEY,
    secretKey: environment.SUPABASE_SECRET_KEY,
    databaseDir: path.join(dataDir, "db"),
    objectsDir: path.join(dataDir, "objects"),
    mailboxDir: path.join(dataDir, "mailbox"),
    templatesDir: path.resolve(environment.SUPABASE_TEMPLATE_CACHE ?? path.join(ROOT, ".local/cache/database")),
    confirmEmails: environment.SUPABASE_CONFIRM_EMAIL === "1",
    github: readGithub(environment),
    mailTemplatesDir: path.join(ROOT, "supabase/templates"),
    migrationsDir: path.resolve(environment.SUPABASE_MIGRATIONS_DIR ?? path.join(ROOT, "supabase/migrations")),
    seeds: environment.SEED === "0" ? [] : ["seed.sql", "demo_site.mjs"].map((name) => path.join(ROOT, "supabase", name)),
  };
}

function readPort(environment, name, complaints) {
  if (!environment[name]) return undefined;
  const port = Number(environment[name]);
  if (!Number.isInteger(port) || port < 1 || port > 65535) {
    complaints.push(`${name} must be a port number, not "${environment[name]}"`);
  }
  return port;
}

/** GitHub's sign-in, for those who have registered an OAuth app of their own for this machine. */
function readGithub(environment) {
  const { SUPABASE_GITHUB_CLIENT_ID: client_id, SUPABASE_GITHUB_SECRET: secret, SUPABASE_GITHUB_URL: url } = environment;
  return client_id && secret ? { enabled: true, client_id, secret, ...(url ? { url } : {}) } : { enabled: false };
}

export class SettingsError extends Error {}
