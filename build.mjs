/* Builds static/src into static/dist: one ES module per screen, shared chunks, hashed names,
   a manifest for the templates, and .gz and .br beside every text file.

   The result is written to a temporary folder and renamed, so that a failed build leaves the old one in place. */
import { build } from 'esbuild';
import { existsSync, globSync } from 'node:fs';
import { copyFile, mkdir, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { icons } from './static/build/icons.mjs';
import { matrix } from './static/build/matrix.mjs';
import { purgedVendorCss } from './static/build/purge.mjs';
import { siteLibrary } from './static/build/site_library.mjs';
import { withoutUnusedParts } from './static/build/unused_parts.mjs';

const root = path.dirname(fileURLToPath(import.meta.url));
const source = path.join(root, 'static/src');
const dist = path.join(root, 'static/dist');

/** One entry per screen and style sheet at the top of static/src, and the builder's own. */
function entryPoints() {
  const screens = globSync('*.{js,jsx,css}', { cwd: source }).map((file) => ({
    in: path.join(source, file),
    out: path.parse(file).name,
  }));
  const builder = path.join(source, 'builder/main.jsx');
  if (existsSync(builder)) screens.push({ in: builder, out: 'builder' });
  return screens;
}

async function bundle(outdir) {
  const result = await build({
    absWorkingDir: root,
    entryPoints: entryPoints(),
    outdir,
    bundle: true,
    format: 'esm',
    splitting: true,
    minify: true,
    metafile: true,
    target: ['es2022', 'chrome120', 'firefox121', 'safari17.5'],
    jsx: 'automatic',
    jsxImportSource: 'preact',
    publicPath: '/static/dist',
    entryNames: '[name]-[hash]',
    chunkNames: 'chunk-[hash]',
    assetNames: '[name]-[hash]',
    loader: { '.woff2': 'file', '.svg': 'file' },
    external: ['/static/*'],
    legalComments: 'none',
    logLevel: 'warning',
    plugins: [icons(root), matrix(root), siteLibrary(source), purgedVendorCss(root), withoutUnusedParts],
  });
  return result.metafile;
}

/** Everything a chunk needs before it can run, so that the page can ask for it at once. */
function staticImports(outputs, name, seen = new Set()) {
  for (const each of outputs[name].imports) {
    if (each.kind !== 'import-statement' || each.external || seen.has(each.path)) continue;
    seen.add(each.path);
    staticImports(outputs, each.path, seen);
  }
  return [...seen];
}

/** Imported with import() and yet wanted at once: the page asks for these beside its entry, without waiting for it. */
const WANTED_AT_ONCE = { builder: ['static/src/builder/canvas/engine.js'] };

function preloads(outputs, file, name) {
  const wanted = Object.keys(outputs).filter((each) => WANTED_AT_ONCE[name]?.includes(outputs[each].entryPoint));
  const needed = [file, ...wanted].flatMap((each) => staticImports(outputs, each));
  return [...new Set([...wanted, ...needed])];
}

function describe(metafile) {
  const { outputs } = metafile;
  const base = (file) => path.basename(file);
  const entries = {};
  const files = {};
  for (const [file, output] of Object.entries(outputs)) {
    if (!output.entryPoint) {
      if (/\.(woff2|svg)$/.test(file)) files[base(file).replace(/-[A-Z0-9]{8}(\.\w+)$/, '$1')] = base(file);
      continue;
    }
    const name = base(file).replace(/-[A-Z0-9]{8}\.\w+$/, '');
    if (file.endsWith('.css')) {
      files[`${name}.css`] = base(file);
    } else if (!/^chunk/.test(name) && (output.entryPoint.startsWith('static/src/'))) {
      entries[name] = {
        file: base(file),
        css: output.cssBundle ? [base(output.cssBundle)] : [],
        preload: preloads(outputs, file, name).map((each) => path.basename(each)),
      };
    }
  }
  return { entries, files };
}

/** Pictures of the app itself; templates ask for them by their plain name. */
async function copyImages(outdir) {
  const files = {};
  for (const file of globSync('*.{svg,png,webp,avif}', { cwd: path.join(source, 'img') })) {
    const bytes = await readFile(path.join(source, 'img', file));
    const { name, ext } = path.parse(file);
    const hash = createHash('sha256').update(bytes).digest('hex').slice(0, 8).toUpperCase();
    files[file] = `${name}-${hash}${ext}`;
    await writeFile(path.join(outdir, files[file]), bytes);
  }
  return files;
}

/** Typefaces a person may choose for a site, under the names theme.json gives them. */
async function copySiteFonts(outdir) {
  const theme = path.join(source, 'site/theme.json');
  if (!existsSync(theme)) return;
  await mkdir(path.join(outdir, 'fonts'), { recursive: true });
  for (const font of Object.values(JSON.parse(await readFile(theme, 'utf8')).fonts ?? {})) {
    for (const { file } of font.faces ?? []) {
      await copyFile(path.join(root, 'node_modules', font.package, 'files', file), path.join(outdir, 'fonts', file));
    }
  }
}

/** The script that counts visits of published sites; the static build and Flask hand it out as it is here. */
async function buildTracker(outdir) {
  await build({
    absWorkingDir: root,
    entryPoints: [path.join(source, 'site/tracker.js')],
    outfile: path.join(outdir, 'site/tracker.js'),
    minify: true,
    target: ['es2020'],
    legalComments: 'none',
    logLevel: 'warning',
  });
}

async function precompress(folder) {
  const options = { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } };
  const names = (await readdir(folder)).filter((name) => /\.(js|css|svg)$/.test(name));
  await Promise.all(names.map(async (name) => {
    const bytes = await readFile(path.join(folder, name));
    await writeFile(path.join(folder, `${name}.gz`), await promisify(gzip)(bytes, { level: 9 }));
    await writeFile(path.join(folder, `${name}.br`), await promisify(brotliCompress)(bytes, options));
  }));
}

/** A tab that is still open after a release may yet ask for a chunk of the build before; of older ones none is kept. */
async function keepPreviousBuild(from, to) {
  const { built = [] } = JSON.parse(await readFile(path.join(from, 'manifest.json'), 'utf8').catch(() => '{}'));
  for (const name of built) {
    if (!existsSync(path.join(to, name))) await copyFile(path.join(from, name), path.join(to, name)).catch(() => {});
  }
}

async function replaceDist(temporary) {
  const old = `${dist}.old-${process.pid}`;
  if (existsSync(dist)) await rename(dist, old);
  await rename(temporary, dist);
  await rm(old, { recursive: true, force: true });
}

const temporary = `${dist}.new-${process.pid}`;
try {
  await mkdir(temporary, { recursive: true });
  const manifest = describe(await bundle(temporary));
  Object.assign(manifest.files, await copyImages(temporary));
  await precompress(temporary);
  manifest.built = await readdir(temporary);
  await copySiteFonts(temporary);
  await buildTracker(temporary);
  await keepPreviousBuild(dist, temporary);
  await writeFile(path.join(temporary, 'manifest.json'), JSON.stringify(manifest, null, 1));
  await replaceDist(temporary);
} catch (error) {
  await rm(temporary, { recursive: true, force: true });
  // esbuild has printed its own errors with file and line.
  if (!error.errors) console.error(error);
  process.exitCode = 1;
}
