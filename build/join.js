// Joins what the program loads at its start: dist/src has a thousand files, and to find, open and link each of them is half the time until
// a server answers. What is asked for later (`import()`) stays beside it in files of its own. Packages stay where npm puts them.
import { readdirSync, rmSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const dist = fileURLToPath(new URL('../dist', import.meta.url));
const joined = join(dist, 'program');
const dayMs = 86_400_000;

/** What processes and threads begin with, by the name under which `ps` shows it. */
const begins = {
  main: 'src/app/main.js',
  laying: 'src/exchange/thread.js',
  converting: 'src/exchange/converting-thread.js',
  queries: 'src/warehouse/query/process.js',
};
const begun = new Map(Object.entries(begins).map(([name, path]) => [join(dist, path), name]));

/** A module still finds what lies beside it in dist/src; what has been joined is begun where it was joined. */
function placed(code, file) {
  if (!code.includes('import.meta.url')) return code;
  const here = `new URL(${JSON.stringify(relative(joined, file))}, import.meta.url).href`;
  return code
    .split(/(new URL\('\.[^']*', import\.meta\.url\))/)
    .map((part) => {
      const [, beside] = /^new URL\('(\.[^']*)', /.exec(part) ?? [];
      const name = beside === undefined ? undefined : begun.get(resolve(dirname(file), beside));
      return name === undefined ? part.replaceAll('import.meta.url', here) : `new URL('./${name}.js', import.meta.url)`;
    })
    .join('');
}

const build = await rolldown({
  input: Object.fromEntries([...begun].map(([path, name]) => [name, path])),
  platform: 'node',
  external: (id) => !/^[./]/.test(id) && !id.startsWith(dist),
  // What a module does when it is loaded is done, whether its values are asked for or not.
  treeshake: false,
  plugins: [{ name: 'places', transform: (code, file) => ({ code: placed(code, file), map: null }) }],
});
const { output } = await build.write({ dir: joined, format: 'esm', entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' });

// A server that was begun before this build may still ask for what it has not loaded yet.
const made = new Set(output.map(({ fileName }) => fileName));
for (const name of readdirSync(joined)) {
  const file = join(joined, name);
  if (!made.has(name) && Date.now() - statSync(file).mtimeMs > dayMs) rmSync(file);
}
