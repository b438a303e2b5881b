// Lamplight as a child process: commands that end, and the server that stays.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..', '..', '..');

export interface Served {
  base: string;
  pid: number;
  stop(): Promise<void>;
}

/** Runs a command to its end; `watch` gets the process while it runs. Throws where it fails. */
export async function command(args: string[], env: NodeJS.ProcessEnv, watch: (child: ChildProcess) => void = () => {}): Promise<string> {
  const child = spawn(process.execPath, ['bin/lamplight.js', ...args], {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let out = '';
  child.stdout.on('data', (chunk) => {
    out += String(chunk);
  });
  watch(child);
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`lamplight ${args.slice(0, 2).join(' ')} ended with ${code}: ${out.slice(-500)}`);
  return out.trim();
}

/** `BENCH_PROFILE=FOLDER` leaves a profile of the server's CPU there, for a browser's developer tools. */
const profiled = (folder: string | undefined): string[] => (folder === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${folder}`]);

export async function startServer(env: NodeJS.ProcessEnv): Promise<Served> {
  const child = spawn(process.execPath, [...profiled(process.env['BENCH_PROFILE']), 'bin/lamplight.js', 'serve'], {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let out = '';
  for await (const chunk of child.stdout) {
    out += String(chunk);
    const ready = /^ready (\S+)/m.exec(out);
    if (ready === null) continue;
    child.stdout.resume();
    return {
      base: `${ready[1]}/fhir`,
      pid: child.pid!,
      async stop() {
        child.kill('SIGTERM');
        if (child.exitCode === null) await once(child, 'close');
      },
    };
  }
  throw new Error(`the server ended before it was ready: ${out.slice(-500)}`);
}
