// One Lamplight at a time on one data folder. The file `lamplight.json` names the process that has it, with its start time,
// so that a file left behind by kill -9 or a power cut is told from a running one.
import { randomUUID } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, renameSync, rmdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fail, ok, type Result } from '../fhir/result.ts';
import { processStart } from './process-identity.ts';

export interface InstanceRecord {
  pid: number;
  /** See processStart. */
  startTime: string;
  /** Unique for each holding of the folder. */
  token: string;
  /** Known once it serves. */
  port?: number;
  address?: string;
}

export interface Instance {
  record: InstanceRecord;
  /** Tells others where it serves. */
  announce(served: { port: number; address: string }): void;
  /** Gives the folder back. Safe to call twice. */
  release(): void;
}

const fileName = 'lamplight.json';

/** Who has this data folder now; undefined where nobody does. */
export function readInstance(dataDir: string): InstanceRecord | undefined {
  const record = readRecord(join(dataDir, fileName));
  return record !== undefined && isRunning(record) ? record : undefined;
}

/** Takes the data folder (made, for its owner only, where it is missing), or says who has it: kind `conflict`. */
export async function acquireInstance(dataDir: string): Promise<Result<Instance>> {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const file = join(dataDir, fileName);
  const startTime = processStart(process.pid);
  if (startTime === undefined)
    return fail('unsupported', 'The start time of a process cannot be read here: /proc or the command ps is needed.');
  const record: InstanceRecord = { pid: process.pid, startTime, token: randomUUID() };

  for (let attempt = 0; attempt < 100; attempt += 1) {
    if (place(file, record)) return ok(holding(file, record));
    const other = readRecord(file);
    if (other !== undefined && isRunning(other)) {
      const at = other.address === undefined ? '' : ` at ${other.address}`;
      return fail(
        'conflict',
        `Lamplight already runs on ${dataDir}${at} (process ${other.pid}). Stop it first, or choose another data folder.`,
      );
    }
    if (!removeStale(file, other)) await sleep(20);
  }
  return fail('busy', `${file} keeps changing hands. If no Lamplight runs on this folder, remove the file.`);
}

function holding(file: string, record: InstanceRecord): Instance {
  let held = true;
  const release = () => {
    if (held && readRecord(file)?.token === record.token) rmSync(file, { force: true });
    held = false;
    process.off('exit', release);
  };
  process.on('exit', release);
  return {
    record,
    announce(served) {
      if (!held) return;
      Object.assign(record, served);
      const next = write(file, record);
      renameSync(next, file);
    },
    release,
  };
}

/** The whole record appears under the name at once, and only where nothing has that name: link(2) does both. */
function place(file: string, record: InstanceRecord): boolean {
  const prepared = write(file, record);
  try {
    linkSync(prepared, file);
    return true;
  } catch (error) {
    if (isCode(error, 'EEXIST')) return false;
    throw error;
  } finally {
    rmSync(prepared, { force: true });
  }
}

function write(file: string, record: InstanceRecord): string {
  const prepared = `${file}.${record.token}`;
  writeFileSync(prepared, `${JSON.stringify(record)}\n`, { mode: 0o600 });
  return prepared;
}

/**
 * Of several that found the same stale record, one may remove it: the one that makes the folder named after its token.
 * Without that, the slower would remove the quicker one's fresh record.
 */
function removeStale(file: string, stale: InstanceRecord | undefined): boolean {
  const right = `${file}.takeover-${stale?.token ?? 'unreadable'}`;
  try {
    mkdirSync(right, { mode: 0o700 });
  } catch (error) {
    if (!isCode(error, 'EEXIST')) throw error;
    // Its maker was killed in between: the right lapses after some seconds.
    if (Date.now() - (statSync(right, { throwIfNoEntry: false })?.mtimeMs ?? 0) > 5_000) rmSync(right, { recursive: true, force: true });
    return false;
  }
  try {
    if (readRecord(file)?.token === stale?.token) rmSync(file, { force: true });
    return true;
  } finally {
    rmdirSync(right);
  }
}

const isRunning = (record: InstanceRecord): boolean => processStart(record.pid) === record.startTime;

function readRecord(file: string): InstanceRecord | undefined {
  try {
    const read: unknown = JSON.parse(readFileSync(file, 'utf8'));
    return isRecord(read) ? read : undefined;
  } catch {
    return undefined;
  }
}

const isRecord = (value: unknown): value is InstanceRecord =>
  typeof value === 'object' &&
  value !== null &&
  typeof Reflect.get(value, 'pid') === 'number' &&
  typeof Reflect.get(value, 'startTime') === 'string' &&
  typeof Reflect.get(value, 'token') === 'string';

const isCode = (error: unknown, code: string): boolean => error instanceof Error && Reflect.get(error, 'code') === code;
