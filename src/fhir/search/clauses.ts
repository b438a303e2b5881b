// One `name=value` of a query that selects resources → a clause: modifiers, chains and `_has`
// (http://hl7.org/fhir/R4/search.html#modifiers, #chaining, #has). What is not understood is refused with an explanation.
import type { ResourceType } from '../generated/types.ts';
import { fail, ok, type Problem, type Result } from '../result.ts';
import type { Clause, Modifier, ParameterType, QueryValue, SearchParameter } from './contract.ts';
import { didYouMean } from './did-you-mean.ts';
import { splitUnescaped } from './escape.ts';
import { parseFilter } from './filter.ts';
import { type LiteralContext, readLiteral, readTyped, shown } from './literals.ts';
import { parametersOf } from './parameters.ts';
import { idPattern, isResourceType } from './references.ts';

/** What all clauses of one query share. */
export interface ClauseContext extends LiteralContext {
  /** Counted down: values that may still be read, branches of chains that may still be made. */
  left: { values: number; branches: number; has: number };
}

export type { Parsed };

/** `unknown` marks a name or modifier that is not known here: lenient handling passes over it, a chain tries its other targets. */
type Parsed = Result<Clause> & { unknown?: boolean };

const chainDepthMax = 8;
const valueLengthMax = 2000;

const unknown = (problem: Problem): Parsed => ({ ok: false, problem, unknown: true });

/** Parameters of R4 that this server does not evaluate, and why. */
const unsupported: Record<string, string> = {
  _text:
    'full-text search on the narrative (it would need every word of every resource in an index; _filter finds parts of texts: name co "pet")',
  _content:
    'full-text search on the whole resource (it would need every word of every resource in an index; _filter finds parts of texts: name co "pet")',
  _query: 'a named query',
  _type: 'search over several types below one of them (it belongs to the base: [base]?_type=Patient,Observation)',
  _score: 'ranking of matches',
};

const modifiersOf: Record<ParameterType, readonly string[]> = {
  string: ['exact', 'contains', 'missing'],
  token: ['not', 'text', 'in', 'not-in', 'above', 'below', 'of-type', 'missing'],
  reference: ['identifier', 'missing'],
  date: ['missing'],
  number: ['missing'],
  quantity: ['missing'],
  uri: ['above', 'below', 'missing'],
  composite: ['missing'],
  special: ['missing'],
};

export function parseClause(type: ResourceType, name: string, text: string, context: ClauseContext, depth = 0): Parsed {
  if (depth > chainDepthMax) {
    return fail('too-costly', `The chain ${shown(context.name)} is deeper than ${chainDepthMax} steps`, shown(context.name));
  }
  if (name === '_filter') return parseFilter(type, text, context, depth);
  if (name === '_list' && depth > 0)
    return fail('invalid', `${shown(context.name)}: _list is asked of what is searched, not behind a chain or _has`, shown(context.name));
  if (name === '_list') return parseList(text, context);
  if (name === '_has' || name.startsWith('_has:')) return parseHas(type, name, text, context, depth);
  const dot = name.indexOf('.');
  if (dot >= 0) return parseChain(type, name.slice(0, dot), name.slice(dot + 1), text, context, depth);
  const colon = name.indexOf(':');
  const code = colon < 0 ? name : name.slice(0, colon);
  const modifier = colon < 0 ? undefined : name.slice(colon + 1);
  const parameter = find(type, code, context);
  if (!('base' in parameter)) return parameter;
  if (code === '_id') return parseId(modifier, text, context);
  if (code === '_lastUpdated') return parseLastUpdated(parameter, modifier, text, context);
  if (modifier === 'missing') return parseMissing(parameter, text, context);
  return parseValues(parameter, modifier, text, context);
}

/** http://hl7.org/fhir/R4/search.html#list. What a functional list holds is nowhere written down. */
function parseList(text: string, context: ClauseContext): Parsed {
  if (text.startsWith('$'))
    return fail(
      'unsupported',
      `_list: the functional lists of R4 ($current-problems and its like) are not kept here; search the resources, as in Condition?patient=…&clinical-status=active`,
      '_list',
    );
  const [, id] = /^(?:List\/)?([A-Za-z0-9.-]{1,64})$/.exec(text) ?? [];
  context.left.values -= 1;
  return id === undefined ? fail('invalid', '_list is the id of a List', '_list') : ok({ kind: 'list', id });
}

/** The parameter called `code`, or why there is none. */
export function find(type: ResourceType, code: string, context: ClauseContext): SearchParameter | Parsed {
  const parameters = parametersOf(type);
  const parameter = parameters.get(code);
  if (parameter) return parameter;
  if (Object.hasOwn(unsupported, code)) {
    return unknown({
      kind: 'unsupported',
      message: `${shown(context.name)}: ${unsupported[code]} is not supported`,
      where: shown(context.name),
    });
  }
  const message = `${type} has no search parameter "${shown(code)}".${didYouMean(code, parameters.keys())} Known: ${[...parameters.keys()].sort().join(', ')}`;
  return unknown({ kind: 'invalid', message, where: shown(context.name) });
}

/** The comma-separated alternatives, within the limits. */
function alternatives(text: string, context: ClauseContext): Result<string[]> {
  const texts = splitUnescaped(text, ',');
  context.left.values -= texts.length;
  if (context.left.values < 0)
    return fail('too-costly', `The search has too many values, reached at ${shown(context.name)}: split it`, shown(context.name));
  if (texts.some((one) => one === ''))
    return fail('invalid', `${shown(context.name)} has an empty value: leave the parameter or the comma out`, shown(context.name));
  if (texts.some((one) => one.length > valueLengthMax)) {
    return fail('too-costly', `A value of ${shown(context.name)} is longer than ${valueLengthMax} characters`, shown(context.name));
  }
  return ok(texts);
}

function refuseModifier(parameter: SearchParameter, modifier: string, context: ClauseContext): Parsed {
  const known = [...modifiersOf[parameter.type]];
  const types = parameter.type === 'reference' ? (parameter.targets.length > 0 ? parameter.targets : ['Type']) : [];
  const allowed = [...known, ...types].map((one) => `:${one}`).join(', ');
  const message = `The modifier ":${shown(modifier)}" does not fit ${parameter.base}.${parameter.code}, a ${parameter.type} parameter.${didYouMean(modifier, [...known, ...types])} Allowed: ${allowed}`;
  return unknown({ kind: 'invalid', message, where: shown(context.name) });
}

function parseValues(parameter: SearchParameter, modifier: string | undefined, text: string, context: ClauseContext): Parsed {
  const isType = parameter.type === 'reference' && modifier !== undefined && isResourceType(modifier);
  if (isType && parameter.targets.length > 0 && !parameter.targets.includes(modifier)) return refuseModifier(parameter, modifier, context);
  if (modifier !== undefined && !isType && !modifiersOf[parameter.type].includes(modifier)) {
    if (parameter.type === 'reference' && (modifier === 'above' || modifier === 'below')) {
      return unknown({
        kind: 'unsupported',
        message: `${shown(context.name)}: hierarchies of references are not supported`,
        where: shown(context.name),
      });
    }
    return refuseModifier(parameter, modifier, context);
  }
  const texts = alternatives(text, context);
  if (!texts.ok) return texts;
  const values: QueryValue[] = [];
  for (const one of texts.value) {
    const read = isType ? readTyped(modifier, one, context) : readLiteral(parameter, modifier as Modifier | undefined, one, context);
    if (!read.ok) return read;
    values.push(read.value);
  }
  return ok(
    modifier === undefined || isType
      ? { kind: 'value', parameter, values }
      : { kind: 'value', parameter, modifier: modifier as Modifier, values },
  );
}

function parseMissing(parameter: SearchParameter, text: string, context: ClauseContext): Parsed {
  if (text !== 'true' && text !== 'false') {
    return fail('invalid', `${shown(context.name)} is true or false`, shown(context.name));
  }
  return ok({ kind: 'missing', parameter, missing: text === 'true' });
}

function parseId(modifier: string | undefined, text: string, context: ClauseContext): Parsed {
  if (modifier !== undefined && modifier !== 'not') {
    return unknown({
      kind: 'invalid',
      message: `_id allows the modifier :not only, not ":${shown(modifier)}"`,
      where: shown(context.name),
    });
  }
  const ids = alternatives(text, context);
  if (!ids.ok) return ids;
  if (!ids.value.every((id) => idPattern.test(id)))
    return fail('invalid', `_id needs ids: 1 to 64 letters, digits, "-" or "."`, shown(context.name));
  return ok(modifier === 'not' ? { kind: 'id', ids: ids.value, not: true } : { kind: 'id', ids: ids.value });
}

function parseLastUpdated(parameter: SearchParameter, modifier: string | undefined, text: string, context: ClauseContext): Parsed {
  if (modifier !== undefined) {
    return unknown({
      kind: 'invalid',
      message: `_lastUpdated has no modifier ":${shown(modifier)}": every resource has this date`,
      where: shown(context.name),
    });
  }
  const texts = alternatives(text, context);
  if (!texts.ok) return texts;
  const values: Extract<QueryValue, { kind: 'date' }>[] = [];
  for (const one of texts.value) {
    const read = readLiteral(parameter, undefined, one, context);
    if (!read.ok) return read;
    if (read.value.kind === 'date') values.push(read.value);
  }
  return ok({ kind: 'last-updated', values });
}

function parseChain(type: ResourceType, head: string, rest: string, text: string, context: ClauseContext, depth: number): Parsed {
  const where = shown(context.name);
  const [code = '', onlyType, more] = head.split(':');
  const parameter = find(type, code, context);
  if (!('base' in parameter)) return parameter;
  if (parameter.type !== 'reference' || more !== undefined || rest === '') {
    return unknown({
      kind: 'invalid',
      message: `${where}: only a reference can be followed by "." and a parameter, and ${type}.${shown(code)} is a ${parameter.type}`,
      where,
    });
  }
  if (parameter.canonical) {
    return unknown({
      kind: 'unsupported',
      message: `${where}: chains through canonical URLs are not supported; search ${shown(code)} by its URL`,
      where,
    });
  }
  let targets = parameter.targets;
  if (onlyType !== undefined) {
    if (!isResourceType(onlyType) || (targets.length > 0 && !targets.includes(onlyType)))
      return refuseModifier(parameter, onlyType, context);
    targets = [onlyType];
  }
  if (targets.length === 0) {
    return fail(
      'invalid',
      `${where}: ${type}.${code} points to any type of resource; say which, for example ${code}:Patient.${shown(rest)}`,
      where,
    );
  }
  const branches: { type: ResourceType; clause: Clause }[] = [];
  let firstUnknown: Parsed | undefined;
  const valuesLeft = context.left.values;
  for (const target of targets) {
    // Each branch reads the same values: they count once.
    context.left.values = valuesLeft;
    // One explanation of an unknown parameter is enough, and making it is dear.
    if (firstUnknown && !knows(target, rest)) continue;
    context.left.branches--;
    if (context.left.branches < 0)
      return fail('too-costly', `${where} follows too many kinds of reference: name the types, as in ${code}:${target}`, where);
    const parsed = parseClause(target, rest, text, context, depth + 1);
    if (parsed.ok) branches.push({ type: target, clause: parsed.value });
    else if (parsed.unknown) firstUnknown ??= parsed;
    else return parsed;
  }
  return branches.length > 0 ? ok({ kind: 'chain', parameter, branches }) : (firstUnknown as Parsed);
}

export const knows = (type: ResourceType, name: string): boolean =>
  name.startsWith('_has:') || parametersOf(type).has(name.split(/[.:]/, 1)[0] as string);

/** `_has:Observation:patient:code`: resources of another type that point here. */
function parseHas(type: ResourceType, name: string, text: string, context: ClauseContext, depth: number): Parsed {
  const where = shown(context.name);
  const [, base = '', code = '', ...rest] = name.split(':');
  const inner = rest.join(':');
  if (base === '' || code === '' || inner === '') {
    return fail('invalid', `${where} is incomplete: _has:Type:reference:parameter, for example _has:Observation:patient:code`, where);
  }
  if (!isResourceType(base)) return fail('invalid', `${where}: "${shown(base)}" is no resource type`, where);
  // Each is a search of its own: 180 of them held a connection for seconds.
  if (--context.left.has < 0) return fail('too-costly', 'The search asks _has too often: split it', where);
  const parameter = find(base, code, context);
  if (!('base' in parameter)) return parameter;
  if (parameter.type !== 'reference' || parameter.canonical || (parameter.targets.length > 0 && !parameter.targets.includes(type))) {
    return fail('invalid', `${where}: ${base}.${code} does not point to ${type}. ${pointers(base, type)}`, where);
  }
  const parsed = parseClause(base, inner, text, context, depth + 1);
  return parsed.ok ? ok({ kind: 'has', parameter, clause: parsed.value }) : parsed;
}

function pointers(base: ResourceType, type: ResourceType): string {
  const codes = [...parametersOf(base).values()].filter(
    (p) => p.type === 'reference' && !p.canonical && (p.targets.length === 0 || p.targets.includes(type)),
  );
  return codes.length === 0 ? `No parameter of ${base} does` : `These do: ${codes.map((p) => p.code).join(', ')}`;
}
