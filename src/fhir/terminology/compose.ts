// The definition of a value set (http://hl7.org/fhir/R4/valueset.html#compositions) as a selection of codes: one include is what is
// in its system's part and in all the value sets that it names; includes are united; excludes are taken away.
import type { ValueSet, ValueSetComposeInclude, ValueSetComposeIncludeFilter, ValueSetExpansion } from '../generated/types.ts';
import { fail, ok, type Problem, type Result } from '../result.ts';
import type { CodeSystemVersion } from './code-system.ts';
import { filtered } from './filters.ts';
import { grammarOf } from './grammars.ts';
import { ringText } from './hierarchy.ts';
import { implicitValueSet } from './implicit.ts';
import { Ordinals } from './ordinals.ts';
import { keep, type ListedCode, type ListPart, type Selection, unite } from './selection.ts';
import { partsOf, shown, type TerminologySource } from './source.ts';

const nestingMax = 40;

/** Works out value sets for one question; each is worked out once, however often others include it. */
export class Composer {
  readonly #source: TerminologySource;
  readonly #versions: ReadonlyMap<string, string>;
  readonly #known = new Map<string, Result<Selection>>();

  /** `versions`: of code systems for which a value set names none. */
  constructor(source: TerminologySource, versions: ReadonlyMap<string, string> = new Map()) {
    this.#source = source;
    this.#versions = versions;
  }

  async named(canonical: string, path: readonly string[] = []): Promise<Result<Selection>> {
    const ring = ringOf(path, canonical);
    if (ring !== undefined) return ring;
    const known = this.#known.get(canonical);
    if (known !== undefined) return known;
    const valueSet = await findValueSet(this.#source, canonical);
    if (!valueSet.ok) return valueSet;
    const found = await this.of(valueSet.value, [...path, canonical]);
    this.#known.set(canonical, found);
    return found;
  }

  /** `path`: canonicals of the value sets that led here, this one too. */
  async of(valueSet: ValueSet, path: readonly string[] = ownPath(valueSet)): Promise<Result<Selection>> {
    const composed = valueSet.compose === undefined ? undefined : await this.#compose(valueSet.compose, path);
    if (composed?.ok) return composed;
    const listed = valueSet.expansion === undefined ? undefined : wholeExpansion(valueSet.expansion);
    if (listed !== undefined) return ok(await this.#withSystems(listed));
    const name = shown(valueSet.url ?? valueSet.name ?? 'handed in');
    if (composed === undefined) return fail('unsupported', `The value set ${name} has neither a definition nor a complete expansion`);
    return composed.problem.message.startsWith('The value set')
      ? composed
      : { ok: false, problem: { ...composed.problem, message: `The value set ${name}: ${composed.problem.message}` } };
  }

  async #compose(
    { include, exclude }: { include: ValueSetComposeInclude[]; exclude?: ValueSetComposeInclude[] },
    path: readonly string[],
  ): Promise<Result<Selection>> {
    let all: Selection = [];
    for (const part of include) {
      const found = await this.include(part, path);
      if (!found.ok) return found;
      unite(all, found.value);
      await this.#source.rest();
    }
    for (const part of exclude ?? []) {
      const found = await this.include(part, path);
      if (!found.ok) return found;
      const left = await keep(all, found.value, false);
      if (!left.ok) return left;
      all = left.value;
    }
    return ok(all);
  }

  async include(part: ValueSetComposeInclude, path: readonly string[]): Promise<Result<Selection>> {
    let found = part.system === undefined ? undefined : await this.#systemPart(part, part.system);
    for (const canonical of part.valueSet ?? []) {
      if (found?.ok === false) return found;
      const other = await this.named(canonical, path);
      if (!other.ok) return other;
      // Selections of named value sets are kept: what goes on from here gets a copy.
      found = found === undefined ? ok(other.value.map((one) => ({ ...one }))) : await keep(found.value, other.value, true);
    }
    return found ?? fail('invalid', 'an include names neither a system nor a value set');
  }

  async #systemPart(part: ValueSetComposeInclude, system: string): Promise<Result<Selection>> {
    const version = part.version ?? this.#versions.get(system);
    const here = await this.#source.system(system, version);
    if (part.concept !== undefined && part.concept.length > 0) return ok([await listPart(part, system, here)]);
    if (here === undefined) return fail('not-found', missingSystem(system, version));
    if (here.content !== 'complete')
      return fail('unsupported', `of ${shown(system)} only a part is here (content "${here.content}"), so its codes cannot be listed`);
    const set = await selectedBy(here, part.filter ?? [], this.#source);
    return set.ok ? ok([{ kind: 'set', of: here, set: set.value }]) : set;
  }

  async #withSystems(lists: ListPart[]): Promise<Selection> {
    for (const list of lists) {
      list.of = await this.#source.system(list.system, list.version);
      await number(list);
    }
    return lists;
  }
}

const ownPath = ({ url, version }: ValueSet): string[] =>
  url === undefined ? [] : version === undefined ? [url] : [url, `${url}|${version}`];

/** A value set that is on the way to itself. */
export function ringOf(path: readonly string[], canonical: string): { ok: false; problem: Problem } | undefined {
  const at = path.indexOf(canonical);
  if (at >= 0)
    return fail(
      'invalid',
      `The value set includes itself: ${ringText([...new Set(path.slice(at).map((one) => partsOf(one).url))].map(shown))}`,
    );
  if (path.length > nestingMax) return fail('too-costly', `Value sets include each other more than ${nestingMax} deep`);
  return undefined;
}

export async function findValueSet(source: TerminologySource, canonical: string): Promise<Result<ValueSet>> {
  const found = (await source.valueSet(canonical)) ?? (await implicitValueSet(source, canonical));
  return found === undefined
    ? fail(
        'not-found',
        `The value set ${shown(canonical)} is not known here: store it as a ValueSet, or load it with "lamplight terminology load"`,
      )
    : ok(found);
}

export const missingSystem = (system: string, version?: string): string =>
  grammarOf(system) !== undefined
    ? `${shown(system)} has codes without end: they can be checked, not listed`
    : `the code system ${shown(system)}${version === undefined ? '' : ` in version ${shown(version)}`} is not here: load it with "lamplight terminology load", or store it as a CodeSystem`;

/** Concepts that pass all filters. */
export async function selectedBy(
  system: CodeSystemVersion,
  filters: readonly ValueSetComposeIncludeFilter[],
  source: TerminologySource,
): Promise<Result<Ordinals>> {
  let set = Ordinals.all(system.size);
  for (const filter of filters) {
    const name = JSON.stringify([system.key, filter.property, filter.op, filter.value]);
    const found = await source.sets.get(name, () => filtered(system, filter, source.rest));
    if (!found.ok) return found;
    set = set.and(found.value);
  }
  return ok(set);
}

async function listPart(part: ValueSetComposeInclude, system: string, here: CodeSystemVersion | undefined): Promise<ListPart> {
  const list: ListPart = { kind: 'list', system, version: part.version, of: here, codes: new Map() };
  for (const { code, display, designation } of part.concept ?? []) {
    const designations = designation?.map(({ language, value, use }) => ({
      language,
      value,
      use: use?.code === undefined ? undefined : { system: use.system, code: use.code, display: use.display },
    }));
    if (!list.codes.has(code)) list.codes.set(code, { code, display, designations });
  }
  await number(list);
  return list;
}

async function number(list: ListPart): Promise<void> {
  if (list.of === undefined) return;
  const codes: ListedCode[] = [...list.codes.values()];
  const numbers = await list.of.find(codes.map(({ code }) => code));
  codes.forEach((code, i) => {
    code.at = numbers[i];
  });
}

/** Parameters of an expansion after which something can be missing from it. */
const narrowing = new Set(['filter', 'limitedExpansion', 'count', 'offset']);

/** The codes of a stored expansion, where nothing says that it is only a part. */
export function wholeExpansion({ contains = [], total, offset, parameter }: ValueSetExpansion): ListPart[] | undefined {
  const entries = [...contains];
  for (const entry of entries) entries.push(...(entry.contains ?? []));
  const isWhole = total === undefined ? !parameter?.some(({ name }) => narrowing.has(name)) : total === entries.length;
  if (!isWhole || (offset ?? 0) !== 0) return undefined;
  const lists = new Map<string, ListPart>();
  for (const { system = '', version, code, display, abstract } of entries) {
    // An abstract entry groups others and is no code that a record may hold.
    if (code === undefined || abstract === true) continue;
    const key = `${system}|${version ?? ''}`;
    const list: ListPart = lists.get(key) ?? { kind: 'list', system, version, codes: new Map() };
    lists.set(key, list);
    if (!list.codes.has(code)) list.codes.set(code, { code, display });
  }
  return [...lists.values()];
}
