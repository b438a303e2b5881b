// Profiles and resources made to exhaust the validator: each gets a clear answer and stays within bounds.
import { describe, expect, it } from 'vitest';
import { readJsonNow } from '../json.ts';
import { codesAtHand } from './codes-at-hand.ts';
import type { Members } from './definition.ts';
import { minimal } from './minimal.fixture.ts';
import { profile, profilesOf, site, slicing } from './profile.fixture.ts';
import { ProfileSet } from './profiles.ts';
import { validate, validateInSteps } from './validate.ts';

const check = (resource: Members, profiles = new ProfileSet(), wanted: string[] = []) =>
  validate(resource, profiles, { codes: codesAtHand, profiles: wanted });
const errors = (resource: Members, profiles?: ProfileSet, wanted?: string[]): string[] =>
  check(resource, profiles, wanted)
    .findings.filter((one) => one.severity === 'error')
    .map((one) => `${one.rule} ${one.where}`);

describe('hostile profiles', () => {
  it('that stand on one another are refused by name, and the rest is kept', () => {
    const profiles = new ProfileSet();
    const problems = profiles.add([
      profile('a', 'Patient', {}, { baseDefinition: site('b') }),
      profile('b', 'Patient', {}, { baseDefinition: site('a') }),
      profile('self', 'Patient', {}, { baseDefinition: site('self') }),
      profile('fine', 'Patient', { 'Patient.name': { min: 1 } }),
    ]);
    expect(problems.map((one) => one.where).sort()).toEqual([site('a'), site('b'), site('self')]);
    expect(errors(minimal('Patient'), profiles, [site('fine')])).toEqual(['cardinality Patient.name']);
    expect(check(minimal('Patient', { meta: { profile: [site('self')] } }), profiles).findings).toMatchObject([
      { severity: 'warning', rule: 'profile' },
    ]);
  });

  it('that say what R4 does not have are refused', () => {
    const profiles = new ProfileSet();
    const problems = profiles.add([
      profile('a', 'Patient', { 'Patient.shoeSize': { min: 1 } }),
      profile('b', 'Shoe', {}),
      { resourceType: 'StructureDefinition', derivation: 'constraint' },
      { resourceType: 'StructureDefinition', derivation: 'constraint', url: 'x', type: 'Patient', differential: { element: 7 } },
      {
        resourceType: 'StructureDefinition',
        derivation: 'constraint',
        url: 'x',
        type: 'Patient',
        differential: { element: [null, { path: 4 }, { path: '' }] },
      },
    ]);
    expect(problems).toHaveLength(5);
    for (const { message } of problems) expect(message).toMatch(/[a-z]{3}.*\.$/);
  });

  it('whose elements refer back to the profile end', () => {
    const profiles = profilesOf(
      profile('p', 'Observation', {
        'Observation.hasMember': { type: [{ code: 'Reference', targetProfile: [site('p')] }] },
        'Observation.derivedFrom': { type: [{ code: 'Reference', targetProfile: [site('p')] }] },
      }),
    );
    const ring = ['a', 'b', 'c', 'd'].map((id, i, all) =>
      minimal('Observation', {
        id,
        hasMember: all.map((other) => ({ reference: `#${other}` })),
        derivedFrom: [{ reference: `#${all[(i + 1) % 4]}` }],
      }),
    );
    expect(errors(minimal('Observation', { contained: ring, hasMember: [{ reference: '#a' }] }), profiles, [site('p')])).toEqual([]);
  });

  it('that hold themselves in an entry end', () => {
    const profiles = profilesOf(profile('p', 'Bundle', { 'Bundle.entry.resource': { type: [{ code: 'Bundle', profile: [site('p')] }] } }));
    let bundle = minimal('Bundle');
    for (let i = 0; i < 20; i++) bundle = minimal('Bundle', { entry: [{ resource: bundle }] });
    expect(errors(bundle, profiles, [site('p')])).toEqual([]);
  });

  it('with slices of slices by profile stay bounded, and it is said', () => {
    const names = Array.from({ length: 12 }, (_, i) => `p${i}`);
    const profiles = profilesOf(
      ...names.map((name) =>
        profile(name, 'Bundle', {
          'Bundle.entry': slicing('profile', 'resource'),
          ...Object.fromEntries(
            names.flatMap((other) => [
              [`Bundle.entry:${other}`, {}],
              [`Bundle.entry:${other}.resource`, { type: [{ code: 'Bundle', profile: [site(other)] }] }],
            ]),
          ),
        }),
      ),
    );
    let bundle = minimal('Bundle');
    for (let i = 0; i < 6; i++)
      bundle = minimal('Bundle', { entry: Array.from({ length: 3 }, () => ({ resource: structuredClone(bundle) })) });
    const { findings } = check(bundle, profiles, [site('p0')]);
    expect(findings.filter((one) => one.severity === 'error')).toEqual([]);
  });

  it('with 500 slices over 5,000 values are told apart', () => {
    const slices = Object.fromEntries(
      Array.from({ length: 500 }, (_, i) => [
        [`Patient.identifier:s${i}`, { max: '10' }],
        [`Patient.identifier:s${i}.system`, { min: 1, fixedUri: `http://s.example/${i}` }],
      ]).flat(),
    );
    const profiles = profilesOf(
      profile('p', 'Patient', { 'Patient.identifier': slicing('value', 'system', { rules: 'closed' }), ...slices }),
    );
    const identifier = Array.from({ length: 5_000 }, (_, i) => ({ system: `http://s.example/${i % 500}` }));
    expect(errors(minimal('Patient', { identifier }), profiles, [site('p')])).toEqual([]);
  });

  it('with slices that have to be tried one after another are given up, and it is said', () => {
    const slices = Object.fromEntries(
      Array.from({ length: 500 }, (_, i) => [
        [`Patient.identifier:s${i}`, { max: '10' }],
        [`Patient.identifier:s${i}.type`, { min: 1, patternCodeableConcept: { text: `${i}` } }],
      ]).flat(),
    );
    const profiles = profilesOf(
      profile('p', 'Patient', { 'Patient.identifier': slicing('pattern', 'type', { rules: 'closed' }), ...slices }),
    );
    const identifier = Array.from({ length: 5_000 }, (_, i) => ({ type: { text: `${i % 500}` } }));
    const { findings } = check(minimal('Patient', { identifier }), profiles, [site('p')]);
    expect(findings).toMatchObject(
      [{ severity: 'warning', rule: 'slicing', message: /could be checked/ }].map(({ severity, rule }) => ({ severity, rule })),
    );
  });

  it('with expressions that would run for ever are given up, and it is said once', () => {
    const bomb = (key: string, expression: string) => ({ key, severity: 'error', human: 'x', expression });
    const all = (depth: number): string => `descendants().all(${depth === 0 ? 'true' : `%resource.${all(depth - 1)}`})`;
    const profiles = profilesOf(
      profile('p', 'Patient', {
        Patient: {
          constraint: [
            bomb('b-1', all(4)),
            bomb('b-2', 'repeat($this | 1 | 2)'),
            bomb('b-3', 'name.where('),
            bomb('b-4', `${'('.repeat(5_000)}true${')'.repeat(5_000)}`),
          ],
        },
        'Patient.name': { constraint: [bomb('b-5', all(4))] },
      }),
    );
    const name = Array.from({ length: 1_000 }, (_, i) => ({ text: `A${i}` }));
    const { findings } = check(minimal('Patient', { name }), profiles, [site('p')]);
    const unchecked = findings.filter((one) => /could not be checked/.test(one.message));
    expect(unchecked.map((one) => one.source).sort()).toEqual(expect.arrayContaining(['b-1', 'b-3', 'b-4', 'b-5']));
    expect(unchecked.filter((one) => one.source === 'b-5')).toHaveLength(1);
  });

  it('with an invariant at each element that looks at all of them is given up, and it is said', () => {
    const constraint = [{ key: 'q-1', severity: 'error', human: 'x', expression: '%resource.name.all(text.length() > 0)' }];
    const profiles = profilesOf(profile('p', 'Patient', { 'Patient.name': { constraint } }));
    const name = Array.from({ length: 10_000 }, (_, i) => ({ text: `A${i}` }));
    const { findings } = check(minimal('Patient', { name }), profiles, [site('p')]);
    expect(findings).toMatchObject([{ severity: 'warning', source: 'q-1' }]);
    expect(findings[0]?.message).toContain('could not be checked');
  });

  it('with a pattern of catastrophic backtracking end', () => {
    const profiles = profilesOf(
      profile('p', 'Patient', {
        'Patient.name.text': { constraint: [{ key: 'r-1', severity: 'error', human: 'x', expression: "matches('^(a+)+$')" }] },
      }),
    );
    const { findings } = check(minimal('Patient', { name: [{ text: `${'a'.repeat(5_000)}!` }] }), profiles, [site('p')]);
    expect(findings).toHaveLength(1);
  });
});

describe('a slice that nothing tells apart', () => {
  it('is said to be unchecked, and not to be missing', () => {
    const vague = profile('p', 'Patient', { 'Patient.identifier': slicing('value', 'system'), 'Patient.identifier:a': { min: 1 } });
    const { findings } = check(minimal('Patient'), profilesOf(vague), [site('p')]);
    expect(findings).toMatchObject([{ severity: 'information', rule: 'slicing', where: 'Patient.identifier', source: 'a' }]);
  });
});

describe('hostile resources', () => {
  it('of 50,000 elements are judged', () => {
    const contained = Array.from({ length: 4_000 }, (_, i) => minimal('Organization', { id: `o${i}`, name: 'x' }));
    const extension = contained.map((one) => ({ url: 'http://x.example', valueReference: { reference: `#${String(one['id'])}` } }));
    expect(errors(minimal('Patient', { contained, extension }))).toEqual([]);
    const item = Array.from({ length: 12_000 }, (_, i) => ({ linkId: `${i % 11_999}`, type: 'string' }));
    expect(errors(minimal('Questionnaire', { item }))).toEqual(['invariant Questionnaire']);
  });

  it('nested to the bound are judged', () => {
    let extension: Members = { url: 'http://x.example', valueCode: 'y' };
    for (let i = 0; i < 5_000; i++) extension = { url: 'http://x.example', extension: [extension] };
    expect(errors({ resourceType: 'Patient', extension: [extension] }).length).toBeGreaterThan(0);
  });

  it('with a fault at every place are told the first hundred', () => {
    const { findings } = check(minimal('Patient', { contact: Array.from({ length: 10_000 }, () => ({ gender: 'male' })) }));
    expect(findings).toHaveLength(100);
  });

  it('of no shape at all throw nothing', () => {
    const shapes: unknown[] = [
      null,
      1,
      'x',
      [],
      {},
      { resourceType: 7 },
      { resourceType: 'Patient', name: 'x', contact: { name: [] }, contained: {}, meta: [], extension: [null, 1, []] },
    ];
    for (const shape of shapes) {
      const read = readJsonNow(JSON.stringify(shape));
      if (read.ok) expect(() => validate(read.value, new ProfileSet(), { codes: codesAtHand })).not.toThrow();
    }
  });

  it('of many entries are judged with a rest after each', () => {
    const bundle = minimal('Bundle', { entry: Array.from({ length: 500 }, () => ({ resource: minimal('Patient') })) });
    const steps = validateInSteps(bundle, new ProfileSet(), { codes: codesAtHand });
    let rests = 0;
    while (steps.next().done !== true) rests++;
    expect(rests).toBe(1_000);
  });

  it('never have what they say repeated in a finding', () => {
    const secret = 'Jane-Roe-1970';
    const patient = minimal('Patient', {
      gender: secret,
      name: [{ use: secret, family: secret, period: { start: '2027', end: '2026' } }],
      maritalStatus: { coding: [{ system: `http://${secret}`, code: secret, display: secret }] },
      contact: [{ relationship: [{ coding: [{ system: secret, code: secret }] }] }],
      managingOrganization: { reference: `#${secret}` },
      modifierExtension: [{ url: `http://${secret}`, valueString: secret }],
    });
    const { findings } = check(patient);
    expect(findings.length).toBeGreaterThan(4);
    expect(JSON.stringify(findings)).not.toContain(secret);
  });
});

/** Findings and the number of rests taken on the way. */
const rested = (resource: Members, profiles: ProfileSet, wanted: string[]) => {
  const steps = validateInSteps(resource, profiles, { codes: codesAtHand, profiles: wanted });
  let rests = 0;
  for (;;) {
    const step = steps.next();
    if (step.done === true) return { findings: step.value.findings, rests };
    rests++;
  }
};
const costly = (key: string) => ({ key, severity: 'error', human: 'x', expression: '%resource.name.take(500).all(text.length() > 0)' });
const names = (count: number) => Array.from({ length: count }, (_, i) => ({ text: `A${i}` }));

describe('a large resource is judged with rests inside', () => {
  it('by the base rules, more of them the larger it is', () => {
    const contact = (count: number) =>
      Array.from({ length: count }, () => ({ name: { text: 'x' }, telecom: [{ value: '1', system: 'phone' }] }));
    const small = rested(minimal('Patient', { contact: contact(10) }), new ProfileSet(), []);
    const large = rested(minimal('Patient', { contact: contact(10_000) }), new ProfileSet(), []);
    expect(small.rests).toBe(0);
    expect(large.rests).toBeGreaterThan(5);
    expect(large.findings).toEqual(small.findings);
  });

  it('by the invariants of a profile', () => {
    const profiles = profilesOf(profile('p', 'Patient', { 'Patient.name': { constraint: [costly('c-1')] } }));
    const { findings, rests } = rested(minimal('Patient', { name: names(1_000) }), profiles, [site('p')]);
    expect(findings).toEqual([]);
    expect(rests).toBeGreaterThan(50);
  });

  it('by many invariants of one element', () => {
    const constraint = Array.from({ length: 300 }, (_, i) => costly(`c-${i}`));
    const profiles = profilesOf(profile('p', 'Patient', { Patient: { constraint } }));
    const { findings, rests } = rested(minimal('Patient', { name: names(1_000) }), profiles, [site('p')]);
    expect(findings).toEqual([]);
    expect(rests).toBeGreaterThan(15);
  });

  it('by slices, and by the invariants of a slice', () => {
    const slices = Object.fromEntries(
      Array.from({ length: 20 }, (_, i) => [
        [`Patient.name:s${i}`, {}],
        [`Patient.name:s${i}.text`, { min: 1, fixedString: `A${i}` }],
      ]).flat(),
    );
    const sliced = profile('p', 'Patient', {
      'Patient.name': slicing('pattern', 'text'),
      ...slices,
      'Patient.name:s1': { constraint: [costly('c-1')] },
    });
    const name = Array.from({ length: 5_000 }, (_, i) => ({ text: `A${i % 20}` }));
    const { findings, rests } = rested(minimal('Patient', { name }), profilesOf(sliced), [site('p')]);
    expect(findings).toEqual([]);
    expect(rests).toBeGreaterThan(20);
  });

  it('by profiles of what it refers to', () => {
    const profiles = profilesOf(
      profile('p', 'Patient', { 'Patient.generalPractitioner': { type: [{ code: 'Reference', targetProfile: [site('o')] }] } }),
      profile('o', 'Organization', {
        Organization: { constraint: [{ ...costly('c-1'), expression: '%resource.alias.all(length() > 0)' }] },
        'Organization.alias': { min: 1 },
      }),
    );
    const contained = Array.from({ length: 2_000 }, (_, i) => minimal('Organization', { id: `o${i}`, name: 'x', alias: ['y'] }));
    const generalPractitioner = contained.map(({ id }) => ({ reference: `#${String(id)}` }));
    const { findings, rests } = rested(minimal('Patient', { contained, generalPractitioner }), profiles, [site('p')]);
    expect(findings).toEqual([]);
    expect(rests).toBeGreaterThan(1);
  });
});

describe('what is given up', () => {
  it('is the same each time, and said in the resource that is refused and in one that is tried', () => {
    const profiles = profilesOf(
      profile('p', 'Patient', { 'Patient.generalPractitioner': { type: [{ code: 'Reference', targetProfile: [site('o')] }] } }),
      profile('o', 'Organization', {
        Organization: {
          constraint: [{ key: 'e-1', severity: 'error', human: 'x', expression: '1.repeat($this + 1)' }],
        },
        'Organization.name': { constraint: [{ key: 'e-2', severity: 'error', human: 'x', expression: 'name.where(' }] },
      }),
    );
    const organization = minimal('Organization', { id: 'o', name: 'x' });
    const patient = minimal('Patient', { contained: [organization], generalPractitioner: [{ reference: '#o' }] });
    const first = rested(patient, profiles, [site('p')]);
    expect(first.findings.map((one) => one.source)).toEqual(expect.arrayContaining(['e-1', 'e-2']));
    expect(rested(patient, profiles, [site('p')])).toEqual(first);
  });

  it('is at the same element each time', () => {
    const profiles = profilesOf(profile('p', 'Patient', { 'Patient.name': { constraint: [costly('c-1')] } }));
    const patient = minimal('Patient', { name: names(10_000) });
    const first = rested(patient, profiles, [site('p')]);
    expect(first.findings).toMatchObject([{ severity: 'warning', source: 'c-1', where: expect.stringMatching(/^Patient\.name\[\d{3}\]/) }]);
    expect(rested(patient, profiles, [site('p')])).toEqual(first);
  });

  it('is what an expression asks conformsTo() to look at beyond its bound', () => {
    const profiles = profilesOf(
      profile('p', 'Patient', {
        Patient: { constraint: [{ key: 'k-1', severity: 'error', human: 'x', expression: `name.all(conformsTo('${site('n')}'))` }] },
      }),
      profile('n', 'HumanName', { HumanName: { constraint: [costly('c-1')] } }),
    );
    const { findings } = rested(minimal('Patient', { name: names(2_000) }), profiles, [site('p')]);
    expect(findings.map((one) => one.severity)).toEqual(findings.map(() => 'warning'));
    expect(findings.map((one) => one.message).join()).toContain('could not be checked');
  });

  it('is whether an extension may stand where it does, if the definition asks too much', () => {
    const profiles = profilesOf({
      ...profile('e', 'Extension', {}),
      context: [{ type: 'fhirpath', expression: '1.repeat($this + 1)' }],
      contextInvariant: ['name.where('],
    });
    const { findings } = rested(minimal('Patient', { extension: [{ url: site('e'), valueCode: 'x' }] }), profiles, []);
    expect(findings.filter((one) => /could not be checked/.test(one.message))).not.toEqual([]);
    expect(findings.every((one) => one.severity !== 'error')).toBe(true);
  });
});
