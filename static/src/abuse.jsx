import { api } from './lib/api.js';
import { runAuthForm, showCheckMail, showError } from './lib/auth_form.js';

runAuthForm(async ({ url, reason, words, contact }) => {
  try {
    await api('/api/abuse-reports', { method: 'POST', body: { url: url.trim(), reason, words: words.trim(), ...(contact.trim() && { contact: contact.trim() }) } });
  } catch (error) {
    for (const [name, message] of Object.entries(error.fields ?? {})) showError(name, message);
    throw error;
  }
  showCheckMail();
});
