/* A button with a native popover menu: light dismiss and Esc come from the browser. */
import { useRef } from 'preact/hooks';
import { Icon } from './icon.jsx';
import { useUniqueId } from './unique_id.js';

/** `label` names an icon-only button; `align` says which edge of the button the menu keeps to. */
export function Menu({ button, buttonClass = 'btn btn-ghost', label, align = 'end', children }) {
  const id = useUniqueId();
  const opener = useRef(null);
  const menu = useRef(null);

  const place = (event) => {
    if (event.newState !== 'open') return;
    // After the browser has shown it, when it has a size; anchors in CSS are not everywhere yet.
    requestAnimationFrame(() => {
      const edge = opener.current.getBoundingClientRect();
      const own = menu.current.getBoundingClientRect();
      const left = align === 'end' ? edge.right - own.width : edge.left;
      const below = edge.bottom + 6;
      const top = below + own.height > innerHeight - 8 ? Math.max(8, edge.top - own.height - 6) : below;
      menu.current.style.left = `${Math.max(8, Math.min(left, innerWidth - own.width - 8))}px`;
      menu.current.style.top = `${top}px`;
      menu.current.querySelector('.menu-item:not(:disabled)')?.focus();
    });
  };
  const walk = (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const items = [...menu.current.querySelectorAll('.menu-item:not(:disabled)')];
    const at = items.indexOf(document.activeElement);
    items[(at + step + items.length) % items.length]?.focus();
  };
  return (
    <>
      <button ref={opener} type="button" class={buttonClass} popovertarget={id} aria-haspopup="true" aria-label={label}>{button}</button>
      <div
        ref={menu}
        id={id}
        popover="auto"
        class="menu"
        onToggle={place}
        onKeyDown={walk}
        onClick={(event) => { if (event.target.closest('.menu-item')) menu.current?.hidePopover(); }}
      >
        {children}
      </div>
    </>
  );
}

export function MenuItem({ icon, danger = false, href, children, ...rest }) {
  const looks = danger ? 'menu-item menu-item-danger' : 'menu-item';
  const content = <>{icon && <Icon of={icon} />}<span>{children}</span></>;
  return href ? <a class={looks} href={href} {...rest}>{content}</a> : <button type="button" class={looks} {...rest}>{content}</button>;
}
