// A server of its own, senders in a process of their own, each with one message under way as real senders have: how many messages a
// second are acknowledged after commit, with which delay, and how many are laid into the record meanwhile and after.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { attachServer } from '../../src/database/launch.ts';
import { backends, cpuMs, cpuSince, rssMb } from '../fhir/processes.ts';
import { command, startServer } from '../scale/program.ts';

export interface Sent {
  acknowledged: number;
  refused: number;
  seconds: number;
  /** Milliseconds from the last byte sent to the acknowledgement. */
  p50: number;
  p99: number;
  worst: number;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

export async function measureMllp(seconds: number, connections: number, rate: number, patients: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'lamplight-exchange-'));
  const port = await freePort();
  const environment = {
    LAMPLIGHT_PORT: '0',
    LAMPLIGHT_LOG_LEVEL: 'warn',
    LAMPLIGHT_MLLP_PORT: String(port),
    LAMPLIGHT_DATA_DIR: folder,
    LAMPLIGHT_DEMO: 'off',
    DATABASE_URL: '',
  };
  const server = await startServer(environment);
  try {
    const token = await command(['token', '--role', 'administrator'], environment);
    const attached = await attachServer({ dataDir: folder });
    const postmaster = attached.ok ? (attached.value.pid ?? 0) : 0;
    const headers = { authorization: `Bearer ${token}` };
    const waiting = async (): Promise<{ waiting: number; failed: number }> => {
      const answer = await fetch(new URL('/exchange/channels', server.base), { headers });
      const { channels } = (await answer.json()) as { channels: { name: string; waiting: number; failed: number }[] };
      return channels.find(({ name }) => name === 'hl7v2') ?? { waiting: 0, failed: 0 };
    };
    const cpu = { server: cpuMs(server.pid), database: backends(postmaster) };
    const sender = fork(join(import.meta.dirname, 'sender.js'), [
      String(port),
      String(seconds),
      String(connections),
      String(rate),
      String(patients),
    ]);
    const memory: number[] = [];
    const watch = setInterval(() => memory.push(rssMb(server.pid)), 1000);
    const [sent] = (await once(sender, 'message')) as [Sent];
    const left = await waiting();
    const began = performance.now();
    let now = left;
    while (now.waiting > 0) {
      await new Promise((done) => setTimeout(done, 500));
      now = await waiting();
    }
    clearInterval(watch);
    const total = sent.seconds + (left.waiting > 0 ? (performance.now() - began) / 1000 : 0);
    const used = cpuMs(server.pid) - cpu.server;
    const database = cpuSince(cpu.database, postmaster);
    console.log(`
| acknowledged after commit /s (bar ≥ 1,000) | delay p50 ms | p99 ms (bar ≤ 100) | worst ms | laid into the record /s (bar ≥ 500) | failed | CPU ms a message: server | PostgreSQL | memory MB, first and last |
|${' --- |'.repeat(9)}
| ${Math.round(sent.acknowledged / sent.seconds)} | ${sent.p50.toFixed(1)} | ${sent.p99.toFixed(1)} | ${sent.worst.toFixed(0)} | ${Math.round(sent.acknowledged / total)} | ${now.failed + sent.refused} | ${(used / sent.acknowledged).toFixed(2)} | ${(database / sent.acknowledged).toFixed(2)} | ${memory[0] ?? 0}, ${memory.at(-1) ?? 0} |
(${connections} connections, one message under way on each${rate > 0 ? `, ${rate} messages a second in all` : ', as fast as they are answered'}; ${seconds} s; ${sent.acknowledged} messages about ${patients} patients, ${left.waiting} of them still waiting at the end)`);
  } finally {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}
