// Loaded before the program (`node --import`): measures how long its event loop is held, and tells the benchmark over the
// channel between them. 'reset' begins anew; 'read' is answered with the longest delays since then.
import { openSync, readSync } from 'node:fs';
import { monitorEventLoopDelay, PerformanceObserver } from 'node:perf_hooks';

export interface Held {
  /** Longest time between two turns of the loop in ms; an idle loop shows the resolution, 1 to 2 ms. */
  maxMs: number;
  /** The same without the time in which the thread was ready and got no processor: others' work, not ours. */
  ownMs: number;
  /** Longest single pause of the garbage collector in ms, which is part of both. */
  gcMs: number;
}

const delay = monitorEventLoopDelay({ resolution: 1 });
delay.enable();

let gcMs = 0;
new PerformanceObserver((list) => {
  for (const { duration } of list.getEntries()) gcMs = Math.max(gcMs, duration);
}).observe({ entryTypes: ['gc'] });

/** ns that the main thread has waited for a processor: the second field of schedstat (Linux, proc(5)). */
const waited = waitOfThread();
let ownMs = 0;
let last = { at: performance.now(), wait: waited() };
setInterval(() => {
  const now = { at: performance.now(), wait: waited() };
  ownMs = Math.max(ownMs, now.at - last.at - (now.wait - last.wait) / 1e6);
  last = now;
}, 2).unref();

function waitOfThread(): () => number {
  const buffer = Buffer.alloc(100);
  try {
    const file = openSync(`/proc/self/task/${process.pid}/schedstat`, 'r');
    return () => Number(buffer.toString('latin1', 0, readSync(file, buffer, 0, 100, 0)).split(' ')[1]);
  } catch {
    return () => 0;
  }
}

process.on('message', (message) => {
  if (message === 'reset') {
    delay.reset();
    [ownMs, gcMs] = [0, 0];
    process.send?.('reset');
  } else if (message === 'read') {
    const held: Held = { maxMs: delay.max / 1e6, ownMs, gcMs };
    process.send?.(held);
  }
});
// The channel alone keeps nothing alive.
process.channel?.unref();
