// Database errors as PostgREST answers them.
//
// Lite knows the status of some SQLSTATEs and answers 500 "SUP" for the rest,
// `raise exception` among them. PostgREST's own way for a function to choose
// the whole answer, SQLSTATE "PGRST", is used here to give the right one.

/** The statuses of https://docs.postgrest.org/en/stable/references/errors.html, by code or class. */
const STATUSES = {
  23503: 409,
  23505: 409,
  25006: 405,
  42883: 404,
  42501: 403,
  "42P01": 404,
  "42P17": 500,
  53400: 500,
  "57P01": 503,
  P0001: 400,
  "08": 503,
  "09": 500,
  "0L": 403,
  "0P": 403,
  25: 500,
  28: 403,
  "2D": 500,
  38: 500,
  39: 500,
  "3B": 500,
  40: 500,
  53: 503,
  54: 500,
  55: 500,
  57: 500,
  58: 500,
  F0: 500,
  HV: 500,
  P0: 500,
  XX: 500,
};

/** SQLSTATEs for which Lite already gives PostgREST's answer, role and schema cache considered. */
const LITE_KNOWS = /^(42\w{3}|22\w{3}|21\w{3}|23502|23503|23505|25006|PT.*|PGRST.*)$/;

/** What Lite should see in place of `error`: the same, or the whole answer spelled out. */
export function describeError(error) {
  const code = error?.code;
  if (typeof code !== "string" || !/^\w{5}$/.test(code) || LITE_KNOWS.test(code)) return quiet(error);
  const status = STATUSES[code] ?? STATUSES[code.slice(0, 2)] ?? 400;
  const { message, detail = null, hint = null } = error;
  return quiet({
    code: "PGRST",
    message: JSON.stringify({ code, message, details: detail, hint }),
    detail: JSON.stringify({ status, headers: {} }),
  });
}

/** Lite prints every error it answers; a refused request needs one line, not a stack. */
function quiet(error) {
  if (error === null || typeof error !== "object") return error;
  const line = `refused: ${error.code ?? error.name ?? "error"} ${String(error.message).slice(0, 200)}`;
  Object.defineProperty(error, Symbol.for("nodejs.util.inspect.custom"), { value: () => line, configurable: true });
  return error;
}
