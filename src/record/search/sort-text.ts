// The texts that _sort puts in order where no index holds them: references, identifiers, telephone numbers. They are read from
// the stored text, 10 to 30 µs a row: kept in an index, they would cost every write three rows more for an order that is seldom
// asked for. So a search that narrows first has its order at once, and one over a million rows takes half a minute.
//
// The expressions of R4 that lead to such elements are paths with few conditions; those compile to SQL here. Names in the text
// come from the structure tables only, so nothing that a definition from outside says reaches a statement.
import type { SearchParameter } from '../../fhir/search/contract.ts';
import { sortTextMax } from '../../fhir/search/fold.ts';
import { type Field, resourceTypes, rulesOf } from '../../fhir/structure/rules.ts';

interface Condition {
  /** SQL on the element `e.j`. */
  of(e: string): string;
}
interface Step {
  field: Field;
  first?: boolean;
  where?: Condition;
}

const types = [...resourceTypes].join('|');
const id = '[A-Za-z0-9.-]{1,64}';
const told = `(?:^|/)(${types})/${id}(?:/_history/${id})?$`;
const versioned = `^((?:${types})/${id})/_history/${id}$`;

const isTo = (type: string): Condition => ({
  of: (e) => `coalesce(substring(${e}.j ->> 'reference' from '${told}'), ${e}.j ->> 'type') = '${type}'`,
});

/** Texts under one element, by its type: SQL on `e.j`. */
const textOf: Record<string, (e: string) => string> = {
  Reference: (e) => `${e}.j ->> 'reference'`,
  Identifier: (e) => `${e}.j ->> 'value'`,
  ContactPoint: (e) => `${e}.j ->> 'value'`,
};
const plainTexts = new Set(['canonical', 'uri', 'url', 'oid', 'uuid', 'id', 'string', 'code', 'http://hl7.org/fhirpath/System.String']);

/** Select of the texts `v` of a parameter in the row `r`; undefined where its expression is none of those. */
export function textsOf(parameter: SearchParameter, r: string): string | undefined {
  const selects: string[] = [];
  for (const part of parameter.expression.split(' | ')) {
    const paths = pathsOf(parameter, part.trim());
    if (paths === undefined) return undefined;
    for (const path of paths) selects.push(selectOf(parameter, path, r));
  }
  return selects.length === 0 ? undefined : selects.join(' union all ');
}

const shape = /^\(?([A-Z]\w+)((?:\.\w+(?:\[0\])?(?:\.where\([^()]*(?:\(\) is \w+)?\))?)+)(?: as (\w+)\))?$/;
const member = /\.(\w+)(\[0\])?(?:\.where\(([^()]*(?:\(\) is \w+)?)\))?/g;

/** Choices make several paths of one. */
function pathsOf(parameter: SearchParameter, part: string): Step[][] | undefined {
  const [, type, rest = '', as] = shape.exec(part) ?? [];
  if (type !== parameter.base) return undefined;
  let paths: { of: string | undefined; steps: Step[] }[] = [{ of: type, steps: [] }];
  const members = [...rest.matchAll(member)];
  for (const [i, [, name = '', first, said]] of members.entries()) {
    const where = said === undefined ? undefined : conditionOf(said);
    if (said !== undefined && where === undefined) return undefined;
    const last = i === members.length - 1;
    paths = paths.flatMap(({ of, steps }) =>
      fieldsOf(of, name)
        .filter((field) => !last || as === undefined || field.type === as)
        .map((field) => ({ of: field.type, steps: [...steps, { field, first: first !== undefined, ...(where && { where }) }] })),
    );
  }
  const readable = paths.filter(({ of = '' }) => Object.hasOwn(textOf, of) || plainTexts.has(of) || of === 'Resource');
  return readable.length === 0 ? undefined : readable.map(({ steps }) => steps);
}

function fieldsOf(type: string | undefined, name: string): Field[] {
  try {
    const { fields } = rulesOf(type ?? '');
    return [...fields.values()].filter((field) => !field.sibling && (field.element === name || field.element === `${name}[x]`));
  } catch {
    return [];
  }
}

function conditionOf(said: string): Condition | undefined {
  const [, to] = /^resolve\(\) is (\w+)$/.exec(said) ?? [];
  if (to !== undefined) return resourceTypes.has(to) ? isTo(to) : undefined;
  const [, name, value] = /^(type|system|use)\s?=\s?'([a-z-]+)'$/.exec(said) ?? [];
  return name === undefined ? undefined : { of: (e) => `${e}.j ->> '${name}' = '${value}'` };
}

function selectOf(parameter: SearchParameter, steps: readonly Step[], r: string): string {
  let from = `(select nullif(${r}.body, '')::json as j) e0`;
  const conditions: string[] = [];
  steps.forEach(({ field, first, where }, i) => {
    const value = `e${i}.j -> '${field.name}'`;
    const e = `e${i + 1}`;
    from +=
      field.many && first !== true
        ? `, lateral json_array_elements(case when json_typeof(${value}) = 'array' then ${value} end) ${e}(j)`
        : `, lateral (select ${value}${first === true ? ' -> 0' : ''} as j) ${e}`;
    if (where !== undefined) conditions.push(where.of(e));
  });
  const last = `e${steps.length}`;
  const type = steps.at(-1)!.field.type;
  if (type === 'Resource') {
    conditions.push(`${last}.j ->> 'resourceType' = '${parameter.targets[0]}'`);
    return `select ${ordered(`'${parameter.targets[0]}/' || (${last}.j ->> 'id')`)} as v from ${from} where ${conditions.join(' and ')}`;
  }
  const text = textOf[type]?.(last) ?? `${last}.j #>> '{}'`;
  conditions.push(`${text} <> ''`);
  // What is inside the resource (#x) has no place in an order, and a version is no part of what is pointed to.
  if (parameter.type === 'reference') conditions.push(`${text} not like '#%'`);
  const shown = parameter.type === 'reference' ? `regexp_replace(${text}, '${versioned}', '\\1')` : text;
  return `select ${ordered(shown)} as v from ${from} where ${conditions.join(' and ')}`;
}

const ordered = (text: string): string => `left(${text}, ${sortTextMax}) collate "C"`;
