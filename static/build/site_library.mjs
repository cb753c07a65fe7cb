/* Hands the block library of published sites to the app's own code as modules:
   site:blocks   [{kind, name, group, description, html}]
   site:css      {base, kinds: {kind: css}}: what a canvas or a thumbnail needs
   site:starters [{id, name, description, theme, seo, pages}]
   They are meant for import(), so that no screen loads them before it shows them. */
import { existsSync, globSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { transform } from 'esbuild';

const read = (file) => (existsSync(file) ? readFile(file, 'utf8') : '');

const minified = async (file) => (await transform(await read(file), { loader: 'css', minify: true })).code.trim();

async function blocks(folder) {
  const files = globSync('blocks/*.html', { cwd: folder }).sort();
  return Promise.all(files.map(async (file) => {
    const text = await read(path.join(folder, file));
    const header = /^\s*<!--\s*(\{[\s\S]*?\})\s*-->/.exec(text);
    if (!header) throw new Error(`static/src/site/${file} must begin with a comment of JSON: kind, name, group, description`);
    return { ...JSON.parse(header[1]), html: text.slice(header[0].length).trim() };
  }));
}

async function css(folder) {
  const kinds = {};
  for (const file of globSync('blocks/*.css', { cwd: folder }).sort()) {
    kinds[path.parse(file).name] = await minified(path.join(folder, file));
  }
  return { base: await minified(path.join(folder, 'base.css')), kinds };
}

async function starters(folder) {
  const files = globSync('starters/*.json', { cwd: folder }).sort();
  return Promise.all(files.map(async (file) => JSON.parse(await read(path.join(folder, file)))));
}

export function siteLibrary(source) {
  const folder = path.join(source, 'site');
  const modules = { blocks, css, starters };
  return {
    name: 'site-library',
    setup(build) {
      build.onResolve({ filter: /^site:/ }, ({ path: name }) => ({ path: name.slice(5), namespace: 'site' }));
      build.onLoad({ filter: /.*/, namespace: 'site' }, async ({ path: name }) => (
        modules[name]
          ? { contents: JSON.stringify(await modules[name](folder)), loader: 'json' }
          : { errors: [{ text: `There is no site:${name}; there are site:${Object.keys(modules).join(', site:')}` }] }
      ));
    },
  };
}
