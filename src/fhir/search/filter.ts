// _filter (http://hl7.org/fhir/R4/search_filter.html): a filter in words → the same clauses as the other parameters make.
//
//   filter    = paramExp / logExp / ("not") "(" filter ")"        logExp    = filter ("and" / "or" filter)+
//   paramExp  = paramPath SP compareOp SP compValue               paramPath = paramName (("[" filter "]") "." paramPath)
//
// `and` and `or` are taken from left to right, none before the other, as the page says; parentheses make it plain. `ne` on
// dates, numbers and quantities is their prefix ne; otherwise it means: there is a value, and none is equal.
import type { ResourceType } from '../generated/types.ts';
import { fail, ok, type Problem, type Result } from '../result.ts';
import { type ClauseContext, find, type Parsed, parseClause } from './clauses.ts';
import type { Clause, Modifier, QueryValue, SearchParameter } from './contract.ts';
import { parseInterval } from './dates.ts';
import { readLiteral, shown } from './literals.ts';
import { isResourceType } from './references.ts';

const depthMax = 16;
const testsMax = 100;

const ordered = new Set(['eq', 'ne', 'gt', 'lt', 'ge', 'le', 'ap', 'sa', 'eb']);
const operations = new Set([...ordered, 'co', 'sw', 'ew', 'pr', 'po', 'ss', 'sb', 'in', 're']);
/** Operations beside eq and ne, by the type of the parameter. */
const modifiers: Partial<Record<SearchParameter['type'], Record<string, Modifier | undefined>>> = {
  string: { eq: 'whole', sw: undefined, co: 'contains', ew: 'ends' },
  token: { eq: undefined, ss: 'below', sb: 'above', in: 'in' },
  reference: { eq: undefined, re: undefined },
  uri: { eq: undefined, ss: 'below', sb: 'above' },
  composite: { eq: undefined },
  special: { eq: undefined },
};
const comparable = new Set(['date', 'number', 'quantity']);

class Refused extends Error {
  readonly problem: Problem;
  readonly unknown: boolean;
  constructor(problem: Problem, unknown = false) {
    super(problem.message);
    this.problem = problem;
    this.unknown = unknown;
  }
}

const refuse = (message: string, at?: number): never => {
  const place = at === undefined ? '' : ` (character ${at + 1})`;
  throw new Refused(fail('invalid', `_filter: ${message}${place}`, '_filter').problem);
};

export function parseFilter(type: ResourceType, text: string, context: ClauseContext, depth = 0): Parsed {
  try {
    const reader = new Reader(text, context);
    const clause = reader.filter(type, depth);
    reader.end();
    return ok(clause);
  } catch (error) {
    if (error instanceof Refused) return { ok: false, problem: error.problem };
    throw error;
  }
}

class Reader {
  readonly #text: string;
  readonly #context: ClauseContext;
  #at = 0;
  #tests = 0;

  constructor(text: string, context: ClauseContext) {
    this.#text = text;
    this.#context = context;
  }

  end(): void {
    this.#space();
    if (this.#at < this.#text.length) refuse('there is more behind the end of the filter: join filters with and, or', this.#at);
  }

  /** One or more, joined from left to right. */
  filter(type: ResourceType, depth: number): Clause {
    if (depth > depthMax) throw new Refused(fail('too-costly', `_filter: it is nested deeper than ${depthMax} steps`, '_filter').problem);
    let left = this.#one(type, depth);
    for (;;) {
      const word = this.#peekWord();
      if (word !== 'and' && word !== 'or') return left;
      this.#word();
      const kind = word === 'and' ? 'all' : 'any';
      const right = this.#one(type, depth);
      left = left.kind === kind ? { kind, clauses: [...left.clauses, right] } : { kind, clauses: [left, right] };
    }
  }

  #one(type: ResourceType, depth: number): Clause {
    this.#space();
    if (this.#take('(')) {
      const inner = this.filter(type, depth + 1);
      if (!this.#take(')')) refuse('a ")" is missing', this.#at);
      return inner;
    }
    if (this.#peekWord() === 'not') {
      const at = this.#at;
      this.#word();
      if (!this.#take('(')) refuse('behind "not" stands a filter in parentheses', at);
      const inner = this.filter(type, depth + 1);
      if (!this.#take(')')) refuse('a ")" is missing', this.#at);
      return { kind: 'not', clause: inner };
    }
    if (++this.#tests > testsMax)
      throw new Refused(fail('too-costly', `_filter has more than ${testsMax} tests: split it`, '_filter').problem);
    return this.#test(type, depth);
  }

  /** A path, an operation, a value. The rest of the path is read again for each type that a reference may point to. */
  #test(type: ResourceType, depth: number): Clause {
    this.#space();
    const at = this.#at;
    const [, name] = /^([A-Za-z_][A-Za-z0-9_-]*)/.exec(this.#text.slice(this.#at, this.#at + 200)) ?? [];
    if (name === undefined) return refuse('the name of a search parameter is needed', at);
    this.#at += name.length;
    const [, only] = /^:([A-Za-z]{1,60})/.exec(this.#text.slice(this.#at, this.#at + 70)) ?? [];
    if (only !== undefined) this.#at += only.length + 1;
    const next = this.#text[this.#at];
    const found = find(type, name, this.#context);
    if (!('base' in found)) throw found.ok ? new Error('no parameter') : new Refused(found.problem, true);
    if (next === '.' || next === '[') return this.#chain(found, only, depth, at);
    if (only !== undefined) refuse(`":${shown(only)}" can stand before a "." only`, at);
    const operation = this.#word();
    if (!operations.has(operation)) refuse(`"${shown(operation)}" is no operation: they are ${[...operations].join(', ')}`, this.#at);
    const value = this.#value();
    this.#context.left.values--;
    if (this.#context.left.values < 0) throw new Refused(fail('too-costly', 'The search has too many values: split it', '_filter').problem);
    return this.#comparison(type, found, operation, value, at);
  }

  #chain(parameter: SearchParameter, only: string | undefined, depth: number, at: number): Clause {
    if (depth > depthMax) throw new Refused(fail('too-costly', `_filter: it is nested deeper than ${depthMax} steps`, '_filter').problem);
    if (parameter.type !== 'reference' || parameter.canonical)
      refuse(
        `only what a reference points to can be gone into, and ${parameter.base}.${parameter.code} is a ${parameter.canonical ? 'canonical URL' : parameter.type}`,
        at,
      );
    let targets = parameter.targets;
    if (only !== undefined) {
      if (!isResourceType(only) || (targets.length > 0 && !targets.includes(only)))
        return refuse(`${parameter.code} does not point to ${shown(only)}`, at);
      targets = [only];
    }
    if (targets.length === 0) refuse(`${parameter.code} points to any type: say which, as in ${parameter.code}:Patient.`, at);
    const start = this.#at;
    const tests = this.#tests;
    const values = this.#context.left.values;
    const branches: { type: ResourceType; clause: Clause }[] = [];
    let first: Refused | undefined;
    let end = start;
    for (const target of targets) {
      this.#at = start;
      this.#tests = tests;
      this.#context.left.values = values;
      if (--this.#context.left.branches < 0)
        throw new Refused(
          fail('too-costly', `_filter follows too many kinds of reference: name the types, as in ${parameter.code}:${target}.`, '_filter')
            .problem,
        );
      try {
        branches.push({ type: target, clause: this.#behind(target, depth) });
        end = this.#at;
      } catch (error) {
        // A target that does not know the parameter behind is passed over, as in other chains.
        if (!(error instanceof Refused) || !error.unknown) throw error;
        first ??= error;
      }
    }
    if (branches.length === 0) throw first ?? new Error('a chain without a target');
    this.#at = end;
    return { kind: 'chain', parameter, branches };
  }

  #behind(target: ResourceType, depth: number): Clause {
    let inner: Clause | undefined;
    if (this.#take('[')) {
      inner = this.filter(target, depth + 1);
      if (!this.#take(']')) refuse('a "]" is missing', this.#at);
    }
    if (this.#text[this.#at] !== '.') refuse('behind the "]" goes on a path, as in subject[gender eq male].birthdate', this.#at);
    this.#at += 1;
    const rest = this.#test(target, depth + 1);
    return inner === undefined ? rest : { kind: 'all', clauses: [inner, rest] };
  }

  #comparison(type: ResourceType, parameter: SearchParameter, operation: string, value: string, at: number): Clause {
    if (operation === 'pr') {
      if (value !== 'true' && value !== 'false') refuse('pr is true or false', at);
      if (parameter.code !== '_id' && parameter.code !== '_lastUpdated') return { kind: 'missing', parameter, missing: value === 'false' };
      return value === 'true' ? { kind: 'all', clauses: [] } : { kind: 'any', clauses: [] };
    }
    if (parameter.code === '_id' || parameter.code === '_lastUpdated') return this.#ownColumn(type, parameter, operation, value, at);
    if (operation === 'po' && parameter.type === 'date') {
      const interval = parseInterval(value);
      if (interval === undefined) return refuse('po needs a date', at);
      return { kind: 'value', parameter, values: [{ kind: 'date', prefix: 'ap', ...interval }] };
    }
    if (comparable.has(parameter.type)) {
      if (!ordered.has(operation)) return this.#unfit(parameter, operation, at);
      return { kind: 'value', parameter, values: [this.#literal(parameter, undefined, `${operation}${value}`)] };
    }
    const known = modifiers[parameter.type] ?? {};
    const plain = operation === 'ne' ? 'eq' : operation;
    if (!Object.hasOwn(known, plain)) return this.#unfit(parameter, operation, at);
    const modifier = known[plain];
    // A text means itself: only of other kinds do "|" and "$" part the value.
    const text = parameter.type === 'string' ? value.replace(/[\\,|$]/g, '\\$&') : value;
    const values = [this.#literal(parameter, modifier, text)];
    const clause: Clause = modifier === undefined ? { kind: 'value', parameter, values } : { kind: 'value', parameter, modifier, values };
    if (operation !== 'ne') return clause;
    return {
      kind: 'all',
      clauses: [
        { kind: 'missing', parameter, missing: false },
        { kind: 'not', clause },
      ],
    };
  }

  #ownColumn(type: ResourceType, parameter: SearchParameter, operation: string, value: string, at: number): Clause {
    const isDate = parameter.code === '_lastUpdated';
    const fits = isDate ? ordered.has(operation) : operation === 'eq' || operation === 'ne';
    if (!fits) return this.#unfit(parameter, operation, at);
    const name = isDate || operation === 'eq' ? parameter.code : `${parameter.code}:not`;
    const parsed = parseClause(type, name, isDate ? `${operation}${value}` : value.replace(/[\\,|$]/g, '\\$&'), this.#context);
    if (!parsed.ok) throw new Refused(parsed.problem);
    return parsed.value;
  }

  #unfit({ base, code, type }: SearchParameter, operation: string, at: number): never {
    const fitting = comparable.has(type) ? [...ordered] : [...Object.keys(modifiers[type] ?? {}), 'ne'];
    if (type === 'date') fitting.push('po');
    return refuse(`${operation} does not fit ${base}.${code}, a ${type}: ${[...fitting, 'pr'].join(', ')} do`, at);
  }

  #literal(parameter: SearchParameter, modifier: Modifier | undefined, text: string): QueryValue {
    const read: Result<QueryValue> = readLiteral(parameter, modifier, text, { ...this.#context, name: `_filter ${parameter.code}` });
    if (!read.ok) throw new Refused({ ...read.problem, where: '_filter' });
    return read.value;
  }

  #value(): string {
    this.#space();
    const at = this.#at;
    if (this.#text[at] === '"') {
      const [whole] = /^"(?:[^"\\]|\\.)*"/.exec(this.#text.slice(at)) ?? [];
      if (whole === undefined) return refuse('a text is not closed by a quotation mark', at);
      this.#at += whole.length;
      try {
        return JSON.parse(whole) as string;
      } catch {
        return refuse('a text between quotation marks is written as in JSON', at);
      }
    }
    const [token] = /^[^\s\])]+/.exec(this.#text.slice(at)) ?? [];
    if (token === undefined) return refuse('a value is needed', at);
    this.#at += token.length;
    return token;
  }

  #space(): void {
    while (/\s/.test(this.#text[this.#at] ?? '')) this.#at += 1;
  }

  #take(sign: string): boolean {
    this.#space();
    if (this.#text[this.#at] !== sign) return false;
    this.#at += 1;
    return true;
  }

  #peekWord(): string | undefined {
    this.#space();
    return /^[a-z]+(?=[\s("]|$)/.exec(this.#text.slice(this.#at, this.#at + 20))?.[0];
  }

  #word(): string {
    const word = this.#peekWord();
    if (word === undefined) return refuse('a word is needed here', this.#at);
    this.#at += word.length;
    return word;
  }
}
