// CON: a consent that was given or refused (HL7 v2.8, section 9.9.1). It stands in the record as it was told, without provisions: what it
// permits is for whoever decides about access to say, and not for a message.
import { DTM, oneOf, ST } from '../codecs.ts';
import type { SegmentParts } from '../part.ts';
import { rows } from '../rows.ts';
import { about, type Scene, type Teller, within } from '../scene.ts';
import type { Thing } from '../story.ts';
import { tabled } from '../types/coded.ts';
import { EI, eiKey } from '../types/identifiers.ts';
import { NARRATIVE } from '../types/narrative.ts';
import { XPN } from '../types/people.ts';

/** HL7 table 0498. */
const statuses = { A: 'active', L: 'active', P: 'proposed', R: 'rejected', X: 'inactive', B: 'inactive' };

const consent = rows('CON', [
  ['CON-2', 'category[]', tabled('0496')],
  ['CON-4', 'identifier[]', EI],
  ['CON-3', 'policyRule.text', ST],
  ['CON-5', 'text', NARRATIVE],
  ['CON-11', 'status', oneOf(statuses, '0498')],
  ['CON-13', 'dateTime', DTM],
  ['CON-14', 'provision.period.start', DTM],
  ['CON-15', 'provision.period.end', DTM],
]);

export const con: Teller = (segment, scene) => {
  const { story } = scene;
  const number = eiKey(segment.field(4));
  const known = number === undefined ? undefined : story.key(number, within(scene));
  const thing = story.thing('Consent', [within(scene), 'consent', known ?? `${segment.text(2)} ${segment.text(13)}`], 'merge', true);
  thing.keys = known === undefined ? [] : [known];
  if (!consent.read(segment, thing.place, story)) return;
  thing.presume('status', 'proposed');
  thing.imply('scope.coding[1].system', 'http://terminology.hl7.org/CodeSystem/consentscope').imply('scope.coding[1].code', 'treatment');
  thing.imply('policyRule.text', 'unknown');
  if (thing.resource['category'] === undefined) thing.imply('category[1].text', 'unknown');
  about(scene, thing, 'patient');
  consenter(segment, scene, thing);
  scene.last = thing;
};

const who = rows('CON', [
  ['CON-24', 'name[]', XPN],
  ['CON-25', 'relationship[]', tabled('0548')],
]);

/** CON-24 agreed, who is CON-25 to the patient: 1 is the patient. */
function consenter(segment: SegmentParts, scene: Scene, consent: Thing): void {
  const thing = scene.story.thing('RelatedPerson', [consent.id, 'consenter']);
  if (!who.read(segment, thing.place, scene.story)) return;
  about(scene, thing, 'patient');
  if (scene.patient === undefined) thing.imply('patient.display', 'unknown');
  consent.point('performer[1]', thing);
}
