/* A search and a choice of folder, above any list of pictures. */
import searchIcon from 'icon:search';
import { Icon } from '../../lib/ui.jsx';
import { folders } from '../data/library.js';

export function FindBar({ words, folder, onWords, onFolder }) {
  return (
    <div class="b-find">
      <div class="search">
        <Icon of={searchIcon} />
        <input class="form-control" type="search" placeholder="Search pictures" aria-label="Search pictures" value={words} onInput={(event) => onWords(event.currentTarget.value)} />
      </div>
      {folders.value.length > 0 && (
        <select class="form-select" aria-label="Folder" value={folder} onChange={(event) => onFolder(event.currentTarget.value)}>
          <option value="">All folders</option>
          {folders.value.map((name) => <option key={name} value={name}>{name}</option>)}
        </select>
      )}
    </div>
  );
}
