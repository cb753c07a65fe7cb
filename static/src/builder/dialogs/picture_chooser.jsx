/* Where a picture comes from: an upload (picked, dropped or pasted), the organization's own, or the built-in ones. */
import { useEffect, useState } from 'preact/hooks';
import stock from '../../site/stock/index.json';
import { assets, folders, loadLibrary, search } from '../data/library.js';
import { FindBar } from '../pictures/find_bar.jsx';
import { UploadZone } from '../pictures/upload_zone.jsx';

function Grid({ title, pictures, chosen, onChoose }) {
  if (!pictures.length) return null;
  return (
    <section>
      <h3 class="b-group-name">{title}</h3>
      <div class="b-pictures">
        {pictures.map((picture) => (
          <button key={picture.src} type="button" class="b-picture" aria-pressed={picture.src === chosen} aria-label={picture.alt || picture.name || 'Your picture'} title={picture.alt} onClick={() => onChoose(picture)}>
            <img src={picture.src} alt="" loading="lazy" />
          </button>
        ))}
      </div>
    </section>
  );
}

const builtIn = stock.map(({ file, ...rest }) => ({ ...rest, src: `/static/stock/${file}` }));

/** With `onlyOwn` the built-in ones are left out: they are no pictures of the organization. */
export function PictureChooser({ chosen, onChoose, onlyOwn = false }) {
  const [words, setWords] = useState('');
  const [folder, setFolder] = useState('');
  // Without the list the built-in pictures and the upload still work.
  useEffect(() => { loadLibrary(); }, []);
  const place = folders.value.includes(folder) ? folder : '';
  const own = search(assets.value ?? [], words, place);
  const offered = onlyOwn || place ? [] : builtIn.filter(({ alt }) => words.toLowerCase().split(/\s+/).every((word) => alt.toLowerCase().includes(word)));
  return (
    <>
      <UploadZone folder={place} onUploaded={onChoose} />
      <FindBar words={words} folder={place} onWords={setWords} onFolder={setFolder} />
      <Grid title="Your pictures" pictures={own.slice(0, 120)} chosen={chosen} onChoose={onChoose} />
      <Grid title="Built-in pictures" pictures={offered} chosen={chosen} onChoose={onChoose} />
      {!own.length && !offered.length && <p class="b-hint" role="status">No picture matches. Try another word or folder.</p>}
    </>
  );
}
