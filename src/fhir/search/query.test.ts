import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type ResourceType, resourceTypes } from '../generated/types.ts';
import type { Clause, Query, QueryValue } from './contract.ts';
import { parametersOf } from './parameters.ts';
import { parseQuery, type QueryOptions } from './query.ts';

const pairsOf = (text: string): [string, string][] =>
  text.split('&').map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]);

function parsed(type: ResourceType, text: string, options: QueryOptions = {}): Query {
  const result = parseQuery(type, pairsOf(text), options);
  if (!result.ok) throw new Error(result.problem.message);
  return result.value;
}

function problem(type: ResourceType, text: string, options: QueryOptions = {}): { kind: string; message: string } {
  const result = parseQuery(type, pairsOf(text), options);
  if (result.ok) throw new Error(`understood: ${JSON.stringify(result.value.understood)}`);
  return result.problem;
}

/** The values of the only clause. */
function values(type: ResourceType, text: string): QueryValue[] {
  const [clause] = parsed(type, text).where;
  if (clause?.kind !== 'value') throw new Error(`no value clause: ${clause?.kind}`);
  return clause.values;
}

/** A clause as a short text: `Observation.patient→Patient(Patient.family)`. */
function shape(clause: Clause): string {
  if (clause.kind === 'chain') {
    return clause.branches
      .map((branch) => `${clause.parameter.base}.${clause.parameter.code}→${branch.type}(${shape(branch.clause)})`)
      .join('|');
  }
  if (clause.kind === 'has') return `←${clause.parameter.base}.${clause.parameter.code}(${shape(clause.clause)})`;
  if (clause.kind === 'value') return `${clause.parameter.base}.${clause.parameter.code}${clause.modifier ? `:${clause.modifier}` : ''}`;
  return clause.kind;
}

describe('values are read by the type of the parameter', () => {
  test.each<[ResourceType, string, QueryValue[]]>([
    ['Patient', 'family=Smith', [{ kind: 'string', text: 'Smith' }]],
    [
      'Patient',
      'family=Smith,Jones',
      [
        { kind: 'string', text: 'Smith' },
        { kind: 'string', text: 'Jones' },
      ],
    ],
    ['Patient', 'family=Smith\\,Jones', [{ kind: 'string', text: 'Smith,Jones' }]],
    ['Patient', 'family=a\\\\b\\$c\\|d\\e', [{ kind: 'string', text: 'a\\b$c|d\\e' }]],
    ['Observation', 'code=8867-4', [{ kind: 'token', code: '8867-4' }]],
    ['Observation', 'code=http://loinc.org|8867-4', [{ kind: 'token', system: 'http://loinc.org', code: '8867-4' }]],
    ['Observation', 'code=|8867-4', [{ kind: 'token', system: '', code: '8867-4' }]],
    ['Observation', 'code=http://loinc.org|', [{ kind: 'token', system: 'http://loinc.org' }]],
    ['Observation', 'code=a\\|b', [{ kind: 'token', code: 'a|b' }]],
    ['Patient', 'gender=http://hl7.org/fhir/administrative-gender|male', [{ kind: 'token', code: 'male' }]],
    [
      'Patient',
      'identifier:of-type=http://terminology.hl7.org/CodeSystem/v2-0203|MR|446053',
      [{ kind: 'of-type', system: 'http://terminology.hl7.org/CodeSystem/v2-0203', code: 'MR', value: '446053' }],
    ],
    ['Observation', 'patient=23', [{ kind: 'reference', type: 'Patient', id: '23' }]],
    ['Observation', 'subject=23', [{ kind: 'reference', id: '23' }]],
    ['Observation', 'subject=Patient/23', [{ kind: 'reference', type: 'Patient', id: '23' }]],
    ['Observation', 'subject:Patient=23', [{ kind: 'reference', type: 'Patient', id: '23' }]],
    ['Observation', 'subject=http://other.org/fhir/Patient/23', [{ kind: 'reference', url: 'http://other.org/fhir/Patient/23' }]],
    ['Observation', 'subject:identifier=http://mrn|7', [{ kind: 'token', system: 'http://mrn', code: '7' }]],
    ['QuestionnaireResponse', 'questionnaire=http://a.org/q|1.0', [{ kind: 'reference', url: 'http://a.org/q|1.0' }]],
    ['Observation', 'date=2013-01', [{ kind: 'date', prefix: 'eq', fromMs: Date.UTC(2013, 0), toMs: Date.UTC(2013, 1) }]],
    ['Observation', 'date=ge2013', [{ kind: 'date', prefix: 'ge', fromMs: Date.UTC(2013, 0), toMs: Date.UTC(2014, 0) }]],
    ['RiskAssessment', 'probability=100', [{ kind: 'number', prefix: 'eq', value: 100, low: 99.5, high: 100.5 }]],
    ['RiskAssessment', 'probability=gt0.8', [{ kind: 'number', prefix: 'gt', value: 0.8, low: 0.75, high: 0.85 }]],
    ['RiskAssessment', 'probability=100.00', [{ kind: 'number', prefix: 'eq', value: 100, low: 99.995, high: 100.005 }]],
    ['RiskAssessment', 'probability=-5.40e-3', [{ kind: 'number', prefix: 'eq', value: -0.0054, low: -0.005405, high: -0.005395 }]],
    ['Observation', 'value-quantity=5.4||mg', [{ kind: 'quantity', prefix: 'eq', value: 5.4, low: 5.35, high: 5.45, code: 'mg' }]],
    [
      'Observation',
      'value-quantity=le5.4|http://unitsofmeasure.org|mg',
      [
        {
          kind: 'quantity',
          prefix: 'le',
          value: 5.4,
          low: 5.35,
          high: 5.45,
          system: 'http://unitsofmeasure.org',
          code: 'mg',
          canonical: { value: 0.0054, low: 0.00535, high: 0.00545, unit: 'g' },
        },
      ],
    ],
    ['ValueSet', 'url=http://a.org/v', [{ kind: 'uri', uri: 'http://a.org/v' }]],
    [
      'Observation',
      'code-value-quantity=http://loinc.org|1$lt5',
      [
        {
          kind: 'composite',
          parts: [
            { kind: 'token', system: 'http://loinc.org', code: '1' },
            { kind: 'quantity', prefix: 'lt', value: 5, low: 4.5, high: 5.5 },
          ],
        },
      ],
    ],
    ['Observation', 'code:in=http://a.org/v', [{ kind: 'token', code: 'http://a.org/v' }]],
  ])('%s?%s', (type, text, expected) => {
    expect(values(type, text)).toEqual(expected);
  });
});

test('a reference below the own address is a local one', () => {
  const [clause] = parsed('Observation', 'subject=http://here.org/fhir/Patient/1', { baseUrl: 'http://here.org/fhir' }).where;
  expect(clause).toMatchObject({ values: [{ type: 'Patient', id: '1' }] });
});

test('ap on a date reaches 10 % of the distance from now', () => {
  const nowMs = Date.UTC(2020, 0, 1);
  const [clause] = parsed('Observation', 'date=ap2010-01-01', { nowMs }).where;
  const middle = Date.UTC(2010, 0, 1, 12);
  const marginMs = (nowMs - middle) / 10;
  expect(clause).toMatchObject({
    values: [{ prefix: 'ap', fromMs: Date.UTC(2010, 0, 1) - marginMs, toMs: Date.UTC(2010, 0, 2) + marginMs }],
  });
});

describe('names become clauses', () => {
  test.each<[ResourceType, string, string]>([
    ['Observation', 'patient.family=Smith', 'Observation.patient→Patient(Patient.family)'],
    [
      'Observation',
      'subject:Patient.organization.name:exact=A',
      'Observation.subject→Patient(Patient.organization→Organization(Organization.name:exact))',
    ],
    ['Observation', 'subject.name=A', 'Observation.subject→Location(Location.name)|Observation.subject→Patient(Patient.name)'],
    ['Patient', '_has:Observation:patient:code=1', '←Observation.patient(Observation.code)'],
    ['Patient', '_has:Observation:patient:_has:AuditEvent:entity:agent=1', '←Observation.patient(←AuditEvent.entity(AuditEvent.agent))'],
    [
      'Patient',
      '_has:Observation:patient:encounter.status=finished',
      '←Observation.patient(Observation.encounter→Encounter(Encounter.status))',
    ],
    ['Observation', 'patient._has:Group:member:_id=1', 'Observation.patient→Patient(←Group.member(id))'],
    ['Observation', 'patient._id=1', 'Observation.patient→Patient(id)'],
    ['Observation', 'value-string:contains=x', 'Observation.value-string:contains'],
    ['Observation', 'value-string:missing=true', 'missing'],
    ['Observation', '_id=1,2', 'id'],
    ['Observation', '_id:not=1', 'id'],
    ['Observation', '_lastUpdated=gt2020', 'last-updated'],
    ['Observation', '_tag:not=x', 'Observation._tag:not'],
    ['Observation', '_profile:below=http://a.org', 'Observation._profile:below'],
    ['Observation', '_security=http://s|R', 'Observation._security'],
    ['Observation', '_source=http://s', 'Observation._source'],
  ])('%s?%s', (type, text, expected) => {
    expect(parsed(type, text).where.map(shape)).toEqual([expected]);
  });
});

test('repeats must all hold, commas are alternatives', () => {
  const query = parsed('Patient', 'given=Anna&given=Maria,Mary');
  expect(query.where.map((clause) => (clause.kind === 'value' ? clause.values.length : 0))).toEqual([1, 2]);
});

describe('what is not understood is refused with an explanation', () => {
  test.each<[ResourceType, string, string, RegExp]>([
    ['Patient', 'familly=Smith', 'invalid', /no search parameter "familly"\. Did you mean "family"\? Known: .*family/],
    ['Patient', 'birthDate=2000', 'invalid', /Did you mean "birthdate"/],
    ['Patient', '__proto__=1', 'invalid', /no search parameter "__proto__"/],
    ['Patient', 'constructor=1', 'invalid', /no search parameter "constructor"/],
    ['Patient', 'toString.x=1', 'invalid', /no search parameter "toString"/],
    [
      'Patient',
      'family:exakt=Smith',
      'invalid',
      /":exakt" does not fit Patient\.family, a string parameter\. Did you mean "exact"\? Allowed: :exact, :contains, :missing/,
    ],
    ['Patient', 'gender:contains=m', 'invalid', /a token parameter.*Allowed: :not/],
    ['Patient', 'birthdate:exact=2000', 'invalid', /a date parameter.*Allowed: :missing/],
    ['Observation', 'subject:Practitioner=1', 'invalid', /Allowed: .*:Patient/],
    ['Patient', 'birthdate=2000-13', 'invalid', /birthdate cannot be read: a date is/],
    ['Patient', 'birthdate=xx2000', 'invalid', /eq, ne, gt, lt, ge, le, sa, eb, ap/],
    ['Patient', 'family=', 'invalid', /has no value/],
    ['Patient', 'family=a,,b', 'invalid', /empty value/],
    ['Patient', 'family=%20'.replace('%20', ' '), 'invalid', /needs a letter/],
    ['Patient', 'family:missing=maybe', 'invalid', /true or false/],
    ['Patient', 'telecom=phone|555', 'invalid', /has no system/],
    ['Observation', 'code=a|b|c', 'invalid', /written "\\\|"/],
    ['Observation', 'value-quantity=5.4|mg', 'invalid', /a quantity is/],
    ['Observation', 'value-quantity=abc', 'invalid', /a quantity is/],
    ['Observation', 'subject=Practitioner/1', 'invalid', /here to .*Patient/],
    ['Observation', 'subject=Patient/1/_history/2', 'invalid', /without their version/],
    ['Observation', 'code-value-quantity=1', 'invalid', /code \(token\)\$value-quantity \(quantity\)/],
    ['Observation', 'code.display=x', 'invalid', /only a reference can be followed/],
    ['Observation', 'focus.name=x', 'invalid', /say which, for example focus:Patient\.name/],
    ['Observation', 'patient.familly=x', 'invalid', /Patient has no search parameter "familly"/],
    ['Patient', '_has:Observation:code:x=1', 'invalid', /Observation\.code does not point to Patient\. These do: .*patient/],
    ['Patient', '_has:Observation:patient=1', 'invalid', /incomplete/],
    ['Patient', '_has:Nothing:patient:x=1', 'invalid', /no resource type/],
    ['Patient', '_text=x', 'unsupported', /full-text/],
    ['Patient', '_content=x', 'unsupported', /full-text/],
    ['Patient', '_query=x', 'unsupported', /named query/],
    ['Patient', '_filter=x', 'invalid', /no search parameter "x"/],
    ['Patient', '_list=$current-problems', 'unsupported', /functional lists/],
    ['Observation', 'subject:Patient._list=1', 'invalid', /not behind a chain/],
    ['Patient', '_has:Observation:patient:_list=1', 'invalid', /not behind a chain/],
    ['Patient', '_contained=yes', 'invalid', /false, true or both/],
    ['Patient', '_containedType=both', 'invalid', /container or contained/],
    ['Patient', '_contained=true&_contained=both', 'invalid', /twice/],
    ['Patient', '_contained=both&_contained=false', 'invalid', /twice/],
    ['Patient', '_contained=true&_containedType=contained&_containedType=container', 'invalid', /twice/],
    ['Patient', '_contained=true&_sort=family', 'unsupported', /order/],
    ['Patient', '_contained=true&_include=Patient:general-practitioner', 'unsupported', /included/],
    ['Patient', '_contained=both&_revinclude=Observation:patient', 'unsupported', /included/],
    ['Patient', '_contained=true&_elements=name', 'unsupported', /_containedType=contained/],
    ['Patient', '_contained=true&_list=1', 'unsupported', /list/],
    ['Location', 'near=1|2|3|parsec', 'invalid', /latitude\|longitude/],
    ['Location', 'near=91|2', 'invalid', /latitude\|longitude/],
    ['QuestionnaireResponse', 'questionnaire.title=x', 'unsupported', /canonical/],
    ['Patient', '_sort=familly', 'invalid', /Did you mean "family"/],
    ['Observation', '_sort=code-value-quantity', 'invalid', /no order/],
    ['Patient', '_sort=family&_sort=given', 'invalid', /twice/],
    ['Patient', '_count=-1', 'invalid', /_count is a number/],
    ['Patient', '_count=1&_count=2', 'invalid', /twice/],
    ['Patient', '_total=some', 'invalid', /none, estimate or accurate/],
    ['Patient', '_summary=yes', 'invalid', /true, text, data, count, false/],
    ['Patient', '_elements=nmae', 'invalid', /no element "nmae"/],
    ['Patient', '_include=Observation:patient', 'invalid', /_include:iterate/],
    ['Patient', '_include=Patient:family', 'invalid', /not a reference/],
    ['Patient', '_include=Patient', 'invalid', /Type:parameter/],
    ['Patient', '_include:recurse=Patient:organization', 'invalid', /:iterate only/],
    ['Patient', '_revinclude=Observation:encounter', 'invalid', /Observation\.encounter points to Encounter, not to Patient/],
    ['Patient', '_revinclude=*', 'invalid', /say which type/],
    ['Patient', '_id=a b', 'invalid', /_id needs ids/],
    ['Patient', '_id:missing=true', 'invalid', /:not only/],
    ['Patient', '_lastUpdated:missing=true', 'invalid', /no modifier/],
    ['Patient', `family=${'a,'.repeat(1001)}a`, 'too-costly', /too many values/],
    ['Patient', `family=${'a'.repeat(3000)}`, 'too-costly', /longer than/],
    ['Patient', Array.from({ length: 21 }, (_, i) => `_has:Observation:patient:code=a${i}`).join('&'), 'too-costly', /too often/],
    ['Patient', `link:Patient.${'link:Patient.'.repeat(9)}family=a`, 'too-costly', /deeper than 8/],
    ['Patient', 'family=a\u0000b', 'invalid', /not text/],
    ['Patient', 'family=a\ud800b', 'invalid', /not text/],
    ['Patient', 'family=a\u0001b', 'invalid', /not text/],
  ])('%s?%s', (type, text, kind, message) => {
    const found = problem(type, text);
    expect(found.message).toMatch(message);
    expect(found.kind).toBe(kind);
  });
});

test('a chain without types cannot multiply without limit', () => {
  const found = problem('Procedure', `${'part-of.'.repeat(7)}status=x`);
  expect(found.kind).toBe('too-costly');
  expect(found.message).toMatch(/name the types, as in part-of:/);
  expect(
    parseQuery(
      'Patient',
      Array.from({ length: 201 }, () => ['family', 'a'] as const),
    ).ok,
  ).toBe(false);
});

test('messages do not repeat values, which can be patient data', () => {
  for (const text of [
    'birthdate=Secret',
    'identifier=Secret|Secret|Secret',
    '_id=Secret Secret',
    'general-practitioner=Secret/Secret/Secret',
  ]) {
    expect(problem('Patient', text).message).not.toContain('Secret');
  }
});

test('lenient handling passes over what is unknown and says so, but still refuses values that cannot be read', () => {
  const query = parsed('Patient', 'familly=x&family=y&_text=z&gender:foo=1&_sort=nothing', { lenient: true });
  expect(query.ignored).toEqual(['familly', '_text', 'gender:foo', '_sort']);
  expect(query.understood).toEqual([['family', 'y']]);
  expect(problem('Patient', 'birthdate=soon', { lenient: true }).kind).toBe('invalid');
});

test('the form of the answer', () => {
  const query = parsed(
    'Observation',
    '_sort=-date,_id&_count=20&_total=estimate&_summary=data&_elements=code,value&_include=Observation:patient&_include:iterate=Patient:organization&_include=Observation:*&_include=*&_revinclude=Provenance:target:Observation&_cursor=abc&_format=json&_pretty=true&status=final',
  );
  const date = parametersOf('Observation').get('date');
  expect(query.sort).toEqual([
    { by: date, descending: true },
    { by: '_id', descending: false },
  ]);
  expect(query).toMatchObject({ count: 20, total: 'accurate', summary: 'data', elements: ['code', 'value'], cursor: 'abc' });
  expect(query.include.map(({ parameter, base, iterate }) => [base, parameter?.code, iterate])).toEqual([
    ['Observation', 'patient', false],
    ['Patient', 'organization', true],
    ['Observation', undefined, false],
    ['Observation', undefined, false],
  ]);
  expect(query.revinclude).toMatchObject([{ base: 'Provenance', target: 'Observation', iterate: false }]);
  expect(query.understood[0]).toEqual(['status', 'final']);
  expect(query.understood.map(([name]) => name)).not.toContain('_cursor');
});

test('a compartment is one more clause, and a type outside it is refused', () => {
  const [clause] = parsed('Observation', 'code=x', { compartment: { type: 'Patient', id: '1' } }).where;
  expect(clause).toMatchObject({ kind: 'compartment', compartment: 'Patient', id: '1' });
  expect(clause?.kind === 'compartment' && clause.parameters.map((parameter) => parameter.code)).toEqual(['subject', 'performer']);
  expect(problem('Medication', 'code=x', { compartment: { type: 'Patient', id: '1' } }).message).toMatch(
    /Medication is not in the Patient compartment/,
  );
  expect(problem('Patient', 'name=x', { compartment: { type: 'Organization', id: '1' } }).message).toMatch(/no compartment/);
});

const word = fc.oneof(
  fc.string({ maxLength: 12 }),
  fc.constantFrom(
    '__proto__',
    'constructor',
    'toString',
    '_has',
    '_has:Observation:patient:',
    '_include',
    '_sort',
    '_elements',
    'subject',
    'code',
    'date',
    'patient',
    'value-quantity',
  ),
  fc.constantFrom(
    ':missing',
    ':exact',
    ':not',
    ':Patient',
    ':of-type',
    ':identifier',
    ':iterate',
    '.',
    ':',
    '|',
    '$',
    ',',
    '\\',
    '*',
    '-',
    'ap',
    '1e999',
    '1e2',
    'Patient/1',
    '5|http://unitsofmeasure.org|mg',
  ),
);

test('no input throws, and what is understood is what was asked', () => {
  const text = fc.array(word, { maxLength: 5 }).map((words) => words.join(''));
  fc.assert(
    fc.property(
      fc.constantFrom(...resourceTypes),
      fc.array(fc.tuple(text, text), { maxLength: 4 }),
      fc.boolean(),
      (type, pairs, lenient) => {
        const result = parseQuery(type, pairs, { lenient });
        if (!result.ok) {
          expect(result.problem.message.length).toBeGreaterThan(10);
          return;
        }
        for (const understood of result.value.understood) expect(pairs).toContainEqual(understood);
      },
    ),
    { numRuns: 3000 },
  );
});
