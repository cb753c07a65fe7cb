import { useEffect, useState } from 'preact/hooks';
import { nameOf } from './data/sites.js';
import { me } from './state.js';

/** Who saved something, as the person at this browser says it. */
export function useAuthor(id) {
  const [name, setName] = useState('');
  useEffect(() => { nameOf(id).then(setName); }, [id]);
  return id === me.value.id ? 'You, in another place' : name || 'Somebody';
}
