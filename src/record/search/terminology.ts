// What `:in`, `:not-in`, `:below` and `:above` on codes need to know (http://hl7.org/fhir/R4/search.html#token): the codes of a
// value set and the hierarchy of a code system, as far as ValueSet and CodeSystem resources in the record list them. Nothing
// is guessed: where a list is not complete here, the search is refused, because a filter that misses codes misses patients.
import type { CodeSystem, CodeSystemConcept, ValueSet, ValueSetComposeInclude, ValueSetExpansion } from '../../fhir/generated/types.ts';
import { fail, ok, type Result } from '../../fhir/result.ts';
import { type Clause, clausesIn, type Modifier, type QueryValue } from '../../fhir/search/contract.ts';
import { foldToken } from '../../fhir/search/fold.ts';
import type { Terminology } from '../../fhir/terminology/contract.ts';

export type Codes = readonly (readonly [system: string, code: string])[];

/** Codes by what was asked for (`termOf`). */
export type Terms = ReadonlyMap<string, Codes>;

export interface TerminologySource {
  /** By canonical URL with or without `|version`, or by `ValueSet/id`. */
  valueSet(canonical: string): Promise<ValueSet | undefined>;
  codeSystem(canonical: string): Promise<CodeSystem | undefined>;
}

type Token = Extract<QueryValue, { kind: 'token' }>;

const codesMax = 10_000;
const nestingMax = 8;

/** The same name for the same codes. `:below` and `:above` of a `code` element mean the system that its binding implies. */
export function termOf(modifier: Modifier, { system, code }: Token, impliedSystem: string | undefined): string {
  return modifier === 'in' || modifier === 'not-in'
    ? `in\u0001${code}`
    : `${modifier}\u0001${system ?? impliedSystem ?? ''}\u0001${code ?? ''}`;
}

interface Wanted {
  name: string;
  modifier: Modifier;
  system?: string;
  code?: string;
}

/** Every term that the clauses name, in chains and _has too. */
function wantedBy(clauses: readonly Clause[]): Map<string, Wanted> {
  const wanted = new Map<string, Wanted>();
  const visit = (clause: Clause): void => {
    clausesIn(clause).forEach(visit);
    if (clause.kind !== 'value' || clause.parameter.type !== 'token' || clause.modifier === undefined) return;
    const { modifier, parameter, values } = clause;
    if (modifier !== 'in' && modifier !== 'not-in' && modifier !== 'below' && modifier !== 'above') return;
    for (const value of values) {
      if (value.kind !== 'token') continue;
      const { system = parameter.impliedSystem, code } = value;
      wanted.set(termOf(modifier, value, parameter.impliedSystem), { name: `${parameter.code}:${modifier}`, modifier, system, code });
    }
  };
  clauses.forEach(visit);
  return wanted;
}

/** Lists what the resources alone do not tell: filters, releases that were loaded, HL7's own. */
export type Expander = Pick<Terminology, 'expand'>;

/** Reads what the clauses need; refuses with the reason where it is not there. `more`: asked where the resources do not tell. */
export async function readTerms(clauses: readonly Clause[], source: TerminologySource, more?: Expander): Promise<Result<Terms>> {
  const terms = new Map<string, Codes>();
  for (const [term, { name, modifier, system, code = '' }] of wantedBy(clauses)) {
    const isSet = modifier === 'in' || modifier === 'not-in';
    const stored = isSet ? await expand(code, source) : await subsumed(modifier as 'below' | 'above', system, code, source);
    const asked =
      stored.ok || more === undefined
        ? undefined
        : isSet
          ? await codesOfSet(code, source, more)
          : await codesOfHierarchy(modifier, system, code, more);
    // Where the service cannot tell either, its reason is the better one, but for codes that are no question of it.
    const codes = asked ?? stored;
    if (!codes.ok) return fail(codes.problem.kind, `${name}: ${codes.problem.message}`, name);
    terms.set(term, codes.value);
  }
  return ok(terms);
}

async function codesOfSet(canonical: string, source: TerminologySource, more: Expander): Promise<Result<Codes>> {
  // A value set of the record by its id is known to the record only.
  const own = canonical.startsWith('ValueSet/') ? await source.valueSet(canonical) : undefined;
  return listed(await more.expand(own ?? canonical, { count: codesMax }));
}

async function codesOfHierarchy(modifier: Modifier, system: string | undefined, code: string, more: Expander): Promise<Result<Codes>> {
  if (system === undefined || system === '' || code === '') return refuse('say which code system the code is of: "system|code"');
  const filter = [{ property: 'concept', op: modifier === 'below' ? 'is-a' : 'generalizes', value: code }];
  return listed(
    await more.expand({ resourceType: 'ValueSet', status: 'active', compose: { include: [{ system, filter }] } }, { count: codesMax }),
  );
}

/** All or nothing: a filter that misses codes misses patients. */
function listed(found: Awaited<ReturnType<Expander['expand']>>): Result<Codes> {
  if (!found.ok) return refuse(found.problem.message);
  const { codes, total } = found.value;
  if (total === undefined || total > codes.length) return refuse(`it has more than ${codesMax} codes`);
  return ok(codes.map(({ system = '', code }) => [system, code] as const));
}

const refuse = (why: string): Result<never> => fail('unsupported', why);
const shown = (url: string): string => (url.length > 120 ? `${url.slice(0, 117)}…` : url);
const keyOf = ([system, code]: Codes[number]): string => `${system}\u0001${foldToken(code)}`;

/** All codes of a value set, from its definition, otherwise from the expansion that came with it. */
export async function expand(canonical: string, source: TerminologySource, nesting = 0): Promise<Result<Codes>> {
  if (nesting > nestingMax) return refuse(`value sets include each other more than ${nestingMax} deep`);
  const valueSet = await source.valueSet(canonical);
  if (valueSet === undefined) return refuse(`the value set ${shown(canonical)} is not known here. Store the ValueSet first`);
  const defined = valueSet.compose === undefined ? undefined : await compose(valueSet.compose, source, nesting);
  if (defined?.ok) return defined;
  const listed = valueSet.expansion === undefined ? undefined : wholeExpansion(valueSet.expansion);
  if (listed !== undefined && listed.length <= codesMax) return ok(listed);
  const why = defined === undefined ? 'it has neither a definition nor a complete expansion' : defined.problem.message;
  return refuse(`the value set ${shown(canonical)} cannot be listed in full: ${why}`);
}

async function compose(
  { include, exclude }: { include: ValueSetComposeInclude[]; exclude?: ValueSetComposeInclude[] },
  source: TerminologySource,
  nesting: number,
): Promise<Result<Codes>> {
  const found = new Map<string, Codes[number]>();
  for (const part of include) {
    const codes = await selected(part, source, nesting);
    if (!codes.ok) return codes;
    for (const code of codes.value) found.set(keyOf(code), code);
    if (found.size > codesMax) return refuse(`it has more than ${codesMax} codes`);
  }
  for (const part of exclude ?? []) {
    const codes = await selected(part, source, nesting);
    if (!codes.ok) return codes;
    for (const code of codes.value) found.delete(keyOf(code));
  }
  return ok([...found.values()]);
}

/** One include or exclude: what is in the system's part and in each of the value sets that it names. */
async function selected(part: ValueSetComposeInclude, source: TerminologySource, nesting: number): Promise<Result<Codes>> {
  const lists: Codes[] = [];
  if (part.filter !== undefined && part.filter.length > 0) return refuse(`it selects from ${shown(part.system ?? '')} by a filter`);
  if (part.system !== undefined) {
    const { system } = part;
    const listed = part.concept?.map(({ code }) => [system, code] as const) ?? (await allOf(part, source));
    if (!('length' in listed)) return listed;
    lists.push(listed);
  }
  for (const canonical of part.valueSet ?? []) {
    const codes = await expand(canonical, source, nesting + 1);
    if (!codes.ok) return codes;
    lists.push(codes.value);
  }
  const [first = [], ...others] = lists;
  const sets = others.map((codes) => new Set(codes.map(keyOf)));
  return ok(first.filter((code) => sets.every((set) => set.has(keyOf(code)))));
}

async function allOf({ system = '', version }: ValueSetComposeInclude, source: TerminologySource): Promise<Codes | Result<never>> {
  const found = await source.codeSystem(version === undefined ? system : `${system}|${version}`);
  if (found?.content !== 'complete') return refuse(`it takes in all of ${shown(system)}, of which no complete CodeSystem is stored here`);
  const codes: [string, string][] = [];
  eachConcept(found.concept ?? [], ({ code }) => void codes.push([system, code]));
  return codes.length > codesMax ? refuse(`it has more than ${codesMax} codes`) : codes;
}

/** Without recursion: a stored hierarchy may be as deep as it likes. */
function eachConcept(
  concepts: readonly CodeSystemConcept[],
  visit: (concept: CodeSystemConcept, parent: string | undefined) => void,
): void {
  const left: [CodeSystemConcept, string | undefined][] = concepts.map((concept) => [concept, undefined]);
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    const [concept, parent] = next;
    visit(concept, parent);
    for (const child of concept.concept ?? []) left.push([child, concept.code]);
  }
}

/** Parameters of an expansion after which something can be missing from it. */
const narrowing = new Set(['filter', 'limitedExpansion', 'count', 'offset']);

/** The codes of a stored expansion, where nothing says that it is only a part. */
function wholeExpansion({ contains = [], total, offset, parameter }: ValueSetExpansion): Codes | undefined {
  const entries = [...contains];
  for (const entry of entries) entries.push(...(entry.contains ?? []));
  const isWhole = total === undefined ? !parameter?.some(({ name }) => narrowing.has(name)) : total === entries.length;
  if (!isWhole || (offset ?? 0) !== 0) return undefined;
  // An abstract entry groups others and is no code that a record may hold.
  return entries.flatMap(({ system = '', code, abstract }) => (code === undefined || abstract === true ? [] : [[system, code] as const]));
}

/** The code itself with all below or above it. */
export async function subsumed(
  direction: 'below' | 'above',
  system: string | undefined,
  code: string,
  source: TerminologySource,
): Promise<Result<Codes>> {
  if (system === undefined || system === '' || code === '') return refuse('say which code system the code is of: "system|code"');
  const codeSystem = await source.codeSystem(system);
  if (codeSystem?.content !== 'complete') return refuse(`no complete CodeSystem ${shown(system)} with a hierarchy is stored here`);
  const meaning = codeSystem.hierarchyMeaning ?? 'is-a';
  if (meaning !== 'is-a') return refuse(`the hierarchy of ${shown(system)} means "${meaning}", not that one code is a kind of another`);
  const next = neighbours(codeSystem, direction);
  const reached = new Set([foldToken(code)]);
  for (const one of reached) {
    for (const other of next.get(one) ?? []) reached.add(other);
    if (reached.size > codesMax)
      return refuse(`${shown(system)} has more than ${codesMax} codes ${direction} this one: choose a narrower code`);
  }
  return ok([...reached].map((one) => [system, one] as const));
}

/** Children or parents of each code: by nesting, and by the property "parent" or "child" (http://hl7.org/fhir/R4/codesystem.html#defined-props). */
function neighbours({ concept = [] }: CodeSystem, direction: 'below' | 'above'): Map<string, string[]> {
  const next = new Map<string, string[]>();
  const add = (parent: string, child: string): void => {
    const [from, to] = direction === 'below' ? [parent, child] : [child, parent];
    next.set(foldToken(from), [...(next.get(foldToken(from)) ?? []), foldToken(to)]);
  };
  eachConcept(concept, ({ code, property }, parent) => {
    if (parent !== undefined) add(parent, code);
    for (const { code: name, valueCode } of property ?? []) {
      if (valueCode === undefined) continue;
      if (name === 'parent') add(valueCode, code);
      if (name === 'child') add(code, valueCode);
    }
  });
  return next;
}
