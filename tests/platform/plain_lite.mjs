// Lite as it ships, on a database folder that our launcher has made: it shows
// the faults that the launcher takes away. When a test that expects a fault
// here fails, Lite has mended it, and the launcher's part may go.
//
// usage: node plain_lite.mjs FOLDER PORT [--no-rls]; the keys come from the environment.

import http from "node:http";
import { App } from "@supabase/lite";
import { PgliteConnection } from "@supabase/lite/pglite";

const [folder, port, option] = process.argv.slice(2);
const connection = new PgliteConnection({ url: folder });
if (option === "--no-rls") {
  await connection.driver.exec(`
    do $$ declare t regclass; begin
      for t in select oid from pg_class where relrowsecurity loop
        execute format('alter table %s disable row level security', t);
      end loop;
    end $$`);
}
const app = new App({
  connection,
  auth: {
    enabled: true,
    jwt_secret: process.env.SUPABASE_JWT_SECRET,
    publishable_key: process.env.SUPABASE_PUBLISHABLE_KEY,
    secret_key: process.env.SUPABASE_SECRET_KEY,
  },
  // What `lite start` passes on a loopback address unless it is told otherwise.
  options: { server: { admin: true } },
});

const server = http
  .createServer(async (incoming, outgoing) => {
    const parts = [];
    for await (const part of incoming) parts.push(part);
    const { method, headers } = incoming;
    const body = parts.length > 0 ? Buffer.concat(parts) : undefined;
    const request = new Request(`http://127.0.0.1:${port}${incoming.url}`, { method, headers, body });
    const answer = await app.fetch(request, { peerAddress: "127.0.0.1" });
    outgoing.writeHead(answer.status, Object.fromEntries(answer.headers));
    outgoing.end(Buffer.from(await answer.arrayBuffer()));
  })
  .listen(Number(port), "127.0.0.1", () => console.log("ready"));
// As in supabase/local/server.mjs: an idle connection must not be reset under a request.
server.keepAliveTimeout = 75_000;
