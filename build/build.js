// Builds Lamplight in a checkout: compile the generators, run them over the FHIR definitions, compile the program, join its files.
// Plain JavaScript because it runs before anything is compiled and Node 20 does not read TypeScript.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const stamp = join(root, 'dist', '.built');
const webStamp = join(root, 'dist', '.built-web');

/** Newest modification time below a folder, in milliseconds. */
function newest(folder) {
  let ms = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      if (entry.name !== 'generated' && entry.name !== 'node_modules') ms = Math.max(ms, newest(path));
    } else if (/\.(ts|tsx|css|html|svg|js|json)$/.test(entry.name) && !entry.name.endsWith('.test.ts')) {
      ms = Math.max(ms, statSync(path).mtimeMs);
    }
  }
  return ms;
}

function run(...args) {
  // Whoever begins it: a server that a test starts would otherwise make a workbench of React's development build, and leave it there.
  const env = { ...process.env, NODE_ENV: 'production' };
  const done = spawnSync(process.execPath, args, { cwd: root, env, stdio: ['ignore', 'inherit', 'inherit'] });
  if (done.status !== 0) process.exit(done.status ?? 1);
}

const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');

if (existsSync(tsc)) {
  build();
} else if (!existsSync(join(root, 'dist', 'program', 'main.js'))) {
  // An installation without the development packages runs what it was published with; this one was not published.
  console.error('error: Lamplight is not built and the compiler is not installed\nhint: run "npm install" first');
  process.exit(1);
}

function build() {
  const builtMs = existsSync(stamp) ? statSync(stamp).mtimeMs : 0;
  const generatorsMs = Math.max(newest(join(root, 'build')), statSync(join(root, 'package-lock.json')).mtimeMs);
  const generate = generatorsMs > builtMs || !existsSync(join(root, 'src', 'fhir', 'generated', 'types.ts'));
  if (generate) {
    run(tsc, '-p', 'build/tsconfig.json');
    run('dist/build/generate.js');
  }
  if (generate || Math.max(newest(join(root, 'src')), newest(join(root, 'simulator'))) > builtMs) {
    run(tsc, '-p', 'tsconfig.dist.json');
    run('build/join.js');
    mkdirSync(join(root, 'dist'), { recursive: true });
    writeFileSync(stamp, '');
  }
  const webMs = existsSync(webStamp) ? statSync(webStamp).mtimeMs : 0;
  if (Math.max(newest(join(root, 'web')), statSync(join(root, 'package-lock.json')).mtimeMs) > webMs) {
    run(join(root, 'node_modules', 'vite', 'bin', 'vite.js'), 'build', 'web', '--config', 'web/vite.config.ts', '--logLevel', 'warn');
    writeFileSync(webStamp, '');
  }
}
