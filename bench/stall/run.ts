// npm run bench -- stall [times] [words]: how long each heavy attack holds the event loop of a server, measured inside it, beside
// the same server at rest and under ordinary reads. Bar: 50 ms. With `words`, only the attacks whose name holds them.
//
// Each figure is the longest delay of an attack: the median of all times that it was repeated, and the worst. "Own" is without
// the time in which another process had the processor, which a shared machine adds to anything (see probe.ts).
// The attacker runs at the lowest priority: it would have a machine of its own.
import { once } from 'node:events';
import { setPriority } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { type Stand, stand } from '../../test/calls.ts';
import { type Attack, ask, type Target } from '../../test/hostile/attack.ts';
import { measured } from './attacks.ts';
import type { Held } from './probe.ts';

const times = Number(process.argv[2] ?? 3);
const words = process.argv[3] ?? '';
const barMs = 50;
/** Work that an answer leaves behind (storing, tidying, garbage) counts too. */
const settleMs = 300;

interface Row {
  cells: string[];
  over: boolean;
}
interface Measure extends Held {
  statuses: Set<number>;
}

async function tell(here: Stand, word: 'reset' | 'read'): Promise<unknown> {
  const stop = new AbortController();
  const heard = Promise.race([once(here.server.process, 'message', stop), once(here.server.process, 'exit', stop).then(endedEarly)]);
  here.server.process.send(word);
  const [message] = await heard;
  stop.abort();
  return message;
}

function endedEarly(): never {
  throw new Error('the server ended before the measurement did');
}

async function measure(here: Stand, work: () => Promise<number>): Promise<Measure> {
  await tell(here, 'reset');
  const status = await work();
  await sleep(settleMs);
  return { ...((await tell(here, 'read')) as Held), statuses: new Set([status]) };
}

const medianOf = (values: number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1]!;

function row(name: string, all: Measure[]): Row {
  const statuses = [...new Set(all.flatMap((one) => [...one.statuses]))].filter((status) => status > 0).join(', ');
  const own = medianOf(all.map(({ ownMs }) => ownMs));
  const figures = [
    own,
    Math.max(...all.map(({ ownMs }) => ownMs)),
    medianOf(all.map(({ maxMs }) => maxMs)),
    Math.max(...all.map(({ maxMs }) => maxMs)),
    Math.max(...all.map(({ gcMs }) => gcMs)),
  ];
  return { cells: [name, statuses, ...figures.map((ms) => ms.toFixed(1))], over: own > barMs };
}

const print = (cells: string[]): void => console.log(`| ${cells.join(' | ')} |`);

async function main(): Promise<void> {
  setPriority(19);
  const probe = pathToFileURL(join(import.meta.dirname, 'probe.js')).href;
  const extra = process.env['STALL_NODE_ARGS']?.split(' ') ?? [];
  const here = await stand({ nodeArgs: ['--import', probe, ...extra] });
  const over: string[] = [];
  try {
    const made = await here.call('POST', '/fhir/Patient', { body: { resourceType: 'Patient', name: [{ family: 'Good' }] } });
    const target: Target = {
      port: Number(new URL(here.server.address).port),
      token: here.administrator,
      patient: String(made.json!['id']),
    };
    const read = async (): Promise<number> => (await ask(target, { path: `/fhir/Patient/${target.patient}` })).status;
    const reads = async (): Promise<number> => {
      const until = Date.now() + 1_000;
      while (Date.now() < until) await Promise.all(Array.from({ length: 16 }, read));
      return 200;
    };
    // What is compiled at first use is no attack.
    await reads();
    await repeat(here, 'a search', () => ask(target, { path: '/fhir/Patient?name=a' }).then(({ status }) => status));

    console.log(`\n${new Date().toISOString().slice(0, 10)}, Node ${process.version}, ${times} times each, bar ${barMs} ms\n`);
    print(['attack', 'status', 'own delay ms', 'worst', 'with waiting for a processor ms', 'worst', 'longest garbage collection ms']);
    print(Array.from({ length: 7 }, () => '---'));
    print((await repeat(here, 'at rest for a second', () => sleep(1_000).then(() => 0))).cells);
    print((await repeat(here, 'ordinary reads, 16 at once', reads)).cells);
    for (const attack of measured.filter(({ name }) => name.includes(words))) {
      const { cells, over: held } = await repeat(here, attack.name, () => attacked(attack, target));
      print(cells);
      if (held) over.push(attack.name);
    }
    print((await repeat(here, 'ordinary reads afterwards', reads)).cells);
  } finally {
    await here.end();
  }
  console.log(over.length === 0 ? '\nNone above the bar.' : `\nAbove the bar: ${over.join('; ')}`);
}

async function repeat(here: Stand, name: string, work: () => Promise<number>): Promise<Row> {
  const all: Measure[] = [];
  for (let i = 0; i < times; i++) all.push(await measure(here, work));
  return row(name, all);
}

async function attacked(attack: Attack, target: Target): Promise<number> {
  const { status, text } = await attack.run(target);
  if (!attack.status.includes(status)) console.error(`${attack.name}: ${status} ${text.slice(0, 200)}`);
  return status;
}

await main();
process.exit(0);
