// A door into a migrated database for tests that look closer than the REST API lets them.
// Opens the launcher's own database in DATA_DIR; then one JSON request per line in, one JSON answer per line out:
//   {sql, params?, role?, claims?}  →  {rows} or {error: {code, message, detail}}
// Everything happens in one transaction that {"sql": "rollback"} undoes; a failing statement undoes only itself.

import path from "node:path";
import readline from "node:readline";
import { openDatabase } from "../../supabase/local/database.mjs";
import { readSettings } from "../../supabase/local/settings.mjs";

const connection = await openDatabase({ ...readSettings(process.env), seeds: [] });
const pglite = connection.driver;
await pglite.exec("begin");
console.log(JSON.stringify({ ready: path.basename(process.env.DATA_DIR) }));

for await (const line of readline.createInterface({ input: process.stdin })) {
  console.log(JSON.stringify(await answer(JSON.parse(line))));
}
process.exit(0);

async function answer({ sql, params = [], role, claims }) {
  if (sql === "rollback") {
    await pglite.exec("rollback; begin");
    return { rows: [] };
  }
  await pglite.exec("savepoint door");
  try {
    if (role) await actAs(role, claims);
    const rows = params.length > 0 ? (await pglite.query(sql, params)).rows : (await pglite.exec(sql)).at(-1)?.rows ?? [];
    await pglite.exec("reset role; release savepoint door");
    await pglite.query("select set_config('request.jwt.claims', '', true), set_config('request.jwt.claim.sub', '', true)");
    return { rows };
  } catch (error) {
    await pglite.exec("rollback to savepoint door");
    return { error: { code: error.code ?? "", message: error.message, detail: error.detail ?? null } };
  }
}

async function actAs(role, claims) {
  await pglite.query("select set_config('request.jwt.claims', $1, true), set_config('request.jwt.claim.sub', $2, true)", [
    JSON.stringify(claims ?? {}),
    claims?.sub ?? "",
  ]);
  await pglite.exec(`set local role ${role}`);
}
