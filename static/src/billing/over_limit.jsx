/* What a smaller plan no longer holds: it stays, can be read and deleted, and not be changed. */
export function OverLimit({ over }) {
  if (!over.sites.length && !over.pages.length) return null;
  return (
    <section class="notice notice-failed" aria-labelledby="over-heading">
      <div>
        <h2 id="over-heading" class="over-heading">More than the plan holds</h2>
        <p>This is read-only until the plan is larger or something else is removed. What is live stays live, and nothing is deleted.</p>
        <ul>
          {over.sites.map(({ id, name }) => <li key={id}><a href={`/sites/${id}`}>{name}</a> (site)</li>)}
          {over.pages.map(({ id, title, site_id: site }) => <li key={id}><a href={`/sites/${site}`}>{title}</a> (page)</li>)}
        </ul>
      </div>
    </section>
  );
}
