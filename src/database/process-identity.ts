// Whether a process that was noted down is still that process: an id alone is reused, an id with its start time is not.
// Linux: proc(5), /proc/<pid>/stat field 22 (start in clock ticks since boot). Elsewhere: ps(1).
import { execFileSync } from 'node:child_process';
import { readFileSync, readlinkSync } from 'node:fs';

const linux = process.platform === 'linux';

const orUndefined = <T>(read: () => T): T | undefined => {
  try {
    return read();
  } catch {
    return undefined;
  }
};

/** When the process started, in words that no other process with this id will share; undefined where it does not run. */
export function processStart(pid: number): string | undefined {
  if (!Number.isSafeInteger(pid) || pid <= 0) return undefined;
  if (!linux) return ps(pid, 'lstart');
  const stat = orUndefined(() => readFileSync(`/proc/${pid}/stat`, 'latin1'));
  const boot = orUndefined(() => readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim());
  if (stat === undefined) return undefined;
  // The second field is the program's name in parentheses and may hold spaces; the rest is counted from its end.
  const [state, ...rest] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return state === 'Z' || state === 'X' ? undefined : `${boot ?? ''}:${rest[18]}`;
}

/** Folder in which it runs and the arguments it was started with, as far as the system tells us. */
export function processFacts(pid: number): { folder?: string; args: string[] } | undefined {
  if (processStart(pid) === undefined) return undefined;
  if (!linux) return { args: (ps(pid, 'command') ?? '').split(' ') };
  const args = orUndefined(() => readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').slice(0, -1));
  return { folder: orUndefined(() => readlinkSync(`/proc/${pid}/cwd`)), args: args ?? [] };
}

function ps(pid: number, column: string): string | undefined {
  const text = orUndefined(() => execFileSync('ps', ['-o', `${column}=`, '-p', `${pid}`], { encoding: 'utf8', stdio: 'pipe' }).trim());
  return text === '' ? undefined : text;
}
