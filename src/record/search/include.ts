// _include and _revinclude (http://hl7.org/fhir/R4/search.html#revinclude): what the matches point to and what points to
// them, as far as the asker may see it. Bounded: a page brings at most `most` included resources and says when it is cut.
import type { Resource, ResourceType } from '../../fhir/generated/types.ts';
import type { Include, SearchParameter } from '../../fhir/search/contract.ts';
import { parametersOf } from '../../fhir/search/parameters.ts';
import type { Caller, Stored } from '../contract.ts';
import { pageBytes } from '../heavy.ts';
import { referenceKey } from '../index-rows.ts';
import { keyOfId, typeNumber } from '../keys.ts';
import { Compiler } from './compiler.ts';
import { fetchRows } from './fetch.ts';
import type { Runner } from './lanes.ts';

/** A chain of references may be as long as it likes; what goes on behind this is told as cut. */
const mostRounds = 10;

/** The included resources, none of them among the matches. `cut`: there would have been more than `most`, or than one page may weigh. */
export async function included(
  runner: Runner,
  caller: Caller,
  matches: Stored[],
  includes: { include: Include[]; revinclude: Include[] },
  most: number,
): Promise<{ found: Stored[]; cut: boolean }> {
  const seen = new Set(matches.map(nameOfStored));
  const found: Stored[] = [];
  let from = matches;
  let weight = 0;
  let tooHeavy = false;
  for (let round = 0; round < mostRounds && from.length > 0; round++) {
    const applies = (include: Include): boolean => round === 0 || include.iterate;
    const wanted = pointedTo(from, includes.include.filter(applies), seen);
    const arrived: Stored[] = [];
    const take = (more: Fetched): void => {
      arrived.push(...more.found);
      weight += more.found.reduce((sum, { body }) => sum + body.length, 0);
      tooHeavy ||= more.cut || weight > pageBytes;
    };
    for (const [type, ids] of wanted) if (!tooHeavy) take(await byIds(runner, caller, type, ids, most));
    for (const include of includes.revinclude.filter(applies)) if (!tooHeavy) take(await pointingTo(runner, caller, from, include, most));
    from = arrived.filter((stored) => !seen.has(nameOfStored(stored)) && seen.add(nameOfStored(stored)));
    if (found.length + from.length > most) return { found: [...found, ...from].slice(0, most), cut: true };
    found.push(...from);
    if (tooHeavy) return { found, cut: true };
  }
  const goesOn = [...includes.include, ...includes.revinclude].some((include) => include.iterate);
  return { found, cut: goesOn && from.length > 0 };
}

type Fetched = Awaited<ReturnType<typeof fetchRows>>;
const nothing: Fetched = { found: [], cut: false };

const nameOfStored = (stored: Stored): string => `${stored.type}/${stored.id}`;

function pointedTo(from: Stored[], includes: Include[], seen: Set<string>): Map<ResourceType, Set<string>> {
  const wanted = new Map<ResourceType, Set<string>>();
  for (const stored of from) {
    const parameters = includes.flatMap((include) =>
      followed(include, stored.type).map((parameter) => ({ parameter, target: include.target })),
    );
    if (parameters.length === 0) continue;
    const resource = JSON.parse(stored.body) as Resource;
    for (const { parameter, target } of parameters) {
      for (const value of parameter.extract(resource)) {
        if (value.kind !== 'reference' || value.type === undefined || value.id === undefined) continue;
        if ((target !== undefined && value.type !== target) || seen.has(`${value.type}/${value.id}`)) continue;
        const type = value.type as ResourceType;
        wanted.set(type, (wanted.get(type) ?? new Set()).add(value.id));
      }
    }
  }
  return wanted;
}

function followed({ parameter, base }: Include, type: ResourceType): SearchParameter[] {
  if (parameter !== undefined) return parameter.base === type ? [parameter] : [];
  if (base !== undefined && base !== type) return [];
  return [...parametersOf(type).values()].filter((one) => one.type === 'reference' && !one.canonical);
}

async function byIds(runner: Runner, caller: Caller, type: ResourceType, ids: Set<string>, most: number): Promise<Fetched> {
  const compiler = new Compiler(caller);
  const scope = compiler.scope(type, 'r');
  if (scope === undefined) return nothing;
  const condition = `r.type = ${typeNumber(type)} and r.id = any(${compiler.parameters.list([...ids].map(keyOfId), 'uuid')})`;
  return fetchRows(runner, caller, compiler, 'include', type, `${condition} and ${scope}`, most + 1);
}

async function pointingTo(runner: Runner, caller: Caller, to: Stored[], include: Include, most: number): Promise<Fetched> {
  const base = include.parameter?.base ?? include.base;
  if (base === undefined) return nothing;
  const targets = include.target === undefined ? to : to.filter((stored) => stored.type === include.target);
  const keys = followed(include, base).flatMap((parameter) => targets.map((stored) => referenceKey(parameter, stored.type, stored.id)));
  if (keys.length === 0) return nothing;
  const compiler = new Compiler(caller);
  const scope = compiler.scope(base, 'r');
  if (scope === undefined) return nothing;
  const condition = `r.type = ${typeNumber(base)} and r.keys && ${compiler.keys(keys)}`;
  return fetchRows(runner, caller, compiler, 'include', base, `${condition} and ${scope}`, most + 1);
}
