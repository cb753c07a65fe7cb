// One JSON object per line on standard error, as the Python processes write.
// Lite prints with console.*, so that is where its lines are caught.

import { format } from "node:util";

const LEVELS = { debug: "debug", log: "info", info: "info", warn: "warning", error: "error" };

/** Write everything that is printed from now on as JSON lines. */
export function printInJson() {
  for (const [method, level] of Object.entries(LEVELS)) {
    console[method] = (...words) => write(level, format(...words));
  }
}

function write(level, message) {
  // errors.mjs marks what is an answer to somebody and no fault of ours.
  const entry = {
    time: new Date().toISOString(),
    level: message.startsWith("refused: ") ? "info" : level,
    logger: "supabase",
    message,
  };
  process.stderr.write(`${JSON.stringify(entry)}\n`);
}
