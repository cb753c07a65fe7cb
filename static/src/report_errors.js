/* Tells the service of errors that nobody caught. A few per page: one that comes back all the time is known by then.
   What a person typed is not sent, only the error's own words and where in our code it happened.

   An entry of its own, before the screen's: it hears of a screen that fails while it loads, and imports nothing that
   could fail with it. */
const MOST = 5;
const told = new Set();

function stored(read) {
  try {
    return read();
  } catch {
    // Storage may be blocked or hold something else.
    return null;
  }
}

const token = () => stored(() => JSON.parse(localStorage.getItem('roseram-auth')).access_token);
// Screens say on the root element whose things they show; one that fails while it loads was to show the last ones.
const organization = () => document.documentElement.dataset.organization ?? stored(() => sessionStorage.getItem('roseram-organization'));
const release = () => stored(() => JSON.parse(document.getElementById('config').textContent).release) ?? '';

function report({ name, message, stack }) {
  // 'Script error.' without a stack is somebody else's script, such as an extension's.
  if (!stack || told.size >= MOST || told.has(`${name}${message}`)) return;
  told.add(`${name}${message}`);
  const headers = { 'Content-Type': 'application/json' };
  if (token()) headers.Authorization = `Bearer ${token()}`;
  const body = {
    name: String(name ?? 'Error').slice(0, 100),
    message: String(message || 'No message').slice(0, 1000),
    stack: String(stack).slice(0, 8000),
    screen: location.pathname.slice(0, 200),
    release: release(),
    ...(organization() && { org_id: organization() }),
  };
  // It may be the last thing the page does. That it fails is no news to anybody.
  fetch('/api/errors', { method: 'POST', headers, body: JSON.stringify(body), credentials: 'omit', keepalive: true }).catch(() => {});
}

// People cancel, lines drop, sessions end: those are told on the screen and are no fault of the code.
const EXPECTED = new Set(['AbortError', 'Problem', 'TimeoutError']);

function hear(error) {
  if (error instanceof Error && !EXPECTED.has(error.name)) report(error);
}

addEventListener('error', ({ error }) => hear(error));
addEventListener('unhandledrejection', ({ reason }) => hear(reason));
