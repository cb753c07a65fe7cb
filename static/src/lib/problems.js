/* Turns every kind of failure into a sentence a person can act on. */

/** An error whose message may be shown as it is; `fields` maps a field's name to what to change. */
export class Problem extends Error {
  constructor(message, { code = 'unknown', status = 0, fields = {}, requestId = '' } = {}) {
    super(message);
    Object.assign(this, { name: 'Problem', code, status, fields, requestId });
  }
}

const OFFLINE = 'The server could not be reached. Check your connection, then try again.';
const BY_CODE = {
  42501: 'Your role in this organization does not allow that.',
  23505: 'That name is already taken. Choose another one.',
  23503: 'That belongs to something that no longer exists. Reload the page.',
  23514: 'One of the values is not allowed. Check what you entered.',
  22001: 'One of the values is too long.',
  PGRST301: 'Your session has ended. Sign in again.',
  PGRST303: 'Your session has ended. Sign in again.',
  invalid_credentials: 'That e-mail address and password do not match an account.',
  email_not_confirmed: 'Confirm your e-mail address first: open the link we sent you.',
  user_already_exists: 'That did not work. If you already have an account, sign in or reset your password.',
  email_exists: 'That did not work. If you already have an account, sign in or reset your password.',
  weak_password: 'Choose a longer or less common password.',
  same_password: 'The new password must differ from the present one.',
  over_request_rate_limit: 'Too many attempts. Wait a minute, then try again.',
  over_email_send_rate_limit: 'Too many e-mails were sent. Wait a few minutes, then try again.',
  validation_failed: 'One of the values is not allowed. Check what you entered.',
  session_expired: 'Your session has ended. Sign in again.',
  session_not_found: 'Your session has ended. Sign in again.',
};
// What the database calls a rule → the field it is about, and what to do.
const BY_RULE = {
  sites_slug_check: ['slug', 'This address cannot be used. Choose another: letters, digits and single hyphens.'],
  sites_org_id_slug_key: ['slug', 'Another site of this organization has this address.'],
  sites_name_check: ['name', 'Enter a name of at most 80 characters.'],
  sites_domain_check: ['domain', 'Enter a domain like www.example.com.'],
  sites_head_code_check: ['head_code', 'Use at most 64 KB of head code.'],
  pages_path_check: ['path', 'This path cannot be used. Choose another, like /about.'],
  pages_site_id_path_key: ['path', 'Another page of this site has this path.'],
  pages_html_check: ['html', 'This page is too large to save: more than 2 MB of text and markup. Take something out, or move a part to another page.'],
  pages_content_check: ['content', 'This page is too large to save: more than 4 MB. Take something out, or move a part to another page.'],
  pages_css_check: ['css', 'The styles of this page are too large to save: more than 512 KB.'],
  components_are_flat: ['html', 'A component cannot hold another one. Detach it first.'],
  components_html_check: ['html', 'This part is too large to keep: more than 512 KB.'],
  components_css_check: ['css', 'The styles of this part are too large to keep: more than 128 KB.'],
  components_name_check: ['name', 'Enter a name of at most 80 characters.'],
  sections_name_check: ['name', 'Enter a name of at most 80 characters.'],
  pages_title_check: ['title', 'Enter a title of at most 120 characters.'],
  profiles_display_name_check: ['display_name', 'Use at most 80 characters, without line breaks.'],
  organizations_name_check: ['name', 'Enter a name of at most 80 characters.'],
};
// These carry a sentence written for people by our own migrations.
const SPOKEN = /^(PT\d{3}|42501|23514)$/;
const LOOKS_TECHNICAL = /violates|permission denied|row-level security|constraint|relation "/i;

function isNetworkFailure(error) {
  return error.name === 'AbortError' || error.name === 'TimeoutError' || error.name === 'AuthRetryableFetchError'
    || /failed to fetch|networkerror|load failed/i.test(error.message ?? '');
}

/** From anything thrown or returned by supabase-js, fetch or ourselves. */
export function asProblem(error) {
  if (error instanceof Problem) return error;
  const code = String(error.code ?? error.name ?? 'unknown');
  const status = error.status ?? 0;
  if (isNetworkFailure(error)) return new Problem(OFFLINE, { code: 'offline', status });
  const [field, advice] = BY_RULE[/constraint "(\w+)"/.exec(error.message)?.[1]] ?? [];
  if (field) return new Problem(advice, { code, status, fields: { [field]: advice } });
  if (SPOKEN.test(code) && error.message && !LOOKS_TECHNICAL.test(error.message)) {
    return new Problem(error.message, { code, status });
  }
  return new Problem(BY_CODE[code] ?? 'Something went wrong on our side. Try again.', { code, status });
}

/** `const rows = await rowsOf(supa.from('sites').select())`: the data, or a Problem thrown. */
export async function rowsOf(query) {
  let answer;
  try {
    answer = await query;
  } catch (error) {
    throw asProblem(error);
  }
  if (answer.error) throw asProblem({ ...answer.error, message: answer.error.message, status: answer.status });
  return answer.data;
}

/** As rowsOf, for a change of one row: row-level security refuses by answering with no row. */
export async function rowOf(query, missing = 'It no longer exists, or your role does not allow that.') {
  const rows = await rowsOf(query);
  const row = Array.isArray(rows) ? rows[0] : rows;
  if (!row) throw new Problem(missing, { code: 'not_found', status: 404 });
  return row;
}
