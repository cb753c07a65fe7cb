import { runAuthForm, showCheckMail } from './lib/auth_form.js';
import { fillInInvited } from './lib/invitation.js';
import { nextFromAddress, rememberNext } from './lib/next_url.js';
import { offerOtherWays } from './lib/other_ways.js';
import { supa } from './lib/supa.js';

const next = nextFromAddress('/welcome');

const { data } = await supa.auth.getSession();
if (data.session) location.replace(nextFromAddress('/dashboard'));

fillInInvited();
offerOtherWays(next);
runAuthForm(async ({ display_name, email, password }) => {
  const { data: answer, error } = await supa.auth.signUp({
    email,
    password,
    options: {
      data: { display_name: display_name.trim() },
      emailRedirectTo: `${location.origin}/auth/callback?next=${encodeURIComponent(next)}`,
    },
  });
  if (error) throw error;
  // Where addresses must be confirmed there is no session yet, and a known address looks just the same.
  if (answer.session) location.replace(next);
  else {
    rememberNext(next);
    showCheckMail();
  }
});
