// CPU and memory of processes, read from /proc: on a noisy machine CPU per operation and ratios say more than rates.
import { readdirSync, readFileSync } from 'node:fs';

/** Clock ticks a second; 100 on every Linux that Node runs on. */
const ticks = 100;

function stat(pid: number): { parent: number; cpuMs: number } | undefined {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
    return { parent: Number(fields[1]), cpuMs: ((Number(fields[11]) + Number(fields[12])) * 1000) / ticks };
  } catch {
    return undefined;
  }
}

export const cpuMs = (pid: number): number => stat(pid)?.cpuMs ?? 0;

/** The postmaster of a backend. */
export const parentOf = (pid: number): number => stat(pid)?.parent ?? 0;

/** CPU of each child of the postmaster, so that backends that come and go are counted by difference. */
export function backends(postmaster: number): Map<number, number> {
  const found = new Map<number, number>();
  for (const name of readdirSync('/proc')) {
    const one = /^\d+$/.test(name) ? stat(Number(name)) : undefined;
    if (one?.parent === postmaster) found.set(Number(name), one.cpuMs);
  }
  return found;
}

export function cpuSince(before: Map<number, number>, postmaster: number): number {
  let sum = 0;
  for (const [pid, ms] of backends(postmaster)) sum += Math.max(0, ms - (before.get(pid) ?? 0));
  return sum;
}

export function rssMb(pid: number): number {
  try {
    return Math.round(Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) / 1024);
  } catch {
    return 0;
  }
}
