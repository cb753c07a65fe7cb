// The embedded Supabase: @supabase/lite on PGlite, served the way hosted
// Supabase behaves. README.md beside this file says what differs and why.

import path from "node:path";
import { App, setExperimental } from "@supabase/lite";
import { openDatabase } from "./database.mjs";
import { createGateway } from "./gateway.mjs";
import { FolderInUse, lockFolder } from "./lock.mjs";
import { printInJson } from "./log.mjs";
import { createMailbox } from "./mailbox.mjs";
import { MigrationFailed } from "./migrations.mjs";
import { FolderOfObjects } from "./objects.mjs";
import { serve } from "./server.mjs";
import { readSettings, SettingsError } from "./settings.mjs";
import { createStudio } from "./studio.mjs";

async function main() {
  printInJson();
  const settings = readSettings(process.env);
  const unlock = lockFolder(settings.dataDir);
  process.once("exit", unlock);
  const connection = await openDatabase(settings);
  const app = await createApp(connection, settings);
  await connection.introspect({ useCache: true });
  const stopServing = [await serve(createGateway(app, settings), settings.port)];
  if (settings.studioPort) stopServing.push(await serve(createStudio(app, settings.studioPort), settings.studioPort));
  console.info(`ready on ${settings.url}`);
  stopOnSignal(async () => {
    await Promise.all(stopServing.map((stop) => stop()));
    await connection.close();
  });
}

async function createApp(connection, settings) {
  const app = new App({
    connection,
    api: { schemas: ["public"], max_rows: 1000, external_url: settings.url, pg_safe_update: true },
    auth: {
      enabled: true,
      site_url: settings.appUrl,
      jwt_secret: settings.jwtSecret,
      jwt_expiry: 3600,
      publishable_key: settings.publishableKey,
      secret_key: settings.secretKey,
      external: { github: settings.github },
      minimum_password_length: 8,
      email: {
        enable_signup: true,
        enable_confirmations: settings.confirmEmails,
        // The new mailbox alone decides; Lite's double form asks only the old one, and proves nothing about the new.
        double_confirm_changes: false,
        max_frequency: "1s",
        template: mailTemplates(settings.mailTemplatesDir),
      },
    },
    storage: { enabled: true, file_size_limit: "10MiB" },
    studio: { enabled: Boolean(settings.studioPort) },
    options: {
      // The gateway names no peer, so nobody is an administrator there; Studio's own port names one.
      server: { admin: Boolean(settings.studioPort), disableStudio: !settings.studioPort },
      drivers: { email: createMailbox(settings.mailboxDir) },
    },
  });
  await app.init();
  // Lite calls its Storage an experiment and warns of it in init(); our tests cover what we use.
  setExperimental("storage", true);
  app._storageAdapter = new FolderOfObjects(settings.objectsDir);
  return app;
}

/** The same texts that supabase/config.toml gives to hosted projects. */
function mailTemplates(folder) {
  const subjects = {
    confirmation: "Confirm your address",
    recovery: "Choose a new password",
    magic_link: "Sign in to Roseram Builder",
    email_change: "Confirm your new address",
  };
  const templates = Object.entries(subjects).map(([name, subject]) => [
    name,
    { subject, content_path: path.join(folder, `${name}.html`) },
  ]);
  return Object.fromEntries(templates);
}

function stopOnSignal(stop) {
  let stopping = false;
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"]) {
    process.on(signal, () => {
      // Ctrl-C reaches the whole process group, so a second signal is usual.
      if (stopping) return;
      stopping = true;
      stop().then(
        () => process.exit(0),
        (error) => fail(error),
      );
    });
  }
}

function fail(error) {
  // One plain sentence: somebody has typed the command and reads this.
  process.stderr.write(`supabase: ${explain(error)}\n`);
  process.exit(1);
}

function explain(error) {
  if (error.code === "EADDRINUSE") {
    return `port ${error.port} is in use. Stop what uses it, or set SUPABASE_PORT to another port.`;
  }
  if (error.code === "ENOSPC") return "the disk is full.";
  const expected = [SettingsError, FolderInUse, MigrationFailed].some((kind) => error instanceof kind);
  return expected ? error.message : (error.stack ?? String(error));
}

main().catch(fail);
