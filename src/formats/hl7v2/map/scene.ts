// Where in the message the telling is: the segments to come, and what the ones before were about. Senders put segments where they
// like; so each asks what it is about when it comes, instead of a grammar that a real message would break.
import type { Part, SegmentParts } from './part.ts';
import type { Story, Thing } from './story.ts';

/** What is worked out once for a message stands here as well: a WeakMap beside it would keep thousands of messages until the next full collection. */
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
  /** Their names. */
  readonly names: readonly string[];
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
  /** EVN-3: for when it is planned. */
  plannedFor?: Part | undefined;
  /** MFE-1: what is to be done with the master file record that follows. */
  masterAction?: string;
  /** RF1, which PRD and CTD speak of. */
  referral?: Thing;
  /** Roles that stand before it. */
  rolesAhead?: { code: string; thing: Thing }[];
  /** Of the order group that is being told. */
  order?: Thing | undefined;
  report?: Thing | undefined;
  /** Whose orders come, where a specimen stands before them. */
  specimen?: Thing | undefined;
  /** The specimen that was told last: its containers and observations follow it. */
  afterSpecimen?: Thing | undefined;
  observation?: Thing | undefined;
  /** The drug order that is being told, and what was dispensed, given or is to be given of it. */
  medication?: Thing | undefined;
  given?: Thing | undefined;
  /** Vaccinations of which an RXA has spoken. */
  vaccinations?: Set<Thing>;
  /** What it is made of, where more than a code is said. */
  drug?: Thing | undefined;
  /** The numbers and the service of the order group that is being told. */
  group?: OrderGroup | undefined;
  /** Which services each order number of the message stands at. */
  services?: ReadonlyMap<string, ReadonlySet<string>>;
  /** The observations that stand together, by what they are of, and where they end. */
  siblings?: { until: number; byCode: ReadonlyMap<string, readonly SegmentParts[]> };
  /** How often the message has said each observation already. */
  readonly repeats: Map<string, number>;
  appointment?: Thing | undefined;
  document?: Thing | undefined;
  coverage?: Thing | undefined;
  /** What the last segment with a resource of its own was about: NTE, ROL, PRT, VAR belong to it. */
  last?: Thing | undefined;
}

/** ORC and OBR that stand together. */
export interface OrderGroup {
  orc: SegmentParts | undefined;
  obr: SegmentParts | undefined;
  /** What the sender knows it by. */
  key: string;
  /** Where it is one only. */
  specimen?: Thing | undefined;
}

/** Tells one segment. */
export type Teller = (segment: SegmentParts, scene: Scene) => void;

/** The segments that follow this one, up to the next of the names. */
export function following(scene: Scene, until: readonly string[]): SegmentParts[] {
  const found: SegmentParts[] = [];
  for (let at = scene.at + 1; at < scene.segments.length; at++) {
    const segment = scene.segments[at];
    if (segment === undefined || until.includes(segment.name)) break;
    found.push(segment);
  }
  return found;
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
