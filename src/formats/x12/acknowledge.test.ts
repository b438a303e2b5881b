import { describe, expect, it } from 'vitest';
import { acknowledge999, acknowledgeInterchange, interchangesOf } from './acknowledge.ts';
import { professionalClaim, samples } from './samples.ts';
import type { Wish } from './speak.ts';
import { read, write } from './tree.ts';

const wish: Wish = {
  kind: '999',
  sender: { qualifier: 'ZZ', id: 'RIVERPAYER' },
  receiver: { qualifier: 'ZZ', id: 'ELMCLINIC' },
  interchangeControl: 7,
  groupControl: 8,
  transactionControl: '0001',
  at: new Date('2026-03-02T15:00:00Z'),
  timeZone: 'UTC',
};

function answerTo(text: string): string[] {
  const [interchange] = interchangesOf(read(Buffer.from(text)));
  const made = acknowledge999(interchange!, wish);
  if (!made.ok) throw new Error(made.problem.message);
  return Buffer.from(write(made.value.message)).toString().split('~\n');
}
const ta1To = (text: string): string =>
  Buffer.from(write(acknowledgeInterchange(interchangesOf(read(Buffer.from(text)))[0]!, wish).message))
    .toString()
    .split('~\n')[1]!;
const findings = (text: string): string[] => answerTo(text).filter((one) => /^(IK|CTX|AK9)/.test(one));

describe('a 999', () => {
  it.each(samples)('accepts a good $name', ({ text }) => {
    expect(findings(text)).toEqual(['IK5*A', 'AK9*A*1*1*1']);
  });

  it('is a good interchange itself, with the control numbers that were given', () => {
    const lines = answerTo(professionalClaim);
    expect(lines[0]).toMatch(
      /^ISA\*00\* {10}\*00\* {10}\*ZZ\*RIVERPAYER {5}\*ZZ\*ELMCLINIC {6}\*260302\*1500\*\^\*00501\*000000007\*0\*P\*:$/,
    );
    expect(lines[0]).toHaveLength(105);
    expect(lines.slice(1)).toEqual([
      'GS*FA*RIVERPAYER*ELMCLINIC*20260302*1500*8*X*005010X231A1',
      'ST*999*0001*005010X231A1',
      'AK1*HC*42*005010X222A1',
      'AK2*837*0007*005010X222A1',
      'IK5*A',
      'AK9*A*1*1*1',
      'SE*6*0001',
      'GE*1*8',
      'IEA*1*000000007',
      '',
    ]);
  });

  // What is wrong, what was there, what stands there now, and what is found.
  it.each([
    ['a segment that is missing', 'N3*1 ELM STREET*SUITE 2~\n', '', ['IK3*N3*8*2010AA*3', 'IK5*R*4*5']],
    ['a loop that is missing', 'NM1*PR*2*RIVER PAYER*****PI*RIV01~\n', '', ['IK3*NM1*12*2000B*I7', 'IK5*R*4*5']],
    ['a segment that nobody knows', 'REF*EI*112223333', 'Q!*EI', ['IK3*ZZZ*11*2010AA*1', 'IK5*R*5']],
    [
      'a segment in the wrong order',
      'N3*9 BIRCH LANE~\nN4*ELMTON*OH*44102',
      'N4*ELMTON*OH*44102~\nN3*9 BIRCH LANE',
      ['IK3*N3*16*2010BA*7', 'IK5*E*5'],
    ],
    ['an element that is missing', 'CLM*ELM-C-1*', 'CLM**', ['IK3*CLM*19*2300*8', 'IK4*1**1', 'IK5*R*5']],
    ['an element that is too long', 'DTP*439*D8*', 'DTP*4399*D8*', ['IK3*DTP*20*2300*8', 'CTX*CLM01:ELM-C-1', 'IK4*1**5*4399', 'IK5*E*5']],
    ['an element that is too short', 'NM1*DN*', 'NM1*D*', ['IK3*NM1*29*2300*2', 'CTX*CLM01:ELM-C-1', 'IK5*R*5']],
    ['a number that is none', '*120.50*UN', '*12O.50*UN', ['IK3*SV1*36*2400*8', 'CTX*CLM01:ELM-C-1', 'IK4*2**6*12O.50', 'IK5*E*5']],
    ['a control character', 'SEEN TWICE', 'SEEN\u0007TWICE', ['IK3*NTE*25*2300*8', 'CTX*CLM01:ELM-C-1', 'IK4*2**6', 'IK5*E*5']],
    ['a wrong count', 'SE*46*0007', 'SE*45*0007', ['IK5*R*4']],
    ['another control number at the end', '*0007~\nGE', '*0008~\nGE', ['IK5*R*3']],
  ])('names %s', (_, was, is, expected) => {
    expect(professionalClaim).toContain(was);
    expect(findings(professionalClaim.replace(was, is)).slice(0, -1)).toEqual(expected);
  });

  it('names a loop above its maximum and missing trailers', () => {
    const twice = professionalClaim.replace(
      'HL*2*1*22*0',
      'NM1*85*2*ELM CLINIC*****XX*1234567893~\nN3*1 ELM STREET~\nN4*ELMTON*OH*44101~\nHL*2*1*22*0',
    );
    expect(findings(twice)).toContain('IK3*NM1*12*2010AA*4');
    expect(findings(professionalClaim.replace(/SE\*\d+\*0007~\n/, ''))).toContain('IK5*R*2');
    expect(findings(professionalClaim.replace('GE*1*42~\n', '')).at(-1)).toBe('AK9*E*1*1*1*3');
  });
});

describe('a TA1', () => {
  it.each([
    ['a good envelope', '', '', 'TA1*000000042*260302*0915*A*000'],
    ['another control number at the end', 'IEA*1*000000042', 'IEA*1*000000043', 'TA1*000000042*260302*0915*R*001'],
    ['no end', 'IEA*1*000000042~\n', '', 'TA1*000000042*260302*0915*R*023'],
    ['a wrong count of groups', 'IEA*1*', 'IEA*2*', 'TA1*000000042*260302*0915*E*021'],
    ['a version that nobody knows', '*00501*', '*0X501*', 'TA1*000000042*260302*0915*R*017'],
  ])('says so of %s', (_, was, is, expected) => {
    expect(ta1To(professionalClaim.replace(was, is))).toBe(expected);
  });
});
