/* What the server put into the page: addresses and the publishable key. Nothing here is secret. */
export const config = JSON.parse(document.getElementById('config').textContent);
