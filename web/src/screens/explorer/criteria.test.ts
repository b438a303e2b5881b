// A form and an address say the same search.
import { expect, it } from 'vitest';
import { curlOf, type Parameter, readCriteria, writeCriteria } from './criteria.ts';

const parameters: Parameter[] = [
  { name: 'date', type: 'date' },
  { name: 'status', type: 'token' },
  { name: 'name', type: 'string' },
  { name: 'value-quantity', type: 'quantity' },
];

it.each([
  'date=ge2026-01-01&date=lt2026-02-01',
  'status:not=final,amended',
  'subject:Patient.name=ada',
  'subject:Patient.name:exact=Ada',
  'name:missing=true',
  'name=lt+green',
  'value-quantity=gt5.10|http://unitsofmeasure.org|mmol/L',
  '_has:Observation:patient:code=1234-5',
])('%s', (text) => expect(writeCriteria(readCriteria(text, parameters))).toBe(text));

it('reads a prefix only where the parameter has an order', () => {
  expect(readCriteria('date=ge2026&name=germany', parameters)).toEqual([
    { name: 'date', modifier: '', prefix: 'ge', value: '2026' },
    { name: 'name', modifier: '', prefix: '', value: 'germany' },
  ]);
});

it('leaves out what is not filled in', () => {
  expect(writeCriteria([{ name: 'name', modifier: '', prefix: '', value: ' ' }])).toBe('');
});

it('quotes for a shell whatever stands in an address', () => {
  expect(curlOf("http://x/fhir/Patient?name=o'x;rm")).toContain(`'http://x/fhir/Patient?name=o'\\''x;rm'`);
});
