// The official cases of FHIRPath for R4 (FHIR/fhir-test-cases, r4/fhirpath/tests-fhir-r4.xml) with their input resources, from the
// practice data. A case that is not passed is in `misses` with the reason; the test also fails where a listed one begins to pass.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type Json, readJsonNow } from '../json.ts';
import { type Element, readXml, resourceOf } from '../testing-xml.ts';
import { compile } from './compile.ts';
import type { Item } from './contract.ts';

const folder = join(process.env['LAMPLIGHT_SHARED_DATA'] ?? '../shared/data', 'testsuites/fhirpath');
const suite = join(folder, 'tests-fhir-r4.xml');
const examples = join(import.meta.dirname, '../../../node_modules/hl7.fhir.r4.examples');

/** Inputs that the suite names and its folder does not have: those of the R4 examples, or made here to what the case says of them. */
const elsewhere: Record<string, string> = {
  'valueset-example-expansion.xml': 'ValueSet-example-expansion.json',
  'appointment-examplereq.json': 'Appointment-examplereq.json',
  'explanationofbenefit-example.json': 'ExplanationOfBenefit-EB3500.json',
};
/** What the suite's own copy says otherwise. */
const ofSuite: Record<string, { [name: string]: Json }> = { 'valueset-example-expansion.xml': { version: '20150622' } };
const made: Record<string, Json> = {
  'parameters-example-types.xml': {
    resourceType: 'Parameters',
    parameter: [
      { name: 'string', valueString: 'string' },
      { name: 'integer', valueInteger: 1 },
      { name: 'uuid', valueUuid: 'urn:uuid:f5a1d5a0-0000-4000-8000-000000000000' },
      { name: 'decimal', valueDecimal: 1.5 },
    ],
  },
  'patient-example-period.xml': {
    resourceType: 'Patient',
    identifier: [{ value: '1', period: { start: '2021-12-09T12:00:00+01:00', end: '2021-12-09' } }],
  },
  'patient-container-example.json': { resourceType: 'Patient', contained: [{ resourceType: 'Organization', id: '1' }] },
  'patient-name-extensions.json': {
    resourceType: 'Patient',
    name: [{ given: [null, 'B'], _given: [{ extension: [{ url: 'http://example.org/a', valueString: 'x' }] }, null] }],
  },
};

const roundedAway =
  'the boundary is cut towards zero here, where the other cases (1.587.highBoundary(2) is 1.59) move it outwards, as the definition says';
const wholeHour = 'the 8th hour lasts until 08:59:59.999: the minutes of the boundary are not filled up in the expected answer';
const misses: Record<string, string> = {
  testPlusDate19: 'N1 ignores decimals of a duration for precisions above seconds only, so that 0.1 seconds are 100 milliseconds',
  LowBoundaryDecimal15: roundedAway,
  HighBoundaryDecimal15: roundedAway,
  HighBoundaryDecimal16: roundedAway,
  HighBoundaryDateTimeMillisecond1: wholeHour,
  HighBoundaryDateTimeMillisecond3: wholeHour,
  testFHIRPathAsFunction21:
    'as() on several items is refused by N1, but R4 itself calls it so (dom-3: %resource.descendants().as(canonical))',
};

const json = (path: string): Json => {
  const read = readJsonNow(readFileSync(path, 'utf8'));
  if (!read.ok) throw new Error(read.problem.message);
  return read.value;
};

const inputs = new Map<string, Json>();
function inputOf(name: string): Json {
  let input = inputs.get(name);
  if (input === undefined) {
    const path = join(folder, 'examples', name);
    const asJson = path.replace(/\.xml$/, '.json');
    if (existsSync(path)) input = name.endsWith('.xml') ? resourceOf(readXml(readFileSync(path, 'utf8'))) : json(path);
    else if (existsSync(asJson)) input = json(asJson);
    else if (elsewhere[name] !== undefined) input = { ...(json(join(examples, elsewhere[name])) as object), ...ofSuite[name] };
    else input = made[name] ?? null;
    inputs.set(name, input);
  }
  return input;
}

const shown = ({ type, value }: Item, wanted: string | undefined): string => {
  const at = /^(FHIR\.(date|dateTime|instant)|System\.(Date|DateTime))$/.test(type) ? '@' : type.endsWith('Time') ? '@T' : '';
  return wanted?.startsWith('@') ? at + String(value) : String(value);
};

/** What is wrong, or undefined where the case passes. */
function fault(one: Element): string | undefined {
  const expression = one.children.find(({ name }) => name === 'expression') as Element;
  const outputs = one.children.filter(({ name }) => name === 'output');
  const { inputfile, predicate } = one.attributes;
  const value = inputfile === undefined ? { resourceType: 'Patient' } : inputOf(inputfile);
  if (value === null) return `there is no input ${inputfile}`;
  const type = (value as { resourceType: string }).resourceType;
  const { invalid } = expression.attributes;
  const compiled = compile(expression.text, { type, strict: invalid === 'semantic' });
  const given = compiled.ok ? compiled.value.evaluate({ type, value }) : compiled;
  if (invalid !== undefined) return given.ok ? 'is evaluated where it should be refused' : undefined;
  if (!given.ok) return given.problem.message;
  if (predicate === 'true') return String(given.value.length > 0) === outputs[0]?.text ? undefined : 'is another predicate';
  if (given.value.length !== outputs.length)
    return `gives ${given.value.length} items for ${outputs.length}: ${JSON.stringify(given.value)}`;
  const left = [...given.value];
  for (const [i, output] of outputs.entries()) {
    const at = one.attributes['ordered'] === 'false' ? left.findIndex((item) => shown(item, output.text) === output.text) : 0;
    const item = at < 0 ? undefined : left.splice(at, 1)[0];
    if (item === undefined || !same(item, output)) return `item ${i} is ${JSON.stringify(item)} for ${output.text}`;
  }
  return undefined;
}

function same(item: Item, output: Element): boolean {
  const { type } = output.attributes;
  const name = item.type.replace(/^(System|FHIR)\./, '');
  if (type !== undefined && name.toLowerCase() !== type.toLowerCase()) return false;
  return shown(item, output.text) === output.text;
}

const cases = existsSync(suite)
  ? readXml(readFileSync(suite, 'utf8')).children.flatMap((group) => group.children.filter(({ name }) => name === 'test'))
  : [];

test.skipIf(cases.length === 0)(`official cases of FHIRPath${cases.length === 0 ? ' (skipped: no practice data)' : ''}`, () => {
  const found: Record<string, string> = {};
  let passed = 0;
  for (const one of cases) {
    const wrong = fault(one);
    if (wrong === undefined) passed++;
    else found[one.attributes['name'] as string] = wrong;
  }
  console.log(`FHIRPath: ${passed} of ${cases.length} official cases pass`);
  expect(
    Object.entries(found)
      .filter(([name]) => misses[name] === undefined)
      .map(([name, wrong]) => `${name} ${wrong}`),
    'cases that fail and are not listed',
  ).toEqual([]);
  expect(
    Object.keys(misses).filter((name) => found[name] === undefined),
    'listed misses that pass: take them from the list',
  ).toEqual([]);
  expect(passed / cases.length).toBeGreaterThanOrEqual(0.99);
});
