// Sends messages over MLLP from several connections, one under way on each, and tells how long acknowledgements took. Plain sockets:
// a client of others would be what is measured.
import { connect, type Socket } from 'node:net';
import { mixed } from './messages.ts';
import type { Sent } from './mllp.ts';

const [port = 0, seconds = 1, connections = 1, rate = 0, patients = 5000] = process.argv.slice(2).map(Number);
const delays: number[] = [];
let number = 0;
let refused = 0;
const began = performance.now();
const until = began + seconds * 1000;

/** In a rate that is asked for, each connection waits for its turn. */
const dueAt = (index: number): number => (rate > 0 ? began + (index / rate) * 1000 : 0);

function converse(socket: Socket): Promise<void> {
  return new Promise((done, failed) => {
    let sentAt = 0;
    let answer = '';
    const next = (): void => {
      if (performance.now() >= until) {
        socket.end();
        done();
        return;
      }
      const index = number++;
      const wait = dueAt(index) - performance.now();
      if (wait > 1) setTimeout(() => send(index), wait);
      else send(index);
    };
    const send = (index: number): void => {
      const message = Buffer.from(`\u000b${mixed(index, patients)}\u001c\r`);
      sentAt = performance.now();
      socket.write(message);
    };
    socket.on('data', (chunk: Buffer) => {
      answer += chunk.toString('latin1');
      if (!answer.endsWith('\u001c\r')) return;
      delays.push(performance.now() - sentAt);
      if (!/MSA\|[AC]A\|/.test(answer)) refused++;
      answer = '';
      next();
    });
    socket.on('error', failed);
    socket.on('connect', next);
  });
}

await Promise.all(Array.from({ length: connections }, () => converse(connect(port, '127.0.0.1'))));
delays.sort((a, b) => a - b);
const at = (share: number): number => delays[Math.min(delays.length - 1, Math.floor(delays.length * share))] ?? 0;
const sent: Sent = {
  acknowledged: delays.length,
  refused,
  seconds: (performance.now() - began) / 1000,
  p50: at(0.5),
  p99: at(0.99),
  worst: at(1),
};
process.send?.(sent);
process.disconnect?.();
