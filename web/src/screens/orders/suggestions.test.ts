import { expect, it } from 'vitest';
import { textOf } from '../../parts/order-text.ts';
import { suggestionsFor } from './suggestions.ts';

const earlier = (text: string, dose: string) =>
  textOf({
    resourceType: 'MedicationRequest',
    status: 'active',
    intent: 'order',
    subject: {},
    medicationCodeableConcept: { text },
    dosageInstruction: [{ text: dose }],
  });

it('offers an earlier order as one would type it again', () => {
  expect(earlier('Ibuprofen', 'ibuprofen 400 mg po tid')).toBe('ibuprofen 400 mg po tid');
  expect(earlier('Insulin glargine', '14 units at bedtime')).toBe('Insulin glargine 14 units at bedtime');
});

it('finds by the beginnings of words in any order, favourites first, each once, and not what is typed already', () => {
  const favourites = ['ibuprofen 400 mg po tid'];
  const before = ['Ibuprofen 400 mg po TID', 'ibuprofen 600 mg po bid', 'warfarin 5 mg po daily'];
  expect(suggestionsFor('po ibu', favourites, before)).toEqual([
    { text: 'ibuprofen 400 mg po tid', from: 'favourite' },
    { text: 'ibuprofen 600 mg po bid', from: 'earlier order' },
  ]);
  expect(suggestionsFor('ibuprofen 600 mg po bid', favourites, before)).toEqual([]);
  expect(suggestionsFor(' ', favourites, before)).toEqual([]);
});
