// Monitors that publish over MQTT with QoS 1, each with a few messages under way: how many values are acknowledged, and after how long.
import { connectAsync } from 'mqtt';

export interface Published {
  messages: number;
  values: number;
  seconds: number;
  p50: number;
  p99: number;
  worst: number;
}

const [port = 0, seconds = 1, monitors = 1, values = 100, rate = 0] = process.argv.slice(2, 7).map(Number);
const shape = process.argv[7] ?? 'values';
const underWay = 2;
const codes = [
  ['147842', '/min', 60],
  ['150456', '%', 95],
  ['151562', '/min', 12],
  ['MDC_TEMP_BODY', 'Cel', 37],
  ['150037', 'mm[Hg]', 118],
] as const;
const delays: number[] = [];
const began = performance.now();
const until = began + seconds * 1000;
let number = 0;

/** Each message goes on where the one before it of the same monitor ended. */
function payload(monitor: number, count: number): string {
  const start = Date.UTC(2026, 6, 1) + count * values * 1000;
  const at = (index: number): string => new Date(start + index * 1000).toISOString();
  const patient = { system: 'http://bench.example.org/mrn', value: `B${monitor}` };
  const id = `${monitor}-${count}`;
  if (shape === 'series') {
    const samples = Math.floor(values / codes.length);
    const series = codes.map(([code, unit, usual]) => ({
      code,
      unit,
      period: 1000,
      data: Array.from({ length: samples }, (_, index) => usual + (index % 7)),
    }));
    return JSON.stringify({ id, patient, time: at(0), series });
  }
  return JSON.stringify({
    id,
    patient,
    values: Array.from({ length: values }, (_, index) => {
      const [code, unit, usual] = codes[index % codes.length]!;
      return { code, unit, value: usual + (index % 7), time: at(Math.floor(index / codes.length)) };
    }),
  });
}

async function publish(monitor: number): Promise<void> {
  const client = await connectAsync(`mqtt://127.0.0.1:${port}`, { reconnectPeriod: 0 });
  let count = 0;
  const one = async (): Promise<void> => {
    while (performance.now() < until) {
      const due = rate > 0 ? began + (number++ * values * 1000) / rate : 0;
      const wait = due - performance.now();
      if (wait > 1) await new Promise((done) => setTimeout(done, wait));
      const body = payload(monitor, count++);
      const sentAt = performance.now();
      await client.publishAsync(`lamplight/devices/monitor${monitor}/observations`, body, { qos: 1 });
      delays.push(performance.now() - sentAt);
    }
  };
  await Promise.all(Array.from({ length: underWay }, one));
  await client.endAsync();
}

await Promise.all(Array.from({ length: monitors }, (_, monitor) => publish(monitor)));
delays.sort((a, b) => a - b);
const share = (part: number): number => delays[Math.min(delays.length - 1, Math.floor(delays.length * part))] ?? 0;
const published: Published = {
  messages: delays.length,
  values: delays.length * values,
  seconds: (performance.now() - began) / 1000,
  p50: share(0.5),
  p99: share(0.99),
  worst: share(1),
};
process.send?.(published);
process.disconnect?.();
