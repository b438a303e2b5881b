// Orders: which resource an ORC speaks of is decided by what follows it (HL7 v2.8, chapters 4 and 7; v2-to-FHIR message maps OML_O21,
// ORM_O01, ORU_R01, VXU_V04), and an order is known by its placer number, else by its filler number.
import type { ResourceType } from '../../../fhir/generated/types.ts';
import type { Part, SegmentParts } from './part.ts';
import { following, type Scene, within } from './scene.ts';
import type { Thing } from './story.ts';
import { eiKey } from './types/identifiers.ts';

/** Messages about drugs, where an ORC alone is about one too. */
const pharmacy = new Set('OMP ORP RDE RRE RDS RRD RGV RRG RAS RRA RDR RGR RER RAR ROR'.split(' '));
/** Messages that bring results; elsewhere an OBR brings some where it says how far they are. */
const results = new Set('ORU OUL ORF ORN OSR'.split(' '));
/** Messages in which the specimen stands before its orders. */
const specimenFirst = new Set('OUL OML OPL OPU OSM'.split(' '));
const specimenFirstEvents = new Set('R22 R23 R24 O33 O35 O37 O39 R25 R26'.split(' '));

const prescriptions = new Set(['RXO', 'RXE', 'RXD', 'RXG']);
const vaccinations = new Set(['VXU', 'VXR', 'VXX', 'RSP']);

/** Whether an RXA is a vaccination: by the message, or because it is coded as a vaccine. */
export const isVaccination = (rxa: SegmentParts, scene: Scene): boolean =>
  vaccinations.has(scene.type) || rxa.text(5, '3') === 'CVX' || rxa.text(5, '6') === 'CVX';

/** What the ORC that is being told is about. */
export function orderedType(scene: Scene): { type: ResourceType; rxa?: SegmentParts } {
  const rest = following(scene, ['ORC']);
  const rxa = rest.find(({ name }) => name === 'RXA');
  if (rest.some(({ name }) => prescriptions.has(name))) return { type: 'MedicationRequest' };
  if (rxa !== undefined) return isVaccination(rxa, scene) ? { type: 'Immunization', rxa } : { type: 'MedicationRequest' };
  if (rest.some(({ name }) => name === 'OBR')) return { type: 'ServiceRequest' };
  return { type: pharmacy.has(scene.type) ? 'MedicationRequest' : 'ServiceRequest' };
}

/** An OBR that only introduces the drug order that its ORC is about: some systems send one with every order. */
export const introducesDrug = (scene: Scene): boolean =>
  scene.order?.type === 'MedicationRequest' && following(scene, ['ORC', 'OBR']).some(({ name }) => prescriptions.has(name));

export const bringsResults = (obr: SegmentParts, scene: Scene): boolean => results.has(scene.type) || obr.text(25) !== '';
export const specimenStandsFirst = (scene: Scene): boolean => specimenFirst.has(scene.type) && specimenFirstEvents.has(scene.event);

/** `system|value` of the first that has a value. */
const firstKey = (...parts: (Part | undefined)[]): string | undefined => {
  for (const part of parts) {
    const key = eiKey(part);
    if (key !== undefined) return key;
  }
  return undefined;
};

/** Placer number, else filler number, of an order group. */
export const orderNumber = (orc: SegmentParts | undefined, obr: SegmentParts | undefined): string | undefined =>
  firstKey(orc?.field(2), obr?.field(2), orc?.field(3), obr?.field(3));

/** Filler number, else placer number: what results are known by. */
export const resultNumber = (orc: SegmentParts | undefined, obr: SegmentParts | undefined): string | undefined =>
  firstKey(obr?.field(3), orc?.field(3), obr?.field(2), orc?.field(2));

/** Which services each order number of the message stands at. */
function servicesOf(scene: Scene): ReadonlyMap<string, ReadonlySet<string>> {
  if (scene.services !== undefined) return scene.services;
  const services = new Map<string, Set<string>>();
  let orc: SegmentParts | undefined;
  for (const segment of scene.segments) {
    if (segment.name === 'ORC') orc = segment;
    if (segment.name !== 'OBR') continue;
    const number = orderNumber(orc, segment);
    orc = undefined;
    if (number === undefined) continue;
    const set = services.get(number) ?? new Set<string>();
    set.add(segment.text(4) || segment.text(4, '2'));
    services.set(number, set);
  }
  scene.services = services;
  return services;
}

/** The request of an order group. */
export function requestOf(type: ResourceType, orc: SegmentParts | undefined, obr: SegmentParts | undefined, scene: Scene): Thing {
  const number = orderNumber(orc, obr);
  const { story } = scene;
  if (number === undefined) {
    const service = obr?.field(4)?.key ?? '';
    const time = obr?.text(7) || obr?.text(6) || orc?.text(9) || '';
    const own = service === '' && time === '' ? scene.controlId : '';
    return story.thing(type, ['order', within(scene), own, service, time, String(scene.at)]);
  }
  // One number over several services is the number of none of them alone.
  if (obr !== undefined && (servicesOf(scene).get(number)?.size ?? 0) > 1)
    return story.thing(type, ['order', number, obr.text(4) || obr.text(4, '2')]);
  const thing = story.thing(type, ['order', number], 'merge', true);
  const keys = [orc?.field(2), obr?.field(2), orc?.field(3), obr?.field(3)].flatMap((part) => eiKey(part) ?? []);
  thing.keys = [...new Set([...(thing.keys ?? []), ...keys.map((key) => story.key(key))])];
  return thing;
}

/** The specimens of the order group that begins here: they follow it, or stand before it. */
export const specimensAhead = (scene: Scene): SegmentParts[] =>
  specimenStandsFirst(scene) ? [] : following(scene, ['ORC', 'OBR', 'PID']).filter(({ name }) => name === 'SPM');
