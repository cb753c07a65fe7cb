// What of Lite is reachable, and where its answers are bent towards hosted's.

import { createAuth } from "./auth.mjs";
import { isTooDeep } from "./bodies.mjs";
import { refuse } from "./refusals.mjs";
import { asOneRequest } from "./turns.mjs";
import { asPlainUpload, isFormUpload } from "./uploads.mjs";

const SERVED = /^\/(rest|auth|storage)\/v1(\/|$)/;
const CORS = {
  "access-control-allow-origin": "*",
  "access-control-allow-methods": "GET, POST, PATCH, PUT, DELETE, OPTIONS, HEAD",
  "access-control-expose-headers": "Content-Range, Content-Location, Content-Profile, Preference-Applied, Range-Unit, Location",
};

/** A function from Request, and the address it comes from, to Response, for everything the embedded Supabase serves. */
export function createGateway(app, settings) {
  // No peer address: Lite must never take a caller for a local administrator.
  const askLite = (request) => asOneRequest(() => app.fetch(request, { peerAddress: null }));
  const answerAuth = createAuth(askLite, settings);

  return async function answer(request, peer) {
    const { pathname, search } = new URL(request.url);
    if (pathname === "/health") return Response.json({ status: "ok" });
    // Studio, /_system and whatever a later Lite adds stay out of reach.
    if (!SERVED.test(pathname)) return Response.json({ message: "Not found" }, { status: 404 });
    if (request.method === "OPTIONS") return answerPreflight(request);
    if (!isReadable(pathname + search)) return withCors(unreadable());
    if (pathname.startsWith("/rest/v1")) {
      const refusal = refuse(request, pathname);
      if (refusal) return withCors(refusal);
    }
    if (!pathname.startsWith("/storage/v1/") && (await isTooDeep(request))) return withCors(tooDeep());
    if (pathname.startsWith("/auth/v1/")) return withCors(await answerAuth(request, peer));
    const response = await askLite(await bendRequest(request, pathname));
    return withCors(pathname.startsWith("/storage/v1/") ? inert(response) : response);
  };
}

/** Whether an address is text at all: PostgreSQL has no zero character, and half a character is none. */
function isReadable(address) {
  try {
    return !decodeURIComponent(address.replaceAll("+", " ")).includes("\0");
  } catch {
    return false;
  }
}

function unreadable() {
  const answer = { code: "22021", message: "The address is not valid text.", details: null, hint: null };
  return Response.json(answer, { status: 400 });
}

function tooDeep() {
  const answer = { code: "PGRST102", message: "Empty or invalid json", details: null, hint: null };
  return Response.json(answer, { status: 400 });
}

async function bendRequest(request, pathname) {
  if (isFormUpload(request, pathname)) return (await asPlainUpload(request)) ?? request;
  return request;
}

/** What somebody uploaded is shown as the picture it claims to be, or not at all. */
function inert(response) {
  const headers = new Headers(response.headers);
  headers.set("x-content-type-options", "nosniff");
  headers.set("content-security-policy", "default-src 'none'; style-src 'unsafe-inline'; sandbox");
  return new Response(response.body, { status: response.status, headers });
}

function answerPreflight(request) {
  const wanted = request.headers.get("access-control-request-headers");
  const headers = { ...CORS, "access-control-max-age": "3600" };
  if (wanted) headers["access-control-allow-headers"] = wanted;
  return new Response(null, { status: 204, headers });
}

function withCors(response) {
  const headers = new Headers(response.headers);
  for (const [name, value] of Object.entries(CORS)) headers.set(name, value);
  headers.delete("access-control-allow-credentials");
  return new Response(response.body, { status: response.status, headers });
}
