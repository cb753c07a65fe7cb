import seedling from 'icon:layout-grid-add';
import plus from 'icon:plus';
import { Icon } from '../lib/ui.jsx';

/** The same shapes as templates/dashboard.html paints before any script has run. */
export function Skeleton() {
  return (
    <>
      <div class="page-head"><div><h1>Sites</h1><p><span class="bone bone-line" /></p></div><span class="bone bone-button" /></div>
      <div class="toolbar"><span class="bone bone-search" /></div>
      <div class="site-grid" role="status" aria-label="Loading your sites">
        {[1, 2, 3, 4, 5, 6].map((each) => (
          <div key={each} class="site-card">
            <span class="bone bone-picture" />
            <div class="site-card-main"><span class="bone bone-title" /><span class="bone bone-line" /></div>
          </div>
        ))}
      </div>
    </>
  );
}

export function EmptyDashboard({ mayCreate, onNew }) {
  return (
    <div class="card empty-state">
      <Icon of={seedling} size={44} />
      <h2>{mayCreate ? 'Make your first site' : 'No sites yet'}</h2>
      <p>{mayCreate
        ? 'Start from a finished design and change what you like, or from an empty page. Nothing is public until you publish.'
        : 'When an editor of your organization makes a site, it appears here.'}</p>
      {mayCreate && <button type="button" class="btn btn-primary btn-lg" onClick={onNew}><Icon of={plus} />New site</button>}
    </div>
  );
}

export function NothingFound({ wanted, onClear }) {
  return (
    <div class="empty-state" role="status">
      <h2>No site or page matches “{wanted}”</h2>
      <button type="button" class="btn" onClick={onClear}>Show all sites</button>
    </div>
  );
}
