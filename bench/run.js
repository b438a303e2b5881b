// npm run bench -- NAME [arguments]: builds, then runs dist/bench/NAME/run.js. Without a name it lists what there is.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import '../build/build.js';

const root = join(import.meta.dirname, '..');
const [name = 'fhir', ...args] = process.argv.slice(2);
if (!existsSync(join(root, 'bench', name, 'run.ts'))) {
  const names = readdirSync(join(root, 'bench'), { withFileTypes: true }).filter((entry) => entry.isDirectory());
  console.error(`error: there is no benchmark "${name}"\nhint: choose one of ${names.map((entry) => entry.name).join(', ')}`);
  process.exit(2);
}
const tsc = spawnSync(process.execPath, [join(root, 'node_modules', 'typescript', 'bin', 'tsc'), '-p', 'bench/tsconfig.json'], {
  cwd: root,
  stdio: 'inherit',
});
if (tsc.status !== 0) process.exit(1);
process.exit(
  spawnSync(process.execPath, [join(root, 'dist', 'bench', name, 'run.js'), ...args], { cwd: root, stdio: 'inherit' }).status ?? 1,
);
