/* The end of an organization: its name is typed, and the database compares it again. */
import { useState } from 'preact/hooks';
import { PasswordField, hasPassword, proveItsYou } from '../account/password_field.jsx';
import { deleteOrganization } from '../lib/tables/organizations.js';
import { Confirm } from '../lib/ui.jsx';

export function DeleteOrganization({ organization, others, user, onClose }) {
  const [password, setPassword] = useState('');
  const asksPassword = hasPassword(user);
  const remove = async () => {
    if (asksPassword) await proveItsYou(user.email, password);
    await deleteOrganization(organization.id, organization.name);
    location.assign('/dashboard');
  };
  const people = others === 1 ? 'One other person loses' : `${others} other people lose`;
  return (
    <Confirm title={`Delete ${organization.name}?`} action="Delete the organization" danger typed={organization.name} onConfirm={remove} onClose={onClose}>
      <p>Every site with its pages, pictures, history and what it has published here is gone for good, within minutes. {others > 0 && `${people} it too.`} There is no way back.</p>
      {asksPassword && <PasswordField label="Your password" value={password} onInput={setPassword} />}
    </Confirm>
  );
}
