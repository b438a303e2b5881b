// A search as it arrives (`name=value` pairs) → Query: what is asked for, in which order and form
// (http://hl7.org/fhir/R4/search.html). Strict: what is not understood is refused, because a filter that is silently left
// out shows a clinician other resources than were asked for. Lenient handling lists what it passed over.
import type { ResourceType } from '../generated/types.ts';
import { fail, ok, type Result } from '../result.ts';
import { type ClauseContext, parseClause } from './clauses.ts';
import type { Clause, Query } from './contract.ts';
import { shown } from './literals.ts';
import { compartmentParameters, compartmentTypes } from './parameters.ts';
import { containedWith, isResultParameter, readResultParameter } from './result-parameters.ts';

export interface QueryOptions {
  /** `Prefer: handling=lenient`: unknown and unsupported parameters are passed over and listed in `Query.ignored`. */
  lenient?: boolean;
  /** `GET Patient/1/Observation`: only what is in this compartment. */
  compartment?: { type: ResourceType; id: string };
  /** Address of this server without a slash at the end: absolute references below it are read as its own. */
  baseUrl?: string;
  /** The present, for `ap` on dates. */
  nowMs?: number;
}

const pairsMax = 200;
const valuesMax = 1000;
const branchesMax = 300;
const hasMax = 20;
const nameLengthMax = 500;
const textLengthMax = 100_000;
const allTextLengthMax = 200_000;

/** Names that belong to the exchange, not to the search: the gateway has acted on them. */
const ofExchange = new Set(['_format', '_pretty']);

export function parseQuery(type: ResourceType, pairs: readonly (readonly [string, string])[], options: QueryOptions = {}): Result<Query> {
  if (pairs.length > pairsMax) return fail('too-costly', `The search has ${pairs.length} parameters; ${pairsMax} are allowed`);
  const length = pairs.reduce((sum, [name, value]) => sum + name.length + value.length, 0);
  if (length > allTextLengthMax) return fail('too-costly', `The search is longer than ${allTextLengthMax} characters: split it`);
  const query: Query = { type, where: [], sort: [], total: 'none', include: [], revinclude: [], understood: [], ignored: [] };
  if (options.compartment) {
    const clause = compartmentClause(type, options.compartment);
    if (!clause.ok) return clause;
    query.where.push(clause.value);
    query.compartment = options.compartment;
  }
  const outcomes: [string, string][] = [];
  const left = { values: valuesMax, branches: branchesMax, has: hasMax };
  for (const [name, value] of pairs) {
    const wrong = unreadable(name, value);
    if (wrong !== undefined) return fail('invalid', wrong, shown(name));
    if (ofExchange.has(name)) continue;
    if (isResultParameter(name)) {
      const read = readResultParameter(query, name, value);
      if (!read.ok && !(options.lenient && read.unknown)) return { ok: false, problem: read.problem };
      if (read.ok) outcomes.push([name, value]);
      else query.ignored.push(name);
      continue;
    }
    const context: ClauseContext = { name, nowMs: options.nowMs ?? Date.now(), baseUrl: options.baseUrl, left };
    const clause = parseClause(type, name, value, context);
    if (clause.ok) {
      query.where.push(clause.value);
      query.understood.push([name, value]);
    } else if (options.lenient && clause.unknown) query.ignored.push(name);
    else return { ok: false, problem: clause.problem };
  }
  const apart = containedWith(query, outcomes);
  if (apart !== undefined) return { ok: false, problem: apart };
  query.understood.push(...outcomes.filter(([name]) => name !== '_cursor'));
  return ok(query);
}

/**
 * PostgreSQL can hold neither U+0000 nor half of a surrogate pair, and no resource contains them; nor other control characters
 * than white space (http://hl7.org/fhir/R4/datatypes.html#string).
 */
function unreadable(name: string, value: string): string | undefined {
  if (name.length > nameLengthMax) return `A parameter name is longer than ${nameLengthMax} characters`;
  if (value.length > textLengthMax) return `The value of ${shown(name)} is longer than ${textLengthMax} characters`;
  if (value === '') return `${shown(name)} has no value: leave it out`;
  if (/\p{Surrogate}|(?![\t\n\r\x7f-\x9f])\p{Cc}/u.test(name + value))
    return `${shown(name).replace(/[^\x20-\x7e]/g, '?')} holds characters that are not text`;
  return undefined;
}

function compartmentClause(type: ResourceType, { type: compartment, id }: { type: ResourceType; id: string }): Result<Clause> {
  const parameters = compartmentParameters(compartment, type);
  if (!compartmentTypes.has(compartment)) {
    return fail('invalid', `${compartment} is no compartment: ${[...compartmentTypes].join(', ')} are`, 'compartment');
  }
  if (parameters.length === 0 && type !== compartment) {
    return fail('invalid', `${type} is not in the ${compartment} compartment: search ${type} directly`, 'compartment');
  }
  return ok({ kind: 'compartment', compartment, id, parameters });
}
