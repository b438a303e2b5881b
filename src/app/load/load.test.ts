import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ok } from '../../fhir/result.ts';
import type { Destination } from '../destination/contract.ts';
import { placeText, type Refused } from './contract.ts';
import { findFiles } from './find-files.ts';
import { openJournal } from './journal.ts';
import { type LoadResult, load } from './load.ts';
import { makeSender } from './send.ts';
import { memoryRecord } from './testing.ts';

let folder: string;
let count = 0;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'lamplight-load-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function fileOf(content: string | Buffer, ending = 'ndjson'): string {
  count += 1;
  const path = join(folder, `f${count}.${ending}`);
  writeFileSync(path, content);
  return path;
}

interface Options {
  journal?: string;
  restart?: boolean;
  jobs?: number;
  group?: number;
  lineBytesMax?: number;
  signal?: AbortSignal;
}

/** The load, and the places that it refused. */
async function loaded(
  destination: Destination,
  paths: string[],
  options: Options = {},
): Promise<LoadResult & { places: string[]; reports: Refused[] }> {
  const found = findFiles(paths);
  if (!found.ok) throw new Error(found.problem.message);
  const journal = openJournal(options.journal ?? join(folder, `journal-${++count}`));
  if (!journal.ok) throw new Error(journal.problem.message);
  const reports: Refused[] = [];
  const result = await load(found.value.sources, {
    sender: makeSender(destination, { forMs: 0, say: () => {} }),
    jobs: options.jobs ?? 3,
    groupResources: options.group ?? 4,
    groupBytes: 100_000,
    lineBytesMax: options.lineBytesMax ?? 10_000,
    memory: {
      journal: journal.value,
      into: 'here',
      restart: options.restart === true,
      holds: async (witness) => ok((await destination.fhir({ method: 'GET', target: witness })).ok),
    },
    hear: { bytes: () => {}, resources: () => {}, note: () => {}, refused: (one) => reports.push(one) },
    signal: options.signal,
  });
  const short = (one: Refused): string => placeText(one.place).slice(folder.length + 1);
  return { ...result, reports, places: reports.map(short).map((place) => place.replace(/^f\d+\.\w+(\.gz)?:?/, '')) };
}

const patient = (id: string, more: object = {}): string => JSON.stringify({ resourceType: 'Patient', id, ...more });

describe('a load of NDJSON', () => {
  it('writes what has an id under it, and what has none under one that stays the same', async () => {
    const record = memoryRecord();
    const path = fileOf(`${patient('a')}\n{"resourceType":"Patient","active":true}\n`);
    expect(await loaded(record, [path])).toMatchObject({ loaded: 2, refused: 0 });
    const names = [...record.held.keys()];
    expect(names).toContain('Patient/a');
    const again = await loaded(record, [path], { restart: true });
    expect([...record.held.keys()]).toEqual(names);
    expect(again).toMatchObject({ loaded: 1, already: 1 });
  });

  it('reports exactly the refused lines and gets the others in', async () => {
    const record = memoryRecord();
    const lines = [
      patient('a'),
      '',
      patient('b', { refuse: true }),
      '{',
      '[]',
      patient('c'),
      '{"id":"x"}',
      patient('d', { refuse: true }),
      patient('e'),
    ];
    const result = await loaded(record, [fileOf(lines.join('\r\n'))]);
    expect(result.places.sort()).toEqual(['3', '4', '5', '7', '8']);
    expect([...record.held.keys()].sort()).toEqual(['Patient/a', 'Patient/c', 'Patient/e']);
    expect(result).toMatchObject({ loaded: 3, refused: 5 });
  });

  it('lets the last of several lines for one resource win, however many requests are under way', async () => {
    const record = memoryRecord();
    const lines = Array.from({ length: 60 }, (_, i) => patient(`p${i % 3}`, { rank: i }));
    await loaded(record, [fileOf(lines.join('\n'))], { jobs: 5 });
    const ranks = ['p0', 'p1', 'p2'].map((id) => (JSON.parse(record.held.get(`Patient/${id}`)!.text) as { rank: number }).rank);
    expect(ranks).toEqual([57, 58, 59]);
  });

  it('reads gzip whatever its name, and reports where it ends early', async () => {
    const record = memoryRecord();
    const packed = gzipSync(Array.from({ length: 2000 }, (_, i) => patient(`z${i}`, { random: Math.sin(i) })).join('\n'));
    expect(await loaded(record, [fileOf(packed, 'ndjson.gz')])).toMatchObject({ loaded: 2000, refused: 0 });
    const cut = await loaded(memoryRecord(), [fileOf(packed.subarray(0, 20_000))]);
    expect(cut.loaded).toBeGreaterThan(0);
    expect(cut.reports).toMatchObject([{ reason: 'It is not valid gzip (unexpected end of file)' }]);
  });

  it('refuses a line that is too long or not UTF-8 and reads on', async () => {
    const record = memoryRecord();
    const content = Buffer.concat([
      Buffer.from(`${patient('a', { text: 'x'.repeat(20_000) })}\n`),
      Buffer.from([0x7b, 0xff, 0x7d, 0x0a]),
      Buffer.from(patient('b')),
    ]);
    expect((await loaded(record, [fileOf(content)])).places).toEqual(['1', '2']);
    expect([...record.held.keys()]).toEqual(['Patient/b']);
  });
});

describe('a load of documents', () => {
  it('takes single resources and the resources of a collection', async () => {
    const record = memoryRecord();
    const collection = {
      resourceType: 'Bundle',
      type: 'collection',
      entry: [{ resource: { resourceType: 'Patient', id: 'c' } }, { resource: { resourceType: 'Patient', id: 'd', refuse: true } }],
    };
    const result = await loaded(record, [fileOf(patient('s'), 'json'), fileOf(JSON.stringify(collection), 'json')]);
    expect([...record.held.keys()].sort()).toEqual(['Patient/c', 'Patient/s']);
    expect(result.places).toEqual([' entry[1]']);
  });

  it('gets a transaction in whole or not at all', async () => {
    const record = memoryRecord();
    const transaction = (refuse: boolean): string =>
      JSON.stringify({
        resourceType: 'Bundle',
        type: 'transaction',
        entry: [
          { resource: { resourceType: 'Patient', ok: 1 }, request: { method: 'POST', url: 'Patient' } },
          { resource: { resourceType: 'Patient', refuse }, request: { method: 'POST', url: 'Patient' } },
        ],
      });
    expect(await loaded(record, [fileOf(transaction(true), 'json')])).toMatchObject({ loaded: 0, refused: 1, places: [' entry[1]'] });
    expect(record.held.size).toBe(0);
    expect(await loaded(record, [fileOf(transaction(false), 'json')])).toMatchObject({ loaded: 2, refused: 0 });
    expect(record.held.size).toBe(2);
  });

  it('says of NDJSON with the wrong name how to name it', async () => {
    const { reports } = await loaded(memoryRecord(), [fileOf(`${patient('a')}\n${patient('b')}`, 'json')]);
    expect(reports[0]?.reason).toContain('name it .ndjson');
  });

  it('finds nothing where nothing is', () => {
    expect(findFiles([join(folder, 'missing')])).toMatchObject({ ok: false, problem: { kind: 'not-found' } });
    const empty = mkdtempSync(join(folder, 'empty-'));
    expect(findFiles([empty])).toMatchObject({ ok: false, problem: { kind: 'not-found' } });
  });
});

describe('a second load', () => {
  const lines = Array.from({ length: 30 }, (_, i) => patient(`r${i}`)).join('\n');

  it('passes over what an earlier one did', async () => {
    const record = memoryRecord();
    const journal = join(folder, 'second');
    const path = fileOf(lines);
    await loaded(record, [path], { journal });
    expect(await loaded(record, [path], { journal })).toMatchObject({ loaded: 0, already: 30, filesSkipped: 1 });
    expect([...record.held.values()].every(({ version }) => version === 1)).toBe(true);
    expect(await loaded(record, [path], { journal, restart: true })).toMatchObject({ loaded: 30 });
  });

  it('reads a file again that was changed', async () => {
    const journal = join(folder, 'changed');
    const record = memoryRecord();
    const path = fileOf(lines);
    await loaded(record, [path], { journal });
    writeFileSync(path, `${lines}\n${patient('new')}`);
    expect(await loaded(record, [path], { journal })).toMatchObject({ loaded: 31 });
  });

  it('tries again only what was refused', async () => {
    const journal = join(folder, 'refused');
    const record = memoryRecord();
    const path = fileOf(`${patient('a')}\n${patient('b', { refuse: true })}\n${patient('c')}`);
    await loaded(record, [path], { journal });
    expect(await loaded(record, [path], { journal })).toMatchObject({ loaded: 0, already: 2, refused: 1, places: ['2'] });
    expect(record.held.get('Patient/a')?.version).toBe(1);
  });

  it('goes on where the first was interrupted', async () => {
    const journal = join(folder, 'interrupted');
    const path = fileOf(lines);
    const end = new AbortController();
    const record = memoryRecord((asked) => (asked === 4 ? void end.abort() : undefined));
    const first = await loaded(record, [path], { journal, jobs: 1, signal: end.signal });
    expect(first.interrupted).toBe(true);
    expect(first.loaded).toBeLessThan(30);
    const second = await loaded(record, [path], { journal });
    expect(second.loaded + first.loaded).toBe(30);
    expect([...record.held.values()].every(({ version }) => version === 1)).toBe(true);
  });
});

it('loses and doubles nothing, wherever the server goes away, answers or not, and the load is given again', async () => {
  const kinds = fc.constantFrom('id', 'no id', 'refused', 'broken', 'empty');
  await fc.assert(
    fc.asyncProperty(
      fc.array(kinds, { minLength: 1, maxLength: 40 }),
      fc.array(fc.record({ at: fc.integer({ min: 1, max: 30 }), when: fc.constantFrom('before', 'after'), away: fc.boolean() }), {
        maxLength: 4,
      }),
      fc.integer({ min: 1, max: 5 }),
      fc.integer({ min: 1, max: 7 }),
      async (wanted, faults, jobs, group) => {
        const texts = {
          id: (i: number) => patient(`i${i}`),
          'no id': (i: number) => `{"resourceType":"Patient","n":${i}}`,
          refused: (i: number) => patient(`r${i}`, { refuse: true }),
          broken: () => '{"',
          empty: () => '',
        };
        const path = fileOf(wanted.map((kind, i) => texts[kind](i)).join('\n'));
        const journal = join(folder, `journal-${++count}`);
        const left = [...faults];
        const record = memoryRecord((asked) => {
          const at = left.findIndex((fault) => fault.at <= asked);
          const [fault] = at < 0 ? [] : left.splice(at, 1);
          if (fault === undefined) return undefined;
          return { when: fault.when as 'before' | 'after', answer: fault.away ? 'unreachable' : { status: 503, headers: {}, body: '' } };
        });
        let result = await loaded(record, [path], { journal, jobs, group });
        for (let tries = 0; result.stopped !== undefined && tries < 10; tries++)
          result = await loaded(record, [path], { journal, jobs, group });
        expect(result.stopped).toBeUndefined();
        expect(record.held.size).toBe(wanted.filter((kind) => kind === 'id' || kind === 'no id').length);
        // What was refused before the server went away was reported then; what is tried again is reported again.
        const refusedLines = wanted.flatMap((kind, i) => (kind === 'refused' || kind === 'broken' ? [String(i + 1)] : []));
        expect(result.places.sort()).toEqual(refusedLines.sort());
      },
    ),
    { numRuns: 60 },
  );
});
