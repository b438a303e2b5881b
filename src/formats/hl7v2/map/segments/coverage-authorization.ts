// AUT: what a payer has authorised (HL7 v2.8, section 11.8.2), as the answer to a request made beforehand: ClaimResponse with the use
// `preauthorization`. The official maps have nothing for it.
import { CURRENCY, DTM, NM, ST } from '../codecs.ts';
import { composite, rows } from '../rows.ts';
import { about, type Teller, within } from '../scene.ts';
import { CWE, WORDS } from '../types/coded.ts';
import { EI } from '../types/identifiers.ts';
import { CQ } from '../types/quantities.ts';

const adjudication = 'http://terminology.hl7.org/CodeSystem/adjudication';
const LIMIT = composite([
  ['1.1', 'value', NM],
  ['1.2', 'currency', CURRENCY],
]);

const answer = rows('AUT', [
  ['AUT-1', 'insurance[1].coverage.display', WORDS],
  ['AUT-4', 'preAuthPeriod.start', DTM],
  ['AUT-5', 'preAuthPeriod.end', DTM],
  ['AUT-6', 'identifier[1]', EI],
  ['AUT-6', 'preAuthRef', ST, { inOnly: true }],
  [
    'AUT-7',
    'total[limit].amount',
    LIMIT,
    { with: { 'total[limit].category.coding[1].system': adjudication, 'total[limit].category.coding[1].code': 'benefit' } },
  ],
  ['AUT-9', 'addItem[1].quantity', CQ],
  ['AUT-10', 'created', DTM],
  ['AUT-16', 'addItem[1].productOrService', CWE],
  ['AUT-17', 'processNote[reason].text', ST],
  ['AUT-28', 'processNote[comment].text', ST],
]);
const insurer = rows('AUT', [
  ['AUT-2', 'identifier[1].value', ST],
  ['AUT-3', 'name', ST],
]);

export const aut: Teller = (segment, scene) => {
  const { story } = scene;
  const keys = [6, 1, 4].map((field) => segment.field(field)?.key ?? '');
  const thing = story.thing('ClaimResponse', [within(scene), 'authorization', ...keys]);
  const payer = story.thing('Organization', ['payer', ...[2, 3].map((field) => segment.field(field)?.key ?? '')]);
  const said = answer.read(segment, thing.place, story);
  const named = insurer.read(segment, payer.place, story);
  if (!said && !named) return;
  if (named) thing.point('insurer', payer);
  else thing.imply('insurer.display', 'unknown');
  if (thing.resource['insurance'] !== undefined) thing.imply('insurance[1].sequence', 1).imply('insurance[1].focal', true);
  if (thing.resource['addItem'] !== undefined) {
    thing.imply('addItem[1].productOrService.text', 'Authorized treatments');
    thing.imply('addItem[1].adjudication[1].category.coding[1].system', adjudication);
    thing.imply('addItem[1].adjudication[1].category.coding[1].code', 'eligible');
  }
  thing.imply('status', 'active').imply('use', 'preauthorization').imply('outcome', 'complete');
  thing.imply('type.coding[1].system', 'http://terminology.hl7.org/CodeSystem/claim-type').imply('type.coding[1].code', 'professional');
  thing.imply('created', (scene.asOf ?? story.context.receivedAt).toISOString());
  about(scene, thing, 'patient');
  if (scene.patient === undefined) thing.imply('patient.display', 'unknown');
  scene.referral?.point(`insurance[${thing.id}]`, thing);
  scene.last = thing;
};
