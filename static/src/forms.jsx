import './forms.css';
import { Forms } from './forms/forms.jsx';
import { mount } from './lib/mount.js';
import { requireSession } from './lib/session.js';
import { mountPerson, openShell } from './lib/shell.jsx';
import { resource } from './lib/ui.jsx';

const session = await requireSession();
mountPerson(session);
const shell = resource(() => openShell(session));
await shell.load();
mount(<Forms shell={shell} />, document.getElementById('app'));
