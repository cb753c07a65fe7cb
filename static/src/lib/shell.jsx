/* The bar above every signed-in screen: which organization, which theme, who. */
import check from 'icon:check';
import device from 'icon:device-desktop';
import exit from 'icon:logout';
import moon from 'icon:moon';
import person from 'icon:user-circle';
import plus from 'icon:plus';
import selector from 'icon:selector';
import sun from 'icon:sun';
import star from 'icon:star';
import { currentOrganization, rememberOrganization } from './current_organization.js';
import { mount } from './mount.js';
import { leave } from './leave.jsx';
import { asProblem } from './problems.js';
import { changeDefaultOrganization, listMyOrganizations } from './tables/organizations.js';
import { readNames } from './tables/profiles.js';
import { supa } from './supa.js';
import { chooseTheme, themeChoice } from './theme.js';
import { initials } from './avatar.jsx';
import { Icon, Menu, MenuItem, toast, toastProblem } from './ui.jsx';

const THEMES = [['light', 'Light', sun], ['dark', 'Dark', moon], ['system', 'System', device]];

function ThemeItems() {
  return (
    <>
      <p class="menu-title" id="theme-title">Theme</p>
      {THEMES.map(([value, label, icon]) => (
        <button key={value} type="button" class="menu-item" aria-pressed={themeChoice.value === value} onClick={() => chooseTheme(value)}>
          <Icon of={icon} /><span>{label}</span>{themeChoice.value === value && <span class="push"><Icon of={check} /></span>}
        </button>
      ))}
    </>
  );
}

function PersonMenu({ name, email }) {
  return (
    <Menu buttonClass="btn btn-ghost btn-icon" label="Your account" button={<span class="avatar" data-initials={initials(name || email)} />}>
      <p class="menu-title truncate">{name && <strong>{name}<br /></strong>}{email}</p>
      <MenuItem icon={person} href="/account">Account</MenuItem>
      <hr class="menu-line" />
      <ThemeItems />
      <hr class="menu-line" />
      <MenuItem icon={exit} onClick={() => leave()}>Sign out</MenuItem>
    </Menu>
  );
}

async function toggleDefault(current) {
  try {
    const { data } = await supa.auth.getSession();
    await changeDefaultOrganization(data.session.user.id, current.is_default ? null : current.id);
    toast(current.is_default ? 'You begin where you were last.' : `You begin in ${current.name} on every device.`);
    return true;
  } catch (error) {
    toastProblem(asProblem(error));
    return false;
  }
}

function OrganizationMenu({ organizations, current, onChoose, onDefault }) {
  const button = <><span class="avatar avatar-square avatar-sm" aria-hidden="true">{initials(current.name)}</span><span class="truncate">{current.name}</span><Icon of={selector} /></>;
  return (
    <Menu align="start" buttonClass="btn btn-ghost btn-sm org-button" button={button}>
      <p class="menu-title">Organizations</p>
      {organizations.map((each) => (
        <MenuItem key={each.id} aria-current={each.id === current.id ? 'true' : undefined} onClick={() => onChoose(each)}>
          <span class="menu-choice"><span class="truncate">{each.name}</span><small class="soft">{each.visit ? 'support' : each.role}{each.is_default && ' · default'}</small>{each.id === current.id && <Icon of={check} />}</span>
        </MenuItem>
      ))}
      <hr class="menu-line" />
      {organizations.length > 1 && !current.visit && (
        <MenuItem icon={star} aria-pressed={String(current.is_default)} onClick={onDefault}>{current.is_default ? 'No default' : 'Begin here on every device'}</MenuItem>
      )}
      <MenuItem icon={plus} href="/welcome">New organization</MenuItem>
    </Menu>
  );
}

// On a phone the places are wider than the screen.
document.querySelector('.places [aria-current]')?.scrollIntoView({ inline: 'center', block: 'nearest' });

export function mountPerson(session, name) {
  const fallback = session.user.user_metadata?.display_name ?? '';
  mount(<PersonMenu name={name ?? fallback} email={session.user.email} />, document.getElementById('person-menu'));
}

export function mountOrganizations({ organizations, current, onChoose }) {
  const place = document.getElementById('organization-menu');
  if (!place || !current) return;
  // Read by report_errors.js.
  document.documentElement.dataset.organization = current.id;
  const onDefault = async () => {
    if (!(await toggleDefault(current))) return;
    for (const each of organizations) each.is_default = each.id === current.id && !each.is_default;
    mountOrganizations({ organizations, current, onChoose });
  };
  tellSupport(current);
  tellAside(current);
  mount(<OrganizationMenu organizations={organizations} current={current} onChoose={onChoose} onDefault={onDefault} />, place);
}

/** At once, and only to whoever it is about. */
async function tellSupport(organization) {
  if (!organization.visit && !document.getElementById('support-notice')?.dataset.mounted) return;
  const { showSupportNotice } = await import('./support_notice.jsx');
  showSupportNotice(organization);
}

const ASIDE_MS = 600;

/** What stands beside the screen comes once the screen's own things were asked for. */
function tellAside(organization) {
  setTimeout(async () => {
    // A line that is down is told by the screen itself.
    const [quotas, unread] = await Promise.all([import('./quota_notice.jsx'), import('./unread.js')]).catch(() => []);
    quotas?.warnOfQuotas(organization);
    unread?.showUnread(organization);
  }, ASIDE_MS);
}

/** Fills the bar of a screen about one organization; whoever has none makes one first.
    Choosing another one opens the same screen for it. */
export async function openShell(session) {
  const [organizations, names] = await Promise.all([listMyOrganizations(session.user.id), readNames()]);
  if (!organizations.length) {
    location.replace('/welcome');
    return new Promise(() => {});
  }
  const organization = currentOrganization(organizations);
  mountPerson(session, names.get(session.user.id));
  mountOrganizations({
    organizations,
    current: organization,
    onChoose: ({ id }) => { rememberOrganization(id); location.assign(location.pathname); },
  });
  return { organizations, organization, names };
}
