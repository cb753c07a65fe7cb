/* Counts visits of a published page: no cookie, nothing kept in the browser, no query string but the campaign. At most
   1.5 KB packed (tests/unit/site_library). It stands in the page as
     <script async src="assets/visits.js" data-site="<id>" data-to="<address of the app's collect>"></script>
   with data-missing on the page that says that there is none. Whoever asks not to be tracked is not counted. */
(() => {
  const { site, to, missing } = document.currentScript.dataset;
  const { navigator: { doNotTrack, globalPrivacyControl, webdriver }, location, history, performance } = window;
  if (doNotTrack == 1 || globalPrivacyControl || webdriver) return;

  // Of a page that is not there, no more than that is told.
  const isPage = missing === undefined;
  const queue = [];
  let path;
  let seconds;
  let since;
  let depth;
  let vitals = {};

  const send = () => {
    if (queue[0]) navigator.sendBeacon(to, JSON.stringify({ site, host: location.host, width: Math.round(screen.width), events: queue.splice(0, 3) }));
    if (queue[0]) send();
  };
  // What happens in one moment leaves together.
  const tell = (kind, more) => { if (queue.push({ kind, path: path.slice(0, 500), ...more }) < 2) setTimeout(send, 300); };

  const scrolled = () => {
    const { scrollHeight } = document.documentElement;
    depth = Math.max(depth, Math.min(100, Math.round(100 * (scrollY + innerHeight) / scrollHeight)));
  };
  const pause = () => { if (since) seconds += (Date.now() - since) / 1000; since = 0; };
  const leave = () => {
    pause();
    if (isPage && seconds > 0) tell('leave', { seconds, depth });
    seconds = 0;
    if (isPage && vitals.ttfb && path) { tell('vitals', { vitals }); vitals = {}; }
  };
  const begin = () => { since = Date.now(); };

  const view = (referrer) => {
    if (location.pathname === path) return;
    leave();
    path = location.pathname;
    depth = 0;
    begin();
    scrolled();
    const utm = {};
    for (const name of ['source', 'medium', 'campaign', 'term', 'content']) {
      const value = new URLSearchParams(location.search).get(`utm_${name}`);
      if (value) utm[name] = value.slice(0, 100);
    }
    tell(isPage ? 'view' : 'not_found', { referrer: referrer.split('?')[0].slice(0, 300), utm });
  };

  // Another address without another document.
  for (const name of ['pushState', 'replaceState']) {
    const before = history[name];
    history[name] = function change(...rest) { before.apply(this, rest); view(''); };
  }
  addEventListener('popstate', () => view(''));

  addEventListener('visibilitychange', () => {
    if (document.hidden) { leave(); send(); } else begin();
  }, true);
  addEventListener('pagehide', () => { leave(); send(); });
  addEventListener('scroll', scrolled, { passive: true });

  addEventListener('click', ({ target }) => {
    const named = target.closest?.('[data-rb-event]');
    if (named) {
      const properties = {};
      for (const [name, value] of Object.entries(named.dataset).slice(0, 10)) {
        if (name.startsWith('rbEvent') && name[7]) properties[name.slice(7).toLowerCase()] = value.slice(0, 100);
      }
      tell('event', { name: named.dataset.rbEvent.slice(0, 100), properties });
    }
    const link = target.closest?.('a[href]');
    if (link && link.host !== location.host && link.protocol.startsWith('http')) {
      tell('outbound', { url: (link.origin + link.pathname).slice(0, 300) });
    }
  }, true);

  // How fast the page was: https://web.dev/articles/vitals. The last value before one leaves counts.
  const observe = (type, read, more) => {
    try {
      new PerformanceObserver((list) => list.getEntries().forEach(read)).observe({ type, buffered: true, ...more });
    } catch { /* This browser does not measure it. */ }
  };
  let shifts = 0;
  let shiftStart = 0;
  let shiftEnd = 0;
  observe('navigation', ({ responseStart }) => { vitals.ttfb = responseStart || 1; });
  observe('paint', ({ name, startTime }) => { if (name === 'first-contentful-paint') vitals.fcp = startTime; });
  observe('largest-contentful-paint', ({ startTime }) => { vitals.lcp = startTime; vitals.cls ??= 0; });
  observe('event', ({ duration, interactionId }) => { if (interactionId) vitals.inp = Math.max(vitals.inp ?? 0, duration); }, { durationThreshold: 16 });
  observe('layout-shift', ({ value, hadRecentInput, startTime }) => {
    if (hadRecentInput) return;
    // The worst burst: shifts less than a second apart, at most five in all.
    if (startTime - shiftEnd > 1000 || startTime - shiftStart > 5000) { shifts = 0; shiftStart = startTime; }
    shiftEnd = startTime;
    shifts += value * 1000;
    vitals.cls = Math.max(vitals.cls ?? 0, shifts);
  });

  const start = () => view(document.referrer);
  // A page that is only made ready has not been seen.
  if (document.prerendering) document.addEventListener('prerenderingchange', start, { once: true });
  else start();
})();
