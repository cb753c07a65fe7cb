/* Runs before the first paint, so that a chosen theme never flashes. A classic script: it must not import anything. */
{
  let choice = null;
  try {
    choice = localStorage.getItem('roseram-theme');
  } catch {
    // Storage may be blocked; the system's theme holds then.
  }
  const dark = choice === 'dark' || (choice !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.dataset.bsTheme = dark ? 'dark' : 'light';
}
