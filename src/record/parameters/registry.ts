// The search parameters that the site has defined, as this process knows them, and how it learns of changes.
//
// The table `search_parameter` holds the definitions in force; the one row of `parameter_epoch` counts their changes. Every
// commit compares, under the feed's lock and so in the one order of all commits, the epoch that its index rows were made under
// with the one in force (write-statements.ts): a writer that had not heard yet is turned back, learns, makes its rows anew and
// commits them then. So every resource that is committed after a definition is indexed by it, whichever process wrote it, and a
// reindex only has to find those from before (docs/decisions/0010). Notifications only make it learn sooner.
import type { Database, Session, Statement } from '../../database/contract.ts';
import type { Compile } from '../../fhir/fhirpath/contract.ts';
import type { SearchParameter as Definition, ResourceType } from '../../fhir/generated/types.ts';
import { fail, ok, type Problem, type Result } from '../../fhir/result.ts';
import { type Clause, clausesIn, type Query, type SearchParameter, type SortKey } from '../../fhir/search/contract.ts';
import { basesOf, customParameters, definesParameter } from '../../fhir/search/custom.ts';
import { setCustomParameters } from '../../fhir/search/parameters.ts';
import { keyOfId, typeNumber, typeOfNumber } from '../keys.ts';
import { fingerprintOf } from './fingerprint.ts';

/** What a SearchParameter resource defines, ready to be stored with it. */
export interface Defined {
  base: ResourceType;
  code: string;
  url: string;
}

interface Row {
  id: string;
  base: number;
  code: string;
  url: string;
  definition: string;
  ready: boolean;
}

const nameOf = (base: ResourceType, code: string): string => `${base}.${code}`;

export const parameterChannel = 'lamplight_parameters';

export class ParameterRegistry {
  readonly #database: Pick<Database, 'query'>;
  readonly #compile: Compile | undefined;
  #epoch = 0n;
  #rows: Row[] = [];
  #unready = new Set<string>();
  #abandoned = new Set<ResourceType>();
  #refreshing: Promise<void> | undefined;

  /** Without `compile` definitions are stored like any resource, and define nothing. */
  constructor(database: Pick<Database, 'query'>, compile?: Compile) {
    this.#database = database;
    this.#compile = compile;
  }

  /** Of the definitions that this process knows; null where it knows of none ever. */
  get epoch(): bigint {
    return this.#epoch;
  }

  /** Reads the definitions in force. Calls that come together share one look, which begins after the last of them came. */
  async refresh(): Promise<void> {
    while (this.#refreshing !== undefined) await this.#refreshing;
    this.#refreshing = this.#read().finally(() => {
      this.#refreshing = undefined;
    });
    await this.#refreshing;
  }

  async #read(): Promise<void> {
    const { rows } = await this.#database.query<{ epoch: bigint; rows: Row[] | null }>({
      text: `select e.epoch, (select json_agg(json_build_object('id', p.id, 'base', p.base, 'code', p.code, 'url', p.url, 'definition', p.definition, 'ready', p.ready) order by p.defined, p.base, p.code) from search_parameter p) as rows from parameter_epoch e`,
    });
    const [{ epoch, rows: found }] = rows as [{ epoch: bigint; rows: Row[] | null }];
    const all = found ?? [];
    this.#unready = new Set(all.filter(({ ready }) => !ready).map(({ base, code }) => nameOf(typeOfNumber(base), code)));
    if (epoch === this.#epoch) return;
    const there = new Set(all.map(({ base, code }) => `${base}.${code}`));
    for (const { base, code } of this.#rows) if (!there.has(`${base}.${code}`)) this.#abandoned.add(typeOfNumber(base));
    this.#rows = all;
    const made: SearchParameter[] = [];
    for (const text of new Set(all.map(({ definition }) => definition))) {
      if (this.#compile === undefined) break;
      // A composite may have parts that were defined before it: each is known before the next is read.
      setCustomParameters(made);
      const read = customParameters(JSON.parse(text) as Definition, this.#compile);
      // Written by a program that understood more: what this one cannot index, it must not search.
      if (read.ok) made.push(...read.value);
    }
    setCustomParameters(made);
    this.#epoch = epoch;
  }

  /** What a resource defines; undefined: nothing, and it never did. Empty: it does no more. */
  definedBy(resource: Definition, id: string): Result<Defined[] | undefined> {
    const key = keyOfId(id);
    const before = this.#rows.some((row) => row.id === key);
    if (this.#compile === undefined || !definesParameter(resource)) return ok(before ? [] : undefined);
    const taken = (base: ResourceType, code: string): string | undefined =>
      this.#rows.find((row) => row.id !== key && row.base === typeNumber(base) && row.code === code)?.url;
    const made = customParameters(resource, this.#compile, taken);
    if (!made.ok) return made;
    return ok(basesOf(resource).map((base) => ({ base, code: resource.code, url: resource.url })));
  }

  /** Whether a resource that is deleted had defined anything. */
  defines(key: string): boolean {
    return this.#rows.some((row) => row.id === key);
  }

  /**
   * Why a search cannot be answered: it asks by a parameter whose index is not complete. Asks the database, so that a process that
   * has not heard of a change is never the one that answers with less.
   */
  async lackOf(session: Pick<Session, 'query'>, queries: readonly Query[]): Promise<Problem | undefined> {
    const asked = new Map(queries.flatMap(askedIn).map((one) => [nameOf(one.base, one.code), one]));
    // Rows of `near` came later than the record: one that is older has Locations without them.
    const special = [...asked.values()].find(({ type }) => type === 'special');
    if (special !== undefined && !(await completeAtOnce(session, special.base)))
      return fail(
        'busy',
        `${nameOf(special.base, special.code)} can be asked when every resource is indexed by it: run "lamplight reindex --type ${special.base}"`,
        special.code,
      ).problem;
    for (const [name, one] of asked) if (one.custom !== true) asked.delete(name);
    if (asked.size === 0) return undefined;
    const { rows } = await session.query<{ epoch: bigint; unready: string[] | null }>({
      name: 'parameters-ready',
      text: `select e.epoch, (select array_agg(p.base || '.' || p.code) from search_parameter p where not p.ready) as unready from parameter_epoch e`,
    });
    if (rows[0]!.epoch !== this.#epoch) {
      await this.refresh();
      return fail('conflict', 'The search parameters have just changed: ask again').problem;
    }
    for (const [name, { base, code }] of asked) {
      if (!rows[0]!.unready?.includes(`${typeNumber(base)}.${code}`)) continue;
      if (await completeAtOnce(session, base)) continue;
      const why = `${name} is a new search parameter, and not all resources are indexed by it yet: ask again when its reindex is done (POST $reindex, lamplight reindex)`;
      return fail('busy', why, code).problem;
    }
    return undefined;
  }

  /** Whether any of them asks by a parameter whose index has to be proven complete. */
  isAsked(queries: readonly Query[]): boolean {
    return queries.some((query) => askedIn(query).length > 0);
  }

  /** Types that have lost a parameter since this was last asked: its rows are still there. */
  takeAbandoned(): ResourceType[] {
    const types = [...this.#abandoned];
    this.#abandoned.clear();
    return types;
  }

  /** Types that have a parameter whose index is not complete. */
  get unready(): ResourceType[] {
    return [...new Set([...this.#unready].map((name) => name.split('.')[0] as ResourceType))];
  }
}

/**
 * Marks the parameters of a type as complete where every resource of it is indexed as this process would: true then. What is
 * committed meanwhile is indexed so too, or turned back.
 */
export async function completeAtOnce(session: Pick<Session, 'query'>, type: ResourceType): Promise<boolean> {
  const { rows } = await session.query<{ stale: boolean }>({
    name: 'index-stale',
    text: `select exists (select 1 from directory where type = $1::int2 and indexed is distinct from $2::int8)
or exists (select 1 from contained where type = $1::int2 and indexed is distinct from $2::int8) as stale`,
    values: [typeNumber(type), fingerprintOf(type).toString()],
  });
  if (rows[0]!.stale) return false;
  await session.query({
    text: `with done as (update search_parameter set ready = true where base = $1::int2 and not ready returning 1) select pg_notify('${parameterChannel}', '') from done limit 1`,
    values: [typeNumber(type)],
  });
  return true;
}

/** The definitions that a resource brings or takes away, and the count of changes: in the transaction of its write. */
export function* definitionStatements(key: string, defined: readonly Defined[], definition: string): Generator<Statement> {
  yield { text: 'delete from search_parameter where id = $1::uuid', values: [key] };
  if (defined.length > 0)
    yield {
      // Two that define one code at the same moment: the second finds another epoch than its own at its commit, and is turned back.
      text: `insert into search_parameter (id, base, code, url, definition, ready, defined)
select $1::uuid, b, $3, $4, $5, false, (select epoch from parameter_epoch) from unnest($2::int2[]) as b on conflict do nothing`,
      values: [key, `{${defined.map(({ base }) => typeNumber(base)).join(',')}}`, defined[0]!.code, defined[0]!.url, definition],
    };
  yield { text: `update parameter_epoch set epoch = epoch + 1` };
  yield { text: `select pg_notify('${parameterChannel}', '')` };
}

/** Parameters of the site, and those whose rows came later than the record. */
function askedIn({ where, sort, include, revinclude }: Query): SearchParameter[] {
  const found: SearchParameter[] = [];
  const take = (one: SearchKey | undefined): void => {
    if (one === undefined || typeof one === 'string') return;
    if (one.custom === true || one.type === 'special') found.push(one);
    for (const part of one.composite?.parts ?? []) take(part);
  };
  const visit = (clause: Clause): void => {
    if ('parameter' in clause) take(clause.parameter);
    clausesIn(clause).forEach(visit);
  };
  where.forEach(visit);
  for (const { by } of sort) take(by);
  for (const { parameter } of [...include, ...revinclude]) take(parameter);
  return found;
}

type SearchKey = SortKey['by'];
