// What somebody hears who signs up with an address that has an account already: the same as everybody else.

import { randomBytes } from "node:crypto";

/** What Lite answers to a new address, to the letter, with ids of nobody. */
export function asIfNew(email, data) {
  const [id, now] = [newId(), moment()];
  const told = asStored({ ...data, email, email_verified: false, phone_verified: false, sub: id });
  const times = { last_sign_in_at: now, created_at: now, updated_at: now };
  return {
    id,
    aud: "authenticated",
    role: "authenticated",
    email,
    phone: "",
    app_metadata: { provider: "email", providers: ["email"] },
    user_metadata: told,
    identities: [{ identity_id: newId(), id, user_id: id, identity_data: told, provider: "email", ...times, email }],
    created_at: now,
    updated_at: now,
    is_anonymous: false,
    confirmation_sent_at: now,
  };
}

/** Lite's ids begin with the time (UUIDv7). */
function newId() {
  const time = Date.now().toString(16).padStart(12, "0");
  const rest = randomBytes(10);
  rest[0] = (rest[0] & 0x0f) | 0x70;
  rest[2] = (rest[2] & 0x3f) | 0x80;
  const digits = time + rest.toString("hex");
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

/** A moment as PostgreSQL writes it: without the zeros at the end. */
function moment() {
  return new Date().toISOString().replace(/\.?0*Z$/, "+00:00");
}

/** jsonb keeps names by their length, then by their bytes. */
function asStored(value) {
  if (Array.isArray(value)) return value.map(asStored);
  if (typeof value !== "object" || value === null) return value;
  const byLength = ([one], [other]) => one.length - other.length || (one < other ? -1 : 1);
  return Object.fromEntries(Object.entries(value).sort(byLength).map(([name, each]) => [name, asStored(each)]));
}
