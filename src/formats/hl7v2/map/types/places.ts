// PL, where somebody is (HL7 v2.8, chapter 2A): bed in room in ward on floor in building in facility, each a Location that is part of
// the next. The same place is the same Location, whatever message names it: by the universal id that it has, else by its sender's words.
import { ST } from '../codecs.ts';
import type { Converter } from '../converter.ts';
import { Part } from '../part.ts';
import { isObject } from '../place.ts';
import type { Story, Thing } from '../story.ts';
import { authorityUri } from '../systems.ts';
import { tabled, tabledCoding } from './coded.ts';
import { EI, FACILITY, SYSTEM_OF_HD } from './identifiers.ts';
import { XAD } from './people.ts';

/** From the narrowest; `kind`: http://terminology.hl7.org/CodeSystem/location-physical-type. */
const levels = [
  { part: 3, kind: 'bd', says: 'Bed' },
  { part: 2, kind: 'ro', says: 'Room' },
  { part: 1, kind: 'wa', says: 'Ward' },
  { part: 8, kind: 'lvl', says: 'Level' },
  { part: 7, kind: 'bu', says: 'Building' },
  { part: 4, kind: 'si', says: 'Site' },
] as const;
const physicalType = 'http://terminology.hl7.org/CodeSystem/location-physical-type';

const step = (name: string) => ({ name });
const firstOf = (name: string) => ({ name, item: { label: '1' } });
const modeSteps = [step('mode')];
const physicalTypeSteps = [step('physicalType')];
const partOfSteps = [step('partOf'), step('reference')];

/** The narrowest place that the part names, with those that it is part of; undefined where it names none. */
export function locationOf(part: Part, story: Story): Thing | undefined {
  const named = levels.filter((level) => part.textAt(String(level.part)) !== '');
  const things = named.map((level, index) => {
    const around = named.slice(index).map(({ part: at }) => `${at}=${part.textAt(String(at))}`);
    const thing = story.thing('Location', ['place', ...around], 'refer');
    const leaves = part.at(level.part);
    if (leaves !== undefined) {
      ST.read(leaves, thing.place, step('name'), 'name', story);
      identify(leaves, thing, story);
    }
    thing.place.imply(modeSteps, '', 'instance');
    thing.place.imply(physicalTypeSteps, '', { coding: [{ system: physicalType, code: level.kind, display: level.says }] });
    return thing;
  });
  for (const [index, thing] of things.entries()) {
    const whole = things[index + 1];
    if (whole !== undefined) thing.place.imply(partOfSteps, '', whole.name);
  }
  const [narrowest] = things;
  const rest = [part.at(5), part.at(6), part.at(9), part.at(10), part.at(11)];
  if (narrowest === undefined) {
    if (!rest.some((one) => one !== undefined)) return undefined;
    const thing = story.thing('Location', ['place', part.key], 'refer');
    return describe(part, thing, story) ? thing : undefined;
  }
  describe(part, narrowest, story);
  return narrowest;
}

const uris = 'urn:ietf:rfc:3986';

/**
 * An HD with a universal id names one place for everybody (HL7 v2.6 and later): whatever it is called, it is the Location that the record
 * has under that URI. Without one a place is its sender's own, by its words.
 */
function identify(part: Part, thing: Thing, story: Story): void {
  const universal = part.at(2);
  if (universal === undefined) return;
  const [namespace, universalId, universalType] = ['1', '2', '3'].map((path) => part.textAt(path));
  const uri = authorityUri({ namespace: namespace ?? '', universalId: universalId ?? '', universalType: universalType ?? '' });
  const identifier = thing.place.child(firstOf('identifier'), 'name');
  // An id of a kind that is nobody's in particular is words, too.
  if (uri === undefined || uri.startsWith('urn:id:')) {
    ST.read(universal, identifier, step('value'), 'name', story);
    const kind = part.at(3);
    if (kind !== undefined) ST.read(kind, identifier.child(step('type'), 'name'), step('text'), 'name', story);
    return;
  }
  SYSTEM_OF_HD.read(part, identifier, step('value'), 'name', story);
  thing.place.imply([firstOf('identifier'), step('system')], '', uris);
  thing.byIdentifier = true;
  thing.keys = [`${uris}|${uri}`];
}

function describe(part: Part, thing: Thing, story: Story): boolean {
  const [status, type, description, whole, assigner] = [part.at(5), part.at(6), part.at(9), part.at(10), part.at(11)];
  let said = false;
  if (status !== undefined) said = tabledCoding('0306').read(status, thing.place, step('operationalStatus'), '', story) || said;
  if (type !== undefined) said = tabled('0305').read(type, thing.place, { name: 'type', item: { label: '1' } }, '', story) || said;
  if (description !== undefined) said = ST.read(description, thing.place, step('description'), '', story) || said;
  const identifier = { name: 'identifier', item: { label: 'whole' } };
  if (whole !== undefined) said = EI.read(whole, thing.place, identifier, '', story) || said;
  if (assigner !== undefined) said = FACILITY.read(assigner, thing.place.child(identifier, ''), step('assigner'), '', story) || said;
  return said;
}

/** LA1 and LA2, which were before RXA-27: a PL with an address in its further parts. */
export const LA2: Converter = {
  read(part, place, at, run, story) {
    const thing = locationOf(part.parts.length > 8 ? new Part(undefined, part.parts.slice(0, 8)) : part, story);
    if (thing === undefined) return false;
    if (part.parts.length > 8) XAD.read(new Part(undefined, part.parts.slice(8)), thing.place, step('address'), run, story);
    return place.child(at, run).set(step('reference'), thing.name, []);
  },
  write: (value, story) => PL.write(value, story),
};

/** Reference to the narrowest place. */
export const PL: Converter = {
  read(part, place, at, run, story) {
    const thing = locationOf(part, story);
    if (thing === undefined) return false;
    return place.child(at, run).set(step('reference'), thing.name, []);
  },
  write(value, story) {
    const out: (string | undefined)[] = [];
    let location = isObject(value) ? story.resolve(value['reference']) : undefined;
    for (let depth = 0; depth < levels.length && location?.resourceType === 'Location'; depth++) {
      const kind = location.physicalType?.coding?.[0]?.code;
      const level = levels.find((one) => one.kind === kind);
      if (level !== undefined) {
        while (out.length < level.part) out.push(undefined);
        out[level.part - 1] ??= location.name;
      }
      location = story.resolve(location.partOf?.reference);
    }
    return out.length === 0 ? undefined : out;
  },
};
