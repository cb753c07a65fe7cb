// One process per data folder: PGlite takes no lock, and two processes on one
// folder silently lose each other's rows (the later writer wins).

import fs from "node:fs";
import path from "node:path";

/** Take the folder's lock or throw; returns the function that gives it back. */
export function lockFolder(folder) {
  fs.mkdirSync(folder, { recursive: true });
  const file = path.join(folder, "supabase.lock");
  const own = describeProcess(process.pid);
  for (let attempt = 0; attempt < 3; attempt++) {
    try {
      // "wx" fails when the file exists, so of two starters exactly one wins.
      fs.writeFileSync(file, own, { flag: "wx" });
      return () => fs.rmSync(file, { force: true });
    } catch (error) {
      if (error.code !== "EEXIST") throw error;
      removeIfStale(file, folder);
    }
  }
  throw new FolderInUse(folder, "another process");
}

/** A holder that was killed leaves its file behind: it counts only while that very process lives. */
function removeIfStale(file, folder) {
  const held = readOrNothing(file);
  if (held === undefined) return;
  const pid = Number.parseInt(held, 10);
  if (Number.isInteger(pid) && held === describeProcess(pid)) throw new FolderInUse(folder, `process ${pid}`);
  // Renaming first keeps two starters from deleting each other's fresh lock.
  const aside = `${file}.stale-${process.pid}`;
  try {
    fs.renameSync(file, aside);
  } catch (error) {
    if (error.code === "ENOENT") return;
    throw error;
  }
  if (readOrNothing(aside) !== held) fs.renameSync(aside, file);
  else fs.rmSync(aside, { force: true });
}

/** The process id, with its start time where Linux tells it: ids are used again. */
function describeProcess(pid) {
  try {
    const stat = fs.readFileSync(`/proc/${pid}/stat`, "utf8");
    // The command name may hold spaces and parentheses; the fields after it may not.
    const startTime = stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
    return `${pid} ${startTime}\n`;
  } catch {
    return isAlive(pid) ? `${pid}\n` : "";
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}

function readOrNothing(file) {
  try {
    return fs.readFileSync(file, "utf8");
  } catch (error) {
    if (error.code === "ENOENT") return undefined;
    throw error;
  }
}

export class FolderInUse extends Error {
  constructor(folder, holder) {
    super(`The data folder ${folder} is in use by ${holder}. Stop that copy first, or choose another DATA_DIR.`);
  }
}
