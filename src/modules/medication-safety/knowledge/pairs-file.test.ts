import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadMedicationKnowledge } from '../../../app/medication-knowledge.ts';
import { libraryOf } from '../library.ts';
import { readPairs } from './pairs-file.ts';

const loaded = await loadMedicationKnowledge([join(import.meta.dirname, '../../../../knowledge')]);
if (!loaded.ok) throw new Error(loaded.problem.message);
const library = libraryOf(loaded.value);
const head = { name: 'ours', licence: 'ours', source: 'a list', date: '2026-11-22' };

describe('a list of pairs', () => {
  it('becomes rows by the names of both drugs, with its severity', () => {
    const read = readPairs(
      'rxcui1\tname1\trxcui2\tname2\tva_severity\n1\twarfarin\t2\taspirin\tCritical\n3\tCoumadin\t4\tibuprofen\tSignificant\n',
      library,
      head,
    );
    if (!read.ok) throw new Error(read.problem.message);
    expect(read.value.file.rows.map(({ a, b, severity, tier }) => [a, b, severity, tier])).toEqual([
      ['warfarin', 'aspirin', 'major', 'interrupt'],
      ['warfarin', 'ibuprofen', 'moderate', 'aside'],
    ]);
  });

  it('reads quoted cells, and says which names it does not know', () => {
    const read = readPairs('drug1,drug2,effect\n"warfarin","aspirin","bleeds, much"\nxyzzyplugh,aspirin,x\n', library, head);
    if (!read.ok) throw new Error(read.problem.message);
    expect(read.value.file.rows[0]?.effect).toBe('bleeds, much');
    expect([...read.value.notKnown]).toEqual(['xyzzyplugh']);
    expect(read.value.left).toBe(1);
  });

  it('refuses a table without names of columns', () => {
    expect(readPairs('1,2,3\n', library, head)).toMatchObject({ ok: false, problem: { message: expect.stringContaining('name1') } });
  });
});
