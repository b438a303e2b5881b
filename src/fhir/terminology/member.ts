// Whether a code belongs to a value set or a code system, without listing either. Three answers: what cannot be followed makes the
// answer "unknown" only where the rest does not already say yes or no.
import type { ValueSet, ValueSetComposeInclude } from '../generated/types.ts';
import { ok, type Result } from '../result.ts';
import { foldToken } from '../search/fold.ts';
import type { CodeSystemVersion, Concept } from './code-system.ts';
import { findValueSet, missingSystem, ringOf, selectedBy, wholeExpansion } from './compose.ts';
import type { CodeAnswer, Coding } from './contract.ts';
import { followsGrammar, grammarOf } from './grammars.ts';
import { shown, type TerminologySource } from './source.ts';

type Answer = CodeAnswer['answer'];

interface Found {
  answer: Answer;
  why?: string;
  display?: string;
}

const no: Found = { answer: 'no' };
const yes = (display?: string): Found => ({ answer: 'yes', display });
const unknown = (why: string): Found => ({ answer: 'unknown', why });

/** All must hold. */
const both = (a: Found, b: Found): Found =>
  a.answer === 'no' || b.answer === 'no' ? no : a.answer === 'unknown' ? a : b.answer === 'unknown' ? b : { ...b, ...a };

export async function memberOf(source: TerminologySource, valueSet: string | ValueSet, coding: Coding): Promise<CodeAnswer> {
  const name = typeof valueSet === 'string' ? valueSet : (valueSet.url ?? 'handed in');
  const member = new Member(source, coding);
  const found =
    typeof valueSet === 'string'
      ? await member.ofNamed(valueSet, [])
      : await member.of(valueSet, valueSet.url === undefined ? [] : [valueSet.url]);
  if (!found.ok) return { answer: 'unknown', why: found.problem.message };
  const code = `${coding.system === undefined ? '' : `${shown(coding.system)}|`}${shown(coding.code)}`;
  if (found.value.answer === 'unknown')
    return { answer: 'unknown', why: `Whether ${code} is in the value set ${shown(name)} cannot be told: ${found.value.why}` };
  if (found.value.answer === 'no') return { answer: 'no', why: `The code ${code} is not in the value set ${shown(name)}` };
  return judged(source, coding, `The code ${code} is in the value set ${shown(name)}`, found.value.display);
}

export async function inSystem(source: TerminologySource, coding: Coding): Promise<CodeAnswer> {
  if (coding.system === undefined) return { answer: 'unknown', why: 'The coding does not say which code system its code is of' };
  const code = `${shown(coding.system)}|${shown(coding.code)}`;
  const grammar = grammarOf(coding.system);
  if (grammar !== undefined) {
    return followsGrammar(grammar, coding.code)
      ? { answer: 'yes', why: `${code} is built as ${grammar.name} says` }
      : { answer: 'no', why: `${code} is not built as ${grammar.name} says` };
  }
  const system = await source.system(coding.system, coding.version);
  if (system === undefined) return { answer: 'unknown', why: `${code} cannot be checked: ${missingSystem(coding.system, coding.version)}` };
  const [number] = await system.find([coding.code]);
  if (number !== undefined) return judged(source, coding, `${code} is a code of it`, undefined);
  return system.content === 'complete'
    ? { answer: 'no', why: `The code system ${shown(coding.system)} has no code ${shown(coding.code)}` }
    : { answer: 'unknown', why: `${code} cannot be checked: only a part of the code system is here` };
}

/** The answer yes, with the preferred display and whether the one that was given is one of the code's. */
async function judged(source: TerminologySource, coding: Coding, why: string, listed: string | undefined): Promise<CodeAnswer> {
  const concept = await conceptOf(source, coding);
  const display = listed ?? concept?.display;
  const answer: CodeAnswer = { answer: 'yes', why, ...(display === undefined ? {} : { display }) };
  if (coding.display === undefined || (display === undefined && concept === undefined)) return answer;
  const known = [display, concept?.display, ...(concept?.designations ?? []).map(({ value }) => value)];
  const given = flat(coding.display);
  return known.some((one) => one !== undefined && flat(one) === given) ? answer : { ...answer, wrongDisplay: true };
}

/** Case and white space of a display do not matter. */
const flat = (text: string): string => text.replace(/\s+/g, ' ').trim().toLowerCase();

async function conceptOf(source: TerminologySource, { system, version, code }: Coding): Promise<Concept | undefined> {
  const here = system === undefined ? undefined : await source.system(system, version);
  const [number] = (await here?.find([code])) ?? [];
  return number === undefined ? undefined : (await here!.concepts([number]))[0];
}

class Member {
  readonly #source: TerminologySource;
  readonly #coding: Coding;
  readonly #known = new Map<string, Result<Found>>();

  constructor(source: TerminologySource, coding: Coding) {
    this.#source = source;
    this.#coding = coding;
  }

  /** Fails only where the value set is wrong in itself: it includes itself. */
  async ofNamed(canonical: string, path: readonly string[]): Promise<Result<Found>> {
    const ring = ringOf(path, canonical);
    if (ring !== undefined) return ring;
    const known = this.#known.get(canonical);
    if (known !== undefined) return known;
    const valueSet = await findValueSet(this.#source, canonical);
    const found = valueSet.ok ? await this.of(valueSet.value, [...path, canonical]) : ok(unknown(valueSet.problem.message));
    this.#known.set(canonical, found);
    return found;
  }

  async of(valueSet: ValueSet, path: readonly string[]): Promise<Result<Found>> {
    const composed = valueSet.compose === undefined ? ok(unknown('it has no definition')) : await this.#composed(valueSet.compose, path);
    if (composed.ok && composed.value.answer !== 'unknown') return composed;
    const listed = valueSet.expansion === undefined ? undefined : wholeExpansion(valueSet.expansion);
    if (listed === undefined) return composed;
    for (const part of listed) {
      const code = part.codes.get(this.#coding.code);
      if (code !== undefined && (this.#coding.system === undefined || this.#coding.system === part.system)) return ok(yes(code.display));
    }
    return ok(no);
  }

  async #composed(
    { include, exclude }: { include: ValueSetComposeInclude[]; exclude?: ValueSetComposeInclude[] },
    path: readonly string[],
  ): Promise<Result<Found>> {
    const taken = await this.#anyOf(include, path);
    if (!taken.ok || taken.value.answer === 'no') return taken;
    const left = await this.#anyOf(exclude ?? [], path);
    if (!left.ok) return left;
    if (left.value.answer === 'yes') return ok(no);
    return left.value.answer === 'unknown' ? left : taken;
  }

  async #anyOf(parts: readonly ValueSetComposeInclude[], path: readonly string[]): Promise<Result<Found>> {
    let so: Found = no;
    let wrong: Result<Found> | undefined;
    for (const part of parts) {
      const found = await this.#include(part, path);
      if (!found.ok) wrong ??= found;
      else if (found.value.answer === 'yes') return found;
      else if (found.value.answer === 'unknown') so = found.value;
    }
    return wrong ?? ok(so);
  }

  async #include(part: ValueSetComposeInclude, path: readonly string[]): Promise<Result<Found>> {
    let found: Found = part.system === undefined ? yes() : await this.#systemPart(part, part.system);
    if (part.system === undefined && (part.valueSet ?? []).length === 0)
      return ok(unknown('an include names neither a system nor a value set'));
    for (const canonical of part.valueSet ?? []) {
      if (found.answer === 'no') return ok(no);
      const other = await this.ofNamed(canonical, path);
      if (!other.ok) return other;
      found = both(found, other.value);
    }
    return ok(found);
  }

  async #systemPart(part: ValueSetComposeInclude, system: string): Promise<Found> {
    const { code } = this.#coding;
    if (this.#coding.system !== undefined && this.#coding.system !== system) return no;
    if (part.concept !== undefined && part.concept.length > 0) {
      const exact = part.concept.find((one) => one.code === code);
      if (exact !== undefined) return yes(exact.display);
      const alike = part.concept.find((one) => foldToken(one.code) === foldToken(code));
      const here = alike === undefined ? undefined : await this.#source.system(system, part.version);
      return here?.caseSensitive === false ? yes(alike?.display) : no;
    }
    const grammar = grammarOf(system);
    const filters = part.filter ?? [];
    // What of such a system is loaded is a part of it: the grammar knows all.
    if (grammar !== undefined && filters.length === 0) return followsGrammar(grammar, code) ? yes() : no;
    const here = await this.#source.system(system, part.version);
    if (here === undefined) return unknown(missingSystem(system, part.version));
    return this.#filtered(here, part);
  }

  async #filtered(here: CodeSystemVersion, { filter = [] }: ValueSetComposeInclude): Promise<Found> {
    const [number] = await here.find([this.#coding.code]);
    if (number === undefined) return here.content === 'complete' ? no : unknown(`of ${shown(here.system)} only a part is here`);
    if (filter.length === 0) return yes();
    if (here.content !== 'complete') return unknown(`of ${shown(here.system)} only a part is here`);
    const set = await selectedBy(here, filter, this.#source);
    if (!set.ok) return unknown(set.problem.message);
    return set.value.has(number) ? yes() : no;
  }
}
