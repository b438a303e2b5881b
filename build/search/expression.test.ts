import { describe, expect, test } from 'vitest';
import { rootPlace, walk } from './compile.ts';
import { headOf, parseExpression, splitUnion } from './expression.ts';
import { convert } from './index-values.ts';

/** What an expression on a type is compiled to, in one line; each element found becomes `take(variable: type)`. */
const compiled = (type: string, expression: string): string =>
  walk(parseExpression(expression), { root: rootPlace(type) }, (place) => `take(${place.type})`)
    .replace(/\bv\d+\b/g, 'v')
    .replace(/\s+/g, ' ')
    .trim();

test('a union is split outside parentheses only', () => {
  expect(splitUnion("(Observation.value as Quantity) | Observation.component.where(code = 'a' | 'b')")).toEqual([
    '(Observation.value as Quantity)',
    "Observation.component.where(code = 'a' | 'b')",
  ]);
});

test.each([
  ['Patient.name.family', 'Patient'],
  ['(Observation.value as CodeableConcept).text', 'Observation'],
  ["Patient.telecom.where(system='phone')", 'Patient'],
  ['Bundle.entry[0].resource', 'Bundle'],
  ['Patient.deceased.exists() and Patient.deceased != false', 'Patient'],
])('%s starts at %s', (expression, head) => {
  expect(headOf(parseExpression(expression))).toBe(head);
});

describe('each construct becomes direct access to the JSON', () => {
  test.each([
    ['Patient', 'Patient.active', 'const v = r.active; if (v != null) { take(boolean) }'],
    [
      'Patient',
      'Patient.name',
      'const v = r.name; if (v != null) for (let v = 0; v < v.length; v++) { const v = v[v]; if (v != null) { take(HumanName) } }',
    ],
    ['Observation', '(Observation.value as Quantity)', 'const v = r.valueQuantity; if (v != null) { take(Quantity) }'],
    ['Observation', 'Observation.value.ofType(Quantity)', 'const v = r.valueQuantity; if (v != null) { take(Quantity) }'],
    ['Observation', 'Observation.value.as(DateTime)', 'const v = r.valueDateTime; if (v != null) { take(dateTime) }'],
    [
      'Observation',
      'Observation.subject.where(resolve() is Patient)',
      'const v = r.subject; if (v != null) { if (isReferenceTo(v, "Patient")) { take(Reference) } }',
    ],
    [
      'Bundle',
      'Bundle.entry[0].resource',
      'const v = r.entry?.[0]; if (v != null) { const v = v.resource; if (v != null) { take(Resource) } }',
    ],
    [
      'Patient',
      "Patient.extension('http://x').value.as(string)",
      'const v = r.extension; if (v != null) for (let v = 0; v < v.length; v++) { const v = v[v]; if (v != null) { if ((v.url) === "http://x") { const v = v.valueString; if (v != null) { take(string) } } } }',
    ],
    ['Patient', 'Patient.deceased.exists() and Patient.deceased != false', 'take(boolean)'],
  ])('%s: %s', (type, expression, code) => {
    expect(compiled(type, expression)).toBe(code);
  });
});

describe('what is not understood stops the build', () => {
  test.each([
    ['Patient', 'Patient.nothing', /Patient has no element nothing/],
    ['Patient', 'Patient.name.first()', /first\(\) is not compiled/],
    ['Patient', 'Patient.name + 1', /cannot read/],
    ['Patient', 'Patient.name.where(given = 1)', /given repeats/],
    ['Patient', 'Patient.name[0].given[0]', undefined],
    ['Patient', 'Patient.name.given[0]', /only on a list that occurs once/],
    ['Patient', '%context.name', /unknown variable %context/],
    ['Patient', 'Patient.(name', /expected/],
    ['Patient', "Patient.name.where(use = 'usual'", /expected/],
  ])('%s: %s', (type, expression, message) => {
    if (message) expect(() => compiled(type, expression)).toThrow(message);
    else expect(compiled(type, expression)).toContain('take(string)');
  });

  test('an element that the type of parameter cannot hold', () => {
    expect(() => convert('number', { ...rootPlace('HumanName'), code: 'v' }, 'out', [])).toThrow(
      'a number parameter cannot index an element of type HumanName',
    );
  });
});
