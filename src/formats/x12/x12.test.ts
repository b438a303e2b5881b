// What every transaction set must do there and back, on the made-up samples.
import { describe, expect, it } from 'vitest';
import type { Resource } from '../../fhir/generated/types.ts';
import { codesAtHand } from '../../fhir/validator/codes-at-hand.ts';
import { ProfileSet } from '../../fhir/validator/profiles.ts';
import { validate } from '../../fhir/validator/validate.ts';
import type { Said, Translation, TranslationContext } from '../contract.ts';
import { x12 } from './format.ts';
import { fromFhir } from './from-fhir.ts';
import { findingsOf, fuzz } from './fuzz.ts';
import { isNode } from './node.ts';
import * as made from './samples.ts';
import { samples } from './samples.ts';
import type { Wish } from './speak.ts';
import type { TransactionKind } from './transactions.ts';

const context: TranslationContext = { sender: 'elm', receivedAt: new Date('2026-03-02T15:00:00Z'), timeZone: 'America/New_York' };
const wishFor = (kind: TransactionKind): Wish => ({
  kind,
  sender: { qualifier: 'ZZ', id: 'ELMCLINIC' },
  receiver: { qualifier: 'ZZ', id: 'RIVERPAYER' },
  interchangeControl: 42,
  groupControl: 42,
  transactionControl: '0007',
  at: context.receivedAt,
  timeZone: context.timeZone,
});
const translate = (text: string): Translation => x12.toFhir(x12.read(Buffer.from(text)), context);
const resourcesOf = ({ resources }: Translation): Resource[] => resources.map(({ resource }) => resource);
const byRef = (said: readonly Said[]): Map<string, Resource> =>
  new Map(said.map(({ resource }) => [`${resource.resourceType}/${resource.id}`, resource]));
const one = (text: string, type: string): Record<string, unknown> => {
  const found: unknown = resourcesOf(translate(text)).find(({ resourceType }) => resourceType === type);
  if (!isNode(found)) throw new Error(`no ${type}`);
  return found;
};

describe.each(samples)('$name', ({ text, kind }) => {
  it('accounts for every leaf, restores the bytes, refers nowhere that is not there', () => {
    expect(findingsOf(Buffer.from(text))).toEqual([]);
  });

  it('gives resources that are valid', () => {
    const profiles = new ProfileSet();
    const errors = resourcesOf(translate(text)).flatMap((resource) => {
      const node: unknown = resource;
      return validate(isNode(node) ? node : {}, profiles, { codes: codesAtHand }).findings.filter(
        ({ severity }) => severity === 'error' || severity === 'fatal',
      );
    });
    expect(errors).toEqual([]);
  });

  it('says the same when it is written anew and read again', () => {
    const first = translate(text);
    const written = fromFhir(resourcesOf(first), wishFor(kind));
    if (!written.ok) throw new Error(written.problem.message);
    const again = x12.toFhir(x12.read(x12.write(written.value)), context);
    expect(byRef(again.resources)).toEqual(byRef(first.resources));
  });
});

describe('a professional claim', () => {
  const claim = one(made.professionalClaim, 'Claim');

  it('keeps the digits of its amounts', () => {
    expect(String((claim['total'] as { value: unknown }).value)).toBe('180.50');
  });

  it('points from its lines to diagnoses, people and further information', () => {
    const [first, second] = claim['item'] as Record<string, unknown>[];
    expect(first).toMatchObject({
      sequence: 1,
      diagnosisSequence: [1, 2],
      productOrService: { coding: [{ system: 'http://www.ama-assn.org/go/cpt', code: '99213' }] },
      servicedDate: '2026-03-01',
    });
    expect(second).toMatchObject({ servicedPeriod: { start: '2026-03-01', end: '2026-03-02' }, detail: [{ quantity: { code: 'UN' } }] });
  });

  it('names codes of diagnoses with their point', () => {
    expect(JSON.stringify(claim['diagnosis'])).toContain('"J06.9"');
  });
});

describe('a claim of a dependent', () => {
  it('is of the patient, on the coverage of the subscriber', () => {
    const all = resourcesOf(translate(made.dependentClaim));
    const coverage = all.find((resource) => resource.resourceType === 'Coverage' && resource.order === 2);
    const claim = all.find((resource) => resource.resourceType === 'Claim');
    expect(coverage).toMatchObject({ subscriberId: 'W0002', relationship: { coding: [{ code: '19' }, { code: 'child' }] } });
    expect(claim?.resourceType === 'Claim' && coverage?.resourceType === 'Coverage' && claim.patient.reference).toBe(
      coverage?.resourceType === 'Coverage' ? coverage.beneficiary.reference : '',
    );
  });

  it('says what the other payer has paid as its ClaimResponse', () => {
    expect(one(made.dependentClaim, 'ClaimResponse')).toMatchObject({
      adjudication: [
        { category: { coding: [{ code: 'PR' }] }, reason: { coding: [{ code: '1' }] } },
        { category: { coding: [{ code: 'PR' }] }, reason: { coding: [{ code: '2' }] } },
      ],
      addItem: [
        { itemSequence: [1], adjudication: [{ category: { coding: [{ code: 'benefit' }] } }, { category: { coding: [{ code: 'CO' }] } }] },
      ],
    });
  });
});

describe('an enrolment', () => {
  it('makes one coverage for each insurance, and ends those that it cancels', () => {
    const coverages = resourcesOf(translate(made.enrolment)).filter((resource) => resource.resourceType === 'Coverage');
    expect(coverages.map((resource) => (resource.resourceType === 'Coverage' ? resource.status : ''))).toEqual([
      'active',
      'active',
      'cancelled',
    ]);
  });

  it('changes what it says and leaves the rest', () => {
    const said = translate(made.enrolment).resources.filter(
      ({ resource }) => resource.resourceType === 'Coverage' || resource.resourceType === 'Patient',
    );
    expect(new Set(said.map(({ how }) => how))).toEqual(new Set(['merge']));
  });
});

describe('people under one member number', () => {
  it('stay two people, and the number identifies neither', () => {
    const twins = made.professionalClaim + made.professionalClaim.replace('ASHBY*WREN', 'ASHBY*LARK').replace('19810704', '19830909');
    const patients = translate(twins).resources.filter(({ resource }) => resource.resourceType === 'Patient');
    expect(patients.map(({ byIdentifier }) => byIdentifier)).toEqual([false, false]);
  });
});

describe('a new transaction', () => {
  it('is parted by other characters where a value holds the usual ones', () => {
    const resources = resourcesOf(translate(made.professionalClaim)).map((resource) =>
      resource.resourceType === 'Patient' ? { ...resource, name: [{ family: 'ASH*BY~', given: ['WREN:'] }] } : resource,
    );
    const written = fromFhir(resources, wishFor('837P'));
    if (!written.ok) throw new Error(written.problem.message);
    const again = x12.toFhir(x12.read(x12.write(written.value)), context);
    expect(JSON.stringify(resourcesOf(again))).toContain('"ASH*BY~"');
  });

  it('is refused, with the element, where a value has a line break', () => {
    const resources = resourcesOf(translate(made.professionalClaim)).map((resource) =>
      resource.resourceType === 'Patient' ? { ...resource, name: [{ family: 'ASH\nBY' }] } : resource,
    );
    const written = fromFhir(resources, wishFor('837P'));
    expect(written.ok).toBe(false);
    if (!written.ok) expect(written.problem.where).toContain('#name[0].family');
  });

  it('says what is missing where there is nothing to write', () => {
    const written = fromFhir([], wishFor('835'));
    expect(written).toMatchObject({ ok: false, problem: { kind: 'unsupported' } });
  });
});

describe('any broken file', () => {
  it('is read, answered, translated and restored', () => {
    for (let seed = 1; seed <= 300; seed++) expect(fuzz(seed), `seed ${seed}`).toEqual([]);
  });
});
