// A form is sent without leaving the page. Without this script the browser sends it the ordinary way.
const encoder = new TextEncoder();

// Work that costs a visitor about a second and a spammer one for each message (services/forms/proof.py).
async function prove(form) {
  const place = form.getAttribute('action').split('/').slice(-2).join('/');
  const start = `${Math.floor(Date.now() / 1000)}.${crypto.getRandomValues(new Uint32Array(2)).join('')}`;
  for (let first = 0; ; first += 256) {
    const tries = Array.from({ length: 256 }, (_, n) => `${start}.${first + n}`);
    const digests = await Promise.all(tries.map((each) => crypto.subtle.digest('SHA-256', encoder.encode(`${place}|${each}`))));
    const found = digests.findIndex((digest) => { const [one, two] = new Uint8Array(digest); return one === 0 && two < 2; });
    if (found >= 0) return tries[found];
  }
}

function show(form, state) {
  form.dataset.rbNow = state;
  form.querySelector(`[data-rb-state="${state}"]`)?.focus();
}

/** Each field that was wrong says so itself, until something is changed. */
function complain(form, errors) {
  for (const { field, message } of errors) {
    [...form.elements].find(({ name }) => name === field)?.setCustomValidity(message);
  }
  return !form.reportValidity();
}

async function send(form) {
  const body = new FormData(form);
  if (form.hasAttribute('data-rb-proof')) body.set('_proof', await prove(form));
  const answer = await fetch(form.getAttribute('action'), { method: 'POST', body, headers: { Accept: 'application/json' } });
  if (answer.ok) {
    const next = form.getAttribute('data-rb-next');
    if (next) return location.assign(new URL(next, location.href));
    form.reset();
    return show(form, 'sent');
  }
  const { errors = [] } = await answer.json();
  if (!complain(form, errors)) show(form, 'failed');
  return undefined;
}

for (const form of document.querySelectorAll('form[data-rb-form][action]')) {
  form.addEventListener('input', () => {
    for (const control of form.elements) control.setCustomValidity('');
  });
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const buttons = form.querySelectorAll('button:not([type="button"], [type="reset"])');
    if ([...buttons].some((button) => button.disabled)) return;
    delete form.dataset.rbNow;
    for (const button of buttons) { button.disabled = true; button.setAttribute('aria-busy', 'true'); }
    try {
      await send(form);
    } catch {
      // What was typed stays where it is.
      show(form, 'failed');
    }
    for (const button of buttons) { button.disabled = false; button.removeAttribute('aria-busy'); }
  });
}
