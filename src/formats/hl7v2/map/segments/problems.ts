// PRB, GOL, PTH and VAR: problems, goals, pathways and what went otherwise (HL7 v2.8, chapter 12). The official maps have nothing for
// them; FHIR has Condition, Goal, CarePlan and their notes.
import { DT, DTM, NM, oneOf, ST } from '../codecs.ts';
import type { SegmentParts } from '../part.ts';
import { rows, type SegmentRows } from '../rows.ts';
import { about, during, type Scene, type Teller, within } from '../scene.ts';
import type { Thing } from '../story.ts';
import { CODING, CWE, statusOf } from '../types/coded.ts';
import { EI, eiKey } from '../types/identifiers.ts';
import { XCN } from '../types/people.ts';
import { codedFinding, finding, tellFindings } from './findings.ts';

const conditionCategory = 'http://terminology.hl7.org/CodeSystem/condition-category';
const clinical = 'http://terminology.hl7.org/CodeSystem/condition-clinical';
const verification = 'http://terminology.hl7.org/CodeSystem/condition-ver-status';

/** Of these three kinds the second field is a time, the third what it is and the fourth its number. */
function thingOf(
  type: 'Condition' | 'Goal' | 'CarePlan',
  segment: SegmentParts,
  scene: Scene,
  table: SegmentRows,
  at: { what: number; number: number },
) {
  const { story } = scene;
  const number = eiKey(segment.field(at.number));
  const known = number === undefined ? undefined : story.key(number, within(scene));
  const what = segment.field(at.what);
  const thing = story.thing(type, [within(scene), segment.name, known ?? (what?.textAt('1') || what?.key || '')], 'merge', true);
  thing.keys = known === undefined ? [] : [known];
  if (!table.read(segment, thing.place, story)) return undefined;
  about(scene, thing, 'subject');
  if (scene.patient === undefined) thing.imply('subject.display', 'unknown');
  acted(segment, scene, thing);
  // HL7 table 0287.
  if (segment.text(1) === 'DE' && known !== undefined) story.instructions.push({ kind: 'delete', type, keys: [known] });
  scene.last = thing;
  return thing;
}

/** The second field of PRB and GOL, the sixth of PTH: when the first was done. */
const actions: Readonly<Record<string, SegmentRows>> = {
  PRB: rows('PRB', [['PRB-2', 'occurredDateTime', DTM]]),
  GOL: rows('GOL', [['GOL-2', 'occurredDateTime', DTM]]),
  PTH: rows('PTH', [['PTH-6', 'occurredDateTime', DTM]]),
};

function acted(segment: SegmentParts, scene: Scene, thing: Thing): void {
  const event = scene.story.thing('Provenance', ['action', thing.id, segment.text(1), scene.controlId], 'whole');
  if (actions[segment.name]?.read(segment, event.place, scene.story) !== true) return;
  event.imply('recorded', (scene.asOf ?? scene.story.context.receivedAt).toISOString()).point('target[1]', thing);
  event.imply('agent[1].who.display', 'the sender of the message');
}

const problem = rows('PRB', [
  ['PRB-3', 'code', CWE],
  ['PRB-4', 'identifier[]', EI],
  ['PRB-7', 'recordedDate', DTM],
  ['PRB-9', 'abatementDateTime', DTM],
  ['PRB-10', 'category[]', CWE],
  ['PRB-16', 'onsetDateTime', DTM],
  ['PRB-17', 'onsetString', ST, { when: (whole) => whole.textAt('16') === '' }],
  ['PRB-25', 'meta.security[]', CODING],
  ['PRB-26', 'severity', CWE],
]);
const CONFIRMATION = statusOf(
  {
    C: 'confirmed',
    CONFIRMED: 'confirmed',
    U: 'unconfirmed',
    UNCONFIRMED: 'unconfirmed',
    P: 'provisional',
    PROVISIONAL: 'provisional',
    D: 'differential',
    DIFFERENTIAL: 'differential',
    REFUTED: 'refuted',
  },
  verification,
);
const LIFE_CYCLE = statusOf(
  {
    A: 'active',
    ACTIVE: 'active',
    I: 'inactive',
    INACTIVE: 'inactive',
    R: 'resolved',
    RESOLVED: 'resolved',
    REMISSION: 'remission',
    RECURRENCE: 'recurrence',
    RELAPSE: 'relapse',
  },
  clinical,
);
const statuses = rows('PRB', [
  ['PRB-13', 'verificationStatus', CONFIRMATION],
  ['PRB-14', 'clinicalStatus', LIFE_CYCLE],
]);

const awareness = rows('PRB', [
  codedFinding('PRB-19', 'Certainty', ''),
  finding('PRB-20', 'Probability', 'valueQuantity.value', NM),
  codedFinding('PRB-21', 'Awareness of the problem', ''),
  codedFinding('PRB-23', 'Awareness of the prognosis', ''),
  codedFinding('PRB-24', 'Awareness of the family', ''),
]);
const outlook = rows('PRB', [['PRB-22', 'prognosisCodeableConcept[]', CWE]]);
const episode = rows('PRB', [['PRB-5', 'identifier[1]', EI]]);

/** What is thought of the problem, and the episode that it belongs to. */
function thought(segment: SegmentParts, thing: Thing, scene: Scene): void {
  const { story } = scene;
  tellFindings(segment, awareness, thing, 'Findings about the problem', scene, false);
  const impression = story.thing('ClinicalImpression', ['prognosis', thing.id]);
  if (outlook.read(segment, impression.place, story)) {
    impression.imply('status', 'completed').point('problem[1]', thing);
    about(scene, impression, 'subject');
    if (scene.patient === undefined) impression.imply('subject.display', 'unknown');
  }
  const care = story.thing('EpisodeOfCare', [within(scene), 'episode', segment.field(5)?.key ?? '']);
  if (!episode.read(segment, care.place, story)) return;
  care.presume('status', 'active').point(`diagnosis[${thing.id}].condition`, thing);
  about(scene, care, 'patient');
  if (scene.patient === undefined) care.imply('patient.display', 'unknown');
}

export const prb: Teller = (segment, scene) => {
  const thing = thingOf('Condition', segment, scene, problem, { what: 3, number: 4 });
  if (thing === undefined) return;
  thing.imply('category[kind].coding[1].system', conditionCategory).imply('category[kind].coding[1].code', 'problem-list-item');
  statuses.read(segment, thing.place, scene.story);
  const over = thing.resource['abatementDateTime'] !== undefined;
  // A problem that has ended is not active (invariant con-4), and one on a list has a status (con-3).
  if (over && thing.resource['clinicalStatus'] === undefined)
    thing.imply('clinicalStatus.coding[1].system', clinical).imply('clinicalStatus.coding[1].code', 'resolved');
  else thing.presume('clinicalStatus.coding[1].system', clinical).presume('clinicalStatus.coding[1].code', 'active');
  if (over && /"(active|recurrence|relapse)"/.test(JSON.stringify(thing.resource['clinicalStatus']))) endless(segment, thing);
  during(scene, thing);
  thought(segment, thing, scene);
};

/** Active and over at once: the status stands, the end is kept. */
function endless(segment: SegmentParts, thing: Thing): void {
  delete thing.resource['abatementDateTime'];
  for (const leaf of segment.leaves()) leaf.said = leaf.said.filter(({ element }) => element !== `${thing.name}#abatementDateTime`);
}

const goal = rows('GOL', [
  ['GOL-3', 'description', CWE],
  ['GOL-4', 'identifier[]', EI],
  ['GOL-7', 'startDate', DT],
  ['GOL-8', 'target[1].dueDate', DT],
  ['GOL-10', 'category[]', CWE],
  ['GOL-12', 'priority', CWE],
  ['GOL-17', 'note[].text', ST],
  [
    'GOL-18',
    'lifecycleStatus',
    oneOf({
      ACTIVE: 'active',
      A: 'active',
      COMPLETED: 'completed',
      C: 'completed',
      CANCELLED: 'cancelled',
      PLANNED: 'planned',
      P: 'planned',
    }),
  ],
  ['GOL-19', 'statusDate', DT],
]);

export const gol: Teller = (segment, scene) => {
  const thing = thingOf('Goal', segment, scene, goal, { what: 3, number: 4 });
  thing?.presume('lifecycleStatus', 'active').imply('description.text', 'unknown');
};

const pathway = rows('PTH', [
  ['PTH-2', 'category[]', CWE],
  ['PTH-3', 'identifier[]', EI],
  ['PTH-4', 'period.start', DTM],
  ['PTH-5', 'status', oneOf({ ACTIVE: 'active', A: 'active', COMPLETED: 'completed', C: 'completed', REVOKED: 'revoked', S: 'on-hold' })],
]);

export const pth: Teller = (segment, scene) => {
  const thing = thingOf('CarePlan', segment, scene, pathway, { what: 2, number: 3 });
  if (thing === undefined) return;
  thing.presume('status', 'active').imply('intent', 'plan');
  during(scene, thing);
};

const variance = rows('VAR', [
  ['VAR-2', 'time', DTM],
  ['VAR-4', 'authorReference', XCN],
  ['VAR-6', 'text', ST],
]);
const noted = new Set(['Condition', 'Goal', 'CarePlan', 'Procedure']);

export const varied: Teller = (segment, scene) => {
  const { last } = scene;
  if (last === undefined || !noted.has(last.type) || segment.text(6).trim() === '' || segment.field(6)?.leaf?.raw === '""') return;
  variance.read(segment, last.place.child({ name: 'note', item: { fresh: true } }, `VAR/${segment.occurrence}`), scene.story);
};
