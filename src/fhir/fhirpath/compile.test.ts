// What the specification says and the official cases leave out. Expressions with what they give, on resources made here.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Decimal } from '../decimal.ts';
import type { Json } from '../json.ts';
import { compile } from './compile.ts';
import type { Environment, Focus } from './contract.ts';
import { Exact } from './exact.ts';

const patient: Json = {
  resourceType: 'Patient',
  id: 'p',
  active: true,
  birthDate: '1980-02-29',
  _birthDate: { id: 'b', extension: [{ url: 'http://example.org/time', valueDateTime: '1980-02-29T10:00:00Z' }] },
  name: [
    { use: 'official', family: 'Roe', given: ['Jane', null, 'Ann'], _given: [null, { extension: [{ url: 'x', valueCode: 'y' }] }, null] },
  ],
  managingOrganization: { reference: '#o' },
  generalPractitioner: [{ reference: 'Practitioner/1' }, { reference: 'urn:unknown' }],
  contained: [{ resourceType: 'Organization', id: 'o', name: 'Ward' }],
  multipleBirthInteger: 2,
};
const of = (value: Json): Focus => ({ type: '', value });
function given(text: string, focus: Focus = of(patient), environment?: Environment): unknown {
  const compiled = compile(text);
  if (!compiled.ok) return compiled.problem.message;
  const answer = compiled.value.evaluate(focus, environment);
  return answer.ok ? answer.value.map(({ value }) => value) : answer.problem.message;
}

describe('elements', () => {
  test.each<[string, unknown]>([
    ['name.given', ['Jane', null, 'Ann']],
    ['name.given.where(hasValue())', ['Jane', 'Ann']],
    ['name.given.extension.value', ['y']],
    ["birthDate.extension('http://example.org/time').value > @1980-02-29T09:59:00Z", [true]],
    ['birthDate.id', ['b']],
    ['multipleBirth + 1', [3]],
    ['multipleBirthInteger', []],
    ['multipleBirth is integer', [true]],
    ['(multipleBirth as boolean).exists()', [false]],
    ['birthDate.type().name | active.type().name', ['date', 'boolean']],
    ['contained.type().name', ['Organization']],
    ["%resource.id & '/' & %context.id & '/' & %rootResource.id", ['p/p/p']],
    ['children().count()', [9]],
    ['Resource.id | DomainResource.id', ['p']],
    ['Observation.id', []],
    ['is(DomainResource) and is(Resource) and is(Element).not()', [true]],
    ['managingOrganization.resolve().name', ['Ward']],
    ["name.given[0] in ('Jane' | 'Ann')", [true]],
  ])('%s', (text, expected) => expect(given(text)).toEqual(expected));

  test('an item of a resource says where it is', () => {
    const compiled = compile('name.given.last() | managingOrganization.reference | birthDate.extension.value | 1');
    if (!compiled.ok) throw new Error(compiled.problem.message);
    const answer = compiled.value.evaluate(of(patient));
    expect(answer.ok && answer.value.map(({ path, type }) => [path, type])).toEqual([
      ['Patient.name[0].given[2]', 'FHIR.string'],
      ['Patient.managingOrganization.reference', 'FHIR.string'],
      ['Patient.birthDate.extension[0].value', 'FHIR.dateTime'],
      [undefined, 'System.Integer'],
    ]);
  });

  test('the focus may be an element or a primitive with what is beside it', () => {
    expect(given('value > 1', { type: 'Quantity', value: { value: new Decimal('1.10') } })).toEqual([true]);
    expect(given('code.exists()', { type: 'Observation.component', value: { code: { text: 'x' } } })).toEqual([true]);
    expect(
      given("$this = 'final' and extension.url = 'x'", { type: 'code', value: 'final', sibling: { extension: [{ url: 'x' }] } }),
    ).toEqual([true]);
    expect(given('1', { type: 'Nothing', value: {} })).toMatch(/no element/);
  });
});

describe('numbers', () => {
  test.each<[string, unknown]>([
    ['0.1 + 0.2', [0.3]],
    ['0.1 + 0.2 = 0.3', [true]],
    ['1.10 * 1', [new Decimal('1.10')]],
    ['1 / 3', [0.3333333333333333]],
    ['2147483647 + 1', []],
    ['-2147483648', [-2147483648]],
    ['-2147483648 - 1', []],
    ['46341 * 46341', []],
    ['7 div -2', [-3]],
    ['-7 mod 3', [-1]],
    ['1.5 div 0', []],
    ['2.power(31)', []],
    ['(-1).sqrt() | 0.ln()', []],
    ['1.25.round(1)', [1.3]],
    ['3000000000', 'An Integer goes up to 2147483647; write larger numbers as decimals: 3000000000.0.'],
    ["3 'mg' + 1 'g' = 1003 'mg'", [true]],
    ["1 'g' > 999 'mg'", [true]],
    ["1 'g' < 1 'm'", []],
    ['1 year = 12 months', [true]],
    ["(1 'g' | 1000 'mg' | 1 'kg').count()", [2]],
    ["1 'tablet' = 1 'mg'", []],
    ["1 'm' = 1 'g'", [false]],
    ["1 'a' = 1 year", []],
    ["1 'a' ~ 1 year", [true]],
  ])('%s', (text, expected) => expect(given(text)).toEqual(expected));

  test('sums of decimals are exact whatever their digits', () => {
    const decimal = fc
      .tuple(fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }), fc.integer({ min: 0, max: 12 }))
      .map(([units, scale]) => new Exact(units, scale));
    fc.assert(
      fc.property(decimal, decimal, (a, b) => {
        const sum = a.plus(b) as Exact;
        expect(sum.minus(b)?.compare(a)).toBe(0);
        expect(Exact.read(a.toString())?.compare(a)).toBe(0);
        expect(a.times(b)?.compare(b.times(a) as Exact)).toBe(0);
      }),
    );
  });
});

describe('dates', () => {
  test.each<[string, unknown]>([
    ['birthDate + 1 year', ['1981-02-28']],
    ['birthDate + 4 years', ['1984-02-29']],
    ['@2020-01-31 + 1 month', ['2020-02-29']],
    ['@2014 + 24 months', ['2016']],
    ['@2014 + 23 months', ['2015']],
    ['@2016 + 365 days', ['2017']],
    ['@2020-01-01 - 25 hours', ['2019-12-31']],
    ['@T23:30 + 1 hour', ['00:30']],
    ['@9999-12-31 + 1 day', []],
    ['@2020-01-01T10:00:00.5Z + 0.5 seconds', ['2020-01-01T10:00:01.000Z']],
    ['@2020 = @2020-01', []],
    ['@2019 < @2020-01', [true]],
    ['@2020-01-01T10:00:00+01:00 = @2020-01-01T09:00:00Z', [true]],
    ['@2020-13-01', 'There is no such date or time in the calendar; correct it.'],
    ["'2020-02-30'.toDate()", []],
    ['birthDate < 1', 'These two cannot be compared: compare numbers, texts, dates, times or quantities with their like.'],
  ])('%s', (text, expected) => expect(given(text)).toEqual(expected));
});

describe('what others know', () => {
  const environment: Environment = {
    resolve: (reference) =>
      reference === 'Practitioner/1' ? { type: 'Practitioner', value: { resourceType: 'Practitioner', active: true } } : undefined,
    memberOf: (valueSet, codes) => valueSet === 'http://example.org/vs' && codes[0]?.code === 'official',
    conformsTo: (profile) => (profile === 'http://example.org/p' ? true : undefined),
    variables: { rows: [{ type: 'Patient', value: patient }] },
    now: new Date(Date.UTC(2026, 5, 15, 12)),
  };
  test.each<[string, unknown]>([
    ['generalPractitioner.resolve().active', [true]],
    ['generalPractitioner.where(resolve() is Practitioner).reference', ['Practitioner/1']],
    ["name.use.memberOf('http://example.org/vs')", [true]],
    ["conformsTo('http://example.org/p')", [true]],
    ["conformsTo('http://example.org/q')", 'conformsTo() was asked for a profile that is not loaded here.'],
    ['%rows.id', ['p']],
    ['%other', 'There is no variable %other; define it, or correct its name.'],
    ['today()', ['2026-06-15']],
    ['now() = now()', [true]],
  ])('%s', (text, expected) => expect(given(text, of(patient), environment)).toEqual(expected));

  test('trace() tells and gives on what it was given', () => {
    const told: [string, number][] = [];
    const trace: Environment = { trace: (name, items) => told.push([name, items.length]) };
    expect(given("name.given.trace('given').count()", of(patient), trace)).toEqual([3]);
    expect(told).toEqual([['given', 3]]);
  });

  test('entries of a Bundle are resolved by fullUrl and by type and id', () => {
    const entry: Json = [
      { fullUrl: 'urn:uuid:1', resource: { resourceType: 'Patient', id: 'a' } },
      { fullUrl: 'http://example.org/Patient/b', resource: { resourceType: 'Patient', id: 'b' } },
      { resource: { resourceType: 'Observation', subject: { reference: 'urn:uuid:1' }, focus: [{ reference: 'Patient/b' }] } },
    ];
    const bundle: Json = { resourceType: 'Bundle', entry };
    expect(given('entry.resource.subject.resolve().id | entry.resource.focus.resolve().id', of(bundle))).toEqual(['a', 'b']);
  });
});

describe('dom-3 finds what nothing refers to', () => {
  const dom3 =
    "contained.where((('#'+id in (%resource.descendants().reference | %resource.descendants().as(canonical) | %resource.descendants().as(uri) | %resource.descendants().as(url))) or descendants().where(reference = '#').exists() or descendants().where(as(canonical) = '#').exists() or descendants().where(as(canonical) = '#').exists()).not()).trace('unmatched', id).empty()";
  test('a contained resource with a reference', () => expect(given(dom3)).toEqual([true]));
  test('one without', () => expect(given(dom3, of({ ...(patient as object), managingOrganization: {} }))).toEqual([false]));
});

describe('strict compilation refuses what can never be', () => {
  test.each<[string, string]>([
    ['name.givn', 'HumanName has no element "givn". Is "given" meant?'],
    ['multipleBirthInteger', 'Patient has no element "multipleBirthInteger". Is "multipleBirth" meant?'],
    ['name.where(used = 1)', 'HumanName has no element "used". Is "use" meant?'],
    ['name.first().period.begin', 'Period has no element "begin".'],
    ['birthDate.substring(0, 4) = name.nam', 'HumanName has no element "nam".'],
    ['(multipleBirth as Period)', 'This is never of type Period; choose among boolean, integer.'],
  ])('%s', (text, says) => {
    const compiled = compile(text, { type: 'Patient', strict: true });
    expect(compiled.ok ? 'compiled' : compiled.problem.message).toContain(says);
  });
  test.each([
    'Patient.name.given',
    'contained.id',
    'extension.value.code',
    "name.where(use = 'official').given.first()",
    'deceased.ofType(dateTime)',
    'link.other.resolve().name',
    '%resource.anything',
  ])('%s is fine', (text) => expect(compile(text, { type: 'Patient', strict: true }).ok).toBe(true));
  test.each<[string, string]>([
    ['name.', '1:6'],
    ['name\n  given', '2:3'],
    ["name.where(use = 'x'", '1:21'],
    ['name.exist()', 'exists'],
    ['name.where()', 'takes 1 arguments'],
    ['"x"', 'single quotes'],
  ])('a mistake of writing says where it is: %j', (text, says) => {
    const compiled = compile(text);
    expect(compiled.ok ? '' : `${compiled.problem.message} ${compiled.problem.where}`).toContain(says);
  });
});

describe('test() for invariants', () => {
  test.each<[string, boolean | undefined]>([
    ['active', true],
    ['name', true],
    ['deceased', undefined],
    ['active.not()', false],
    ['name.exists() implies name.family.exists()', true],
  ])('%s is %s', (text, expected) => {
    const compiled = compile(text);
    expect(compiled.ok && compiled.value.test(of(patient))).toEqual({ ok: true, value: expected });
  });
});
