import './errors.css';
import { Errors } from './errors/errors.jsx';
import { mount } from './lib/mount.js';
import { requireSession } from './lib/session.js';
import { mountPerson, openShell } from './lib/shell.jsx';
import { resource } from './lib/ui.jsx';

const session = await requireSession();
mountPerson(session);
const shell = resource(() => openShell(session));
await shell.load();
mount(<Errors shell={shell} />, document.getElementById('app'));
