import { describe, expect, it } from 'vitest';
import { fail } from '../result.ts';
import type { CodeAnswer, Coding, Terminology } from '../terminology/contract.ts';
import type { Question, Walked } from './contract.ts';
import { toOutcome } from './outcome.ts';
import { decide } from './policy.ts';
import { type ReferenceAnswer, settle } from './settle.ts';

const asked: [string, readonly Coding[]][] = [];
const nothing = async (): Promise<ReturnType<typeof fail>> => fail('unsupported', 'not here');
const terminology = (answer: (coding: Coding) => CodeAnswer): Terminology => ({
  lookup: nothing,
  inSystem: async (coding) => answer(coding),
  expand: nothing,
  subsumes: nothing,
  translate: nothing,
  closure: nothing,
  memberOf: async (valueSet, codings) => {
    asked.push([String(valueSet), codings]);
    return codings.map(answer);
  },
});
const code = (strength: 'required' | 'extensible' | 'preferred', ...codes: string[]): Question => ({
  kind: 'code',
  valueSet: 'http://v.example|1',
  codings: codes.map((one) => ({ system: 'http://s.example', code: one })),
  strength,
  where: 'Observation.code',
});
const walked = (...questions: Question[]): Walked => ({ findings: [], questions });
const known = terminology(({ code: of }) => ({
  answer: of === 'in' ? 'yes' : of === 'out' ? 'no' : 'unknown',
  why: 'the system is not here',
  wrongDisplay: false,
}));

describe('open questions about codes', () => {
  it.each([
    ['required', 'out', 'error'],
    ['extensible', 'out', 'warning'],
    ['preferred', 'out', 'information'],
    ['required', 'unknown', 'warning'],
    ['extensible', 'unknown', 'information'],
  ] as const)('%s and %s: %s', async (strength, of, severity) => {
    expect(await settle(walked(code(strength, of)), known)).toMatchObject([
      { severity, rule: 'binding', where: 'Observation.code', source: 'http://v.example' },
    ]);
  });

  it('are settled by one code of several that is in the value set', async () => {
    expect(await settle(walked(code('required', 'out', 'in', 'unknown')), known)).toEqual([]);
  });

  it('are put once a value set, each code once', async () => {
    asked.length = 0;
    await settle(walked(code('required', 'in'), code('extensible', 'in', 'out')), known);
    expect(asked.map(([valueSet, codings]) => [valueSet, codings.length])).toEqual([['http://v.example|1', 2]]);
  });

  it('tell of a display that is of another code', async () => {
    const strict = terminology(() => ({ answer: 'yes', why: '', display: 'Right', wrongDisplay: true }));
    expect(await settle(walked(code('required', 'in')), strict)).toMatchObject([
      { severity: 'warning', message: expect.stringContaining('"Right"') as string },
    ]);
  });

  it('are never passed over in silence where nobody answers', async () => {
    expect(await settle(walked(code('required', 'in')))).toMatchObject([
      { severity: 'warning', message: expect.stringContaining('could not be checked') as string },
    ]);
    const mute: Terminology = { ...known, memberOf: async () => [] };
    expect(await settle(walked(code('required', 'in')), mute)).toMatchObject([{ severity: 'warning' }]);
  });
});

describe('open questions about references', () => {
  const question: Question = {
    kind: 'reference',
    reference: 'Patient/1',
    targets: ['Patient'],
    profiles: [],
    where: 'Observation.subject.reference',
  };
  const answered = (answer: ReferenceAnswer) => settle(walked(question), known, async (all) => all.map(() => answer));

  it('are answered by who keeps the record', async () => {
    expect(await answered({ found: 'yes', type: 'Patient' })).toEqual([]);
    expect(await answered({ found: 'yes', type: 'Device' })).toMatchObject([{ severity: 'error', where: question.where }]);
    expect(await answered({ found: 'no' })).toMatchObject([{ severity: 'error', rule: 'reference' }]);
    expect(await answered({ found: 'unknown', why: 'it is on another server' })).toMatchObject([
      { severity: 'information', message: expect.stringContaining('another server') as string },
    ]);
  });

  it('tell where the target does not say that it conforms', async () => {
    const all = await settle(walked({ ...question, profiles: ['http://p.example'] }), known, async () => [
      { found: 'yes', type: 'Patient' },
    ]);
    expect(all).toMatchObject([{ severity: 'information' }]);
  });

  it('are left out where nobody is there to ask', async () => {
    expect(await settle(walked(question), known)).toEqual([]);
  });
});

describe('what a site decides', () => {
  const findings = [
    { severity: 'error', rule: 'binding', where: 'Patient.gender', message: 'x.' },
    { severity: 'error', rule: 'structure', where: 'Patient.x', message: 'y.' },
    { severity: 'warning', rule: 'profile', where: 'Patient.meta', message: 'z.' },
  ] as const;

  it('refuses errors where it says nothing', () => {
    expect(decide(findings)).toEqual({ refused: true, findings: [...findings] });
    expect(decide(findings.slice(2)).refused).toBe(false);
  });

  it('warns of a kind of rule, or leaves it out', () => {
    expect(decide(findings.slice(0, 1), { binding: 'warn' })).toMatchObject({ refused: false, findings: [{ severity: 'warning' }] });
    expect(decide(findings, { binding: 'off', profile: 'off' }).findings).toEqual([findings[1]]);
  });

  it('refuses what is no R4, whatever it says', () => {
    expect(decide(findings, { structure: 'off', binding: 'off' }).refused).toBe(true);
  });
});

describe('findings as an OperationOutcome', () => {
  it('hold severity, code, sentence and place', () => {
    expect(toOutcome([{ severity: 'error', rule: 'invariant', where: 'Observation', message: 'x.', source: 'obs-6' }])).toEqual({
      resourceType: 'OperationOutcome',
      issue: [
        { severity: 'error', code: 'invariant', details: { text: 'invariant: obs-6' }, diagnostics: 'x.', expression: ['Observation'] },
      ],
    });
  });

  it('say that all is well where there are none', () => {
    expect(toOutcome([])).toMatchObject({ issue: [{ severity: 'information', code: 'informational' }] });
  });
});
