// Runs in which the program is killed (-9) at random moments while senders send HL7 v2 to it and it passes everything on to another
// system. The senders do as senders do: what was not acknowledged is sent again. Afterwards: all that was acknowledged is there, once,
// with its effect once and in order; it was passed on, in order for each patient; and the same message gets the same acknowledgement.
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type TestDatabase, testDatabase } from '../../src/database/testing.ts';
import { type Receiver, receiver } from '../../src/gateways/mllp/testing.ts';
import { caller } from '../calls.ts';
import { type Sender, sender } from '../mllp-client.ts';
import { type RunningServer, removeFolder, startServer, temporaryFolder, tokenFor } from '../running-server.ts';
import { chance, whole } from './chance.ts';

export interface MllpReport {
  runs: number;
  acknowledged: number;
  /** Messages that the other side heard more than once: it was killed after the sending and before the answer was noted. */
  sentAgain: number;
  faults: string[];
}

const clients = 4;
const patientsPerClient = 3;

interface Sent {
  control: string;
  patient: string;
  text: string;
  answer: string;
}

export async function mllpRuns(settings: {
  runs: number;
  seed: number;
  heard(run: number, acknowledged: number): void;
}): Promise<MllpReport> {
  const folder = temporaryFolder('mllp-kill');
  const database = await testDatabase();
  const there = await receiver();
  const port = await freePort();
  writeChannels(join(folder, 'channels'), port, there.port);
  const random = chance(settings.seed);
  const env = { DATABASE_URL: urlOf(database), LAMPLIGHT_CHANNELS: join(folder, 'channels') };
  let server = await startServer({ dataDir: folder, env });
  try {
    const senders = Array.from({ length: clients }, (_, at) => new Client(at, port));
    const working = senders.map((one) => one.work());
    for (let run = 0; run < settings.runs; run++) {
      await sleep(20 + whole(random, 500));
      await server.kill();
      server = await startServer({ dataDir: folder, env });
      settings.heard(
        run,
        senders.reduce((sum, one) => sum + one.sent.length, 0),
      );
    }
    // What was sent last is acknowledged too, so that nobody's order depends on what is given up.
    for (const one of senders) one.stop();
    await Promise.all(working);
    const sent = senders.flatMap((one) => one.sent);
    const faults = await faultsOf(database, server, sent, there, port);
    return { runs: settings.runs, acknowledged: sent.length, sentAgain: there.heard.length - sent.length, faults };
  } finally {
    await server.stop();
    await there.close();
    await database.drop();
    removeFolder(folder);
  }
}

/** Sends one message after the other, each until it is acknowledged. */
class Client {
  readonly sent: Sent[] = [];
  readonly #name: string;
  readonly #port: number;
  #stopped = false;

  constructor(index: number, port: number) {
    this.#name = `C${index}`;
    this.#port = port;
  }

  stop(): void {
    this.#stopped = true;
  }

  async work(): Promise<void> {
    let line: Sender | undefined;
    for (let n = 0; !this.#stopped; n++) {
      const patient = `${this.#name}P${n % patientsPerClient}`;
      const control = `${this.#name}N${n}`;
      const text = messageOf(control, patient, n);
      for (;;) {
        try {
          line ??= await sender(this.#port);
          this.sent.push({ control, patient, text, answer: await line.send(text) });
          break;
        } catch {
          line?.end();
          line = undefined;
          await sleep(5);
        }
      }
    }
    line?.end();
  }
}

const messageOf = (control: string, patient: string, n: number): string => {
  const time = new Date(Date.UTC(2026, 0, 1) + n * 1000).toISOString().replace(/\D/g, '').slice(0, 14);
  return `MSH|^~\\&|ADT|NORTH|LAMP|NORTH|${time}||ADT^A08|${control}|P|2.5.1\rPID|1||${patient}^^^NORTH^MR||FAMILY${n}^GIVEN\r`;
};

async function faultsOf(
  database: TestDatabase,
  server: RunningServer,
  sent: readonly Sent[],
  there: Receiver,
  port: number,
): Promise<string[]> {
  const call = caller(server.address, await tokenFor(database.db, { role: 'administrator' }));
  const faults: string[] = [];
  const until = Date.now() + 60_000;
  for (;;) {
    const { rows } = await database.db.query<{ n: bigint }>({ text: 'select count(*) as n from message_work' });
    if (Number(rows[0]?.n) === 0) break;
    if (Date.now() > until) return [`${String(rows[0]?.n)} messages still wait after a minute`];
    await sleep(50);
  }

  const { rows } = await database.db.query<{ control: string; direction: string; state: string }>({
    text: 'select m.control, m.direction, r.state from message m left join message_result r on r.id = m.id',
  });
  const states = new Map<string, string[]>();
  for (const row of rows) {
    const key = `${row.direction} ${row.control}`;
    states.set(key, [...(states.get(key) ?? []), row.state]);
  }
  for (const { control, answer } of sent) {
    if (!answer.includes(`MSA|AA|${control}`)) faults.push(`${control} was answered ${answer}`);
    for (const direction of ['in', 'out']) {
      const found = (states.get(`${direction} ${control}`) ?? []).join();
      if (found !== 'done') faults.push(`${control} was acknowledged, and ${direction} there is "${found}"`);
    }
  }
  if (rows.length !== sent.length * 2) faults.push(`${rows.length} messages are kept, ${sent.length * 2} were sent and passed on`);

  // Counted in the transaction of the effect: doubled effects show here even where the record cannot tell.
  const counted = await database.db.query<{ n: bigint }>({
    text: "select coalesce(sum(messages), 0)::int8 as n from message_unmapped where path = ''",
  });
  if (Number(counted.rows[0]?.n) !== sent.length) faults.push(`${String(counted.rows[0]?.n)} effects of ${sent.length} messages`);

  for (const patient of new Set(sent.map((one) => one.patient))) {
    const own = sent.filter((one) => one.patient === patient);
    const found = await call('GET', `/fhir/Patient?identifier=${patient}`);
    const entries = Object.values(found.json?.['entry'] ?? []);
    const resource = entries[0]?.['resource'];
    const last = /\|\|(FAMILY\d+)\^/.exec(own.at(-1)?.text ?? '')?.[1];
    if (entries.length !== 1) faults.push(`${patient} is there ${entries.length} times`);
    else if (String(resource?.['name']?.[0]?.['family']) !== last)
      faults.push(`${patient} is called ${JSON.stringify(resource?.['name'])} after ${String(last)}`);
    // Messages that wait together share a version; a second effect of one could only add to them.
    else if (Number(resource?.['meta']?.['versionId']) > own.length)
      faults.push(`${patient} has ${String(resource?.['meta']?.['versionId'])} versions after ${own.length} messages`);
    const order = there.heard.filter(({ raw }) => raw.includes(`|${patient}^^^`)).map(({ controlId }) => controlId);
    const once = order.filter((control, at) => control !== order[at - 1]);
    if (once.join() !== own.map(({ control }) => control).join()) faults.push(`${patient} was passed on as ${order.join()}`);
  }

  const line = await sender(port);
  for (const { control, text, answer } of sent.filter((_, at) => at % 7 === 0))
    if ((await line.send(text)) !== answer) faults.push(`${control} sent again is answered otherwise`);
  line.end();
  return faults;
}

function writeChannels(folder: string, port: number, there: number): void {
  mkdirSync(folder);
  const write = (name: string, more: object): void =>
    writeFileSync(join(folder, `${name}.json`), JSON.stringify({ name, format: 'hl7v2', ...more }));
  write('adt', { direction: 'in', source: { mllp: { port } }, routes: [{ to: 'lab' }] });
  write('lab', {
    direction: 'out',
    destination: { mllp: { host: '127.0.0.1', port: there, answerSeconds: 2 } },
    retry: { pausesSeconds: [0.05, 0.2] },
  });
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}

function urlOf({ connection }: TestDatabase): string {
  const { host, port, user, password, database } = connection;
  return `postgres://${user}:${encodeURIComponent(password)}@localhost:${port}/${database}?host=${encodeURIComponent(host)}`;
}
