/* What happened, as people say it. Pure. */

export const KINDS = {
  organization: 'Organization',
  member: 'Members',
  invitation: 'Invitations',
  site: 'Sites',
  page: 'Pages',
  deployment: 'Publishes',
  integration: 'Integrations',
  webhook: 'Webhooks',
  support: 'Support access',
  subscription: 'Subscription',
  invoice: 'Invoices',
};

/** action → [what the person did, for the list of actions]; the object's name follows the first. */
export const ACTIONS = {
  'organization.created': ['made the organization', 'Organization made'],
  'organization.updated': ['changed the organization', 'Organization changed'],
  'member.added': ['added to the team:', 'Member added'],
  'member.role_changed': ['changed the role of', 'Role changed'],
  'member.removed': ['removed from the team:', 'Member removed or left'],
  'invitation.created': ['invited', 'Invited'],
  'invitation.resent': ['sent the invitation again to', 'Invitation sent again'],
  'invitation.withdrawn': ['withdrew the invitation of', 'Invitation withdrawn'],
  'invitation.accepted': ['accepted the invitation to', 'Invitation accepted'],
  'site.created': ['made the site', 'Site made'],
  'site.updated': ['changed the site', 'Site changed'],
  'site.deleted': ['deleted the site', 'Site deleted'],
  'page.created': ['added the page', 'Page added'],
  'page.updated': ['changed the page', 'Page changed'],
  'page.deleted': ['deleted the page', 'Page deleted'],
  'deployment.requested': ['asked to publish', 'Publish asked for'],
  'deployment.ready': ['published', 'Published'],
  'deployment.failed': ['could not publish', 'Publish failed'],
  'deployment.canceled': ['canceled the publish of', 'Publish canceled'],
  'integration.connected': ['connected', 'Integration connected'],
  'integration.updated': ['changed the connection to', 'Integration changed'],
  'integration.disconnected': ['disconnected', 'Integration disconnected'],
  'webhook.created': ['made a webhook of', 'Webhook made'],
  'webhook.deleted': ['deleted a webhook of', 'Webhook deleted'],
  'support.opened': ['opened support access for', 'Support access opened'],
  'support.closed': ['ended the support access of', 'Support access ended'],
  'support.deleted': ['deleted the record of support access of', 'Record of support access deleted'],
  'subscription.created': ['began the subscription', 'Subscription begun'],
  'subscription.updated': ['changed the subscription', 'Subscription changed'],
  'subscription.deleted': ['ended the subscription', 'Subscription ended'],
  'invoice.created': ['received the invoice', 'Invoice received'],
  'invoice.updated': ['updated the invoice', 'Invoice updated'],
};

const ACTORS = { service: 'Roseram Builder', operator: 'An operator' };
const FIELDS = {
  seo: 'Search and sharing', head_code: 'Custom code', last_four: 'Last four', account_label: 'Account', url: 'Address',
  cancel_at: 'Ends on', ends_at: 'Ends by itself', closed_at: 'Ended', current_period_end: 'Paid until', billing_interval: 'Billed', total_cents: 'Total in cents',
  paid_cents: 'Paid in cents', restored_from: 'Return to', accepted_at: 'Accepted', withdrawn_at: 'Withdrawn', sent_at: 'Sent',
  form_retention_days: 'Days that answers to forms are kept', slug: 'Short name', noindex: 'Hidden from search',
};

export const actorOf = ({ actor_kind, actor_name }) => ACTORS[actor_kind] ?? (actor_name || 'Somebody without a name');

export function didWhat(entry) {
  const leaves = entry.action === 'member.removed' && entry.actor_id === entry.object_id;
  const joins = entry.action === 'member.added' && entry.actor_id === entry.object_id;
  if (leaves) return { words: 'left the team', label: '' };
  if (joins) return { words: 'joined the team', label: '' };
  const words = ACTIONS[entry.action]?.[0] ?? entry.action.replace(/[._]/g, ' ');
  return { words, label: entry.object_label || 'without a name' };
}

const wordsOf = (name) => name.replace(/_/g, ' ').replace(/^./, (first) => first.toUpperCase());
export const fieldName = (path) => path.map((part) => FIELDS[part] ?? wordsOf(part)).join(' · ');

const isObject = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);

/** [{path, before, after}] for every value that differs, however deep. */
export function changesOf({ before, after }) {
  const found = [];
  const walk = (one, other, path) => {
    if (path.length && !(isObject(one) || isObject(other))) {
      if (JSON.stringify(one) !== JSON.stringify(other)) found.push({ path, before: one, after: other });
      return;
    }
    const [left, right] = [isObject(one) ? one : {}, isObject(other) ? other : {}];
    for (const name of new Set([...Object.keys(left), ...Object.keys(right)])) walk(left[name], right[name], [...path, name]);
  };
  walk(before ?? {}, after ?? {}, []);
  return found;
}

const TIME = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d/;

/** A value in words; `exactly` writes a moment the way the person reads dates. */
export function valueText(value, exactly) {
  if (value === undefined || value === null || value === '') return '–';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'string') return TIME.test(value) ? exactly(value) : value;
  return Array.isArray(value) ? value.map((each) => valueText(each, exactly)).join(', ') : JSON.stringify(value);
}
