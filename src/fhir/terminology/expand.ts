// ValueSet/$expand (http://hl7.org/fhir/R4/valueset-operation-expand.html): one page of a selection, with the text filter applied to
// all of it before the page is cut, so that `total` is true on every page.
import type { ValueSet } from '../generated/types.ts';
import { fail, ok, type Result } from '../result.ts';
import { foldToken } from '../search/fold.ts';
import type { CodeSystemVersion, Concept, Designation } from './code-system.ts';
import { Composer, findValueSet } from './compose.ts';
import type { ExpandedCode, ExpandWish, Expansion } from './contract.ts';
import { Ordinals } from './ordinals.ts';
import type { ListedCode, ListPart, Part, Selection, SetPart } from './selection.ts';
import { partsOf, type TerminologySource } from './source.ts';
import { beginsWords, filterLettersMax, filterWords } from './words.ts';

/** Codes of one page. */
export const pageMax = 10_000;
/** Where no count is given, all codes are meant: more than this is refused, so that nobody takes a part for the whole. */
export const wholeMax = 10_000;

interface Text {
  /** Words that must begin words. */
  words: readonly string[];
  code: string;
}

export async function expand(source: TerminologySource, valueSet: string | ValueSet, wish: ExpandWish): Promise<Result<Expansion>> {
  const text = textOf(wish.filter);
  if (!text.ok) return text;
  const { offset = 0, count } = wish;
  if (!Number.isInteger(offset) || offset < 0) return fail('invalid', 'offset is a whole number from 0', 'offset');
  if (count !== undefined && (!Number.isInteger(count) || count < 0)) return fail('invalid', 'count is a whole number from 0', 'count');
  const versions = new Map(
    (wish.systemVersions ?? []).map(partsOf).flatMap(({ url, version }) => (version === undefined ? [] : [[url, version] as const])),
  );
  const composer = new Composer(source, versions);
  const found = typeof valueSet === 'string' ? await findValueSet(source, valueSet) : ok(valueSet);
  if (!found.ok) return found;
  const { url, version, name, title } = found.value;
  const selection = typeof valueSet === 'string' ? await composer.named(valueSet) : await composer.of(valueSet);
  if (!selection.ok) return selection;
  const narrowed: Part[] = [];
  for (const part of selection.value) narrowed.push(await narrow(part, wish, text.value, source));
  const total = narrowed.reduce((sum, part) => sum + sizeOf(part), 0);
  if (count === undefined && total - offset > wholeMax)
    return fail('too-costly', `The value set has ${total} codes: ask for pages with count and offset, or narrow it with filter`, 'count');
  const codes = await pageOf(narrowed, offset, Math.min(count ?? wholeMax, pageMax), wish);
  return ok({ valueSet: { url, version, name, title }, codes, total, offset, used: usedBy(selection.value) });
}

function textOf(filter: string | undefined): Result<Text | undefined> {
  if (filter === undefined || filter.trim() === '') return ok(undefined);
  const words = filterWords(filter);
  return words === undefined
    ? fail('invalid', `A text filter may have ${filterLettersMax} characters and 32 words`, 'filter')
    : ok({ words, code: filter.trim() });
}

const sizeOf = (part: Part): number => (part.kind === 'set' ? part.set.count() : part.codes.size);

/** Without what the wish leaves out. */
async function narrow(part: Part, wish: ExpandWish, text: Text | undefined, source: TerminologySource): Promise<Part> {
  const of = part.of;
  let without = of === undefined ? undefined : Ordinals.none(of.size);
  if (of !== undefined && wish.activeOnly === true) without = without!.or(await of.inactive());
  if (of !== undefined && wish.excludeNotForUI === true) without = without!.or(await of.abstract());
  const matching = of === undefined || text === undefined ? undefined : await matchingText(of, text, source);
  if (part.kind === 'set') {
    const set = part.set.without(without!);
    return { ...part, set: matching === undefined ? set : set.and(matching) };
  }
  const keeps = ({ at, code, display, designations }: ListedCode): boolean => {
    if (at !== undefined && without?.has(at) === true) return false;
    if (text === undefined || (at !== undefined && matching?.has(at) === true)) return true;
    if (foldToken(code) === foldToken(text.code)) return true;
    const texts = [display ?? code, ...(designations ?? []).map(({ value }) => value)];
    return text.words.length > 0 && beginsWords(text.words, texts);
  };
  return { ...part, codes: new Map([...part.codes].filter(([, code]) => keeps(code))) };
}

/** Concepts each of whose wanted words begins a word of it, and the one whose code is the text. */
async function matchingText(of: CodeSystemVersion, { words, code }: Text, source: TerminologySource): Promise<Ordinals> {
  let found = words.length === 0 ? Ordinals.none(of.size) : undefined;
  for (const word of words) {
    const beginning = await source.sets.get(JSON.stringify([of.key, word]), async () => ok(await of.beginning(word)));
    if (!beginning.ok) throw new Error(beginning.problem.message);
    found = found === undefined ? beginning.value : found.and(beginning.value);
  }
  const [at] = await of.find([code]);
  return at === undefined ? found! : found!.or(Ordinals.of(of.size, [at]));
}

async function pageOf(parts: Selection, offset: number, count: number, wish: ExpandWish): Promise<ExpandedCode[]> {
  const codes: ExpandedCode[] = [];
  let skip = offset;
  for (const part of parts) {
    if (codes.length >= count) break;
    const size = sizeOf(part);
    if (skip >= size) {
      skip -= size;
      continue;
    }
    codes.push(
      ...(part.kind === 'set' ? await ofSet(part, skip, count - codes.length, wish) : await ofList(part, skip, count - codes.length, wish)),
    );
    skip = 0;
  }
  return codes;
}

async function ofSet({ of, set }: SetPart, skip: number, count: number, wish: ExpandWish): Promise<ExpandedCode[]> {
  const concepts = await of.concepts(set.page(skip, count));
  return concepts.map((concept) => expanded(of.system, of.version, concept, undefined, wish));
}

async function ofList({ system, version, of, codes }: ListPart, skip: number, count: number, wish: ExpandWish): Promise<ExpandedCode[]> {
  const page = [...codes.values()].slice(skip, skip + count);
  const known = page.flatMap(({ at }) => at ?? []);
  const concepts = new Map(((await of?.concepts(known)) ?? []).map((concept) => [concept.at, concept]));
  return page.map((listed) =>
    expanded(system, of?.version ?? version, listed.at === undefined ? undefined : concepts.get(listed.at), listed, wish),
  );
}

function expanded(
  system: string,
  version: string | undefined,
  concept: Concept | undefined,
  listed: ListedCode | undefined,
  wish: ExpandWish,
): ExpandedCode {
  const designations = [...(listed?.designations ?? []), ...(concept?.designations ?? [])];
  const display = inLanguage(designations, wish.displayLanguage) ?? listed?.display ?? concept?.display;
  const properties = (concept?.properties ?? []).filter(({ code }) => wish.properties?.includes(code));
  return {
    system,
    ...(version === undefined ? {} : { version }),
    code: listed?.code ?? concept?.code ?? '',
    ...(display === undefined ? {} : { display }),
    ...(concept?.inactive ? { inactive: true } : {}),
    ...(concept?.abstract ? { abstract: true } : {}),
    ...(wish.includeDesignations && designations.length > 0 ? { designations } : {}),
    ...(properties.length > 0 ? { properties } : {}),
  };
}

/** `de` serves who asks for `de-CH`. */
export function inLanguage(designations: readonly Designation[], language: string | undefined): string | undefined {
  if (language === undefined) return undefined;
  const wanted = language.toLowerCase();
  const exact = designations.find((one) => one.language?.toLowerCase() === wanted);
  return (
    exact ?? designations.find((one) => one.language !== undefined && one.language.toLowerCase().split('-')[0] === wanted.split('-')[0])
  )?.value;
}

function usedBy(selection: Selection): { system: string; version?: string }[] {
  const used = new Map<string, { system: string; version?: string }>();
  for (const part of selection) {
    const system = part.kind === 'set' ? part.of.system : part.system;
    const version = part.of?.version ?? (part.kind === 'list' ? part.version : undefined);
    used.set(`${system}|${version}`, version === undefined ? { system } : { system, version });
  }
  return [...used.values()];
}
