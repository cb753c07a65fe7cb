// Lite's Studio, where STUDIO_PORT asks for it: an administrator's view of every row, without a password.
// It listens on the loopback interface only, on a port of its own that nothing in front of it may proxy.

import fs from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { asOneRequest } from "./turns.mjs";

const STATIC = path.join(path.dirname(fileURLToPath(import.meta.resolve("@supabase/lite"))), "static");
const TYPES = { ".css": "text/css", ".js": "text/javascript", ".ico": "image/x-icon", ".woff2": "font/woff2" };
const ELSEWHERE = { message: "Studio is open to this machine's own browser only." };

/** A function from Request to Response for everything that Studio and its page ask for. */
export function createStudio(app, port) {
  const hosts = new Set([`127.0.0.1:${port}`, `localhost:${port}`]);
  return async function answer(request, peer) {
    if (!isOwn(request, hosts)) return Response.json(ELSEWHERE, { status: 403 });
    const { pathname } = new URL(request.url);
    if (pathname.startsWith("/static/")) return sendFile(pathname.slice("/static/".length));
    return asOneRequest(() => app.fetch(request, { peerAddress: peer }));
  };
}

/** Whoever comes by another name (DNS rebinding), from another page or through a proxy is a stranger. */
function isOwn({ headers }, hosts) {
  if (!hosts.has(headers.get("host"))) return false;
  if (["forwarded", "x-forwarded-for", "x-real-ip", "via"].some((name) => headers.has(name))) return false;
  const origin = headers.get("origin");
  if (origin !== null && !hosts.has(origin.replace(/^http:\/\//, ""))) return false;
  return ["none", "same-origin", null].includes(headers.get("sec-fetch-site"));
}

async function sendFile(name) {
  const file = path.join(STATIC, path.normalize(`/${decodeURIComponent(name)}`));
  const type = TYPES[path.extname(file)];
  try {
    return new Response(await fs.readFile(file), { headers: { "content-type": type ?? "application/octet-stream" } });
  } catch {
    return Response.json({ message: "Not found" }, { status: 404 });
  }
}
