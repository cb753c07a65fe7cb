/* Somebody who is signed in already gets the way to their sites. Only looks for a session; the next screen checks it. */
import './landing.css';

let session = null;
try {
  session = localStorage.getItem('roseram-auth');
} catch {
  // Blocked storage: nobody is signed in then.
}
if (session) {
  for (const each of document.querySelectorAll('[data-signed-out]')) each.hidden = true;
  for (const each of document.querySelectorAll('[data-signed-in]')) each.hidden = false;
}
