// ConceptMap/$translate (http://hl7.org/fhir/R4/conceptmap-operation-translate.html): mappings of a code in one or several maps,
// forwards or backwards, with what a map says about codes that it does not name.
import type {
  ConceptMap,
  ConceptMapGroup,
  ConceptMapGroupElementTarget,
  ConceptMapGroupElementTargetDependsOn,
  ConceptMapGroupUnmapped,
} from '../generated/types.ts';
import { fail, ok, type Problem, type Result } from '../result.ts';
import type { Coding, TranslateWish, Translation } from './contract.ts';
import { ringText } from './hierarchy.ts';
import { shown, type TerminologySource } from './source.ts';

type Match = Translation['matches'][number];

/** A mapping that says that there is none, or none that fits. */
const noMatch = new Set(['unmatched', 'disjoint']);

/** Equivalence as seen from the other side. */
const turned: Record<string, string> = { wider: 'narrower', narrower: 'wider', subsumes: 'specializes', specializes: 'subsumes' };

const mapsMax = 20;
/** Mappings of one code. A real one has a handful. */
const matchesMax = 10_000;
const tooMany = fail('too-costly', `The code has more than ${matchesMax} mappings: name the map, or the system that is wanted`);

export async function translate(source: TerminologySource, coding: Coding, wish: TranslateWish): Promise<Result<Translation>> {
  const maps = await mapsFor(source, coding, wish);
  if (!maps.ok) return maps;
  const matches: Match[] = [];
  for (const map of maps.value) {
    const found =
      wish.reverse === true ? ok(backwards(map, coding, wish)) : await forwards(source, map, coding, wish, { way: [], asked: new Set() });
    if (!found.ok) return found;
    if (matches.length + found.value.length > matchesMax) return tooMany;
    matches.push(...found.value);
  }
  const result = matches.some(({ equivalence }) => !noMatch.has(equivalence));
  return ok({
    result,
    matches,
    ...(result ? {} : { message: `No mapping of ${shown(coding.system ?? '')}|${shown(coding.code)} was found` }),
  });
}

async function mapsFor(source: TerminologySource, coding: Coding, wish: TranslateWish): Promise<Result<ConceptMap[]>> {
  const { map, reverse } = wish;
  if (typeof map === 'object') return ok([map]);
  if (map !== undefined) {
    const found = await source.conceptMap(map);
    return found === undefined
      ? fail('not-found', `The map ${shown(map)} is not known here: store it as a ConceptMap`, 'url')
      : ok([found]);
  }
  if (wish.source === undefined && wish.target === undefined && wish.targetSystem === undefined)
    return fail('invalid', 'Name the map (url), or where the code comes from or shall go (source, target, targetsystem)', 'url');
  const [system, targetSystem] = reverse === true ? [wish.targetSystem, coding.system] : [coding.system, wish.targetSystem];
  const found = await source.conceptMaps({ source: wish.source, target: wish.target, system, targetSystem });
  return found.length > 0
    ? ok(found.slice(0, mapsMax))
    : fail('not-found', 'No map between these value sets or code systems is known here: store one as a ConceptMap, or name its url', 'url');
}

const wantedGroup = (group: ConceptMapGroup, from: string | undefined, to: string | undefined): boolean =>
  (from === undefined || group.source === undefined || group.source === from) &&
  (to === undefined || group.target === undefined || group.target === to);

/** How a question came to a map: by which maps, and to which others it was sent already, which say nothing new to the same question. */
interface Path {
  way: readonly string[];
  asked: Set<string>;
}

async function forwards(
  source: TerminologySource,
  map: ConceptMap,
  coding: Coding,
  wish: TranslateWish,
  { way, asked }: Path,
): Promise<Result<Match[]>> {
  const path: Path = { way: [...way, map.url ?? ''], asked };
  const matches: Match[] = [];
  for (const group of map.group ?? []) {
    if (!wantedGroup(group, coding.system, wish.targetSystem)) continue;
    const elements = group.element.filter(({ code }) => code === coding.code);
    for (const element of elements)
      for (const target of element.target ?? []) if (depends(target, wish)) matches.push(matchOf(map, group, target));
    if (elements.length > 0 || group.unmapped === undefined) continue;
    const other = await unmapped(source, map, group, group.unmapped, coding, wish, path);
    if (!other.ok) return other;
    if (matches.length + other.value.length > matchesMax) return tooMany;
    matches.push(...other.value);
  }
  return ok(matches);
}

/** All that a mapping depends on must be given, with the value that it names. */
const depends = ({ dependsOn = [] }: ConceptMapGroupElementTarget, { dependencies = [] }: TranslateWish): boolean =>
  dependsOn.every((needed) => dependencies.some(({ property, value }) => property === needed.property && value === needed.value));

const sourceOf = ({ url }: ConceptMap): { source?: string } => (url === undefined ? {} : { source: url });

function matchOf(map: ConceptMap, group: ConceptMapGroup, target: ConceptMapGroupElementTarget): Match {
  const { code, display, equivalence, product = [] } = target;
  return {
    equivalence,
    ...(code === undefined ? {} : { concept: coding(group.target, group.targetVersion, code, display) }),
    ...sourceOf(map),
    ...(product.length === 0 ? {} : { product: product.map(productOf) }),
  };
}

const productOf = ({ property, system, value, display }: ConceptMapGroupElementTargetDependsOn): { property: string; concept: Coding } => ({
  property,
  concept: coding(system, undefined, value, display),
});

const coding = (system: string | undefined, version: string | undefined, code: string, display: string | undefined): Coding => ({
  ...(system === undefined ? {} : { system }),
  ...(version === undefined ? {} : { version }),
  code,
  ...(display === undefined ? {} : { display }),
});

type Unmapped = (
  source: TerminologySource,
  map: ConceptMap,
  group: ConceptMapGroup,
  rule: ConceptMapGroupUnmapped,
  from: Coding,
  wish: TranslateWish,
  path: Path,
) => Promise<Result<Match[]>>;

/** http://hl7.org/fhir/R4/valueset-conceptmap-unmapped-mode.html */
const unmappedModes: Record<string, Unmapped> = {
  provided: async (_, map, group, __, from) =>
    ok([
      {
        equivalence: 'equal',
        concept: coding(group.target ?? from.system, group.targetVersion, from.code, from.display),
        ...sourceOf(map),
      },
    ]),
  fixed: async (_, map, group, { code, display }) =>
    ok(
      code === undefined
        ? []
        : [{ equivalence: 'inexact', concept: coding(group.target, group.targetVersion, code, display), ...sourceOf(map) }],
    ),
  'other-map': async (source, _, __, { url }, from, wish, path) => {
    if (url === undefined) return fail('invalid', 'A ConceptMap sends what it does not map to another one without naming it');
    const ring = ringOf(path.way, url);
    if (ring !== undefined) return { ok: false, problem: ring };
    if (path.asked.has(url)) return ok([]);
    path.asked.add(url);
    const next = await source.conceptMap(url);
    return next === undefined
      ? fail('not-found', `The map ${shown(url)}, to which another one refers, is not known here: store it as a ConceptMap`)
      : forwards(source, next, from, wish, path);
  },
};

const unmapped: Unmapped = async (source, map, group, rule, from, wish, path) => {
  const act = Object.hasOwn(unmappedModes, rule.mode) ? unmappedModes[rule.mode] : undefined;
  return act === undefined
    ? fail('invalid', `unmapped.mode "${shown(rule.mode)}" is not known`)
    : act(source, map, group, rule, from, wish, path);
};

function ringOf(path: readonly string[], url: string): Problem | undefined {
  const plain = url.split('|')[0]!;
  const at = path.indexOf(plain);
  if (at < 0) return undefined;
  return { kind: 'invalid', message: `ConceptMaps refer to each other in a ring: ${ringText(path.slice(at).map(shown))}` };
}

function backwards(map: ConceptMap, to: Coding, wish: TranslateWish): Match[] {
  const matches: Match[] = [];
  for (const group of map.group ?? []) {
    if (!wantedGroup(group, wish.targetSystem, to.system)) continue;
    for (const { code, display, target = [] } of group.element) {
      if (code === undefined) continue;
      for (const one of target) {
        if (one.code !== to.code || !depends(one, wish)) continue;
        const equivalence = turned[one.equivalence] ?? one.equivalence;
        matches.push({ equivalence, concept: coding(group.source, group.sourceVersion, code, display), ...sourceOf(map) });
      }
    }
  }
  return matches;
}
