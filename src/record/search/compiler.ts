// What the conditions of one statement share: its parameters, names for its tables, and the policy of every type that it
// reads, so that a chain or a _has never tells about rows that the asker may not see.
import { type ResourceType, resourceTypes } from '../../fhir/generated/types.ts';
import type { Clause, Modifier, QueryValue } from '../../fhir/search/contract.ts';
import { decide } from '../../policy/decide.ts';
import { isShared } from '../../policy/resource-classes.ts';
import type { Caller } from '../contract.ts';
import { keyOfId, typeNumber } from '../keys.ts';
import { rowScope } from '../row-scope.ts';
import { anyOf } from './any-of.ts';
import { Parameters } from './parameters.ts';
import { type Codes, type Terms, termOf } from './terminology.ts';

export type Branch = Extract<Clause, { kind: 'chain' }>['branches'][number];

export interface Known {
  /** The codes that `:in` and its like name (terminology.ts). */
  terms: Terms;
  /** Where chains lead that lead to few resources (chain-targets.ts). */
  targets: ReadonlyMap<Branch, readonly bigint[]>;
  /** Types of which something is contained in a resource; absent: any may be. */
  contained?: ReadonlySet<ResourceType>;
}

/** An alias of `contained`: what the search is for, or what a chain of its container has reached. */
export type Inside = 'searched' | 'reached';

export const nothingKnown: Known = { terms: new Map(), targets: new Map() };

export class Compiler {
  readonly parameters: Parameters;
  readonly #caller: Caller;
  readonly #types = new Map<string, ResourceType>();
  readonly #inside = new Map<string, Inside>();
  readonly #known: Known;
  #aliases = 0;

  /** `as`: see Parameters. `known`: what was read before the statement is compiled. */
  constructor(caller: Caller, as: 'placeholders' | 'rows' = 'placeholders', known: Known = nothingKnown) {
    this.parameters = new Parameters(as);
    this.#caller = caller;
    this.#known = known;
  }

  alias(letter: string): string {
    this.#aliases += 1;
    return `${letter}${this.#aliases}`;
  }

  /** Remembers which type the rows of an alias have. */
  note(alias: string, type: ResourceType, inside?: Inside): void {
    this.#types.set(alias, type);
    if (inside !== undefined) this.#inside.set(alias, inside);
  }

  /** Undefined: rows of `resource`. */
  insideOf(alias: string): Inside | undefined {
    return this.#inside.get(alias);
  }

  typeOf(alias: string): ResourceType {
    const type = this.#types.get(alias);
    if (type === undefined) throw new Error(`no type noted for ${alias}`);
    return type;
  }

  /** The rows of `type` that the caller may search; undefined: none. Also notes the alias's type. */
  scope(type: ResourceType, alias: string): string | undefined {
    this.note(alias, type);
    const decision = decide(this.#caller.person, this.#caller.purpose, 'search', type);
    if (!decision.allowed) return undefined;
    if (isShared(type)) return 'true';
    const scope = rowScope(decision.scope, alias, this.parameters);
    return decision.scope.patients === undefined ? scope : `${this.#inCompartments(decision.scope.patients, alias)} and ${scope}`;
  }

  /** What the scope says of patients once more, in the words that the indexes know: a patient's searches start from their own rows. */
  #inCompartments(patients: readonly string[], alias: string): string {
    const own = this.parameters.list(patients.map(keyOfId), 'uuid');
    return `(${alias}.pat = any(${own}) or ${alias}.also && ${own})`;
  }

  /** The rows of all types that the caller may search: of a shared type all, of others those in scope. */
  scopeOfAll(alias: string): string {
    const { person, purpose } = this.#caller;
    const conditions: string[] = [];
    for (const shared of [true, false]) {
      const types = resourceTypes.filter((type) => isShared(type) === shared && decide(person, purpose, 'search', type).allowed);
      const [first] = types;
      if (first === undefined) continue;
      const within = `${alias}.type = any(${this.parameters.list(types.map(typeNumber), 'int2')})`;
      // Which rows a person sees is the same for all types that are not shared (policy/decide.ts).
      conditions.push(shared ? within : `(${within} and ${this.scope(first, alias)})`);
    }
    return anyOf(conditions);
  }

  keys(hashes: readonly bigint[]): string {
    return this.parameters.list(hashes, 'int8');
  }

  codes(modifier: Modifier, value: Extract<QueryValue, { kind: 'token' }>, impliedSystem: string | undefined): Codes {
    const codes = this.#known.terms.get(termOf(modifier, value, impliedSystem));
    if (codes === undefined) throw new Error(`the codes of :${modifier} were not read before the search was compiled`);
    return codes;
  }

  /** Hashes of the references to all that a branch of a chain can mean; undefined where they are many. */
  targetsOf(branch: Branch): readonly bigint[] | undefined {
    return this.#known.targets.get(branch);
  }

  /** Whether a resource of the type may be contained in another. */
  mayBeInside(type: ResourceType): boolean {
    return this.#known.contained?.has(type) !== false;
  }
}
