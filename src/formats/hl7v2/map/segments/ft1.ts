// FT1: a charge, a credit or a payment (HL7 v2.8, section 6.5.1), as a ChargeItem. The official maps have nothing for DFT.
import { CURRENCY, DTM, NM, oneOf, ST } from '../codecs.ts';
import { composite, rows } from '../rows.ts';
import { about, type Teller, within } from '../scene.ts';
import { CODING, CWE, tabled } from '../types/coded.ts';
import { EI, eiKey } from '../types/identifiers.ts';
import { ORGANIZATION_BY_CODE } from '../types/organizations.ts';
import { DR, XCN, XON } from '../types/people.ts';
import { CQ } from '../types/quantities.ts';
import { accountOf } from './pid.ts';

/** CP: a price. */
export const PRICE = composite([
  ['1.1', 'value', NM],
  ['1.2', 'currency', CURRENCY],
]);
/** What one unit costs, which FHIR has since R5 (MonetaryComponent). */
const unitPrice = 'http://hl7.org/fhir/5.0/StructureDefinition/extension-ChargeItem.unitPriceComponent';
const hand = (text: string) => ({ with: { 'performer[].function.text': text } });
const span = (whole: { textAt(path: string): string }): boolean => whole.textAt('4.2') !== '';

export const charge = rows('FT1', [
  ['FT1-2', 'identifier[]', EI],
  ['FT1-4', 'occurrencePeriod', DR, { when: span }],
  ['FT1-4', 'occurrenceDateTime', DTM, { when: (whole) => !span(whole) }],
  ['FT1-5', 'enteredDate', DTM],
  // HL7 table 0017: what is no charge cannot be billed.
  [
    'FT1-6',
    'status',
    oneOf({ CG: 'billable', CH: 'billable', CD: 'not-billable', CO: 'not-billable', PY: 'not-billable', AJ: 'not-billable' }, '0017'),
  ],
  ['FT1-7', 'code', tabled('0132')],
  ['FT1-8', 'code.text', ST],
  ['FT1-25', 'code.coding[]', CODING],
  ['FT1-26', 'code.coding[]', CODING],
  ['FT1-10', 'quantity.value', NM],
  ['FT1-11', 'priceOverride', PRICE],
  ['FT1-12', 'priceOverride', PRICE, { when: (whole) => whole.textAt('11') === '' }],
  [
    'FT1-12',
    `extension[${unitPrice}].extension[=amount].valueMoney`,
    PRICE,
    { inOnly: true, when: (whole) => whole.textAt('11') !== '', with: { [`extension[${unitPrice}].extension[=type].valueCode`]: 'base' } },
  ],
  ['FT1-13', 'costCenter', ORGANIZATION_BY_CODE],
  ['FT1-19', 'reason[]', CWE],
  ['FT1-20', 'performer[].actor', XCN, hand('Performed by')],
  ['FT1-21', 'performer[].actor', XCN, hand('Ordered by')],
  ['FT1-24', 'enterer', XCN],
  ['FT1-29', 'productCodeableConcept', CWE],
  ['FT1-34', 'productCodeableConcept', CWE, { inOnly: true, when: (whole) => whole.textAt('29') === '' }],
  ['FT1-32', 'performingOrganization', XON],
  ['FT1-33', 'requestingOrganization', XON],
  ['FT1-23', 'service[filler].identifier', EI, { with: { 'service[filler].type': 'DiagnosticReport' } }],
  ['FT1-42', 'service[prescription].identifier', EI, { with: { 'service[prescription].type': 'MedicationDispense' } }],
  ['FT1-41', 'code.coding[]', CODING],
  ['FT1-43', 'quantity', CQ, { inOnly: true, when: (whole) => whole.textAt('10') === '' }],
]);

export const ft1: Teller = (segment, scene) => {
  const { story } = scene;
  const number = eiKey(segment.field(2));
  const known = number === undefined ? undefined : story.key(number, within(scene));
  const name = known === undefined ? [scene.controlId, String(segment.occurrence)] : [known];
  const thing = story.thing('ChargeItem', [within(scene), 'charge', ...name], 'merge', true);
  thing.keys = known === undefined ? [] : [known];
  if (!charge.read(segment, thing.place, story)) return;
  thing.presume('status', 'unknown');
  if (thing.resource['code'] === undefined) thing.imply('code.text', 'unknown');
  about(scene, thing, 'subject');
  if (scene.patient === undefined) thing.imply('subject.display', 'unknown');
  thing.point('context', scene.encounter);
  if (scene.account !== undefined) thing.point('account[1]', scene.account);
  scene.last = thing;
};

/** BLG: on which account an order is charged. */
export const blg: Teller = (segment, scene) => {
  const before = scene.account;
  accountOf(segment.field(3), scene);
  // The account of the patient stays who pays for what follows.
  if (before !== undefined) scene.account = before;
};
