// One row told as the resources that it speaks of. A row is good or bad as a whole: what is wrong is told with its column, and then
// nothing of it is said.
import type { Resource } from '../../fhir/generated/types.ts';
import { validateStructure } from '../../fhir/structure/validate.ts';
import { namedUuid } from '../../methods/named-uuid.ts';
import type { Said, TranslationContext } from '../contract.ts';
import type { Compiled, Thing } from './mapping.ts';
import type { Step } from './target.ts';
import type { ReadValue } from './values.ts';

export interface Wrong {
  /** Of the mapping; undefined: of the row as a whole. */
  column?: string;
  says: string;
}

export interface ToldRow {
  said: Said[];
  /** Elements that each cell fills, by the column's place in the mapping. */
  elements: Map<number, string[]>;
  /** Business keys in it, as people type them. */
  keys: string[];
  wrong: Wrong[];
}

type Members = Record<string, unknown>;

interface Fill {
  column: number;
  steps: Step[];
  value: ReadValue;
  beside: Record<string, string>;
  key: boolean;
  text: string;
}

const control = /[^\P{Cc}\t\n\r]/u;
const anyControl = /\p{Cc}/u;

/** `texts`: of each column of the mapping its cell, trimmed; empty where it says nothing. */
export function tellRow({ columns, things }: Compiled, texts: readonly string[], context: TranslationContext): ToldRow {
  const told: ToldRow = { said: [], elements: new Map(), keys: [], wrong: [] };
  const fills = new Map<Thing, Fill[]>();
  for (const [at, { name, fills: targets, declared }] of columns.entries()) {
    const text = texts[at] ?? '';
    if (text === '' || targets.length === 0) continue;
    const key = declared.key === true;
    if ((key ? anyControl : control).test(text)) {
      told.wrong.push({ column: name, says: 'holds control characters' });
      continue;
    }
    if (text.includes('\ufffd')) {
      told.wrong.push({ column: name, says: 'holds bytes that are no text in the encoding of the file; say with "encoding" which it is' });
      continue;
    }
    if (key) told.keys.push(text);
    for (const { thing, target, read } of targets) {
      const value = read(text, context.timeZone);
      if (!value.ok) {
        told.wrong.push({ column: name, says: value.problem.message });
        break;
      }
      const fill = { column: at, steps: target.steps, value: value.value, beside: target.beside, key, text };
      const list = fills.get(thing);
      if (list === undefined) fills.set(thing, [fill]);
      else list.push(fill);
    }
  }
  if (told.wrong.length > 0) return told;
  const made = new Map<Thing, string>();
  let patientKey = '';
  for (const thing of things) {
    const own = fills.get(thing) ?? [];
    const content = own.filter(({ key }) => !key);
    const keysDeclared = columns.filter(({ declared, fills: all }) => declared.key === true && all.some((fill) => fill.thing === thing));
    const missing = keysDeclared.filter(({ name }) => !own.some(({ key, column }) => key && columns[column]?.name === name));
    if (missing.length > 0) {
      for (const { name } of content.length > 0 ? missing : [])
        told.wrong.push({ column: name, says: `is empty, and the row says something of its ${thing.name}, which it identifies` });
      continue;
    }
    // Where the row could say more of it and does not, an identifier names it in passing; anything else is not said.
    const couldSay = columns.some(({ declared, fills: all }) => declared.key !== true && all.some((fill) => fill.thing === thing));
    const named = own.find(({ key, steps }) => key && steps[0]?.name === 'identifier');
    const silent = content.length === 0 && couldSay;
    if (silent && named === undefined) continue;

    const resource: Members = { resourceType: thing.type, id: '' };
    const items = new Map<string, number>();
    const places = own.map((fill) => ({
      fill,
      place: put(resource, fill.steps, fill.value.value, { ...fill.beside, ...fill.value.beside }, items),
    }));
    const keys: string[] = [];
    for (const { fill, place } of places)
      if (fill.key && fill.steps[0]?.name === 'identifier') {
        const system = place.parent['system'];
        keys.push(`${typeof system === 'string' ? system : systemOf(thing, fill.steps)}|${fill.text}`);
      }
    const parts =
      keys.length > 0
        ? keys.map((key) => (key.startsWith('|') ? `${context.sender}${key}` : key))
        : [context.sender, thing.name, patientKey, ...own.filter(({ key }) => key).map(({ text }) => text)];
    const id = namedUuid('csv', thing.type, ...parts);
    if (thing.type === 'Patient') patientKey ||= parts.join(' ');
    resource['id'] = id;
    for (const { target, value } of thing.constants) {
      const [first] = target.steps;
      // What belongs to a cell is said with it; what belongs to none, with the resource.
      const ofCell = (fill: Fill): boolean => fill.steps[0]?.name === first?.name && fill.steps[0]?.item === first?.item;
      const anyOf = columns.some(({ fills: all }) =>
        all.some(
          (fill) => fill.thing === thing && fill.target.steps[0]?.name === first?.name && fill.target.steps[0]?.item === first?.item,
        ),
      );
      if (anyOf && !own.some(ofCell)) continue;
      if (typeof value !== 'object') put(resource, target.steps, value, {}, items);
      else if (made.has(value)) put(resource, [...target.steps, { name: 'reference' }], made.get(value) ?? '', {}, items);
    }
    const point = (element: string | undefined, type: string): void => {
      const to = element === undefined ? undefined : [...made].find(([other]) => other.type === type)?.[1];
      if (element !== undefined && to !== undefined) resource[element] = { reference: to };
    };
    point(thing.patient, 'Patient');
    point(thing.encounter, 'Encounter');

    const name = `${thing.type}/${id}`;
    const findings = validateStructure(resource);
    for (const { message, where = '' } of findings) {
      const path = where.slice(where.indexOf('.') + 1);
      const guilty =
        places.find(({ place }) => place.path === path) ??
        places.find(({ place }) => place.path.startsWith(path) || path.startsWith(place.path));
      const column = guilty === undefined ? undefined : columns[guilty.fill.column]?.name;
      told.wrong.push({ ...(column === undefined ? {} : { column }), says: `makes no ${thing.name}: ${where}: ${message}` });
    }
    if (findings.length > 0 || !isResource(resource)) continue;
    for (const { fill, place } of places)
      told.elements.set(fill.column, [...(told.elements.get(fill.column) ?? []), `${name}#${place.path}`]);
    told.said.push({
      resource,
      how: silent || (content.length === 0 && thing.type === 'Patient') ? 'refer' : 'merge',
      byIdentifier: keys.length > 0,
      ...(keys.length > 0 ? { keys } : {}),
    });
    made.set(thing, name);
  }
  return told;
}

/** Held by the validator just before. */
const isResource = (value: object): value is Resource => 'resourceType' in value;

/** A system that a constant says of the same identifier. */
function systemOf(thing: Thing, steps: readonly Step[]): string {
  const found = thing.constants.find(
    ({ target }) =>
      target.steps.length === 2 &&
      target.steps[0]?.name === 'identifier' &&
      target.steps[0].item === steps[0]?.item &&
      target.steps[1]?.name === 'system',
  );
  return typeof found?.value === 'string' ? found.value : '';
}

interface Put {
  /** As it stands in the resource. */
  path: string;
  parent: Members;
}

/** `items`: where the declared items of each list stand; those that nothing fills leave no gap. */
function put(resource: Members, steps: readonly Step[], value: unknown, beside: Record<string, string>, items: Map<string, number>): Put {
  let at = resource;
  let path = '';
  let declared = '';
  for (const [depth, { name, item }] of steps.entries()) {
    const last = depth === steps.length - 1;
    path += `${path === '' ? '' : '.'}${name}`;
    declared += `.${name}`;
    if (item === undefined) {
      if (last) at[name] = value;
      else at = below(at, name);
      continue;
    }
    const list = Array.isArray(at[name]) ? (at[name] as unknown[]) : [];
    at[name] = list;
    declared += `[${item}]`;
    let index = items.get(declared);
    if (index === undefined) {
      index = list.length;
      items.set(declared, index);
    }
    path += `[${index}]`;
    if (last) list[index] = value;
    else {
      const there = list[index];
      const next: Members = typeof there === 'object' && there !== null ? (there as Members) : {};
      list[index] = next;
      at = next;
    }
  }
  Object.assign(at, beside);
  return { path, parent: at };
}

function below(at: Members, name: string): Members {
  const there = at[name];
  const next: Members = typeof there === 'object' && there !== null ? (there as Members) : {};
  at[name] = next;
  return next;
}
