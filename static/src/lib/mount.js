import { render } from 'preact';

/** Puts a component where the template has painted a skeleton. */
export function mount(component, place) {
  if (!place.dataset.mounted) {
    place.dataset.mounted = 'yes';
    place.replaceChildren();
  }
  render(component, place);
}
