// What hosted's PostgREST refuses because a migration set it so, and Lite
// would answer.

const GUESSED_COUNT = /count\s*=\s*"?(planned|estimated)/i;

/** The answer to a REST request that is not to be answered otherwise; undefined for all others. */
export function refuse(request, pathname) {
  if (GUESSED_COUNT.test(request.headers.get("prefer") ?? "")) {
    // As public.check_request() says it. The planner's guesses count rows the caller may not see.
    return problem(406, "PT406", "Only exact counts are given.", "Ask with Prefer: count=exact.");
  }
  // The description of every table, which pgrst.openapi_mode = 'disabled' hides.
  if (/^\/rest\/v1\/?$/.test(pathname)) return problem(404, "PGRST126", "Root endpoint metadata is disabled");
  return undefined;
}

function problem(status, code, message, hint = null) {
  return Response.json({ code, message, details: null, hint }, { status });
}
