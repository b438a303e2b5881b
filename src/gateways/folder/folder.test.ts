// Messages as files, in and out.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Arrival, Receipt } from '../../exchange/contract.ts';
import { csvLanguage, type RowLanguage } from '../../exchange/csv.ts';
import { folderDestination } from './destination.ts';
import { watchFolder } from './source.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lamplight-folder-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

test('a message that goes out is one whole file, however often it is written', async () => {
  const destination = folderDestination(folder);
  const message = { id: 'a1', format: 'hl7v2', kind: 'ADT^A08', controlId: 'A', raw: Buffer.from('MSH|\xff', 'latin1') } as const;
  expect(await destination.deliver(message)).toEqual({ kind: 'taken', said: 'written as a1.hl7' });
  await destination.deliver(message);
  expect(readdirSync(folder)).toEqual(['a1.hl7']);
  expect(readFileSync(join(folder, 'a1.hl7'), 'latin1')).toBe('MSH|\xff');
  expect(await folderDestination(join(folder, 'gone')).deliver(message)).toMatchObject({ kind: 'unreachable' });
});

async function watched(
  more: { pattern?: string; moveTo?: string; rows?: RowLanguage; fails?: boolean },
  until: (arrivals: Arrival[]) => boolean,
) {
  const arrivals: Arrival[] = [];
  const failures: unknown[] = [];
  const receive = async (arrival: Arrival): Promise<Receipt> => {
    if (more.fails === true) throw new Error('no database');
    arrivals.push(arrival);
    return { id: '', again: false, receivedAt: arrival.receivedAt, state: 'waiting' };
  };
  const watching = watchFolder(
    { receive, keepBatch: async () => {} },
    {
      channel: 'files',
      timeZone: 'UTC',
      format: 'hl7v2',
      path: folder,
      pattern: more.pattern,
      moveTo: more.moveTo,
      rows: () => more.rows,
      everyMs: 10,
      restMs: -1000,
      bytesMax: 1000,
      now: () => new Date(),
      failed: (error) => failures.push(error),
    },
  );
  await expect.poll(() => until(arrivals) || failures.length > 0).toBe(true);
  await watching.close();
  return arrivals;
}
const text = (control: string): string => `MSH|^~\\&|A|B|||20260701||ADT^A08|${control}|P|2.5\rPID|1||M1\r`;

test('files are taken in the order of their names, and are gone when they are kept', async () => {
  for (const name of ['2.hl7', '1.hl7', '3.txt', '.4.hl7']) writeFileSync(join(folder, name), text(name));
  const arrivals = await watched({ pattern: '*.hl7' }, ({ length }) => length === 2);
  expect(arrivals.map(({ from, about }) => [from, about.controlId])).toEqual([
    ['1.hl7', '1.hl7'],
    ['2.hl7', '2.hl7'],
  ]);
  expect(readdirSync(folder).sort()).toEqual(['.4.hl7', '3.txt']);
});

test('files are moved where they are to be kept', async () => {
  writeFileSync(join(folder, '1.hl7'), text('1'));
  await watched({ moveTo: join(folder, 'taken') }, () => existsSync(join(folder, 'taken', '1.hl7')));
  expect(readdirSync(folder)).toEqual(['taken']);
});

test('what could not be kept stays where it is', async () => {
  writeFileSync(join(folder, '1.hl7'), text('1'));
  await watched({ fails: true }, () => false);
  expect(readdirSync(folder)).toEqual(['1.hl7']);
});

test('what is too large is kept by its beginning, as a failure, and the file stays', async () => {
  writeFileSync(join(folder, '1.hl7'), text('1') + 'X'.repeat(2000));
  const [arrival] = await watched({}, ({ length }) => length === 1);
  expect(arrival?.about.fault?.message).toMatch(/^The file has 20\d\d bytes; at most 1000/);
  expect(readdirSync(folder)).toEqual(['.1.hl7.too-large']);
});

test('a file of rows comes apart into messages, whatever its length', async () => {
  const columns = [
    { column: 'id', to: 'Patient.identifier', key: true as const },
    { column: 'name', to: 'Patient.name.family' },
  ];
  const rows = csvLanguage({ columns }, { name: 'rows', timeZone: 'UTC' });
  writeFileSync(join(folder, '1.csv'), `id,name\n${Array.from({ length: 1200 }, (_, at) => `${at},N${at}\n`).join('')}x,"y" z\n`);
  const arrivals = await watched({ rows }, () => readdirSync(folder).length === 0);
  expect(arrivals.map(({ from, about }) => [from, about.fault?.where])).toEqual([
    ['1.csv, lines 2-501', undefined],
    ['1.csv, lines 502-1001', undefined],
    ['1.csv, line 1202', 'line 1202, name'],
    ['1.csv, lines 1002-1201', undefined],
  ]);
  expect(new Set(arrivals.map(({ about }) => about.controlId)).size).toBe(4);
  expect(arrivals.every(({ raw }) => Buffer.from(raw).toString().startsWith('id,name\n'))).toBe(true);
});
