import { runAuthForm, showMessage } from './lib/auth_form.js';
import { supa } from './lib/supa.js';

const { data } = await supa.auth.getSession();
if (!data.session) showMessage('This link has ended or was opened in another browser. Ask for a new one below.');

runAuthForm(async ({ password }) => {
  const { error } = await supa.auth.updateUser({ password });
  if (error) throw error;
  location.replace('/dashboard');
});
