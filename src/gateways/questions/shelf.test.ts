// Files of the program and of the site: which goes before, what a mistake does, and that nobody writes over what another has changed.
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Question } from './contract.ts';
import { readQuestion } from './question-file.ts';
import { openShelf, type Shelf } from './shelf.ts';

let folder: string;
let shelf: Shelf<Question>;
const text = (title: string): string => `-- title: ${title}\nselect 1`;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lamplight-shelf-'));
  mkdirSync(join(folder, 'shipped'));
  writeFileSync(join(folder, 'shipped', 'arrivals.sql'), text('Arrivals'));
  shelf = openShelf({ shipped: join(folder, 'shipped'), site: join(folder, 'site'), extension: '.sql', read: readQuestion });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const titles = async (): Promise<unknown[]> =>
  (await shelf.list()).map(({ name, site, value, problem }) => [name, site, value?.title ?? problem]);

describe('a shelf', () => {
  it('has what comes along, and what the site has before it', async () => {
    expect(await titles()).toEqual([['arrivals', false, 'Arrivals']]);
    const version = (await shelf.get('arrivals'))!.version;
    expect((await shelf.put('arrivals', text('Ours'), version)).ok).toBe(true);
    expect((await shelf.put('own', text('Own'), undefined)).ok).toBe(true);
    expect(await titles()).toEqual([
      ['arrivals', true, 'Ours'],
      ['own', true, 'Own'],
    ]);
    const ours = (await shelf.get('arrivals'))!;
    expect((await shelf.remove('arrivals', ours.version)).ok).toBe(true);
    expect(await titles()).toContainEqual(['arrivals', false, 'Arrivals']);
  });

  it('shows a change that somebody makes in the folder, and a mistake as a mistake', async () => {
    mkdirSync(join(folder, 'site'));
    writeFileSync(join(folder, 'site', 'broken.sql'), 'select 1');
    writeFileSync(join(folder, 'site', 'Not a name.sql'), text('x'));
    expect(await titles()).toEqual([
      ['arrivals', false, 'Arrivals'],
      ['broken', true, 'A question begins with "-- title: …"'],
    ]);
    writeFileSync(join(folder, 'site', 'broken.sql'), text('Mended'));
    expect(await titles()).toContainEqual(['broken', true, 'Mended']);
  });

  it('lets nobody write over, or take away, what another has changed', async () => {
    const first = await shelf.put('own', text('One'), undefined);
    const version = first.ok ? first.value.version : '';
    expect(await shelf.put('own', text('Again'), undefined)).toMatchObject({ ok: false, problem: { kind: 'conflict' } });
    const two = await Promise.all([shelf.put('own', text('Mine'), version), shelf.put('own', text('Yours'), version)]);
    expect(two.map(({ ok }) => ok)).toEqual([true, false]);
    expect(await shelf.remove('own', version)).toMatchObject({ ok: false, problem: { kind: 'conflict' } });
    expect((await shelf.get('own'))?.value?.title).toBe('Mine');
  });

  it('keeps nothing that it could not read again, and nothing outside its folder', async () => {
    expect(await shelf.put('own', 'select 1', undefined)).toMatchObject({ ok: false, problem: { kind: 'invalid' } });
    for (const name of ['../own', 'a/b', '..', 'x\0']) expect(await shelf.put(name, text('x'), undefined)).toMatchObject({ ok: false });
    expect(await shelf.get('../shipped/arrivals')).toBeUndefined();
    expect(await shelf.remove('arrivals', (await shelf.get('arrivals'))!.version)).toMatchObject({ problem: { kind: 'conflict' } });
    expect(readdirSync(folder)).toEqual(['shipped']);
  });
});
