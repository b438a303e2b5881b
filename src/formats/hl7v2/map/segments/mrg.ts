// MRG: who or what becomes part of the patient of the PID before it, or is moved to it (HL7 v2.8, sections 3.4.9 and 3.6;
// v2-to-FHIR segment map MRG[Account]).
import type { Instruction } from '../../../contract.ts';
import { rows } from '../rows.ts';
import type { Teller } from '../scene.ts';
import type { Thing } from '../story.ts';
import { CX, cxKey } from '../types/identifiers.ts';
import { XPN } from '../types/people.ts';
import { patientKeys } from './pid.ts';

const prior = rows('MRG', [
  ['MRG-1', 'identifier[]', CX],
  ['MRG-2', 'identifier[]', CX],
  ['MRG-4', 'identifier[]', CX],
  ['MRG-7', 'name[]', XPN],
]);

/** The patient, or what stands for the patient: external id, identifier list. */
const merges = new Set(['A18', 'A30', 'A34', 'A36', 'A39', 'A40', 'A46', 'A47', 'A48']);
/** The account goes over. */
const accounts = new Set(['A35', 'A41', 'A43', 'A44', 'A49']);
/** The visit goes over. */
const visits = new Set(['A42', 'A43', 'A45', 'A50', 'A51']);

export const mrg: Teller = (segment, scene) => {
  const { story, patient, event } = scene;
  const old = patientKeys(
    [1, 4, 2].flatMap((field) => segment.repetitions(field)),
    story,
  );
  const survivor = patient?.keys ?? [];
  if (old[0] !== undefined) {
    const thing = story.thing('Patient', [old[0]], 'refer', true);
    thing.keys ??= old;
    prior.read(segment, thing.place, story);
    const staying = new Set(survivor);
    const same = old.some((key) => staying.has(key));
    if (merges.has(event) && !same && survivor.length > 0)
      story.instructions.push({ kind: 'merge-patients', survivor: [...survivor], prior: old });
  } else if (patient !== undefined) prior.read(segment, story.thing('Patient', [scene.controlId, 'prior'], 'refer').place, story);

  const owner = old[0] === undefined ? patient : story.thing('Patient', [old[0]], 'refer', true);
  const scope = owner?.id ?? scene.controlId;
  const move = (type: 'Account' | 'Encounter', field: number, events: ReadonlySet<string>): void => {
    const part = segment.field(field);
    const text = cxKey(part);
    if (part === undefined || text === undefined) return;
    const key = story.key(text, scope);
    const thing = story.thing(type, [key], 'refer', true);
    thing.keys ??= [key];
    CX.read(part, thing.place, { name: 'identifier', item: { label: '1' } }, type, story);
    stub(thing, owner);
    if (!events.has(event) || survivor.length === 0) return;
    const instruction: Instruction = { kind: 'move', type, keys: [key], to: [...survivor] };
    story.instructions.push(instruction);
    // A changed number is another name of the same visit: PV1 says the new one.
    if (type === 'Encounter') scene.priorVisit = key;
  };
  move('Account', 3, accounts);
  move('Encounter', 5, visits);
  move('Encounter', 6, visits);
};

/** What FHIR demands of a resource of which the message gives a number only. */
function stub(thing: Thing, owner: Thing | undefined): void {
  if (thing.type === 'Account') thing.presume('status', 'unknown').point('subject[1]', owner);
  else {
    thing.presume('status', 'unknown').point('subject', owner);
    thing.presume('class.system', 'http://terminology.hl7.org/CodeSystem/v3-NullFlavor').presume('class.code', 'UNK');
  }
}
