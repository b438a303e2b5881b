// The part of a resource that `_summary` or `_elements` asks for (http://hl7.org/fhir/R4/search.html#summary, #elements).
// Mandatory elements always stay, so do modifier extensions: without them the rest could be read as its opposite.
import { summaryElements } from './generated/summary.ts';
import { fail, ok, type Result } from './result.ts';
import { nearest } from './structure/nearest.ts';
import { type Rules, resourceTypes, rulesOf } from './structure/rules.ts';

type Members = Record<string, unknown>;
type Keep = (element: string) => boolean;

export interface Wish {
  /** `true`, `text`, `data` or `false`; `count` is for the search, which returns no resources then. */
  summary?: string;
  /** Names of elements of the resource: `name`, `value` or `valueQuantity` for a choice. */
  elements?: string[];
}

const subsetted = { system: 'http://terminology.hl7.org/CodeSystem/v3-ObservationValue', code: 'SUBSETTED', display: 'subsetted' };
const always = ['id', 'meta', 'implicitRules', 'modifierExtension'];

/**
 * A copy with the elements wished for and the tag SUBSETTED; the resource itself where everything is. Values are shared with the
 * resource. An element that its type does not have is a problem.
 */
export function subset(resource: unknown, wish: Wish): Result<Members> {
  if (!isMembers(resource) || typeof resource['resourceType'] !== 'string' || !resourceTypes.has(resource['resourceType'])) {
    return fail('invalid', 'This is no resource of a type of R4.');
  }
  const type = resource['resourceType'];
  const { summary, elements } = wish;
  if (summary !== undefined && summary !== 'false' && elements) return fail('invalid', 'Use either _summary or _elements.', '_elements');
  if (elements) {
    const wanted = wantedElements(elements, rulesOf(type));
    return wanted.ok ? ok(tagged(pick(resource, rulesOf(type), keeping(type, wanted.value)))) : wanted;
  }
  if (summary === undefined || summary === 'false') return ok(resource);
  const make = Object.hasOwn(summaries, summary) ? summaries[summary] : undefined;
  return make ? ok(tagged(make(resource, type))) : fail('invalid', 'Use true, text, data, count or false for _summary.', '_summary');
}

const summaries: Record<string, (resource: Members, type: string) => Members> = {
  true: (resource, type) => summaryOf(resource, rulesOf(type)),
  text: (resource, type) => pick(resource, rulesOf(type), keeping(type, ['text'])),
  data: (resource, type) => pick(resource, rulesOf(type), (element) => element !== 'text'),
};

const listOf = (type: string, which: 0 | 1): string[] => (summaryElements[type]?.[which] ?? '').split(' ');

/** The elements asked for, the mandatory ones and what always stays. */
function keeping(type: string, wanted: string[]): Keep {
  const kept = new Set([...wanted, ...always, ...listOf(type, 1)]);
  return (element) => kept.has(element);
}

function wantedElements(elements: string[], rules: Rules): Result<string[]> {
  const names = new Map<string, string>();
  for (const { name, element } of rules.fields.values()) {
    names.set(name, element);
    names.set(element, element);
    names.set(element.replace('[x]', ''), element);
  }
  const wanted: string[] = [];
  for (const given of elements) {
    // `Patient.name` is how R4 names an element where a search goes over several types.
    const name = given.startsWith(`${rules.type}.`) ? given.slice(rules.type.length + 1) : given;
    const element = names.get(name);
    if (element === undefined) {
      const near = nearest(name, names.keys());
      const hint = near === undefined ? 'Name elements at the top of the resource' : `Is "${near}" meant?`;
      return fail('invalid', `${rules.type} has no element "${name.slice(0, 64)}". ${hint}`, '_elements');
    }
    wanted.push(element);
  }
  return ok(wanted);
}

/** The members whose element is kept, in their order; a primitive and its extensions go together. */
function pick(members: Members, rules: Rules, keep: Keep): Members {
  const copy: Members = {};
  for (const [name, value] of Object.entries(members)) {
    const field = rules.fields.get(name);
    if (field ? keep(field.element) : name === 'resourceType') copy[name] = value;
  }
  return copy;
}

/** Elements marked as summary and mandatory ones, also inside: an attachment without its data. */
function summaryOf(members: Members, rules: Rules): Members {
  const extensions = rules.isResource || rules.type.includes('.') ? [] : ['extension'];
  const kept = new Set([...listOf(rules.type, 0), ...listOf(rules.type, 1), ...always, ...extensions]);
  const copy = pick(members, rules, (element) => kept.has(element));
  for (const [name, value] of Object.entries(copy)) {
    const field = rules.fields.get(name);
    if (!field || field.check || field.resource || field.type === 'Extension') continue;
    const inside = [value].flat().map((item) => (isMembers(item) ? summaryOf(item, rulesOf(field.type)) : item));
    const left = inside.filter((item) => !isMembers(item) || Object.keys(item).length > 0);
    if (left.length === 0) delete copy[name];
    else copy[name] = Array.isArray(value) ? left : left[0];
  }
  return copy;
}

/** With the tag that says that something is missing, `meta` right after the id. */
function tagged(resource: Members): Members {
  const { resourceType, id, meta, ...rest } = resource;
  const tags = isMembers(meta) && Array.isArray(meta['tag']) ? meta['tag'].filter((tag) => !isSubsetted(tag)) : [];
  const withTag = { ...(isMembers(meta) ? meta : {}), tag: [...tags, subsetted] };
  return { resourceType, ...(id === undefined ? {} : { id }), meta: withTag, ...rest };
}

const isSubsetted = (tag: unknown): boolean => isMembers(tag) && tag['system'] === subsetted.system && tag['code'] === subsetted.code;

function isMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
