import { runAuthForm, showMessage } from './lib/auth_form.js';
import { fillInInvited } from './lib/invitation.js';
import { nextFromAddress } from './lib/next_url.js';
import { offerOtherWays } from './lib/other_ways.js';
import { fetchPreferences } from './lib/preferences.js';
import { supa } from './lib/supa.js';

const goOn = () => location.replace(nextFromAddress('/dashboard'));

const { data } = await supa.auth.getSession();
if (data.session) goOn();

fillInInvited();
runAuthForm(async ({ email, password }) => {
  const { data: answer, error } = await supa.auth.signInWithPassword({ email, password });
  if (error) throw error;
  // In time for the first screen, so that it does not change its theme before one's eyes.
  await fetchPreferences(answer.user.id);
  goOn();
});
offerOtherWays(nextFromAddress('/dashboard'));
if (location.hash === '#deleted') showMessage('Your account was deleted.', 'info');

for (const button of document.querySelectorAll('[data-demo]')) {
  button.addEventListener('click', () => {
    const { elements } = document.getElementById('auth-form');
    elements.email.value = button.dataset.demo;
    elements.password.value = 'roseram-demo';
    document.getElementById('auth-form').requestSubmit();
  });
}
