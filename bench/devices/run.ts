// npm run bench -- devices [values|series|all] [seconds] [monitors] [values a message] [values a second]: a server that hears monitors over
// MQTT. Values acknowledged when they are on disk, and how fast they are laid into the record: one observation each, or series of samples.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { attachServer } from '../../src/database/launch.ts';
import { backends, cpuMs, cpuSince, rssMb } from '../fhir/processes.ts';
import { command, startServer } from '../scale/program.ts';
import type { Published } from './sender.ts';

const [what = 'all', seconds = '10', monitors = '16', values = '100', rate = '0'] = process.argv.slice(2);

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

async function measure(shape: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'lamplight-devices-'));
  const port = await freePort();
  const environment = {
    LAMPLIGHT_PORT: '0',
    LAMPLIGHT_LOG_LEVEL: 'warn',
    LAMPLIGHT_MLLP_PORT: 'off',
    LAMPLIGHT_MQTT_PORT: String(port),
    LAMPLIGHT_MQTT_ANONYMOUS: 'on',
    LAMPLIGHT_DATA_DIR: folder,
    LAMPLIGHT_DEMO: 'off',
    DATABASE_URL: '',
  };
  const server = await startServer(environment);
  try {
    const token = await command(['token', '--role', 'administrator'], environment);
    const attached = await attachServer({ dataDir: folder });
    const postmaster = attached.ok ? (attached.value.pid ?? 0) : 0;
    const waiting = async (): Promise<{ waiting: number; failed: number }> => {
      const answer = await fetch(new URL('/exchange/channels', server.base), { headers: { authorization: `Bearer ${token}` } });
      const { channels } = (await answer.json()) as { channels: { name: string; waiting: number; failed: number }[] };
      return channels.find(({ name }) => name === 'devices') ?? { waiting: 0, failed: 0 };
    };
    const cpu = { server: cpuMs(server.pid), database: backends(postmaster) };
    const sender = fork(join(import.meta.dirname, 'sender.js'), [String(port), seconds, monitors, values, rate, shape]);
    const memory: number[] = [];
    const watch = setInterval(() => memory.push(rssMb(server.pid)), 1000);
    const [sent] = (await once(sender, 'message')) as [Published];
    const left = await waiting();
    const began = performance.now();
    let now = left;
    while (now.waiting > 0) {
      await new Promise((done) => setTimeout(done, 200));
      now = await waiting();
    }
    clearInterval(watch);
    const total = sent.seconds + (left.waiting > 0 ? (performance.now() - began) / 1000 : 0);
    const each = (ms: number): string => ((ms * 1000) / sent.values).toFixed(1);
    const database = cpuSince(cpu.database, postmaster);
    return `| ${shape} | ${Math.round(sent.values / sent.seconds)} | ${sent.p50.toFixed(0)} | ${sent.p99.toFixed(0)} | ${Math.round(sent.values / total)} | ${now.failed} | ${each(cpuMs(server.pid) - cpu.server)} | ${each(database)} | ${memory[0] ?? 0}, ${memory.at(-1) ?? 0} | ${sent.messages}, ${left.waiting} |`;
  } finally {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

const rows: string[] = [];
for (const shape of what === 'all' ? ['values', 'series'] : [what]) rows.push(await measure(shape));
console.log(`
${new Date().toISOString().slice(0, 10)}, Node ${process.version}, ${availableParallelism()} cores for all, load ${loadavg()[0]?.toFixed(1)}
| shape | values acknowledged after commit /s (bar ≥ 10,000) | delay p50 ms | p99 ms | laid into the record /s, to the last one | failed | CPU µs a value: server | PostgreSQL | memory MB, first and last | messages, of them waiting at the end |
|${' --- |'.repeat(10)}
${rows.join('\n')}
(${monitors} monitors, ${values} values a message, ${seconds} s${rate === '0' ? ', as fast as they are acknowledged' : `, ${rate} values a second in all`})`);
