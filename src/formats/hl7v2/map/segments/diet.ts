// ODS: a diet, a supplement or a preference that is ordered (HL7 v2.8, section 4.8.1), as a NutritionOrder. The official maps have
// nothing for it.
import { ST } from '../codecs.ts';
import { rows, type SegmentRows } from '../rows.ts';
import { about, during, type Teller, within } from '../scene.ts';
import { CWE } from '../types/coded.ts';

/** By ODS-1, HL7 table 0159. */
const kinds: Readonly<Record<string, SegmentRows>> = {
  D: rows('ODS', [
    ['ODS-3', 'oralDiet.type[]', CWE],
    ['ODS-4', 'oralDiet.instruction', ST],
  ]),
  S: rows('ODS', [
    ['ODS-3', 'supplement[1].type', CWE],
    ['ODS-4', 'supplement[1].instruction', ST],
  ]),
  P: rows('ODS', [
    ['ODS-3', 'foodPreferenceModifier[]', CWE],
    ['ODS-4', 'note[].text', ST],
  ]),
};

export const ods: Teller = (segment, scene) => {
  const { story } = scene;
  const code = segment.text(1).trim();
  const table = Object.hasOwn(kinds, code) ? kinds[code] : undefined;
  const thing = story.thing('NutritionOrder', [within(scene), 'diet', scene.order?.id ?? scene.controlId, String(segment.occurrence)]);
  if (table === undefined || !table.read(segment, thing.place, story)) return;
  const kind = segment.field(1)?.leaf;
  // Which of the elements is said says it again.
  if (kind !== undefined) kind.structural = true;
  thing
    .imply('status', 'active')
    .imply('intent', 'order')
    .imply('dateTime', (scene.asOf ?? story.context.receivedAt).toISOString());
  about(scene, thing, 'patient');
  if (scene.patient === undefined) thing.imply('patient.display', 'unknown');
  during(scene, thing);
};
