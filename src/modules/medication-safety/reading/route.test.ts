import { expect, it } from 'vitest';
import { formAgainstRoute } from './route.ts';

it.each([
  ['timolol 0.5% eye drops 1 drop po bid', 'eye drops', 'oral'],
  ['fentanyl patch 25 mcg/h iv', 'a patch', 'intravenous'],
  ['ondansetron 4 mg tablet iv q8h', 'a tablet or capsule', 'intravenous'],
  ['bisacodyl suppository 10 mg po', 'a suppository', 'oral'],
])('%s: the form and the way do not go together', (text, form, route) => {
  expect(formAgainstRoute(text, undefined)).toEqual({ form, route });
});

it.each([
  'timolol 0.5% eye drops 1 drop in both eyes bid',
  'ofloxacin eye drops 5 drops in the left ear bid',
  'nitroglycerin 0.4 mg tablet sl prn',
  'estradiol vaginal cream 1 g pv',
  'albuterol inhaler 2 puffs by mouth q4h',
  'tiotropium 18 mcg capsule inhaled daily',
  'metformin 500 mg tablet po bid with meals',
  'clotrimazole cream apply to skin bid',
  'furosemide 40 mg iv bid',
])('%s: nothing to say', (text) => expect(formAgainstRoute(text, undefined)).toBeUndefined());
