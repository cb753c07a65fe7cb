/* An answer as files: the code's own, or a page's sections and a theme written out. */
const NAME = /^```([\w.-]*)[^\n]*$/;

/** Fenced text while it comes: the files so far, the last one unfinished. */
export function filesOf(text) {
  const files = [];
  let current = null;
  for (const line of text.split('\n')) {
    const fence = NAME.exec(line);
    if (fence && !current) current = { name: fence[1] || 'index.html', lines: [] };
    else if (fence) { files.push(current); current = null; } else if (current) current.lines.push(line);
  }
  if (current) files.push(current);
  return files.map(({ name, lines }) => ({ name, text: lines.join('\n') }));
}

export function filesOfResult({ kind, sections, text, state }, variant) {
  const own = sections.filter((each) => each.variant === variant);
  if (kind === 'code') return own[0]?.files ?? (state === 'asking' ? filesOf(text) : []);
  if (kind === 'page' || kind === 'edit') return own.length ? [{ name: 'index.html', text: own.map(({ html }) => html).join('\n\n') }] : [];
  return own.length ? [{ name: `${kind}.json`, text: JSON.stringify(own.map(({ index: _, variant: __, event: ___, ...piece }) => piece), null, 2) }] : [];
}

const find = (files, ending) => files.filter(({ name }) => name.endsWith(ending)).map(({ text }) => text).join('\n');

/** One document of the files, for the frame of the other origin: nothing of it ever runs on this one. */
export function documentOfFiles(files, { styles = '', base }) {
  const css = `${styles}\n${find(files, '.css')}`.replace(/<\//g, '<\\/');
  const js = find(files, '.js').replace(/<\/script/gi, '<\\/script');
  // Stricter than the frame around it: a picture's address could carry words away, so it loads ours alone.
  const policy = `default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src ${base} data:; font-src ${base} data:`;
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${policy}"><base href="${base}/"><meta name="viewport" content="width=device-width, initial-scale=1"><style>${css}</style></head>`
    + `<body>${find(files, '.html')}<script>${js}</script></body></html>`;
}

export function save(file) {
  const url = URL.createObjectURL(new Blob([file.text], { type: 'text/plain' }));
  Object.assign(document.createElement('a'), { href: url, download: file.name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
