import { expect, it } from 'vitest';
import type { ValueSet } from '../../../src/fhir/generated/types.ts';
import { codesOf } from './terminology.ts';

const expanded = (contains: NonNullable<ValueSet['expansion']>['contains']): ValueSet => ({
  resourceType: 'ValueSet',
  status: 'active',
  expansion: { timestamp: '2026-11-22T10:00:00Z', ...(contains === undefined ? {} : { contains }) },
});

it('takes each code once, of the first list that has it, with its category', () => {
  const category = {
    url: 'http://hl7.org/fhir/5.0/StructureDefinition/extension-ValueSet.expansion.contains.property',
    extension: [
      { url: 'code', valueCode: 'category' },
      { url: 'value', valueString: 'food' },
    ],
  };
  const codes = codesOf([
    expanded([
      { system: 's', code: 'peanut', display: 'Peanut', extension: [category] },
      { system: 's', display: 'A heading' },
    ]),
    expanded([
      { system: 's', code: 'peanut', display: 'Peanut, again' },
      { system: 't', code: 'peanut', display: 'Peanut of t' },
    ]),
    expanded(undefined),
  ]);
  expect(codes).toEqual([
    { system: 's', code: 'peanut', display: 'Peanut', category: 'food' },
    { system: 't', code: 'peanut', display: 'Peanut of t' },
  ]);
});
