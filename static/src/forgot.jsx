import { runAuthForm, showCheckMail } from './lib/auth_form.js';
import { supa } from './lib/supa.js';

runAuthForm(async ({ email }) => {
  const { error } = await supa.auth.resetPasswordForEmail(email, {
    redirectTo: `${location.origin}/auth/callback?next=/reset`,
  });
  // Whether the address is known must not show; only what a person can act on does.
  if (error && (error.status === 429 || !error.status || error.status >= 500)) throw error;
  showCheckMail();
});
