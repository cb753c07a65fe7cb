// The demo organization's site, as SQL: a starter of the block library, so that it shows what a person would get.
// The launcher plants it once, after seed.sql.

import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

const STARTERS = path.join(path.dirname(fileURLToPath(import.meta.url)), "../static/src/site/starters");
const ORGANIZATION = "0a000000-0000-4000-8000-000000000001";
const SITE = "05000000-0000-4000-8000-000000000001";
const EDDIE = "0e000000-0000-4000-8000-000000000003";

/** SQL that inserts the site and its pages; nothing if the starter is not there yet. */
export default function demoSite(starter = path.join(STARTERS, "bakery.json")) {
  if (!fs.existsSync(starter)) return "";
  const { theme, seo, pages } = JSON.parse(fs.readFileSync(starter, "utf8"));
  return [insertSite({ theme, seo }), ...pages.map(insertPage)].join("\n");
}

function insertSite({ theme, seo }) {
  return `insert into public.sites (id, org_id, name, slug, theme, seo, created_by)
values ('${SITE}', '${ORGANIZATION}', 'Hearth & Crumb', 'bakery', ${json(theme)}, ${json(seo)}, '${EDDIE}')
on conflict (id) do nothing;`;
}

function insertPage({ path: address, title, seo, html, css }, position) {
  return `insert into public.pages (org_id, site_id, path, title, seo, html, css, position, created_by, updated_by)
values ('${ORGANIZATION}', '${SITE}', ${text(address)}, ${text(title)}, ${json(seo ?? {})},
  ${text(html)}, ${text(css ?? "")}, ${position}, '${EDDIE}', '${EDDIE}')
on conflict (site_id, path) where deleted_at is null do nothing;`;
}

/** A string literal. Migrations run with standard_conforming_strings on, so only quotes need doubling. */
function text(value) {
  return `'${value.replaceAll("'", "''")}'`;
}

function json(value) {
  return `${text(JSON.stringify(value))}::jsonb`;
}
