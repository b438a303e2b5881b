// Where in the message the telling is: the segments to come, and what the ones before were about. Senders put segments where they
// like; so each asks what it is about when it comes, instead of a grammar that a real message would break.
import type { SegmentParts } from './part.ts';
import type { Story, Thing } from './story.ts';

export interface Scene {
  readonly story: Story;
  /** MSH-9.1 and 9.2, `ADT` and `A01`. */
  readonly type: string;
  readonly event: string;
  /** MSH-10, for what has no key of its own. */
  readonly controlId: string;
  /** When the sender says that it happened: EVN-2, else MSH-7. */
  readonly asOf: Date | undefined;
  readonly segments: readonly SegmentParts[];
  /** Index of the segment that is being told. */
  at: number;
  message?: Thing;
  patient?: Thing | undefined;
  encounter?: Thing | undefined;
  account?: Thing | undefined;
  /** Key under which the visit was known before (MRG-5), where its number changes. */
  priorVisit?: string;
  /** Whom the cover is for (IN1-16), whom IN2 says more of. */
  subscriber?: Thing | undefined;
  /** RF1, which PRD and CTD speak of. */
  referral?: Thing;
  /** Of the order group that is being told. */
  order?: Thing;
  report?: Thing;
  specimen?: Thing;
  observation?: Thing;
  medication?: Thing;
  appointment?: Thing;
  document?: Thing;
  coverage?: Thing | undefined;
  /** What the last segment with a resource of its own was about: NTE, ROL, PRT, VAR belong to it. */
  last?: Thing | undefined;
}

/** Tells one segment. */
export type Teller = (segment: SegmentParts, scene: Scene) => void;

/** The segments that follow this one, up to the next of the names. */
export function following(scene: Scene, until: readonly string[]): SegmentParts[] {
  const rest = scene.segments.slice(scene.at + 1);
  const end = rest.findIndex(({ name }) => until.includes(name));
  return end === -1 ? rest : rest.slice(0, end);
}

/** Says the patient whom something is about. */
export function about(scene: Scene, thing: Thing, element: string): Thing {
  return thing.point(element, scene.patient);
}

/** Says the encounter in which something was. */
export function during(scene: Scene, thing: Thing, element = 'encounter'): Thing {
  return thing.point(element, scene.encounter);
}

/** A key within the patient, for what a sender numbers per patient; within the message where there is none. */
export const within = (scene: Scene): string => scene.patient?.id ?? scene.controlId;
