// Mails of the embedded Supabase go into a folder, one JSON file each: no mail
// leaves the machine, and a test reads them like a person reads an inbox.

import { randomUUID } from "node:crypto";
import fs from "node:fs/promises";
import path from "node:path";

/** An e-mail driver for Lite that delivers into `folder`. */
export function createMailbox(folder) {
  return {
    async send(message) {
      await fs.mkdir(folder, { recursive: true });
      // Named so that a sorted listing is the order of arrival.
      const name = `${new Date().toISOString().replaceAll(":", "-")}-${randomUUID().slice(0, 8)}.json`;
      const unfinished = path.join(folder, `.${name}`);
      const mail = { ...message, text: toText(message.html), sent_at: new Date().toISOString() };
      await fs.writeFile(unfinished, JSON.stringify(mail, null, 2));
      await fs.rename(unfinished, path.join(folder, name));
    },
  };
}

/** The mail in plain text; Lite's own text part has other links than our templates. */
function toText(html) {
  return html
    .replace(/<a[^>]*href="([^"]*)"[^>]*>(.*?)<\/a>/gs, "$2: $1")
    .replace(/<[^>]*>/g, "")
    .replaceAll("&amp;", "&")
    .replace(/\s*\n\s*/g, "\n")
    .trim();
}
