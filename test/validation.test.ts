// Validation through the whole server: what a write meets, what $validate says, and profiles that a site adds
// (http://hl7.org/fhir/R4/validation.html).
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Answer, type Stand, stand } from './calls.ts';

let here: Stand;
let strict: Stand;
let folder: string;
const ward = 'http://example.org/fhir/StructureDefinition/ward-weight';

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'lamplight-package-'));
  const profile = {
    resourceType: 'StructureDefinition',
    url: ward,
    name: 'WardWeight',
    status: 'active',
    fhirVersion: '4.0.1',
    kind: 'resource',
    abstract: false,
    type: 'Observation',
    baseDefinition: 'http://hl7.org/fhir/StructureDefinition/Observation',
    derivation: 'constraint',
    differential: {
      element: [
        {
          id: 'Observation',
          path: 'Observation',
          constraint: [
            { key: 'ward-1', severity: 'error', human: 'A weight is more than nothing', expression: 'value.ofType(Quantity).value > 0' },
          ],
        },
        { id: 'Observation.subject', path: 'Observation.subject', min: 1 },
        {
          id: 'Observation.code',
          path: 'Observation.code',
          patternCodeableConcept: { coding: [{ system: 'http://loinc.org', code: '29463-7' }] },
        },
      ],
    },
  };
  writeFileSync(join(folder, 'StructureDefinition-ward-weight.json'), JSON.stringify(profile));
  writeFileSync(join(folder, 'package.json'), '{"name":"ward"}');
  [here, strict] = await Promise.all([
    stand({ env: { LAMPLIGHT_PACKAGES: folder } }),
    stand({ env: { LAMPLIGHT_PACKAGES: folder, LAMPLIGHT_VALIDATION: 'profiles=refuse,codes=refuse' } }),
  ]);
});
afterAll(async () => {
  await Promise.all([here.end(), strict.end()]);
  rmSync(folder, { recursive: true, force: true });
});

const weight = (more: object = {}): object => ({
  resourceType: 'Observation',
  meta: { profile: [ward] },
  status: 'final',
  code: { coding: [{ system: 'http://loinc.org', code: '29463-7' }] },
  subject: { reference: 'Patient/nobody' },
  valueQuantity: { value: 70, unit: 'kg', system: 'http://unitsofmeasure.org', code: 'kg' },
  ...more,
});

interface Issue {
  severity: string;
  diagnostics: string;
  expression?: string[];
}
const issues = ({ json }: Answer): Issue[] => json!['issue'] as unknown as Issue[];
const errors = (answer: Answer): string[] =>
  issues(answer)
    .filter(({ severity }) => severity === 'error')
    .map(({ expression = [''] }) => expression[0]!);

describe('a write', () => {
  test('that breaks an invariant of R4 is refused at its place, with how to mend it', async () => {
    const wrong = await here.call('POST', '/fhir/Observation', {
      body: { ...weight({ meta: undefined }), dataAbsentReason: { text: 'x' } },
    });
    expect(wrong.status).toBe(422);
    expect(issues(wrong)[0]!.diagnostics).toContain('obs-6');
    const contact = { resourceType: 'Patient', contact: [{ relationship: [{ text: 'x' }] }] };
    expect(errors(await here.call('POST', '/fhir/Patient', { body: contact }))).toEqual(['Patient.contact[0]']);
  });

  test('in a transaction or a patch is held to the same', async () => {
    const contact = { resourceType: 'Patient', contact: [{ relationship: [{ text: 'x' }] }] };
    const bundle = {
      resourceType: 'Bundle',
      type: 'transaction',
      entry: [{ resource: contact, request: { method: 'POST', url: 'Patient' } }],
    };
    const refused = await here.call('POST', '/fhir', { body: bundle });
    expect([refused.status, errors(refused)]).toEqual([422, ['Bundle.entry[0] (Patient.contact[0])']]);
    const { json } = await here.call('POST', '/fhir/Patient', { body: { resourceType: 'Patient' } });
    const patch = JSON.stringify([{ op: 'add', path: '/contact', value: [{ relationship: [{ text: 'x' }] }] }]);
    const patched = await here.call('PATCH', `/fhir/Patient/${String(json!['id'])}`, {
      body: patch,
      headers: { 'content-type': 'application/json-patch+json' },
    });
    expect([patched.status, errors(patched)]).toEqual([422, ['Patient.contact[0]']]);
  });

  test('by lines of an import is held to the same, unless it is taken over as it was', async () => {
    const line = JSON.stringify({ resourceType: 'Patient', id: 'by-line', contact: [{ relationship: [{ text: 'x' }] }] });
    const answer = await here.call('POST', '/bulk/lines', { body: line });
    expect(answer.json![0], answer.text).toMatchObject({ line: 1, problem: { kind: 'invalid', where: 'Patient.contact[0]' } });
    expect((await here.call('GET', '/fhir/Patient/by-line')).status).toBe(404);
  });

  test('that breaks a profile which it names is warned of, or refused where the site says so', async () => {
    const body = weight({ subject: undefined, valueQuantity: { value: -1, unit: 'kg', system: 'http://unitsofmeasure.org', code: 'kg' } });
    const warned = await here.call('POST', '/fhir/Observation', { body, headers: { prefer: 'return=OperationOutcome' } });
    expect(warned.status).toBe(201);
    expect(
      issues(warned)
        .filter(({ severity }) => severity === 'warning')
        .map(({ diagnostics }) => diagnostics)
        .join(' '),
    ).toContain('ward-1');
    const refused = await strict.call('POST', '/fhir/Observation', { body });
    expect(refused.status).toBe(422);
    expect(errors(refused).sort()).toEqual(['Observation', 'Observation.subject']);
    expect((await strict.call('POST', '/fhir/Observation', { body: weight() })).status).toBe(201);
  });

  test('names a profile that is not here: it is stored, and said that it was not checked', async () => {
    const body = weight({ meta: { profile: ['http://example.org/unknown'] } });
    const answer = await strict.call('POST', '/fhir/Observation', { body, headers: { prefer: 'return=OperationOutcome' } });
    expect([answer.status, issues(answer).some(({ diagnostics }) => diagnostics.includes('is not known here'))]).toEqual([201, true]);
  });
});

describe('$validate', () => {
  const validate = (path: string, body: object): Promise<Answer> => here.call('POST', `/fhir/${path}`, { body });

  test('says what is fine and what is not, of every rule, and stores nothing', async () => {
    const before = await here.changes();
    const { json } = await here.call('PUT', '/fhir/Patient/there', { body: { resourceType: 'Patient', id: 'there' } });
    expect(json).toMatchObject({ id: 'there' });
    const fine = await validate('Observation/$validate', weight({ subject: { reference: 'Patient/there' } }));
    expect([fine.status, errors(fine)]).toEqual([200, []]);
    const wrong = await validate('Observation/$validate', weight({ status: 'finished', nonsense: 1 }));
    expect(wrong.status).toBe(200);
    expect(errors(wrong)).toEqual(expect.arrayContaining(['Observation.status', 'Observation.nonsense', 'Observation.subject.reference']));
    expect(await here.changes()).toBe(before + 1);
  });

  test('takes a profile by its address, and refuses one that is not here', async () => {
    const parameters = (profile: string) => ({
      resourceType: 'Parameters',
      parameter: [
        { name: 'resource', resource: weight({ meta: undefined, code: { text: 'x' }, subject: undefined }) },
        { name: 'profile', valueUri: profile },
      ],
    });
    expect(errors(await validate('Observation/$validate', parameters(ward))).sort()).toEqual(['Observation.code', 'Observation.subject']);
    expect(errors(await validate('Observation/$validate', parameters('http://example.org/none')))).toContain('Observation');
    expect(errors(await validate('Patient/$validate', { resourceType: 'Observation' }))).not.toEqual([]);
  });

  test('of a stored resource, and of a deletion', async () => {
    const stored = await here.call('GET', '/fhir/Patient/there/$validate');
    expect([stored.status, errors(stored)]).toEqual([200, []]);
    expect((await here.call('GET', '/fhir/Patient/there/$validate?mode=delete')).status).toBe(200);
    expect((await here.call('GET', '/fhir/Patient/nobody/$validate?mode=delete')).status).toBe(404);
    expect((await here.call('GET', '/fhir/Patient/$validate')).status).toBe(400);
  });

  test('follows references as the caller sees them, and asks terminology about codes', async () => {
    const wrong = await validate('Observation/$validate', weight({ subject: { reference: 'Patient/nobody' } }));
    expect(errors(wrong)).toEqual(['Observation.subject.reference']);
    const language = await validate('Patient/$validate', {
      resourceType: 'Patient',
      communication: [{ language: { coding: [{ system: 'urn:ietf:bcp:47', code: 'xx-nonsense-y' }] } }],
    });
    expect(issues(language).some(({ expression }) => expression?.[0]?.startsWith('Patient.communication[0].language'))).toBe(true);
  });
});

test('the CapabilityStatement names the profiles that are here', async () => {
  const { json } = await here.call('GET', '/fhir/metadata');
  const observation = (json!['rest']![0]!['resource'] as unknown as { type: string; supportedProfile: string[] }[]).find(
    ({ type }) => type === 'Observation',
  );
  expect(observation!.supportedProfile).toEqual(
    expect.arrayContaining([
      ward,
      'http://hl7.org/fhir/StructureDefinition/bp',
      'http://hl7.org/fhir/us/core/StructureDefinition/us-core-blood-pressure',
    ]),
  );
});
