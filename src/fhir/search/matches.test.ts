// Examples of http://hl7.org/fhir/R4/search.html, section by section: which resource a search finds, and which it does not.
import { describe, expect, test } from 'vitest';
import type { Resource, ResourceType } from '../generated/types.ts';
import { compareBy, matches, type World } from './matches.ts';
import { parseQuery } from './query.ts';

const pairsOf = (text: string): [string, string][] =>
  text.split('&').map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]);

/** The resources that there are besides the one in question. */
function worldOf(others: object[] = []): World {
  const resources = others as Resource[];
  return {
    read: (type, id) => resources.find((one) => one.resourceType === type && one.id === id),
    all: (type) => resources.filter((one) => one.resourceType === type),
    valueSet: (url) => (url === 'http://vs' ? [{ system: 'http://loinc.org', code: '8867-4' }] : undefined),
    subsumes: (_, ancestor, descendant) => descendant.startsWith(ancestor),
  };
}

function finds(search: string, resource: object, others: object[] = []): boolean {
  const [type = '', text = ''] = search.split(/\?(.*)/s);
  const query = parseQuery(type as ResourceType, pairsOf(text), { nowMs: Date.UTC(2023, 2, 14) });
  if (!query.ok) throw new Error(query.problem.message);
  const found = matches(query.value, { resourceType: type, ...resource } as Resource, worldOf(others));
  if (!found.ok) throw new Error(found.problem.message);
  return found.value;
}

type Case = [search: string, resource: object, found: boolean];

describe('string: starts with, without case and accents', () => {
  const name = (family: string, ...given: string[]) => ({ name: [{ family, given }] });
  test.each<Case>([
    ['Patient?given=eve', name('x', 'Eve'), true],
    ['Patient?given=eve', name('x', 'Evelyn'), true],
    ['Patient?given=eve', name('x', 'Severine'), false],
    ['Patient?given:contains=eve', name('x', 'Severine'), true],
    ['Patient?given:exact=Eve', name('x', 'Eve'), true],
    ['Patient?given:exact=Eve', name('x', 'eve'), false],
    ['Patient?given:exact=Eve', name('x', 'EVE'), false],
    ['Patient?given:exact=Eve', name('x', 'Evelyn'), false],
    ['Patient?family=mueller', name('Müller'), false],
    ['Patient?family=muller', name('Müller'), true],
    ['Patient?family=MÜLL', name('Muller'), true],
    ['Patient?name=anna', name('Sand', 'Anna'), true],
    ['Patient?given=Anna&given=Maria', name('x', 'Anna', 'Maria'), true],
    ['Patient?given=Anna&given=Maria', name('x', 'Anna'), false],
    ['Patient?given=Anna,Maria', name('x', 'Maria'), true],
    ['Patient?phonetic=Smyth', name('Smith'), true],
    ['Patient?phonetic=Smyth', name('Jones'), false],
    ['Patient?family:missing=true', {}, true],
    ['Patient?family:missing=false', {}, false],
    ['Patient?family:missing=false', name('x'), true],
  ])('%s of %j: %j', (search, resource, found) => {
    expect(finds(search, resource)).toBe(found);
  });
});

describe('token', () => {
  const identifier = (system: string | undefined, value: string, type?: object) => ({ identifier: [{ system, value, type }] });
  const code = (system: string | undefined, value: string, display?: string) => ({ code: { coding: [{ system, code: value, display }] } });
  const mr = { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v2-0203', code: 'MR' }], text: 'Medical record' };
  test.each<Case>([
    ['Patient?identifier=http://acme.org/patient|2345', identifier('http://acme.org/patient', '2345'), true],
    ['Patient?identifier=http://acme.org/patient|2345', identifier('http://acme.org/other', '2345'), false],
    ['Patient?identifier=2345', identifier('http://acme.org/other', '2345'), true],
    ['Patient?identifier=|2345', identifier('http://acme.org/other', '2345'), false],
    ['Patient?identifier=|2345', identifier(undefined, '2345'), true],
    ['Patient?identifier=http://acme.org/patient|', identifier('http://acme.org/patient', '1'), true],
    ['Patient?identifier=ab12', identifier(undefined, 'AB12'), true],
    ['Patient?identifier:of-type=http://terminology.hl7.org/CodeSystem/v2-0203|MR|446053', identifier('urn:x', '446053', mr), true],
    ['Patient?identifier:of-type=http://terminology.hl7.org/CodeSystem/v2-0203|MR|446053', identifier('urn:x', '446053'), false],
    ['Patient?identifier:text=medical', identifier('urn:x', '1', mr), true],
    ['Patient?gender=male', { gender: 'male' }, true],
    ['Patient?gender=http://hl7.org/fhir/administrative-gender|male', { gender: 'male' }, true],
    ['Patient?gender=http://other.org|male', { gender: 'male' }, false],
    ['Patient?gender:not=male', { gender: 'female' }, true],
    ['Patient?gender:not=male,female', { gender: 'female' }, false],
    ['Patient?gender:not=male', {}, true],
    ['Patient?active=true', { active: true }, true],
    ['Condition?code=ha125', code('http://acme.org', 'ha125'), true],
    ['Condition?code:text=head', code('http://acme.org', 'x', 'Headache'), true],
    ['Condition?code:text=ache', code('http://acme.org', 'x', 'Headache'), false],
    ['Condition?code:text=head', { code: { text: 'Headache' } }, true],
    ['Observation?code:in=http://vs', code('http://loinc.org', '8867-4'), true],
    ['Observation?code:in=http://vs', code('http://other', '8867-4'), false],
    ['Observation?code:not-in=http://vs', code('http://other', '8867-4'), true],
    ['Observation?code:not-in=http://vs', {}, true],
    ['Condition?code:below=http://h|A1', code('http://h', 'A12'), true],
    ['Condition?code:below=http://h|A1', code('http://h', 'A1'), true],
    ['Condition?code:below=http://h|A1', code('http://g', 'A12'), false],
    ['Condition?code:below=http://h|A12', code('http://h', 'A1'), false],
    ['Condition?code:above=http://h|A12', code('http://h', 'A1'), true],
    ['Patient?_tag=t', { meta: { tag: [{ code: 't' }] } }, true],
    ['Patient?_tag:not=t', {}, true],
    ['Patient?_security=http://s|R', { meta: { security: [{ system: 'http://s', code: 'R' }] } }, true],
  ])('%s of %j: %j', (search, resource, found) => {
    expect(finds(search, resource)).toBe(found);
  });
});

describe('what needs terminology that is not there is refused, not guessed', () => {
  test.each(['code:in=http://unknown', 'code:below=http://h|A', 'patient._has:Observation:patient:code:above=http://h|A'])('%s', (text) => {
    const query = parseQuery('Observation', pairsOf(text));
    const none: World = { read: () => undefined, all: () => [] };
    expect(query.ok && matches(query.value, { resourceType: 'Observation' } as Resource, none)).toMatchObject({
      ok: false,
      problem: { kind: 'unsupported' },
    });
  });
});

describe('date: prefixes compare intervals', () => {
  // The table of prefixes, with its own examples: 2013-01-14, 2013-03-14.
  const day = { effectiveDateTime: '2013-01-14' };
  const at = (effectiveDateTime: string) => ({ effectiveDateTime });
  const period = (start?: string, end?: string) => ({ effectivePeriod: { start, end } });
  test.each<Case>([
    ['Observation?date=eq2013-01-14', at('2013-01-14T00:00:00Z'), true],
    ['Observation?date=eq2013-01-14', at('2013-01-14T10:00:00Z'), true],
    ['Observation?date=eq2013-01-14', at('2013-01-15T00:00:00Z'), false],
    ['Observation?date=eq2013-01-14', at('2013-01'), false],
    ['Observation?date=2013-01', day, true],
    ['Observation?date=2013', day, true],
    ['Observation?date=ne2013-01-14', at('2013-01-15T00:00:00Z'), true],
    ['Observation?date=ne2013-01-14', at('2013-01-14T00:00:00Z'), false],
    ['Observation?date=lt2013-01-14T10:00', day, true],
    ['Observation?date=lt2013-01-14T00:00', day, false],
    ['Observation?date=gt2013-01-14T10:00', day, true],
    ['Observation?date=gt2013-01-14', day, false],
    ['Observation?date=ge2013-03-14', period('2013-01-21'), true],
    ['Observation?date=ge2013-03-14', at('2013-03-14T10:00:00Z'), true],
    ['Observation?date=le2013-03-14', period('2013-01-21'), true],
    ['Observation?date=le2013-03-14', at('2013-03-14T10:00:00Z'), true],
    ['Observation?date=le2013-03-14', at('2013-03-15T00:00:00Z'), false],
    ['Observation?date=sa2013-03-14', period('2013-03-15'), true],
    ['Observation?date=sa2013-03-14', period('2013-01-21'), false],
    ['Observation?date=sa2013-03-14', period('2013-03-14'), false],
    ['Observation?date=eb2013-03-14', period(undefined, '2013-03-13'), true],
    ['Observation?date=eb2013-03-14', period('2013-01-21'), false],
    ['Observation?date=ap2013-03-14', day, true],
    ['Observation?date=ap2013-03-14', at('2015-03-14'), false],
    ['Observation?date=2013-01-14T10:00:00-05:00', at('2013-01-14T15:00:00Z'), true],
    ['Observation?date=ge2013-01-01&date=lt2013-02-01', day, true],
    ['Observation?date=ge2013-01-01&date=lt2013-01-14', day, false],
    ['Observation?date=ne2013-01-14', {}, false],
    ['Observation?date:missing=true', {}, true],
    ['Observation?_lastUpdated=gt2010-10-01', { meta: { lastUpdated: '2012-01-01T00:00:00Z' } }, true],
    ['Observation?_lastUpdated=gt2010-10-01', { meta: { lastUpdated: '2010-10-01T23:59:59.999Z' } }, false],
    ['Observation?_lastUpdated=le2010-10-01', { meta: { lastUpdated: '2010-10-01T23:59:59.999Z' } }, true],
  ])('%s of %j: %j', (search, resource, found) => {
    expect(finds(search, resource)).toBe(found);
  });
});

describe('number and quantity: implicit precision for eq and ne, exact for the others', () => {
  const probability = (probabilityDecimal: number) => ({ prediction: [{ probabilityDecimal }] });
  const ucum = 'http://unitsofmeasure.org';
  const quantity = (value: number, code?: string, more: object = {}) => ({
    valueQuantity: { value, ...(code && { system: ucum, code, unit: code }), ...more },
  });
  test.each<Case>([
    ['RiskAssessment?probability=100', probability(99.5), true],
    ['RiskAssessment?probability=100', probability(100.49), true],
    ['RiskAssessment?probability=100', probability(100.5), false],
    ['RiskAssessment?probability=100.00', probability(100.004), true],
    ['RiskAssessment?probability=100.00', probability(100.005), false],
    ['RiskAssessment?probability=lt100', probability(99.99), true],
    ['RiskAssessment?probability=lt100', probability(100), false],
    ['RiskAssessment?probability=le100', probability(100), true],
    ['RiskAssessment?probability=le100', probability(100.1), false],
    ['RiskAssessment?probability=gt100', probability(100.01), true],
    ['RiskAssessment?probability=gt100', probability(100), false],
    ['RiskAssessment?probability=ge100', probability(100), true],
    ['RiskAssessment?probability=ge100', probability(99.9), false],
    ['RiskAssessment?probability=ne100', probability(99), true],
    ['RiskAssessment?probability=ne100', probability(99.8), false],
    ['RiskAssessment?probability=ap100', probability(109), true],
    ['RiskAssessment?probability=ap100', probability(111), false],
    ['RiskAssessment?probability=sa100', probability(100), false],
    ['RiskAssessment?probability=eb100', probability(99), true],
    [`Observation?value-quantity=5.4|${ucum}|mg`, quantity(5.4, 'mg'), true],
    [`Observation?value-quantity=5.4|${ucum}|mg`, quantity(5.35, 'mg'), true],
    [`Observation?value-quantity=5.4|${ucum}|mg`, quantity(5.45, 'mg'), false],
    [`Observation?value-quantity=5.4|${ucum}|mg`, quantity(0.0054, 'g'), true],
    [`Observation?value-quantity=5.4|${ucum}|mg`, quantity(5.4, 'mL'), false],
    [`Observation?value-quantity=gt5.4|${ucum}|g`, quantity(5400, 'mg'), false],
    [`Observation?value-quantity=ge5.4|${ucum}|g`, quantity(5400, 'mg'), true],
    [`Observation?value-quantity=gt100|${ucum}|[degF]`, quantity(38, 'Cel'), true],
    [`Observation?value-quantity=gt101|${ucum}|[degF]`, quantity(38, 'Cel'), false],
    [`Observation?value-quantity=ap37|${ucum}|Cel`, quantity(40.5, 'Cel'), true],
    [`Observation?value-quantity=ap37|${ucum}|Cel`, quantity(45, 'Cel'), false],
    [`Observation?value-quantity=gt7|${ucum}|[pH]`, quantity(7.4, '[pH]'), true],
    ['Observation?value-quantity=5.4||mg', quantity(5.4, 'mg'), true],
    ['Observation?value-quantity=5.4||mg', { valueQuantity: { value: 5.4, unit: 'mg' } }, true],
    ['Observation?value-quantity=5.4||mg', quantity(0.0054, 'g'), false],
    ['Observation?value-quantity=5.4', quantity(5.4, 'anything'), true],
    ['Observation?value-quantity=le5', quantity(5, undefined, { comparator: '<' }), true],
    ['Observation?value-quantity=gt6', quantity(5, undefined, { comparator: '<' }), false],
    ['Observation?value-quantity=gt6', quantity(5, undefined, { comparator: '>' }), true],
    ['Observation?value-quantity=eq5', quantity(5, undefined, { comparator: '<' }), false],
    ['Invoice?totalgross=48|urn:iso:std:iso:4217|EUR', { totalGross: { value: 48, currency: 'EUR' } }, true],
    ['Condition?onset-age=gt45||a', { onsetRange: { low: { value: 40, unit: 'a' }, high: { value: 50, unit: 'a' } } }, true],
    ['Condition?onset-age=sa45||a', { onsetRange: { low: { value: 40, unit: 'a' }, high: { value: 50, unit: 'a' } } }, false],
  ])('%s of %j: %j', (search, resource, found) => {
    expect(finds(search, resource)).toBe(found);
  });
});

describe('reference', () => {
  const subject = (reference: string) => ({ subject: { reference } });
  test.each<Case>([
    ['Observation?subject=Patient/23', subject('Patient/23'), true],
    ['Observation?subject=23', subject('Patient/23'), true],
    ['Observation?subject=23', subject('Group/23'), true],
    ['Observation?subject:Patient=23', subject('Group/23'), false],
    ['Observation?patient=23', subject('Patient/23/_history/1'), true],
    ['Observation?patient=23', subject('Patient/2'), false],
    ['Observation?focus=23', { focus: [{ reference: 'Patient/23' }] }, true],
    ['Observation?subject=http://a.org/Patient/23', subject('http://a.org/Patient/23'), true],
    ['Observation?subject=Patient/23', subject('http://a.org/Patient/23'), false],
    ['Observation?subject:identifier=http://mrn|7', { subject: { identifier: { system: 'http://mrn', value: '7' } } }, true],
    ['Observation?subject:identifier=7', { subject: { identifier: { system: 'http://mrn', value: '7' } } }, true],
    ['Observation?subject:identifier=http://other|7', { subject: { identifier: { system: 'http://mrn', value: '7' } } }, false],
    ['QuestionnaireResponse?questionnaire=http://q', { questionnaire: 'http://q|2' }, true],
    ['QuestionnaireResponse?questionnaire=http://q|2', { questionnaire: 'http://q|2' }, true],
    ['QuestionnaireResponse?questionnaire=http://q|1', { questionnaire: 'http://q|2' }, false],
    ['QuestionnaireResponse?questionnaire=http://q|1', { questionnaire: 'http://q' }, false],
  ])('%s of %j: %j', (search, resource, found) => {
    expect(finds(search, resource)).toBe(found);
  });
});

describe('uri: equal to the last character; below and above by path', () => {
  const url = (text: string) => ({ url: text });
  test.each<Case>([
    ['ValueSet?url=http://acme.org/fhir/ValueSet/123', url('http://acme.org/fhir/ValueSet/123'), true],
    ['ValueSet?url=http://acme.org/fhir/ValueSet/123', url('http://acme.org/fhir/ValueSet/1234'), false],
    ['ValueSet?url=http://acme.org/fhir/ValueSet/123', url('http://ACME.org/fhir/ValueSet/123'), false],
    ['ValueSet?url:below=http://acme.org/fhir/', url('http://acme.org/fhir/ValueSet/123'), true],
    ['ValueSet?url:below=http://acme.org/fhir', url('http://acme.org/fhir'), true],
    ['ValueSet?url:below=http://acme.org/fhir', url('http://acme.org/fhirx/1'), false],
    ['ValueSet?url:above=http://acme.org/fhir/ValueSet/123/_history/5', url('http://acme.org/fhir/ValueSet/123'), true],
    ['ValueSet?url:above=http://acme.org/fhir/ValueSet/123', url('http://acme.org/fhir/ValueSet/12'), false],
    ['Patient?_profile=http://p', { meta: { profile: ['http://q', 'http://p'] } }, true],
  ])('%s of %j: %j', (search, resource, found) => {
    expect(finds(search, resource)).toBe(found);
  });
});

describe('composite: all parts in one element', () => {
  const part = (code: string, value: number) => ({ code: { coding: [{ system: 'http://loinc.org', code }] }, valueQuantity: { value } });
  const pressure = { ...part('85354-9', 0), component: [part('8480-6', 120), part('8462-4', 80)] };
  test.each<Case>([
    ['Observation?component-code-value-quantity=http://loinc.org|8480-6$gt100', pressure, true],
    ['Observation?component-code-value-quantity=http://loinc.org|8462-4$gt100', pressure, false],
    ['Observation?combo-code-value-quantity=8480-6$120,8462-4$999', pressure, true],
    ['Observation?code-value-quantity=85354-9$lt1', pressure, true],
    ['Observation?code-value-quantity=8480-6$120', pressure, false],
  ])('%s of %j: %j', (search, resource, found) => {
    expect(finds(search, resource)).toBe(found);
  });
});

describe('chains, _has, _id and compartments reach other resources', () => {
  const peter = {
    resourceType: 'Patient',
    id: 'p',
    name: [{ family: 'Chalmers' }],
    managingOrganization: { reference: 'Organization/o' },
    generalPractitioner: [{ reference: 'Practitioner/d' }],
  };
  const acme = { resourceType: 'Organization', id: 'o', name: 'Acme' };
  const joe = { resourceType: 'Practitioner', id: 'd', name: [{ family: 'Chalmers' }] };
  const pulse = {
    resourceType: 'Observation',
    id: 'x',
    status: 'final',
    code: { coding: [{ code: '8867-4' }] },
    subject: { reference: 'Patient/p' },
  };
  const audit = {
    resourceType: 'AuditEvent',
    id: 'a',
    entity: [{ what: { reference: 'Observation/x' } }],
    agent: [{ who: { reference: 'Practitioner/d' } }],
  };
  const others = [peter, acme, joe, pulse, audit];
  test.each<Case>([
    ['Observation?subject.name=chalm', pulse, true],
    ['Observation?subject:Group.code=x', pulse, false],
    ['Observation?patient.organization.name=acme', pulse, true],
    ['Observation?patient.organization.name=other', pulse, false],
    ['Observation?patient._id=p', pulse, true],
    ['Observation?subject.name:missing=true', pulse, false],
    ['Observation?patient.gender:not=male', pulse, true],
    ['Patient?_has:Observation:patient:code=8867-4', peter, true],
    ['Patient?_has:Observation:patient:code=1', peter, false],
    ['Patient?_has:Observation:patient:_has:AuditEvent:entity:agent=Practitioner/d', peter, true],
    ['Patient?_has:Observation:patient:_has:AuditEvent:entity:agent=Practitioner/z', peter, false],
    ['Patient?general-practitioner:Practitioner.family=chalmers', peter, true],
    ['Patient?_id=a,p', peter, true],
    ['Patient?_id:not=p', peter, false],
  ])('%s of %j: %j', (search, resource, found) => {
    expect(finds(search, resource, others)).toBe(found);
  });

  test('what is in the compartment, and the patient itself', () => {
    const within = (type: ResourceType, resource: object, id: string) => {
      const query = parseQuery(type, [], { compartment: { type: 'Patient', id } });
      return query.ok && matches(query.value, resource as Resource, worldOf());
    };
    expect(within('Observation', pulse, 'p')).toEqual({ ok: true, value: true });
    expect(within('Observation', pulse, 'q')).toEqual({ ok: true, value: false });
    expect(within('Patient', peter, 'p')).toEqual({ ok: true, value: true });
  });
});

test('a resource of another type never matches', () => {
  const query = parseQuery('Patient', []);
  expect(query.ok && matches(query.value, { resourceType: 'Observation' } as Resource, worldOf())).toEqual({ ok: true, value: false });
});

test('order: smallest first ascending, largest first descending, missing last both ways, ties by id', () => {
  const patients = [
    { id: '1', name: [{ family: 'Böll' }, { family: 'Zweig' }] },
    { id: '2', name: [{ family: 'adler' }] },
    { id: '3' },
    { id: '4', name: [{ family: 'Adler' }], birthDate: '1950' },
  ].map((patient) => ({ resourceType: 'Patient', ...patient }) as Resource);
  const sorted = (sort: string): string => {
    const query = parseQuery('Patient', [['_sort', sort]]);
    return query.ok
      ? [...patients]
          .sort(compareBy(query.value.sort))
          .map((patient) => patient.id)
          .join('')
      : query.problem.message;
  };
  expect(sorted('family')).toBe('2413');
  expect(sorted('-family')).toBe('1243');
  expect(sorted('family,birthdate')).toBe('4213');
  expect(sorted('-_id')).toBe('4321');
});
