// The codes of a value set before they are listed: of each code system either a set of its concepts or a list in the order of the
// definition (also of code systems that are not here). With union, intersection and difference of such selections.
import { fail, ok, type Result } from '../result.ts';
import type { CodeSystemVersion, Designation } from './code-system.ts';
import { Ordinals } from './ordinals.ts';
import { shown } from './source.ts';

export interface ListedCode {
  code: string;
  display?: string;
  designations?: Designation[];
  /** Number in the code system, where that is here and has it. */
  at?: number;
}

export interface SetPart {
  kind: 'set';
  of: CodeSystemVersion;
  set: Ordinals;
}

export interface ListPart {
  kind: 'list';
  system: string;
  version?: string;
  of?: CodeSystemVersion;
  /** By code. */
  codes: Map<string, ListedCode>;
}

export type Part = SetPart | ListPart;
export type Selection = Part[];

/** Codes that are looked up in another version of their code system one by one. */
const mappedMax = 50_000;

const systemOf = (part: Part): string => (part.kind === 'set' ? part.of.system : part.system);
const keyOf = (part: Part): string => (part.kind === 'set' ? part.of.key : (part.of?.key ?? `${part.system}|${part.version ?? ''}`));

/** Adds what is not there yet; each code stays where it came first. */
export function unite(into: Selection, more: Selection): void {
  for (const part of more) {
    const same = into.filter((one) => keyOf(one) === keyOf(part));
    if (part.kind === 'set') addSet(into, same, part);
    else addList(into, same, part);
  }
}

function addSet(into: Selection, same: Part[], part: SetPart): void {
  const { of } = part;
  let { set } = part;
  for (const one of same) if (one.kind === 'list') set = set.without(Ordinals.of(of.size, numbersOf(one)));
  const there = same.find((one) => one.kind === 'set');
  if (there?.kind === 'set') there.set = there.set.or(set);
  else into.push({ kind: 'set', of, set });
}

function addList(into: Selection, same: Part[], part: ListPart): void {
  const sets = same.filter((one) => one.kind === 'set');
  let list = same.find((one) => one.kind === 'list');
  if (list === undefined) {
    list = { ...part, codes: new Map() };
    into.push(list);
  }
  for (const code of part.codes.values())
    if (!list.codes.has(code.code) && !sets.some(({ set }) => code.at !== undefined && set.has(code.at))) list.codes.set(code.code, code);
}

const numbersOf = (part: ListPart): number[] => [...part.codes.values()].flatMap(({ at }) => at ?? []);

/** What of a selection is also (`wanted`) or is not (otherwise) in another. */
export async function keep(selection: Selection, others: Selection, wanted: boolean): Promise<Result<Selection>> {
  const kept: Selection = [];
  for (const part of selection) {
    const near = others.filter((other) => systemOf(other) === systemOf(part));
    if (part.kind === 'set') {
      const set = await asSet(part.of, near);
      if (!set.ok) return set;
      kept.push({ ...part, set: wanted ? part.set.and(set.value) : part.set.without(set.value) });
      continue;
    }
    const set = part.of === undefined ? undefined : await asSet(part.of, near);
    if (set?.ok === false) return set;
    const named = new Set(near.flatMap((other) => (other.kind === 'list' ? [...other.codes.keys()] : [])));
    const has = ({ code, at }: ListedCode): boolean => named.has(code) || (at !== undefined && set?.value.has(at) === true);
    kept.push({ ...part, codes: new Map([...part.codes].filter(([, code]) => has(code) === wanted)) });
  }
  return ok(kept);
}

/** The codes of these parts, all of one system, as concepts of one version of it. */
async function asSet(of: CodeSystemVersion, parts: Selection): Promise<Result<Ordinals>> {
  let found = Ordinals.none(of.size);
  for (const part of parts) {
    if (part.kind === 'set' && part.of.key === of.key) found = found.or(part.set);
    else if (part.kind === 'list' && part.of?.key === of.key) found = found.or(Ordinals.of(of.size, numbersOf(part)));
    else {
      const codes = await codesOf(part, mappedMax);
      if (!codes.ok) return codes;
      for (const at of await of.find(codes.value)) if (at !== undefined) found.add(at);
    }
  }
  return ok(found);
}

async function codesOf(part: Part, most: number): Promise<Result<string[]>> {
  if (part.kind === 'list') return ok([...part.codes.keys()]);
  if (part.set.count() > most)
    return fail(
      'too-costly',
      `The value set compares more than ${most} codes of two versions of ${shown(part.of.system)}: name one version`,
    );
  return ok((await part.of.concepts(part.set.page(0, most))).map(({ code }) => code));
}
