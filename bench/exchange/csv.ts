// A file of rows dropped into a watched folder of a server of its own: how long until every row is on disk, how fast rows are laid into
// the record, the most memory that the server takes, and how others who ask it something fare meanwhile. One row in a thousand is wrong.
import { once } from 'node:events';
import { createWriteStream, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { databaseOf, type RunningServer, startServer, tokenFor } from '../../test/running-server.ts';
import { rssMb } from '../fhir/processes.ts';
import type { Held } from '../stall/probe.ts';

/** As the example channel has them; the room is known and kept. Rows are some 100 bytes, as those of others are. */
const header = 'Patient;Name;Vorname;Geburtstag;Geschlecht;Gemessen;Gewicht;Größe;Zimmer\n';
/** Names as many as a town has: where all were called the same, the search for look-alikes would be what is measured. */
const syllables = ['Ber', 'ger', 'Öll', 'inger', 'Stad', 'ler', 'Wei', 'ß', 'Hof', 'er', 'Kram', 'mann', 'Lang', 'bauer', 'Sal', 'vat'];
const given = ['Anna', 'Jürgen', 'Sophie', 'Karl', 'Elif', 'Leon', 'Mira', 'Tomasz', 'Ines', 'Farid', 'Klara', 'Noah', 'Zoë', 'Paul'];
const nameOf = (who: number): string => {
  const mixed = (who * 2_654_435_761) % 4_294_967_296;
  return `${syllables[mixed % 16]}${syllables[(mixed >> 4) & 15]}${syllables[(mixed >> 9) & 15]};${given[(mixed >> 14) & 15] ?? 'Eva'}`;
};

/** Patient `n mod patients` once a minute on: the same person has rows all over the file, as in a file by time. */
function rowOf(n: number, patients: number): string {
  const who = n % patients;
  const at = new Date(Date.UTC(2026, 0, 1) + n * 60_000).toISOString();
  const [year, month, day, time] = [at.slice(0, 4), at.slice(5, 7), at.slice(8, 10), at.slice(11, 16)];
  const weight = n % 1000 === 999 ? 'about 80' : `${50 + (n % 60)},${n % 10}`;
  const [bornYear = '', bornMonth, bornDay] = new Date(Date.UTC(1930, 0, 1 + ((who * 7919) % 32_000)))
    .toISOString()
    .slice(0, 10)
    .split('-');
  return `${1_000_000 + who};${nameOf(who)};${bornDay}.${bornMonth}.${bornYear};${who % 2 === 0 ? 'w' : 'm'};${day}.${month}.${year} ${time};${weight};-;Ward ${who % 20}, room ${who % 40}, window side\n`;
}

async function writeRows(path: string, rows: number, patients: number): Promise<void> {
  const file = createWriteStream(path, 'latin1');
  file.write(header);
  for (let from = 0; from < rows; from += 5000) {
    const lines: string[] = [];
    for (let n = from; n < Math.min(rows, from + 5000); n++) lines.push(rowOf(n, patients));
    if (!file.write(lines.join(''))) await once(file, 'drain');
  }
  file.end();
  await once(file, 'finish');
}

/** Small requests one after the other, for as long as it lasts: how long each took in ms. */
function asked(server: RunningServer, token: string): { stop(): Promise<number[]> } {
  const delays: number[] = [];
  let over = false;
  const running = (async () => {
    while (!over) {
      const began = performance.now();
      const answer = await fetch(`${server.address}/fhir/Patient?identifier=http://north.example.org/mrn|1000003`, {
        headers: { authorization: `Bearer ${token}` },
      });
      await answer.arrayBuffer();
      if (answer.status !== 200) throw new Error(`a search was answered with ${answer.status}`);
      delays.push(performance.now() - began);
      await sleep(20);
    }
  })();
  return {
    async stop() {
      over = true;
      await running;
      return delays.sort((a, b) => a - b);
    },
  };
}

async function tell(server: RunningServer, word: 'reset' | 'read'): Promise<unknown> {
  server.process.send(word);
  const [said] = (await once(server.process, 'message')) as [unknown];
  return said;
}

const of = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;

export async function measureCsv(rows: number, layingSeconds: number, patients: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'lamplight-csv-'));
  const [inbox, channels] = [join(folder, 'inbox'), join(folder, 'channels')];
  for (const one of [inbox, channels]) mkdirSync(one);
  const weights = JSON.parse(readFileSync(join('examples', 'channels', 'weights.json'), 'utf8')) as { source: object };
  weights.source = { folder: { path: inbox, pattern: '*.csv', after: `move to ${join(inbox, 'taken')}` } };
  writeFileSync(join(channels, 'weights.json'), JSON.stringify(weights));
  const server = await startServer({
    dataDir: join(folder, 'data'),
    env: { LAMPLIGHT_CHANNELS: channels },
    nodeArgs: ['--import', pathToFileURL(join(import.meta.dirname, '..', 'stall', 'probe.js')).href],
  });
  const database = await databaseOf(server.dataDir);
  try {
    const token = await tokenFor(database, { role: 'administrator' }, 24 * 3600_000);
    const pid = server.process.pid ?? 0;
    const memoryAtRest = rssMb(pid);
    let most = memoryAtRest;
    const watch = setInterval(() => {
      most = Math.max(most, rssMb(pid));
    }, 200);
    const count = async (what: string): Promise<number> => Number((await database.query<{ n: bigint }>({ text: what })).rows[0]?.n ?? 0);
    const waiting = (): Promise<number> => count('select count(*) as n from message_work');
    const beside = async (work: () => Promise<void>): Promise<{ seconds: number; delays: number[]; held: Held; memory: number }> => {
      await tell(server, 'reset');
      most = rssMb(pid);
      const others = asked(server, token);
      const began = performance.now();
      await work();
      const seconds = (performance.now() - began) / 1000;
      return { seconds, delays: await others.stop(), held: (await tell(server, 'read')) as Held, memory: most };
    };
    const rest = await beside(() => sleep(5000));
    await writeRows(join(inbox, '.rows.csv'), rows, patients);
    const { size } = statSync(join(inbox, '.rows.csv'));
    // Old enough to be taken at once when it gets its name.
    await sleep(1500);
    const taken = await beside(async () => {
      renameSync(join(inbox, '.rows.csv'), join(inbox, 'rows.csv'));
      while (!existsSync(join(inbox, 'taken', 'rows.csv'))) await sleep(50);
    });
    const left = await waiting();
    const laid = await beside(async () => {
      const until = performance.now() + layingSeconds * 1000;
      while (performance.now() < until && (await waiting()) > 0) await sleep(500);
    });
    clearInterval(watch);
    const after = await waiting();
    const messages = await count('select count(*) as n from message');
    const failed = await count("select count(*) as n from message_result where state = 'failed'");
    const resources = await count('select count(*) as n from resource');
    console.log(`
${rows} rows of ${patients} patients, ${(size / 1e6).toFixed(0)} MB, ${messages} messages, ${failed} of them rows that are wrong
on disk: ${taken.seconds.toFixed(1)} s, ${Math.round(rows / taken.seconds)} rows/s; ${left} messages waited then
laid: ${left - after} messages in ${laid.seconds.toFixed(0)} s, ${Math.round((((left - after) * rows) / (messages - failed) || 0) / laid.seconds)} rows/s; ${after} wait still; ${resources} resources in the record
| | others' search p50 ms | p99 | longest | loop held ms (own) | collector ms | memory MB, most |
|${' --- |'.repeat(7)}`);
    for (const [name, { delays, held, memory }] of Object.entries({
      'at rest': rest,
      'while it is received': taken,
      'while it is laid': laid,
    }))
      console.log(
        `| ${name} (${delays.length} searches) | ${of(delays, 0.5).toFixed(1)} | ${of(delays, 0.99).toFixed(1)} | ${of(delays, 1).toFixed(0)} | ${held.maxMs.toFixed(0)} (${held.ownMs.toFixed(0)}) | ${held.gcMs.toFixed(0)} | ${memory} |`,
      );
  } finally {
    await database.close();
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}
