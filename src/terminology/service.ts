// Terminology as one caller may see it: the logic of src/fhir/terminology/ over the tables of this room, the resources of the record
// and what comes with the program.
import { setImmediate } from 'node:timers/promises';
import type { Database, Session } from '../database/contract.ts';
import type { CodeSystem, ConceptMap } from '../fhir/generated/types.ts';
import type { CodeSystemVersion } from '../fhir/terminology/code-system.ts';
import type { Terminology } from '../fhir/terminology/contract.ts';
import { expand } from '../fhir/terminology/expand.ts';
import { type KeptSets, keptSets } from '../fhir/terminology/kept-sets.ts';
import { lookup, subsumes } from '../fhir/terminology/lookup.ts';
import { inSystem, memberOf } from '../fhir/terminology/member.ts';
import { resourceSystem } from '../fhir/terminology/resource-system.ts';
import type { TerminologySource } from '../fhir/terminology/source.ts';
import { translate } from '../fhir/terminology/translate.ts';
import { closureTable } from './closure-table.ts';
import { findRelease, systemOfValueSet } from './releases.ts';
import type { TerminologyResources } from './resources.ts';
import { storedResources } from './stored-resources.ts';
import { storedSystem } from './stored-system.ts';

export interface TerminologySettings {
  /** What comes with the program (library.ts). */
  library?: TerminologyResources;
  /** Lists of knowledge, of the site before the program's (listed.ts). */
  lists?: TerminologyResources;
  /** Of one question: await what it gives between steps of long work. By default a turn of the event loop every few milliseconds. */
  slices?: () => () => Promise<void> | undefined;
  now(): Date;
}

export interface TerminologyRoom {
  /** As a caller sees it: `record` finds the resources that the caller may read; `account` owns the closure tables. */
  seenBy(record: TerminologyResources | undefined, account: string): Terminology;
  /** For a search: over its connection, so that one that is inside a transaction waits for no other. */
  within(record: TerminologyResources, session: Session): Pick<Terminology, 'expand'>;
}

export function openTerminology(database: Database, settings: TerminologySettings): TerminologyRoom {
  const sets = keptSets();
  const systems = keptSystems();
  return {
    within: (record, session) => ({
      expand: (valueSet, wish) => expand(sourceOf(session, settings, record, sets, systems), valueSet, wish),
    }),
    seenBy(record, account) {
      // Of one question: what it reads is read once, and the next question sees what has changed.
      const question = (): TerminologySource => sourceOf(database, settings, record, sets, systems);
      return {
        lookup: (coding, properties, language) => lookup(question(), coding, properties, language),
        inSystem: (coding) => inSystem(question(), coding),
        expand: (valueSet, wish) => expand(question(), valueSet, wish),
        subsumes: (a, b) => subsumes(question(), a, b),
        translate: (coding, wish) => translate(question(), coding, wish),
        closure: (name, codings, after) => closureTable(database, question(), { account, name }, codings, after, settings.now()),
        async memberOf(valueSet, codings) {
          const source = question();
          const answers = [];
          for (const coding of codings) answers.push(await memberOf(source, valueSet, coding));
          return answers;
        },
      };
    },
  };
}

/** Code systems made from resources: of each resource object once. */
type KeptSystems = (resource: CodeSystem) => CodeSystemVersion;

function keptSystems(): KeptSystems {
  const kept = new WeakMap<CodeSystem, CodeSystemVersion>();
  let count = 0;
  return (resource) => {
    const there = kept.get(resource);
    if (there !== undefined) return there;
    count += 1;
    const made = resourceSystem(resource, `resource ${count}`);
    kept.set(resource, made);
    return made;
  };
}

function sourceOf(
  database: Session,
  settings: TerminologySettings,
  record: TerminologyResources | undefined,
  sets: KeptSets,
  systems: KeptSystems,
): TerminologySource {
  const rest = (settings.slices ?? resting)();
  const places = [record, storedResources(database), settings.lists, settings.library].filter((place) => place !== undefined);
  const first = async <T>(ask: (place: TerminologyResources) => Promise<T | undefined> | undefined): Promise<T | undefined> => {
    for (const place of places) {
      const found = await ask(place);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  const once = remembering();
  return {
    sets,
    rest,
    valueSet: async (canonical) =>
      isName(canonical) ? once(`ValueSet ${canonical}`, () => first((place) => place.valueSet(canonical))) : undefined,
    conceptMap: async (canonical) =>
      isName(canonical) ? once(`ConceptMap ${canonical}`, () => first((place) => place.conceptMap(canonical))) : undefined,
    conceptMaps: (wish) => mapsOf(places, wish),
    system: async (url, version) =>
      isName(`${url}${version ?? ''}`)
        ? once(`CodeSystem ${url}|${version ?? ''}`, () => findSystem(database, places, systems, rest, url, version))
        : undefined,
    systemOfValueSet: async (canonical) =>
      !isName(canonical)
        ? undefined
        : ((await systemOfValueSet(database, canonical)) ?? first((place) => place.systemOfValueSet?.(canonical))),
  };
}

/** PostgreSQL's text holds no U+0000, and nothing is called so. */
const isName = (canonical: string): boolean => !canonical.includes('\0');

/** Within one question the same thing is read once. */
function remembering(): <T>(name: string, read: () => Promise<T>) => Promise<T> {
  const known = new Map<string, Promise<unknown>>();
  return <T>(name: string, read: () => Promise<T>): Promise<T> => {
    const there = known.get(name) ?? read();
    known.set(name, there);
    return there as Promise<T>;
  };
}

/**
 * A whole code system of the record comes first: a site may say what it means by a system. Then releases that were loaded, then what
 * comes with the program; what holds only a part serves where there is nothing better.
 */
async function findSystem(
  database: Session,
  places: readonly TerminologyResources[],
  systems: KeptSystems,
  rest: () => Promise<void> | undefined,
  url: string,
  version: string | undefined,
): Promise<CodeSystemVersion | undefined> {
  const canonical = version === undefined ? url : `${url}|${version}`;
  let partly: CodeSystem | undefined;
  const [record, ...others] = places;
  const look = async (place: TerminologyResources | undefined): Promise<CodeSystemVersion | undefined> => {
    const found = await place?.codeSystem(canonical);
    if (found === undefined || found.content === 'supplement') return undefined;
    if (found.content === 'complete') return systems(found);
    if ((found.concept ?? []).length > 0) partly ??= found;
    return undefined;
  };
  const own = await look(record);
  if (own !== undefined) return own;
  const release = await findRelease(database, url, version);
  if (release !== undefined) return storedSystem(database, release, rest);
  for (const place of others) {
    const found = await look(place);
    if (found !== undefined) return found;
  }
  return partly === undefined ? undefined : systems(partly);
}

async function mapsOf(
  places: readonly TerminologyResources[],
  { source, target, system, targetSystem }: { source?: string; target?: string; system?: string; targetSystem?: string },
): Promise<ConceptMap[]> {
  const found = new Map<string, ConceptMap>();
  for (const place of places)
    for (const of of [source, target, system, targetSystem])
      if (of !== undefined) for (const map of (await place.conceptMaps?.(of)) ?? []) found.set(`${map.url}|${map.version ?? ''}`, map);
  const groups = (map: ConceptMap, side: 'source' | 'target', wanted: string | undefined): boolean =>
    wanted === undefined || (map.group ?? []).some((group) => group[side] === wanted);
  return [...found.values()].filter(
    (map) =>
      (source === undefined || [map.sourceUri, map.sourceCanonical].includes(source)) &&
      (target === undefined || [map.targetUri, map.targetCanonical].includes(target)) &&
      (source !== undefined || groups(map, 'source', system)) &&
      groups(map, 'target', targetSystem),
  );
}

/** A turn for others after a few milliseconds of work. */
function resting(): () => Promise<void> | undefined {
  let until = performance.now() + 5;
  return () => {
    if (performance.now() < until) return undefined;
    return setImmediate().then(() => {
      until = performance.now() + 5;
    });
  };
}
