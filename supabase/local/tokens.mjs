// Access tokens with the claims that hosted Auth puts in them.
//
// Lite signs seven claims; Flask pins the issuer, and supabase-js and policies
// may look at the others. The token is signed again with the same secret.

import { createHmac } from "node:crypto";

// When the person of a session signed in: renewing a token does not make it later.
// Forgotten at a restart, from when on a renewed token counts as an old sign-in.
const signedInAt = new Map();

/** The answer of an auth endpoint with every access token in it completed. */
export async function completeTokens(response, { jwtSecret, url, isRenewal }) {
  const location = response.headers.get("location");
  if (location?.includes("#access_token=")) return completeRedirect(response, location, jwtSecret, url);
  if (!response.headers.get("content-type")?.startsWith("application/json")) return response;
  const answer = await response.json();
  if (typeof answer?.access_token !== "string") return rewrite(response, answer);
  answer.access_token = complete(answer.access_token, answer.user, jwtSecret, url, isRenewal);
  return rewrite(response, answer);
}

function completeRedirect(response, location, jwtSecret, url) {
  const [address, fragment] = location.split("#");
  const parts = new URLSearchParams(fragment);
  parts.set("access_token", complete(parts.get("access_token"), undefined, jwtSecret, url));
  const headers = new Headers(response.headers);
  headers.set("location", `${address}#${parts}`);
  return new Response(null, { status: response.status, headers });
}

function complete(token, user, secret, url, isRenewal = false) {
  const claims = JSON.parse(Buffer.from(token.split(".")[1], "base64url").toString("utf8"));
  if (!isRenewal) signedInAt.set(claims.session_id, claims.iat);
  return sign(
    {
      iss: `${url}/auth/v1`,
      ...claims,
      phone: user?.phone ?? "",
      app_metadata: user?.app_metadata ?? {},
      user_metadata: user?.user_metadata ?? {},
      aal: "aal1",
      amr: [{ method: "password", timestamp: signedInAt.get(claims.session_id) ?? 0 }],
      is_anonymous: false,
    },
    secret,
  );
}

function sign(claims, secret) {
  const encode = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const signed = `${encode({ alg: "HS256", typ: "JWT" })}.${encode(claims)}`;
  return `${signed}.${createHmac("sha256", secret).update(signed).digest("base64url")}`;
}

function rewrite(response, answer) {
  const headers = new Headers(response.headers);
  headers.delete("content-length");
  return new Response(JSON.stringify(answer), { status: response.status, headers });
}
