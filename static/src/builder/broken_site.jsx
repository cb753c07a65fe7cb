import { Failed } from '../lib/ui.jsx';

/** In place of the builder when the site cannot be read: not there, not ours, or no connection. */
export function BrokenSite({ problem }) {
  return (
    <main id="main" class="b-broken">
      <Failed problem={problem} onRetry={() => location.reload()} />
      <p><a class="btn" href="/dashboard">Back to the dashboard</a></p>
    </main>
  );
}
