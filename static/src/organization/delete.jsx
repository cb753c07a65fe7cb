/* The end of an organization: its name is typed, and the database compares it again. */
import { useState } from 'preact/hooks';
import { PasswordField, hasPassword, proveItsYou } from '../account/password_field.jsx';
import { Elsewhere, KeepOnline } from '../lib/elsewhere.jsx';
import { deleteOrganization } from '../lib/tables/organizations.js';
import { Confirm } from '../lib/ui.jsx';
import { useElsewhere } from '../lib/use_elsewhere.js';

export function DeleteOrganization({ organization, others, user, onClose }) {
  const [password, setPassword] = useState('');
  const [keeps, setKeeps] = useState(false);
  const elsewhere = useElsewhere({ orgIds: [organization.id] });
  const held = !elsewhere.isKnown || elsewhere.isBusy || (elsewhere.online.length > 0 && !keeps);
  const asksPassword = hasPassword(user);
  const remove = async () => {
    if (asksPassword) await proveItsYou(user.email, password);
    await deleteOrganization(organization.id, organization.name);
    location.assign('/dashboard');
  };
  const people = others === 1 ? 'One other person loses' : `${others} other people lose`;
  return (
    <Confirm title={`Delete ${organization.name}?`} action="Delete the organization" danger typed={organization.name} held={held} onConfirm={remove} onClose={onClose}>
      <p>Every site with its pages, pictures, history and what it has published here is gone for good, within minutes. {others > 0 && `${people} it too.`} There is no way back.</p>
      <Elsewhere of={elsewhere}>
        {elsewhere.online.length > 0
          ? <p><strong>These stay online at other hosts.</strong> The accounts’ credentials go with the organization, so nobody can take them down from here afterwards.</p>
          : <p><strong>Nothing is online at other hosts any more.</strong> The projects and repositories stay in your accounts there.</p>}
      </Elsewhere>
      <KeepOnline of={elsewhere} checked={keeps} onChange={setKeeps} />
      {asksPassword && <PasswordField label="Your password" value={password} onInput={setPassword} />}
    </Confirm>
  );
}
