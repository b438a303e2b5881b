// Random searches whose point is what comes with the matches: _include and _revinclude, typed, by wildcard and step by step.
import type { ResourceType } from '../../../fhir/generated/types.ts';
import type { SearchParameter } from '../../../fhir/search/contract.ts';
import { parametersOf } from '../../../fhir/search/parameters.ts';
import type { Known } from './random-queries.ts';
import type { Seeded } from './seeded.ts';

export interface Includes {
  type: ResourceType;
  where: [string, string][];
  includes: [string, string][];
}

export function makeIncludes(random: Seeded, known: Known): Includes {
  const type = random.pick(known.types);
  const ids = known.of(type).map((one) => one.id as string);
  const where: [string, string][] = random.chance(0.6) && ids.length > 0 ? [['_id', `${random.pick(ids)},${random.pick(ids)}`]] : [];
  const includes = Array.from({ length: random.pick([1, 1, 2, 3]) }, () => makeInclude(random, known, type));
  return { type, where, includes };
}

function makeInclude(random: Seeded, known: Known, type: ResourceType): [string, string] {
  const iterate = random.chance(0.35) ? ':iterate' : '';
  if (random.chance(0.5)) {
    if (random.chance(0.15)) return [`_include${iterate}`, '*'];
    const base = iterate === '' ? type : random.pick(known.types);
    const parameter = random.chance(0.1) ? undefined : pickReference(random, base, () => true);
    return [`_include${iterate}`, pathOf(random, known, base, parameter, undefined)];
  }
  const base = random.pick(known.types);
  const parameter = random.chance(0.15)
    ? undefined
    : pickReference(random, base, ({ targets }) => targets.length === 0 || targets.includes(type));
  return [`_revinclude${iterate}`, pathOf(random, known, base, parameter, type)];
}

const pickReference = (random: Seeded, base: ResourceType, fits: (one: SearchParameter) => boolean): SearchParameter | undefined => {
  const references = [...parametersOf(base).values()].filter((one) => one.type === 'reference' && !one.canonical && fits(one));
  return references.length === 0 ? undefined : random.pick(references);
};

function pathOf(
  random: Seeded,
  known: Known,
  base: ResourceType,
  parameter: SearchParameter | undefined,
  to: ResourceType | undefined,
): string {
  const path = `${base}:${parameter?.code ?? '*'}`;
  if (!random.chance(0.3)) return path;
  const possible = known.types.filter((one) => !parameter || parameter.targets.length === 0 || parameter.targets.includes(one));
  return `${path}:${to ?? (possible.length > 0 ? random.pick(possible) : 'Patient')}`;
}
