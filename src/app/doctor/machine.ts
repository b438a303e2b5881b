// The machine under it: Node, memory, open files, clock.
import { readFileSync } from 'node:fs';
import { totalmem } from 'node:os';
import { broken, type Check, doubtful, type Finding, fine } from './contract.ts';

const oldestNode = [20, 19] as const;
const memoryMin = 1024 ** 3;
const openFilesMin = 256;
const openFilesWanted = 1024;
const clockOffMsMax = 2_000;
/** A clock before this program was written is wrong. */
const earliest = Date.UTC(2025, 0, 1);

export const node: Check = {
  name: 'node',
  look() {
    const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
    const enough = major > oldestNode[0] || (major === oldestNode[0] && minor >= oldestNode[1]);
    const says = `Node ${process.versions.node}`;
    return [enough ? fine(says) : broken(`${says} is too old`, `install Node ${oldestNode.join('.')} or newer`)];
  },
};

export const memory: Check = {
  name: 'memory',
  look() {
    const bytes = Math.min(totalmem(), containerLimit());
    const says = `${(bytes / 1024 ** 3).toFixed(1)} GB of memory`;
    return [bytes >= memoryMin ? fine(says) : doubtful(`only ${says}`, 'give it 1 GB or more: PostgreSQL and Node need it')];
  },
};

/** https://docs.kernel.org/admin-guide/cgroup-v2.html#memory-interface-files */
function containerLimit(): number {
  try {
    const text = readFileSync('/sys/fs/cgroup/memory.max', 'utf8').trim();
    return /^\d+$/.test(text) ? Number(text) : Number.POSITIVE_INFINITY;
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}

export const openFiles: Check = {
  name: 'open files',
  look() {
    const limit = openFilesLimit();
    if (limit === undefined) return [fine('the limit of open files is not known here')];
    const says = `${limit} open files allowed`;
    const hint = 'raise it: "ulimit -n 4096", or LimitNOFILE=4096 in the systemd unit';
    if (limit < openFilesMin) return [broken(`only ${says}`, hint)];
    return [limit < openFilesWanted ? doubtful(`only ${says}`, hint) : fine(says)];
  },
};

/** Soft limit (proc(5), /proc/<pid>/limits). */
function openFilesLimit(): number | undefined {
  try {
    const [, soft] = /^Max open files\s+(\S+)/m.exec(readFileSync('/proc/self/limits', 'utf8')) ?? [];
    return soft === undefined ? undefined : soft === 'unlimited' ? Number.POSITIVE_INFINITY : Number(soft);
  } catch {
    return undefined;
  }
}

export const clock: Check = {
  name: 'clock',
  async look({ database, now }) {
    if (now.getTime() < earliest)
      return [broken(`the clock says ${now.toISOString()}`, 'set the clock; let it follow a time server (chrony, timesyncd)')];
    const findings: Finding[] = [];
    if (database !== undefined) {
      const { rows } = await database.query<{ off: number; ahead: number | null }>({
        text: `select (extract(epoch from clock_timestamp()) * 1000 - $1::float8)::float8 as off,
          (select extract(epoch from at - clock_timestamp())::float8 from change order by position desc limit 1) as ahead`,
        values: [Date.now()],
      });
      const { off, ahead } = rows[0]!;
      if (Math.abs(off) > clockOffMsMax)
        findings.push(
          doubtful(`the clock of the database is ${(off / 1000).toFixed(1)} s off ours`, 'let both machines follow a time server'),
        );
      if (ahead !== null && ahead > 1)
        findings.push(
          doubtful(
            `the newest change lies ${Math.round(ahead)} s in the future: the clock was set back`,
            'let the clock follow a time server',
          ),
        );
    }
    return findings.length > 0 ? findings : [fine(`the clock says ${now.toISOString().slice(0, 19)}Z`)];
  },
};
