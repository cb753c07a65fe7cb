/* Signing in without a password: a link by e-mail, or GitHub. Buttons of the page bring these to life. */
import { checkField, showCheckMail, showMessage } from './auth_form.js';
import { rememberNext } from './next_url.js';
import { asProblem } from './problems.js';
import { supa } from './supa.js';

function onPress(selector, work) {
  const button = document.querySelector(selector);
  button?.addEventListener('click', async () => {
    showMessage('');
    button.disabled = true;
    button.setAttribute('aria-busy', 'true');
    try {
      await work();
    } catch (error) {
      showMessage(asProblem(error).message);
    }
    button.disabled = false;
    button.removeAttribute('aria-busy');
  });
}

const callback = (next) => `${location.origin}/auth/callback?next=${encodeURIComponent(next)}`;

/** `next` is a path of ours. An address nobody has is answered alike: the link then makes the account. */
export function offerOtherWays(next) {
  onPress('[data-send-link]', async () => {
    if (!checkField('email')) return;
    const email = document.getElementById('email').value.trim();
    rememberNext(next);
    const { error } = await supa.auth.signInWithOtp({ email, options: { emailRedirectTo: callback(next) } });
    if (error) throw error;
    showCheckMail();
  });
  onPress('[data-github]', async () => {
    const { error } = await supa.auth.signInWithOAuth({ provider: 'github', options: { redirectTo: callback(next) } });
    if (error) throw error;
  });
}
