// Node's HTTP server in front of a function from Request to Response.

import http from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";

const LARGEST_BODY = 12 * 1024 * 1024;
const LOOPBACK = "127.0.0.1";
// Longer than any client keeps an idle connection. Node's five seconds may end while the database
// has the event loop: the connection is then reset under a request that has already been sent.
const KEEP_ALIVE_MS = 75_000;

/** Serve `answer(request, peer)` on the loopback interface; resolves when it listens. */
export async function serve(answer, port) {
  const server = http.createServer((incoming, outgoing) => {
    respond(answer, incoming, outgoing).catch((error) => {
      console.error(`${incoming.method} ${incoming.url?.split("?")[0]}: ${error.message}`);
      if (!outgoing.headersSent) outgoing.writeHead(500);
      outgoing.end();
    });
  });
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  await new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, LOOPBACK, resolve);
  });
  return () => stop(server);
}

async function respond(answer, incoming, outgoing) {
  const body = await readBody(incoming);
  if (body === undefined) return refuseBody(outgoing);
  const request = toRequest(incoming, body);
  if (request === undefined) return outgoing.writeHead(400).end();
  // Who is connected, never what X-Forwarded-For says.
  const response = await answer(request, incoming.socket.remoteAddress);
  outgoing.writeHead(response.status, toNodeHeaders(response.headers));
  if (response.body === null || incoming.method === "HEAD") return outgoing.end();
  await pipeline(Readable.fromWeb(response.body), outgoing);
}

/** The whole body, or nothing when it is larger than any page or picture may be. */
async function readBody(incoming) {
  if (Number(incoming.headers["content-length"] ?? 0) > LARGEST_BODY) return undefined;
  const parts = [];
  let size = 0;
  for await (const part of incoming) {
    size += part.byteLength;
    if (size > LARGEST_BODY) return undefined;
    parts.push(part);
  }
  return Buffer.concat(parts);
}

function refuseBody(outgoing) {
  const answer = { statusCode: "413", error: "Payload too large", message: "The object exceeded the maximum allowed size" };
  outgoing.writeHead(413, {
    "access-control-allow-origin": "*",
    connection: "close",
    "content-type": "application/json",
  });
  outgoing.end(JSON.stringify(answer));
}

function toRequest(incoming, body) {
  const { method, url, headers } = incoming;
  const hasBody = method !== "GET" && method !== "HEAD" && body.byteLength > 0;
  try {
    const told = toWebHeaders(headers);
    // Also of a body that came in chunks: Storage holds the length against the bucket's limit, and policies against the row.
    if (hasBody) told.set("content-length", String(body.byteLength));
    // The path only: the Host header is the caller's word and decides nothing.
    return new Request(new URL(url, `http://${LOOPBACK}:${incoming.socket.localPort}`), {
      method,
      headers: told,
      body: hasBody ? body : undefined,
    });
  } catch {
    return undefined;
  }
}

function toWebHeaders(headers) {
  const result = new Headers();
  for (const [name, value] of Object.entries(headers)) {
    for (const one of [value].flat()) result.append(name, one);
  }
  return result;
}

function toNodeHeaders(headers) {
  const result = Object.fromEntries(headers);
  const cookies = headers.getSetCookie();
  if (cookies.length > 0) result["set-cookie"] = cookies;
  return result;
}

async function stop(server) {
  const closed = new Promise((resolve) => server.close(resolve));
  server.closeIdleConnections();
  const impatient = setTimeout(() => server.closeAllConnections(), 2000);
  await closed;
  clearTimeout(impatient);
}
