/* `import trash from 'icon:trash'` gives the path data of one Tabler outline icon, so that a screen
   carries only the icons it draws and no markup has to be parsed at run time. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';

export function icons(root) {
  const folder = path.join(root, 'node_modules/@tabler/icons/icons/outline');
  return {
    name: 'icons',
    setup(build) {
      build.onResolve({ filter: /^icon:/ }, ({ path: name }) => ({ path: name.slice(5), namespace: 'icon' }));
      build.onLoad({ filter: /.*/, namespace: 'icon' }, async ({ path: name }) => {
        try {
          const svg = await readFile(path.join(folder, `${name}.svg`), 'utf8');
          // The first path is an invisible box around the icon.
          const paths = [...svg.matchAll(/<path(?! stroke="none")[^>]*\sd="([^"]+)"/g)].map((match) => match[1]);
          return { contents: `export default ${JSON.stringify(paths)}`, loader: 'js' };
        } catch {
          return { errors: [{ text: `There is no Tabler icon called "${name}"` }] };
        }
      });
    },
  };
}
