import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mutated } from './fuzz.ts';
import { leavesOf } from './leaves.ts';
import { professionalClaim, remittance, samples } from './samples.ts';
import { read, write } from './tree.ts';

const bytes = (text: string): Uint8Array => Buffer.from(text, 'utf8');
const same = (raw: Uint8Array): boolean => Buffer.from(write(read(raw))).equals(Buffer.from(raw));

describe('the tree of an X12 file', () => {
  it('gives the bytes that were read, of every sample', () => {
    for (const { name, text } of samples) expect(same(bytes(text)), name).toBe(true);
  });

  it('gives the bytes that were read, of any bytes at all', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 400 }), same), { numRuns: 1000 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1_000_000 }), (seed) => same(mutated(seed))),
      { numRuns: 1000 },
    );
  });

  it('takes the delimiters from each ISA anew, and the line ends as they come', () => {
    const other = professionalClaim.replaceAll('*', '|').replaceAll(':', '>').replaceAll('~\n', "'\r\n");
    const { segments } = read(bytes(professionalClaim + other));
    expect(segments.filter(({ tag }) => tag === 'ISA').map(({ delimiters }) => delimiters)).toEqual([
      { element: '*', component: ':', repetition: '^', segment: '~' },
      { element: '|', component: '>', repetition: '^', segment: "'" },
    ]);
    expect(segments.at(-1)).toMatchObject({ tag: 'IEA', end: "'\r\n" });
  });

  it('has no repetitions in 004010, where ISA-11 is a letter', () => {
    const old = professionalClaim.replace('*^*00501*', '*U*00401*');
    expect(read(bytes(old)).segments[0]!.delimiters.repetition).toBeUndefined();
  });

  it('reads a transaction without its envelope', () => {
    const bare = remittance.slice(remittance.indexOf('ST*'));
    const { transactions } = leavesOf(read(bytes(bare)));
    expect(transactions.map(({ kind }) => kind)).toEqual(['835']);
    expect(same(bytes(bare))).toBe(true);
  });

  it('keeps what stands between interchanges apart from them', () => {
    const raw = bytes(`Content-Type: x12\n\n${professionalClaim}\n-- 8< --\n${remittance}`);
    const { interchanges, leaves } = leavesOf(read(raw));
    expect(interchanges).toHaveLength(2);
    expect(leaves.filter(({ path }) => path.startsWith('junk')).map(({ path }) => path)).toEqual(['junk', 'junk[2]']);
    expect(same(raw)).toBe(true);
  });

  it('keeps characters that are not UTF-8', () => {
    const raw = Buffer.from(professionalClaim.replace('ASHBY', 'ÅSHBY'), 'latin1');
    expect(read(raw).charset).toBe('latin1');
    expect(same(raw)).toBe(true);
  });
});

describe('the leaves of an X12 file', () => {
  const pathsOf = (text: string): string[] => leavesOf(read(bytes(text))).leaves.map(({ path }) => path);

  it('are called as people call them', () => {
    const paths = pathsOf(professionalClaim);
    for (const path of [
      'ISA-06',
      'BHT-03',
      '2010BA/NM1-03',
      '2300/CLM-05.1',
      '2400[2]/SV1-01.2',
      '2410/CTP-05',
      '2300/HI-02.2',
      '2300/HI[2]-01.2',
    ])
      expect(paths).toContain(path);
  });

  it('have one name each, whatever the file is', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1_000_000 }), (seed) => {
        const paths = leavesOf(read(mutated(seed))).leaves.map(({ path }) => path);
        return new Set(paths).size === paths.length;
      }),
      { numRuns: 500 },
    );
  });

  it('of a second transaction say so', () => {
    expect(pathsOf(professionalClaim + professionalClaim)).toContain('ST[2]/2010BA/NM1-03');
  });

  it('do not take a delimiter inside plain text for a component', () => {
    expect(pathsOf(professionalClaim.replace('SEEN TWICE', 'SEEN: TWICE'))).toContain('2300/NTE-02');
  });
});
