/* Everything a screen is put together from. */
export { Async, Failed, resource } from './ui/async.jsx';
export { Confirm } from './ui/confirm.jsx';
export { Dialog } from './ui/dialog.jsx';
export { Field } from './ui/field.jsx';
export { Icon } from './ui/icon.jsx';
export { Menu, MenuItem } from './ui/menu.jsx';
export { toast, toastProblem } from './ui/toasts.jsx';
