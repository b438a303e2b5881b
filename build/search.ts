// SearchParameters of R4 → src/fhir/generated/search.ts: for every parameter of every resource type a plain function from
// a resource to its index values. Anything that cannot be compiled stops the build with the parameter's name.
import { type Definition, readDefinitions } from './definitions.ts';
import { readCompartments } from './search/compartments.ts';
import { type Place, resetNames, rootPlace, walk } from './search/compile.ts';
import { isDomainResource, resourceTypes, topElements } from './search/elements.ts';
import { type Expression, headOf, parseExpression, splitUnion } from './search/expression.ts';
import { convert, converterNames } from './search/index-values.ts';

/** Parameters that are not compiled, by id of the SearchParameter. The query parser refuses those of R4 by name. */
const notCompiled: Record<string, string> = {
  'DomainResource-text': 'no expression: full text',
  'Resource-content': 'no expression: full text',
  'Resource-query': 'no expression: a stored query',
  'Location-near': 'a distance: written by hand, in src/fhir/search/near.ts',
  'DeviceDefinition-classification': 'not of R4: names an element that R4 does not have',
};

/** Token elements that have no system, so that `system|code` means nothing (http://hl7.org/fhir/R4/search.html#token). */
const systemlessTypes = new Set(['ContactPoint', 'uri', 'boolean', 'id', 'string']);

/** Defects of the published definitions, by id of the SearchParameter; each entry says what is wrong. */
const corrections: Record<string, (definition: Definition) => Definition> = {
  // The definitions of the two components are swapped against their expressions: `code` is the relation, `target` the document.
  'DocumentReference-relationship': (d) => {
    const [first, second] = d['component'];
    return {
      ...d,
      component: [
        { ...first, definition: second.definition },
        { ...second, definition: first.definition },
      ],
    };
  },
  // The part is defined as the parameter value-quantity, which finds sampled data too; the expression leaves it out.
  'Observation-combo-code-value-quantity': withSampledData,
  'Observation-component-code-value-quantity': withSampledData,
};

function withSampledData(d: Definition): Definition {
  const [code, value] = d['component'];
  return { ...d, component: [code, { ...value, expression: `${value.expression} | value.as(SampledData)` }] };
}

interface Compiled {
  base: string;
  code: string;
  definition: Definition;
  functionName: string;
  expression: string;
  targets: string[];
  impliedSystem: string | undefined;
  single: boolean;
  systemless: boolean;
  canonical: boolean;
  composite: { context: 'root' | 'element'; parts: string[] } | undefined;
}

export function generateSearch(): string {
  const definitions = readDefinitions('search-parameters.json').map((d) => corrections[d['id']]?.(d) ?? d);
  const byUrl = new Map(definitions.map((d) => [d['url'] as string, d]));
  const functions = new Map<string, string>();
  const tables: string[] = [];
  const codesOf = new Map<string, Set<string>>();
  const failures: string[] = [];
  for (const base of resourceTypes) {
    const compiled: Compiled[] = [];
    for (const definition of definitions.filter((d) => appliesTo(d, base))) {
      if (notCompiled[definition['id']]) continue;
      try {
        compiled.push(compileParameter(base, definition, byUrl, functions));
      } catch (error) {
        failures.push(`${base}.${definition['code']} (${definition['expression']}): ${(error as Error).message}`);
      }
    }
    codesOf.set(base, new Set(compiled.map((c) => c.code)));
    failures.push(...duplicates(compiled), ...missingParts(compiled));
    tables.push(`  ${base}: () => [\n${compiled.map((c) => `    ${row(c)},`).join('\n')}\n  ],`);
  }
  if (failures.length > 0) throw new Error(`search parameters that could not be compiled:\n${failures.join('\n')}`);
  const elements = resourceTypes.map((type) => `  ${type}: ${JSON.stringify(topElements(type).join(' '))},`);
  return `${[
    '// Generated from the FHIR R4 SearchParameters and StructureDefinitions (HL7, CC0) by build/search.ts. Not edited by hand.',
    "import type { IndexValue, SearchParameter } from '../search/contract.ts';",
    `import { ${converterNames.join(', ')}, isReferenceTo } from '../search/values.ts';`,
    "import { composite, parameter } from '../search/parameter.ts';",
    "import type * as t from './types.ts';",
    ...functions.values(),
    'export const tables: { [T in t.ResourceType]: () => SearchParameter[] } = {',
    ...tables,
    '};',
    '/** Names that `_elements` may give, by resource type. */',
    'export const elementNames: { [T in t.ResourceType]: string } = {',
    ...elements,
    '};',
    '/** Compartment → resource type → codes of the parameters that bind it (http://hl7.org/fhir/R4/compartmentdefinition.html). */',
    `export const compartments: Record<string, Record<string, string[]>> = ${JSON.stringify(readCompartments(codesOf), null, 1)};`,
  ].join('\n')}\n`;
}

const appliesTo = (definition: Definition, base: string): boolean =>
  definition['base'].includes(base) ||
  definition['base'].includes('Resource') ||
  (definition['base'].includes('DomainResource') && isDomainResource(base));

function compileParameter(base: string, definition: Definition, byUrl: Map<string, Definition>, functions: Map<string, string>): Compiled {
  const shared = definition['base'].includes('Resource');
  const texts = splitUnion(definition['expression']).filter((text) => startsIn(parseExpression(text), base));
  if (texts.length === 0) throw new Error(`no part of the expression starts at ${base}`);
  const branches = texts.map(parseExpression);
  const functionName = `${shared ? 'Resource' : base}_${definition['code'].replace(/\W/g, '_')}`;
  const root = rootPlace(shared ? 'Resource' : base);
  resetNames();
  const places: Place[] = [];
  const common = { base, code: definition['code'], definition, functionName, expression: texts.join(' | ') };
  let body: string;
  let composite: Compiled['composite'];
  if (definition['type'] === 'composite') {
    const made = compileComposite(branches, root, definition, byUrl);
    ({ body, composite } = made);
    if (composite.context === 'root')
      body = `composite(out, 0, ${composite.parts.map((code) => `${base}_${code.replace(/\W/g, '_')}(r)`).join(', ')});`;
  } else {
    body = branches
      .map((branch) =>
        walk(branch, { root }, (place) => {
          places.push(place);
          return definition['xpathUsage'] === 'phonetic'
            ? convert('phonetic', place, 'out', [])
            : convert(definition['type'], place, 'out', definition['target'] ?? []);
        }),
      )
      .join('');
  }
  if (body === '') throw new Error('the expression yields nothing');
  functions.set(
    functionName,
    `function ${functionName}(r: t.${root.type}): IndexValue[] { const out: IndexValue[] = [];\n${body}return out; }`,
  );
  return {
    ...common,
    targets: targetsOf(definition, places),
    impliedSystem: impliedSystemOf(places),
    single: isSingle(places),
    systemless: definition['type'] === 'token' && places.every((place) => systemlessTypes.has(place.type)),
    canonical: definition['type'] === 'reference' && places.every((place) => place.type === 'canonical' || place.type === 'uri'),
    composite,
  };
}

/** Whether a branch of the expression is about this resource type: `Patient.name`, `Resource.id` or relative (`name`). */
function startsIn(branch: Expression, base: string): boolean {
  const head = headOf(branch);
  return head === base || head === 'Resource' || head === 'DomainResource' || (head !== undefined && /^[a-z]/.test(head));
}

function compileComposite(branches: Expression[], root: Place, definition: Definition, byUrl: Map<string, Definition>) {
  const components: { definition: string; expression: string }[] = definition['component'];
  const parts = components.map((component) => {
    const part = byUrl.get(component.definition);
    if (!part) throw new Error(`the component ${component.definition} is not defined`);
    return part;
  });
  const contexts: Place[] = [];
  let body = 'let g = 0;\n';
  let everyPartSingle = true;
  for (const branch of branches) {
    body += walk(branch, { root }, (context) => {
      contexts.push(context);
      let code = '';
      components.forEach((component, i) => {
        const places: Place[] = [];
        const expression = parseExpression(component.expression);
        const inner = walk(expression, { root, context }, (place) => {
          places.push(place);
          return convert(parts[i]?.['type'], place, `p${i}`, []);
        });
        if (inner === '') throw new Error(`the component ${component.expression} yields nothing`);
        everyPartSingle &&= isSingle(places);
        code += `const p${i}: IndexValue[] = [];\n${inner}`;
      });
      return `{ ${code}composite(out, g++, ${components.map((_, i) => `p${i}`).join(', ')}); }\n`;
    });
  }
  const isRoot = contexts.length === 1 && contexts[0] === root && everyPartSingle;
  return {
    body,
    composite: { context: isRoot ? ('root' as const) : ('element' as const), parts: parts.map((part) => part['code'] as string) },
  };
}

/** True where at most one element can be found: nothing on the way repeats, and all branches are one choice element. */
const isSingle = (places: Place[]): boolean => places.length > 0 && places.every((p) => !p.repeats && p.origin === places[0]?.origin);

function targetsOf(definition: Definition, places: Place[]): string[] {
  const declared: string[] = definition['target'] ?? [];
  if (definition['type'] !== 'reference') return [];
  const found = new Set<string>();
  for (const place of places) {
    const both = place.targets.filter((target) => declared.length === 0 || declared.includes(target));
    const allowed = place.targets.length === 0 ? declared : both.length > 0 ? both : place.targets;
    for (const target of allowed) found.add(target);
  }
  const targets = [...found].filter((target) => resourceTypes.includes(target)).sort();
  return targets.length > resourceTypes.length / 2 ? [] : targets;
}

function impliedSystemOf(places: Place[]): string | undefined {
  const systems = new Set(places.map((place) => place.impliedSystem));
  return systems.size === 1 ? [...systems][0] : undefined;
}

/** Stable number of a parameter within its base: FNV-1a of `base.code` in 31 bits. Never change this: indexes hold it. */
function parameterId(base: string, code: string): number {
  let hash = 0x811c9dc5;
  for (const c of `${base}.${code}`) hash = Math.imul(hash ^ c.charCodeAt(0), 0x01000193);
  return (hash >>> 0) & 0x7fffffff;
}

function duplicates(compiled: Compiled[]): string[] {
  const seen = new Map<string | number, string>();
  const problems: string[] = [];
  for (const { base, code } of compiled) {
    for (const key of [code, parameterId(base, code)]) {
      if (seen.has(key)) problems.push(`${base}.${code}: same code or number as ${seen.get(key)}`);
      seen.set(key, code);
    }
  }
  return problems;
}

function missingParts(compiled: Compiled[]): string[] {
  const codes = new Set(compiled.map((c) => c.code));
  return compiled.flatMap((c) =>
    (c.composite?.parts ?? []).filter((part) => !codes.has(part)).map((part) => `${c.base}.${c.code}: its part ${part} is no parameter`),
  );
}

function row(c: Compiled): string {
  const options = {
    ...(c.targets.length > 0 && { targets: c.targets }),
    ...(c.single && { single: true }),
    ...(c.impliedSystem && { impliedSystem: c.impliedSystem }),
    ...(c.canonical && { canonical: true }),
    ...(c.systemless && { systemless: true }),
    ...(c.definition['xpathUsage'] === 'phonetic' && { phonetic: true }),
    ...(c.composite && { composite: c.composite }),
  };
  const id = parameterId(c.base, c.code);
  const args = [c.base, c.code, c.definition['type'], id, c.definition['url'], c.expression].map((value) => JSON.stringify(value));
  return `parameter(${args.join(', ')}, ${c.functionName}, ${JSON.stringify(options)})`;
}
