// What hosted Auth does and Lite does not: it counts attempts, and it answers the same whether it knows an address or not.

import { setTimeout as pause } from "node:timers/promises";
import { Patience } from "./patience.mjs";
import { asIfNew } from "./repeated_signup.mjs";
import { completeTokens } from "./tokens.mjs";

// A refusal takes as long with a password to check as without one, and a mail as long as no mail.
const SLOWEST_MS = 400;
const MAILS = new Set(["/auth/v1/recover", "/auth/v1/otp", "/auth/v1/magiclink", "/auth/v1/resend"]);

/** A function from (request, address of the peer) to Response, for everything under /auth/v1/. */
export function createAuth(askLite, settings) {
  const signIns = new Patience({ perAccount: 10, perPeer: 100 });
  const mails = new Patience({ perAccount: 5, perPeer: 100 });
  const links = new Patience({ perAccount: Infinity, perPeer: 30 });

  return async function answerAuth(request, peer) {
    const response = await answer(request, peer);
    const isRenewal = new URL(request.url).searchParams.get("grant_type") === "refresh_token";
    return completeTokens(response, { ...settings, isRenewal });
  };

  function answer(request, peer) {
    const { pathname, searchParams } = new URL(request.url);
    if (request.method !== "POST") return askLite(request);
    if (pathname === "/auth/v1/token" && searchParams.get("grant_type") === "password") {
      return attempt(request, peer, signIns, { kind: "over_request_rate_limit" });
    }
    if (pathname === "/auth/v1/verify") return attempt(request, peer, links, { kind: "over_request_rate_limit", bend: withKnownOtpType });
    if (MAILS.has(pathname)) return sendMail(request, peer);
    if (pathname === "/auth/v1/signup" && settings.confirmEmails) return signUp(request);
    return askLite(request);
  }

  /** Counts what has not succeeded; forgives when it does. */
  async function attempt(request, peer, patience, { kind, bend = (body) => body }) {
    const body = await request.text();
    const account = accountIn(body);
    const seconds = patience.wait(account, peer);
    if (seconds > 0) return tooMany(seconds, kind);
    // Counted before it is tried, so that many at once count as many.
    const noted = patience.note(account, peer);
    const began = Date.now();
    const response = await askLite(withBody(request, bend(body)));
    if (response.ok) patience.forgive(account, noted);
    else await evenOut(began);
    return response;
  }

  /** Every mail counts: the next one goes to somebody who may not have asked for any. */
  async function sendMail(request, peer) {
    const body = await request.text();
    const account = accountIn(body);
    const seconds = mails.wait(account, peer);
    if (seconds > 0) return tooMany(seconds, "over_email_send_rate_limit");
    mails.note(account, peer);
    const began = Date.now();
    const response = await askLite(withBody(request, body));
    await evenOut(began);
    // "Signups not allowed for otp" says that nobody has the address.
    return (await refusedWith(response, "otp_disabled")) ? Response.json({}) : response;
  }

  /** Where addresses are confirmed by mail, a known one looks like a new one; its owner gets no second mail. */
  async function signUp(request) {
    const body = await request.text();
    const began = Date.now();
    const response = await askLite(withBody(request, body));
    await evenOut(began);
    if (!(await refusedWith(response, "over_email_send_rate_limit"))) return response;
    return Response.json(asIfNew(accountIn(body), parse(body)?.data));
  }
}

async function evenOut(began) {
  await pause(Math.max(0, began + SLOWEST_MS - Date.now()));
}

async function refusedWith(response, code) {
  if (response.ok) return false;
  const { error_code: found, code: older } = (await response.clone().json().catch(() => null)) ?? {};
  return found === code || older === code;
}

function tooMany(seconds, kind) {
  const answer = { code: 429, error_code: kind, msg: "Request rate limit reached" };
  return Response.json(answer, { status: 429, headers: { "retry-after": String(seconds), "x-sb-error-code": kind } });
}

function accountIn(body) {
  return String(parse(body)?.email ?? "").toLowerCase();
}

/** Hosted takes "email" for every code sent by mail; Lite knows only the older names. */
function withKnownOtpType(body) {
  return body.replace(/"type"\s*:\s*"email"/, '"type":"magiclink"');
}

function withBody(request, body) {
  return new Request(request.url, { method: request.method, headers: request.headers, body });
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
