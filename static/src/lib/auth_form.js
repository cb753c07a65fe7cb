/* Brings a form that Jinja has rendered to life: checks, errors beside their fields, pending, show and hide. */
import { asProblem } from './problems.js';

const form = () => document.getElementById('auth-form');

const CHECKS = {
  display_name: (value) => (value.trim() ? '' : 'Enter your name.'),
  url: (value) => (/^https?:\/\/[^\s/]+/.test(value.trim()) ? '' : 'Enter the whole address, like https://example.com/page.'),
  contact: (value, input) => (input.validity.typeMismatch ? 'Enter a whole e-mail address, or none.' : ''),
  organization: (value) => (value.trim() ? '' : 'Enter a name.'),
  email(value, input) {
    if (!value.trim()) return 'Enter your e-mail address.';
    return input.validity.typeMismatch || !/@[^@\s]+\.[^@\s]+$/.test(value.trim()) ? 'Enter a whole e-mail address, like you@example.com.' : '';
  },
  password(value, input) {
    if (!value) return 'Enter your password.';
    if (input.autocomplete !== 'new-password') return '';
    if ([...value].length < 8) return 'Use at least 8 characters.';
    // bcrypt, which keeps it, reads no further.
    return new TextEncoder().encode(value).length > 72 ? 'Use at most 72 characters.' : '';
  },
};

export function showError(name, message) {
  const input = form().elements[name];
  document.getElementById(`${name}-error`).textContent = message;
  if (message) input.setAttribute('aria-invalid', 'true');
  else input.removeAttribute('aria-invalid');
}

export function showMessage(message, kind = 'failed') {
  const box = document.getElementById('form-message');
  box.className = kind === 'info' ? 'notice notice-info' : 'notice notice-failed';
  box.textContent = message;
  box.hidden = !message;
}

/** Says beside the field what is wrong with it; true when nothing is. */
export function checkField(name) {
  const input = form().elements[name];
  const message = CHECKS[name]?.(input.value, input) ?? '';
  showError(name, message);
  if (message) input.focus();
  return !message;
}

function check(values) {
  const wrong = Object.keys(values).filter((name) => !checkField(name));
  if (wrong.length) form().elements[wrong[0]].focus();
  return wrong.length === 0;
}

function setPending(pending) {
  const button = form().querySelector('[type=submit]');
  button.disabled = pending;
  button.setAttribute('aria-busy', String(pending));
}

function revealPasswords() {
  for (const button of document.querySelectorAll('[data-reveal]')) {
    const input = document.getElementById(button.dataset.reveal);
    const hint = document.getElementById(`${input.id}-caps`);
    button.addEventListener('click', () => {
      const show = input.type === 'password';
      input.type = show ? 'text' : 'password';
      button.setAttribute('aria-pressed', String(show));
      button.setAttribute('aria-label', show ? 'Hide password' : 'Show password');
      input.focus();
    });
    for (const event of ['keydown', 'keyup', 'mousedown']) {
      input.addEventListener(event, (each) => { hint.hidden = !each.getModifierState?.('CapsLock'); });
    }
    input.addEventListener('blur', () => { hint.hidden = true; });
  }
}

/** A person on the way to somewhere keeps the way when switching between sign-in and sign-up. */
function keepNext() {
  for (const link of document.querySelectorAll('[data-keep-next]')) link.search = location.search;
}

/** `submit(values)` resolves when the person may go on (and navigates), or throws. */
export function runAuthForm(submit) {
  revealPasswords();
  keepNext();
  form().addEventListener('input', ({ target }) => { if (target.name) showError(target.name, ''); });
  form().addEventListener('submit', async (event) => {
    event.preventDefault();
    const values = Object.fromEntries(new FormData(form()));
    showMessage('');
    if (!check(values)) return;
    setPending(true);
    try {
      await submit({ ...values, email: values.email?.trim() });
    } catch (error) {
      const problem = asProblem(error);
      showMessage(problem.message);
      setPending(false);
    }
  });
}

/** In place of the form, once there is nothing left to do here. */
export function showCheckMail() {
  const note = document.getElementById('check-mail');
  form().hidden = true;
  note.hidden = false;
  note.focus();
}
