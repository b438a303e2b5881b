import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Decimal } from './decimal.ts';
import { apply } from './fhirpath-patch.ts';
import { type Json, writeJson } from './json.ts';
import { applyPatch } from './json-patch.ts';
import { type Element, readXml, resourceOf } from './testing-xml.ts';

type Part = { name: string } & { [name: string]: Json };
const operation = (type: string, path: string, ...parts: Part[]): Json => ({
  name: 'operation',
  part: [{ name: 'type', valueCode: type }, { name: 'path', valueString: path }, ...parts],
});
const patch = (...operations: Json[]): Json => ({ resourceType: 'Parameters', parameter: operations });
const patched = (resource: Json, ...operations: Json[]): Json => {
  const given = apply(resource, patch(...operations));
  return given.ok ? given.value : given.problem.message;
};

describe('official cases (practice data)', () => {
  const folder = join(process.env['LAMPLIGHT_SHARED_DATA'] ?? '../shared/data', 'testsuites/patch');
  const file = join(folder, 'fhir-patch-tests.xml');
  const cases = existsSync(file) ? readXml(readFileSync(file, 'utf8')).children : [];
  const skipped = cases.length === 0 ? ' (skipped: no practice data)' : '';

  test.skipIf(cases.length === 0)(`FHIRPath Patch${skipped}`, () => {
    const wrong: string[] = [];
    for (const one of cases) {
      const part = (name: string): Element | undefined => one.children.find((child) => child.name === name)?.children[0];
      const given = apply(resourceOf(part('input') as Element), resourceOf(part('diff') as Element));
      const output = part('output');
      const fine = output === undefined ? !given.ok : given.ok && plainText(given.value) === plainText(resourceOf(output));
      if (!fine) wrong.push(`${one.attributes['name']}: ${writeJson(given)}`);
    }
    console.log(`FHIRPath Patch: ${cases.length - wrong.length} of ${cases.length} official cases pass`);
    expect(wrong).toEqual([]);
  });

  test.skipIf(cases.length === 0)(`JSON Patch${skipped}`, () => {
    const list = JSON.parse(readFileSync(join(folder, 'json-patch-tests.json'), 'utf8')) as {
      comment: string;
      doc: Json;
      patch: Json;
      expected?: Json;
    }[];
    for (const one of list) {
      const given = applyPatch(one.doc, one.patch);
      expect(given.ok ? given.value : undefined, one.comment).toEqual(one.expected);
    }
    console.log(`JSON Patch: ${list.length} official cases pass`);
  });
});

/** The same whatever the blanks in a narrative and the order of members. */
const plainText = (value: Json): string =>
  writeJson(sorted(value))
    .replace(/(\\[nrt]|\s)+/g, '')
    .replaceAll('&quot;', '\\"');
const sorted = (value: Json): Json => {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null || value instanceof Decimal) return value;
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((name) => [name, sorted(value[name] as Json)]),
  );
};

const patient: Json = {
  resourceType: 'Patient',
  name: [{ given: ['A', 'B'], _given: [null, { id: 'b' }] }],
  birthDate: '1990-01-01',
  _birthDate: { extension: [{ url: 'http://example.org/t', valueTime: '10:00:00' }] },
};

describe('values', () => {
  test('value[x] takes its type from the value, and a replacement of another type takes its place', () => {
    const observation: Json = { resourceType: 'Observation', status: 'final', code: { text: 'x' } };
    const quantity = { value: new Decimal('1.10'), unit: 'mg' };
    const added = patched(
      observation,
      operation('add', 'Observation', { name: 'name', valueString: 'value' }, { name: 'value', valueQuantity: quantity }),
    );
    expect(added).toEqual({ ...(observation as object), valueQuantity: quantity });
    const replaced = patched(added, operation('replace', 'Observation.value', { name: 'value', valueString: 'none' }));
    expect(replaced).toEqual({ ...(observation as object), valueString: 'none' });
  });
  test('an anonymous type is given as parts, lists and parts of parts included', () => {
    const parts: Part = {
      name: 'value',
      part: [
        { name: 'linkId', valueString: '1' },
        { name: 'type', valueCode: 'choice' },
        { name: 'answerOption', part: [{ name: 'value', valueInteger: 1 }] },
        { name: 'answerOption', part: [{ name: 'value', valueString: 'two' }] },
      ],
    };
    expect(
      patched(
        { resourceType: 'Questionnaire', status: 'draft' },
        operation('add', 'Questionnaire', { name: 'name', valueString: 'item' }, parts),
      ),
    ).toEqual({
      resourceType: 'Questionnaire',
      status: 'draft',
      item: [{ linkId: '1', type: 'choice', answerOption: [{ valueInteger: 1 }, { valueString: 'two' }] }],
    });
  });
  test('a contained resource is given as a resource', () => {
    const given = patched(
      { resourceType: 'Patient' },
      operation(
        'add',
        'Patient',
        { name: 'name', valueString: 'contained' },
        { name: 'value', resource: { resourceType: 'Organization', id: 'o' } },
      ),
    );
    expect(given).toEqual({ resourceType: 'Patient', contained: [{ resourceType: 'Organization', id: 'o' }] });
  });
  test('an extension is added to a primitive, which need not have had one', () => {
    const extension = { url: 'http://example.org/x', valueBoolean: true };
    const given = patched(
      { resourceType: 'Patient', gender: 'male' },
      operation('add', 'Patient.gender', { name: 'name', valueString: 'extension' }, { name: 'value', valueExtension: extension } as Part),
    );
    expect(given).toMatchObject({ gender: 'male' });
  });
});

describe('what is beside a primitive goes with it', () => {
  test('deleted', () => {
    expect(patched(patient, operation('delete', 'Patient.birthDate'))).toEqual({
      resourceType: 'Patient',
      name: [{ given: ['A', 'B'], _given: [null, { id: 'b' }] }],
    });
  });
  test('moved', () => {
    const given = patched(
      patient,
      operation('move', 'Patient.name[0].given', { name: 'source', valueInteger: 1 }, { name: 'destination', valueInteger: 0 }),
    );
    expect(given).toMatchObject({ name: [{ given: ['B', 'A'], _given: [{ id: 'b' }, null] }] });
  });
  test('inserted before', () => {
    const given = patched(
      patient,
      operation('insert', 'Patient.name[0].given', { name: 'index', valueInteger: 0 }, { name: 'value', valueString: 'C' }),
    );
    expect(given).toMatchObject({ name: [{ given: ['C', 'A', 'B'], _given: [null, null, { id: 'b' }] }] });
  });
  test('its last extension deleted, the value stays', () => {
    expect(patched(patient, operation('delete', 'Patient.birthDate.extension'))).not.toHaveProperty('_birthDate');
    expect(patched(patient, operation('delete', 'Patient.birthDate.extension'))).toHaveProperty('birthDate');
  });
});

describe('refusals say what to do, and nothing is done', () => {
  const value = { name: 'value', valueString: 'x' };
  test.each<[string, Json]>([
    ['already', operation('add', 'Patient', { name: 'name', valueString: 'birthDate' }, { name: 'value', valueDate: '2000' })],
    ['no element', operation('add', 'Patient', { name: 'name', valueString: 'birthdate' }, value)],
    ['takes boolean', operation('add', 'Patient', { name: 'name', valueString: 'active' }, value)],
    ['2 elements', operation('delete', 'Patient.name.given')],
    ['nothing at', operation('replace', 'Patient.gender', value)],
    [
      'beyond the end',
      operation('insert', 'Patient.name', { name: 'index', valueInteger: 2 }, { name: 'value', valueHumanName: { text: 'x' } }),
    ],
    ['beyond the end', operation('move', 'Patient.name', { name: 'source', valueInteger: 0 }, { name: 'destination', valueInteger: 1 })],
    ['no list', operation('insert', 'Patient.birthDate', { name: 'index', valueInteger: 0 }, { name: 'value', valueDate: '2000' })],
    ['the resource itself', operation('delete', 'Patient')],
    ['one of add, insert', operation('test', 'Patient.active', value)],
    ['needs a "value"', operation('replace', 'Patient.birthDate')],
    ['The path "Patient..x"', operation('delete', 'Patient..x')],
    ['steps', operation('delete', '1.repeat($this + 1)')],
    ['named "operation"', { name: 'other' }],
  ])('%s', (says, one) => {
    const before = writeJson(patient);
    const given = apply(
      patient,
      patch(operation('add', 'Patient', { name: 'name', valueString: 'active' }, { name: 'value', valueBoolean: true }), one),
    );
    expect(given.ok ? '' : given.problem.message).toContain(says);
    expect(writeJson(patient)).toBe(before);
  });
  test.each<{ given: Json }>([
    { given: null },
    { given: [] },
    { given: {} },
    { given: { resourceType: 'Patient' } },
    { given: { resourceType: 'Parameters', parameter: 1 } },
  ])('what is no patch: %j', ({ given: parameters }) => {
    expect(apply(patient, parameters).ok).toBe(false);
  });
});
