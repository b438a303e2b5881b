// A message told in FHIR, with its ledger: whatever no row of a mapping table has said is kept, so no leaf can be forgotten.
import type { Resource } from '../../fhir/generated/types.ts';
import type { LedgerRow, Said, Translation, TranslationContext } from '../contract.ts';
import { demand } from './map/demands.ts';
import { mend } from './map/mend.ts';
import { type Leaf, type SegmentParts, takeApartInSteps } from './map/part.ts';
import type { Scene } from './map/scene.ts';
import { joinReferral } from './map/segments/referral.ts';
import { joinPatient } from './map/segments/sch.ts';
import { Story } from './map/story.ts';
import { tellers } from './map/tellers.ts';
import { instantOf } from './map/time.ts';
import type { Message } from './tree/message.ts';

/** What `restore` needs beside the translation: the leaves themselves. */
export interface Telling {
  translation: Translation;
  segments: SegmentParts[];
}

/** Fields that say how the message is built: set ids and the header's own. */
const setIds = new Set(
  'PID PV1 NK1 AL1 IAM DG1 PR1 GT1 IN1 IN3 OBR OBX NTE SPM FT1 PRB GOL AIS AIG AIL AIP RGS TQ1 TQ2 ACC DB1 TXA PRT CON REL ARV'.split(' '),
);

/** Where segments say what is to be done with them (HL7 tables 0206, 0287 and 0180). */
const actions: Readonly<Record<string, number>> = { DG1: 21, PR1: 20, IAM: 6, DRG: 10, RF1: 25, PRB: 1, GOL: 1, PTH: 1, IN1: 55, MFE: 1 };
/** To take what the segment says as it stands is what anybody does with a segment. */
const plainActions = new Set(['A', 'U', 'X', 'AD', 'UP', 'UC', 'UN', 'LI', 'MAD', 'MUP']);

export function tell(message: Message, context: TranslationContext): Telling {
  const steps = tellInSteps(message, context);
  for (let step = steps.next(); ; step = steps.next()) if (step.done === true) return step.value;
}

/** The same with rests: a step is some segments. What looks at all resources at once is small beside them. */
export function* tellInSteps(message: Message, context: TranslationContext): Generator<undefined, Telling> {
  const segments = yield* takeApartInSteps(message);
  const story = new Story(context);
  const header = segments.find(({ name }) => name === 'MSH');
  const scene: Scene = {
    story,
    type: header?.text(9, '1') ?? '',
    event: header?.text(9, '2') ?? '',
    controlId: header?.text(10) ?? '',
    asOf: instantOf(segments.find(({ name }) => name === 'EVN')?.text(2) ?? '', story) ?? instantOf(header?.text(7) ?? '', story),
    segments,
    names: segments.map(({ name }) => name),
    at: 0,
    repeats: new Map(),
  };
  for (const [at, segment] of segments.entries()) {
    if (at % 10 === 0) yield;
    scene.at = at;
    tellers[segment.name]?.(segment, scene);
    const first = setIds.has(segment.name) ? segment.field(1)?.leaf : undefined;
    if (first !== undefined && first.said.length === 0) first.structural = true;
    const action = segment.field(actions[segment.name] ?? 0)?.leaf;
    if (action !== undefined && action.said.length === 0 && plainActions.has(action.text)) action.structural = true;
  }
  yield;
  joinPatient(scene);
  joinReferral(scene);
  yield;
  yield* mend(story, segments);
  yield;
  demand(story.things);
  yield;
  const resources: Said[] = [];
  for (const { resource, how, byIdentifier, keys, removes, presumes, speaks } of story.things) {
    if (!speaks || !isResource(resource)) continue;
    const said: Said = { resource, how, byIdentifier };
    if (byIdentifier) said.keys = keys ?? identifiersOf(resource).map((key) => story.key(key));
    if (removes.size > 0) said.removes = [...removes];
    if (presumes.size > 0) said.presumes = [...presumes];
    resources.push(said);
  }
  const translation: Translation = {
    resources,
    ledger: yield* ledgerOf(segments, message),
    instructions: story.instructions,
    notes: story.notes,
    ...(scene.asOf === undefined ? {} : { asOf: scene.asOf }),
  };
  return { translation, segments };
}

function identifiersOf(resource: Resource): string[] {
  const { identifier } = resource as Resource & { identifier?: unknown };
  const list: { system?: string; value?: string }[] = Array.isArray(identifier) ? identifier : [];
  return list.flatMap(({ system, value }) => (value === undefined ? [] : [`${system ?? ''}|${value}`]));
}

/** Built element by element by the rows; a test holds what they build against R4. */
const isResource = (value: object): value is Resource => 'resourceType' in value;

const elementsOf = (said: Leaf['said']): string[] =>
  said.length === 1 && said[0] !== undefined ? [said[0].element] : [...new Set(said.map(({ element }) => element))];

function* ledgerOf(segments: readonly SegmentParts[], message: Message): Generator<undefined, LedgerRow[]> {
  const ledger: LedgerRow[] = [];
  if (message.before !== '') ledger.push({ path: 'before', text: message.before, state: 'kept', why: 'stands before the first segment' });
  for (const [at, segment] of segments.entries()) {
    if (at % 100 === 0) yield;
    for (const { path, raw, said, structural, why } of segment.leaves()) {
      if (said.length > 0) ledger.push({ path, text: raw, state: 'mapped', elements: elementsOf(said) });
      else if (structural) ledger.push({ path, text: raw, state: 'structural' });
      else ledger.push({ path, text: raw, state: 'kept', ...(why === undefined ? {} : { why }) });
    }
  }
  return ledger;
}
