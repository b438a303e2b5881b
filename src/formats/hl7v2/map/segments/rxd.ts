// RXD: what the pharmacy dispensed (HL7 v2.8, section 4A.4.4; rows of our own, the official map has none).
import { DTM, NM, ST } from '../codecs.ts';
import { rows } from '../rows.ts';
import { about, during, type Teller } from '../scene.ts';
import { tabled, WORDS } from '../types/coded.ts';
import { EI } from '../types/identifiers.ts';
import { XAD, XCN, XTN } from '../types/people.ts';
import { LA2 } from '../types/places.ts';
import { CQ, UNITS, ucum } from '../types/quantities.ts';
import { drugRows, tellDrug } from './drug.ts';

export const dispensedDrug = drugRows('RXD', {
  code: 2,
  more: 25,
  form: 6,
  strength: 16,
  strengthUnits: 17,
  lot: 18,
  expires: 19,
  maker: 20,
});
const perDay = 'dosageInstruction[1].maxDosePerPeriod';

export const dispensed = rows('RXD', [
  ['RXD-3', 'whenHandedOver', DTM],
  ['RXD-4', 'quantity.value', NM],
  ['RXD-5', 'quantity', UNITS, { when: (whole) => whole.textAt('4') !== '' }],
  ['RXD-7', 'identifier[prescription]', EI],
  ['RXD-9', 'note[].text', ST],
  ['RXD-10', 'performer[].actor', XCN],
  ['RXD-11', 'substitution.type', tabled('0167')],
  [
    'RXD-12',
    `${perDay}.numerator`,
    CQ,
    {
      with: {
        [`${perDay}.denominator.value`]: 1,
        [`${perDay}.denominator.unit`]: 'd',
        [`${perDay}.denominator.system`]: ucum,
        [`${perDay}.denominator.code`]: 'd',
      },
    },
  ],
  ['RXD-13', 'location', LA2],
  ['RXD-33', 'type', tabled('0484')],
  ['RXD-35', 'identifier[tag]', EI],
  ['RXD-15', 'note[].text', WORDS, { inOnly: true }],
]);

/** The pharmacy that it was sent to. */
const destination = rows('RXD', [
  ['RXD-30', 'identifier[1].value', ST],
  ['RXD-30', 'name', WORDS, { inOnly: true }],
  ['RXD-31', 'address', XAD],
  ['RXD-34', 'telecom[]', XTN],
]);

export const rxd: Teller = (segment, scene) => {
  const { medication, story } = scene;
  const order = medication?.id ?? scene.controlId;
  const thing = story.thing('MedicationDispense', ['dispensed', order, segment.text(1), segment.text(3), segment.text(7)]);
  tellDrug(dispensedDrug, segment, thing, scene);
  dispensed.read(segment, thing.place, story);
  if (thing.resource['substitution'] !== undefined) thing.imply('substitution.wasSubstituted', !['N', '0', '1'].includes(segment.text(11)));
  if (medication !== undefined) thing.point('authorizingPrescription[1]', medication);
  const place = story.thing('Location', ['pharmacy', ...[30, 31].map((field) => segment.field(field)?.key ?? '')]);
  if (destination.read(segment, place.place, story)) thing.point('destination', place);
  about(scene, thing, 'subject');
  during(scene, thing, 'context');
  scene.given = thing;
  scene.last = thing;
  const counter = segment.field(1)?.leaf;
  if (counter !== undefined) counter.structural = true;
};
