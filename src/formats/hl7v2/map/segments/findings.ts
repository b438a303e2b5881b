// What a registration desk knows of somebody beside the patient for which RelatedPerson has no element (marital state, employment,
// religion …): one Observation of the patient whose focus is that person (http://hl7.org/fhir/R4/observation-definitions.html#Observation.focus:
// "when the focus of an observation is different from the subject, such as a spouse, parent or donor"), with one component a field.
import type { Converter } from '../converter.ts';
import type { SegmentParts } from '../part.ts';
import type { Row, SegmentRows } from '../rows.ts';
import { about, type Scene } from '../scene.ts';
import type { Thing } from '../story.ts';
import { CWE, tabled } from '../types/coded.ts';

/** A field as a component: `element` is the value[x] that it is. */
export function finding(field: string, words: string, element: string, as: Converter): Row {
  const at = `component[${field}]`;
  return [field, `${at}.${element}`, as, { with: { [`${at}.code.text`]: words } }];
}

/** A field whose codes are of an HL7 table; '' where there is none. */
export const codedFinding = (field: string, words: string, table: string): Row =>
  finding(field, words, 'valueCodeableConcept', table === '' ? CWE : tabled(table));

/** Says them of `whose`; `what`: the words of what all of them are. */
export function tellFindings(segment: SegmentParts, table: SegmentRows, whose: Thing, what: string, scene: Scene, social = true): void {
  const observation = scene.story.thing('Observation', ['findings', segment.name, whose.id]);
  if (!table.read(segment, observation.place, scene.story)) return;
  observation.imply('status', 'final').imply('code.text', what).point('focus[1]', whose);
  about(scene, observation, 'subject');
  if (!social) return;
  const category = 'category[1].coding[1]';
  observation
    .imply(`${category}.system`, 'http://terminology.hl7.org/CodeSystem/observation-category')
    .imply(`${category}.code`, 'social-history');
}
