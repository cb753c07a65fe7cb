// One request at a time on PGlite's single connection.
//
// Lite begins and commits transactions of different requests on one shared
// connection without a lock, so one request's failure can abort another's
// work. Here every use of the connection waits for its turn, and a connection
// that has seen an error is rolled back before the next turn.

import { AsyncLocalStorage } from "node:async_hooks";
import { CompiledQuery, Kysely, PostgresAdapter, PostgresIntrospector, PostgresQueryCompiler } from "kysely";

// The count travels in 16 bits.
const MOST_PARAMETERS = 65535;
// What Lite says of a request, one statement each, before it asks the question itself; nobody reads the answers.
const SETTING = /^\s*select set_config\('([\w.]+)', (\$1|''), true\)\s*$/i;
const ROLE = /^\s*set local role "(\w+)"\s*$/i;
// Nothing else is answered meanwhile, so whoever asks why everything stands still finds it in the log.
const LONG_MS = 3000;

const request = new AsyncLocalStorage();

/** Run `work` as one request: uses of the connection inside it share one turn. */
export function asOneRequest(work) {
  return request.run({ depth: 0 }, work);
}

/** A Kysely whose connection is `pglite`, used by one request at a time. */
export function createKysely(pglite) {
  return new Kysely({
    dialect: {
      createAdapter: () => new PostgresAdapter(),
      createDriver: () => new TurnTakingDriver(pglite),
      createIntrospector: (db) => new PostgresIntrospector(db),
      createQueryCompiler: () => new PostgresQueryCompiler(),
    },
  });
}

class TurnTakingDriver {
  #turns = new Turns();

  constructor(pglite) {
    this.connection = new PgliteTurn(pglite);
  }

  async init() {}

  async acquireConnection() {
    const own = request.getStore();
    // A query inside a transaction of the same request must not wait for itself.
    if (own === undefined || own.depth++ === 0) await this.#turns.take();
    return this.connection;
  }

  async releaseConnection(connection) {
    const own = request.getStore();
    if (own !== undefined && --own.depth > 0) return;
    await connection.heal();
    this.#turns.pass();
  }

  async beginTransaction(connection) {
    await connection.executeQuery(CompiledQuery.raw("begin"));
  }

  async commitTransaction(connection) {
    await connection.executeQuery(CompiledQuery.raw("commit"));
  }

  async rollbackTransaction(connection) {
    await connection.rollback();
  }

  async destroy() {}
}

class PgliteTurn {
  #pglite;
  #failed = false;
  // Settings of the transaction that the next statement needs, in their order.
  #settings = [];

  constructor(pglite) {
    this.#pglite = pglite;
  }

  async executeQuery({ sql, parameters }) {
    const setting = settingOf(sql, parameters);
    if (setting !== undefined) {
      this.#settings.push(setting);
      return { rows: [] };
    }
    const begun = Date.now();
    try {
      await this.#applySettings();
      const result = await this.#pglite.query(sql, encode(parameters));
      const affected = result.affectedRows;
      return { rows: result.rows, numAffectedRows: typeof affected === "number" ? BigInt(affected) : undefined };
    } catch (error) {
      this.#failed = true;
      throw withCode(error);
    } finally {
      noteLong(Date.now() - begun, sql);
    }
  }

  /** All in one statement: each takes a sixth of a millisecond, and Lite makes a dozen for a request. */
  async #applySettings() {
    const settings = this.#settings.splice(0);
    if (settings.length === 0) return;
    const calls = settings.map((_, number) => `set_config($${2 * number + 1}, $${2 * number + 2}, true)`);
    await this.#pglite.query(`select ${calls.join(", ")}`, settings.flat());
  }

  async *streamQuery() {
    throw new Error("PGlite does not stream.");
  }

  async rollback() {
    // The simple protocol also ends a message exchange that broke off half-way.
    this.#settings = [];
    await this.#pglite.exec("rollback");
    this.#failed = false;
  }

  async heal() {
    if (this.#failed) await this.rollback();
  }
}

/** Without the parameters, which are people's. */
function noteLong(milliseconds, sql) {
  if (milliseconds < LONG_MS) return;
  const words = sql.replace(/\s+/g, " ").trim().slice(0, 200);
  console.warn(`for ${(milliseconds / 1000).toFixed(1)} s nothing else was answered: ${words}`);
}

/** The name and value of a setting for this transaction alone, if that is all a statement says. */
function settingOf(sql, parameters) {
  const role = ROLE.exec(sql);
  if (role) return ["role", role[1]];
  const setting = SETTING.exec(sql);
  return setting ? [setting[1], setting[2] === "$1" ? parameters[0] : ""] : undefined;
}

/**
 * Values that PGlite can write into its protocol. An object meant for an array
 * column passes its serializer unchanged and leaves a half-written message
 * behind, which the next request of anybody would then send.
 */
function encode(parameters) {
  if (parameters.length > MOST_PARAMETERS) {
    throw Object.assign(new Error("Too many values in one request."), { code: "PT413" });
  }
  return parameters.map((value) => (isPlainObject(value) ? JSON.stringify(value) : value));
}

function isPlainObject(value) {
  if (value === null || typeof value !== "object") return false;
  return !(Array.isArray(value) || value instanceof Date || ArrayBuffer.isView(value) || value instanceof ArrayBuffer);
}

/** PGlite refuses some values itself, without the SQLSTATE that Postgres would give. */
function withCode(error) {
  const refusedByPglite = error.code === undefined && /^Invalid input for /.test(error.message);
  return refusedByPglite ? Object.assign(error, { code: "22P02" }) : error;
}

/** A first come, first served queue of turns. */
class Turns {
  #taken = false;
  #waiting = [];

  take() {
    if (!this.#taken) {
      this.#taken = true;
      return Promise.resolve();
    }
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  pass() {
    const next = this.#waiting.shift();
    if (next) next();
    else this.#taken = false;
  }
}
