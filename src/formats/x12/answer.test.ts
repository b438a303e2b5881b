// What goes back for a file.
import { describe, expect, it } from 'vitest';
import { answerInSteps } from './answer.ts';
import { professionalClaim } from './samples.ts';

const context = { receivedAt: new Date('2026-03-02T15:00:00Z'), timeZone: 'UTC' };
function answerTo(raw: Buffer, told: typeof context): Buffer | undefined {
  const steps = answerInSteps(raw, told);
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}
const answer = (text: string): string[] =>
  (answerTo(Buffer.from(text), context)?.toString() ?? '').split('~\n').filter((line) => line !== '');
const tags = (text: string): string[] => answer(text).map((line) => line.split('*')[0] ?? '');

describe('the answer to a file', () => {
  it('is a 999 to who sent it, the same each time', () => {
    const lines = answer(professionalClaim);
    expect(lines[0]).toMatch(/^ISA\*00\* {10}\*00\* {10}\*ZZ\*RIVERPAYER {5}\*ZZ\*ELMCLINIC {6}\*260302\*1500\*\^\*00501\*\d{9}\*0\*T\*:$/);
    expect(lines[1]).toMatch(/^GS\*FA\*RIVERPAYER\*ELMCLINIC\*/);
    expect(lines.slice(3, 6)).toEqual(['AK1*HC*42*005010X222A1', 'AK2*837*0007*005010X222A1', 'IK5*A']);
    expect(answer(professionalClaim)).toEqual(lines);
    expect(answer(professionalClaim.replace('180.50', '181.50'))[0]).not.toBe(lines[0]);
  });
  it('is a TA1 where the envelope cannot be relied on, and beside the 999 where it is asked for', () => {
    expect(tags(professionalClaim.replace('IEA*1*000000042~\n', ''))).toEqual(['ISA', 'TA1', 'IEA']);
    expect(answer(professionalClaim.replace('IEA*1*000000042~\n', ''))[1]).toBe('TA1*000000042*260302*0915*R*023');
    expect(tags(professionalClaim.replace('000000042*0*T', '000000042*1*T')).filter((tag) => ['TA1', 'AK9'].includes(tag))).toEqual([
      'TA1',
      'AK9',
    ]);
  });
  it('answers each interchange of a file', () => {
    expect(tags(professionalClaim + professionalClaim).filter((tag) => tag === 'ISA')).toHaveLength(2);
  });
  it('acknowledges no acknowledgement', () => {
    const acknowledgement = answer(professionalClaim).join('~\n').concat('~\n');
    expect(tags(acknowledgement)).toEqual(['ISA', 'TA1', 'IEA']);
  });
  it('is nothing where there is no interchange, and survives an envelope that says anything', () => {
    expect(answerTo(Buffer.from('no X12'), context)).toBeUndefined();
    for (const odd of ['\u0000', '*', '~', '☃', '9'.repeat(60)])
      expect(tags(professionalClaim.replace('ELMCLINIC      ', odd))[0]).toBe('ISA');
  });
});
