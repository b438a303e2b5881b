// CodeSystem/$lookup and $subsumes (http://hl7.org/fhir/R4/codesystem-operation-lookup.html, -subsumes.html).
import { fail, ok, type Result } from '../result.ts';
import type { CodeSystemVersion, Concept } from './code-system.ts';
import { missingSystem } from './compose.ts';
import type { Coding, Lookup, Subsumption } from './contract.ts';
import { inLanguage } from './expand.ts';
import { followsGrammar, grammarOf } from './grammars.ts';
import { shown, type TerminologySource } from './source.ts';

interface Place {
  of: CodeSystemVersion;
  at: number;
}

/** Where a coding is; the problem says what is not here. */
export async function locate(source: TerminologySource, { system, version, code }: Coding): Promise<Result<Place>> {
  if (system === undefined || system === '') return fail('invalid', 'Say which code system the code is of', 'system');
  const of = await source.system(system, version);
  if (of === undefined) return fail('not-found', sentence(missingSystem(system, version)), 'system');
  const [at] = await of.find([code]);
  if (at !== undefined) return ok({ of, at });
  const partly = of.content === 'complete' ? '' : ', of which only a part is here';
  return fail('not-found', `There is no code ${shown(code)} in ${shown(system)}${partly}`, 'code');
}

const sentence = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

export async function lookup(
  source: TerminologySource,
  coding: Coding,
  wanted?: readonly string[],
  displayLanguage?: string,
): Promise<Result<Lookup>> {
  const grammar = coding.system === undefined ? undefined : grammarOf(coding.system);
  const place = await locate(source, coding);
  if (!place.ok) {
    if (grammar === undefined) return place;
    return followsGrammar(grammar, coding.code)
      ? ok({ name: grammar.name, display: coding.code, designations: [], properties: [] })
      : fail('not-found', `${shown(coding.code)} is not built as ${grammar.name} says`, 'code');
  }
  const { of, at } = place.value;
  const concept = (await of.concepts([at]))[0]!;
  return ok({
    name: of.title ?? of.name,
    ...(of.version === undefined ? {} : { version: of.version }),
    display: inLanguage(concept.designations, displayLanguage) ?? concept.display,
    ...(concept.abstract ? { abstract: true } : {}),
    designations: concept.designations,
    properties: await propertiesOf(of, concept, wanted),
  });
}

async function propertiesOf(of: CodeSystemVersion, concept: Concept, wanted?: readonly string[]): Promise<Lookup['properties']> {
  const children = wanted !== undefined && !wanted.includes('child') && !wanted.includes('*') ? [] : await of.children(concept.at);
  const own = concept.properties.filter(({ code }) => code !== 'parent' && code !== 'child' && code !== 'inactive');
  const all: Lookup['properties'] = [
    ...(concept.definition === undefined ? [] : [{ code: 'definition', value: concept.definition }]),
    { code: 'inactive', value: concept.inactive },
    ...own,
    ...concept.parents.map((parent) => ({ code: 'parent', value: parent })),
    ...children.slice(0, childrenMax).map((child) => ({ code: 'child', value: child })),
  ];
  const named = wanted === undefined || wanted.length === 0 || wanted.includes('*') ? all : all.filter(({ code }) => wanted.includes(code));
  return named.map((one) => {
    const description = of.properties.find(({ code }) => code === one.code)?.description;
    return description === undefined ? one : { ...one, description };
  });
}

/** Of a code with more below it, $expand lists them page by page. */
const childrenMax = 1_000;

export async function subsumes(source: TerminologySource, a: Coding, b: Coding): Promise<Result<Subsumption>> {
  if (a.system !== b.system) return fail('invalid', 'Subsumption is asked of two codes of one code system', 'system');
  if (a.version !== undefined && b.version !== undefined && a.version !== b.version)
    return fail('invalid', 'Subsumption is asked of two codes of one version of a code system', 'version');
  const version = a.version ?? b.version;
  const first = await locate(source, { ...a, version });
  if (!first.ok) return first;
  const second = await locate(source, { ...b, version });
  if (!second.ok) return second;
  const { of, at } = first.value;
  if (at === second.value.at) return ok('equivalent');
  if (of.hierarchyMeaning !== 'is-a')
    return fail(
      'unsupported',
      `The hierarchy of ${shown(of.system)} means "${of.hierarchyMeaning}", not that one code is a kind of another`,
    );
  if ((await of.above(second.value.at)).has(at)) return ok('subsumes');
  return ok((await of.above(at)).has(second.value.at) ? 'subsumed-by' : 'not-subsumed');
}
