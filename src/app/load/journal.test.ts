import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Mark, numbersOf, openJournal, rangesOf } from './journal.ts';

const mark: Mark = { sha256: 'a', into: 'here', upTo: 10, again: [[3, 4]], complete: false, loaded: 8 };

describe('the journal of loads', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'lamplight-journal-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const open = (path: string) => {
    const journal = openJournal(path);
    if (!journal.ok) throw new Error(journal.problem.message);
    return journal.value;
  };

  it('knows the newest mark of a file in a record, in the next process too', () => {
    const path = join(folder, 'new', 'loads.jsonl');
    open(path).write(mark);
    open(path).write({ ...mark, upTo: 20 });
    expect(open(path).find('a', 'here')?.upTo).toBe(20);
    expect(open(path).find('a', 'elsewhere')).toBeUndefined();
  });

  it('survives a line that was torn by a kill', () => {
    const path = join(folder, 'torn.jsonl');
    open(path).write(mark);
    appendFileSync(path, '\n{"sha256":"a","into":"here","upTo":99,"ag');
    const journal = open(path);
    expect(journal.find('a', 'here')).toEqual(mark);
    journal.write({ ...mark, upTo: 30 });
    expect(open(path).find('a', 'here')?.upTo).toBe(30);
  });

  it('is made short again when it holds mostly what is outdated', () => {
    const path = join(folder, 'long.jsonl');
    writeFileSync(path, Array.from({ length: 20_100 }, (_, i) => `\n${JSON.stringify({ ...mark, upTo: i })}`).join(''));
    expect(open(path).find('a', 'here')?.upTo).toBe(20_099);
    expect(readFileSync(path, 'utf8').trim().split('\n')).toHaveLength(1);
  });

  it('says where it cannot be written', () => {
    writeFileSync(join(folder, 'file'), '');
    expect(openJournal(join(folder, 'file', 'loads.jsonl'))).toMatchObject({ ok: false, problem: { kind: 'forbidden' } });
  });

  it('notes many units as ranges without losing one', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(200)), (numbers) => {
        expect([...numbersOf(rangesOf(numbers))]).toEqual(numbers.sort((a, b) => a - b));
      }),
    );
  });
});
