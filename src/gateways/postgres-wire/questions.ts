// Queries of a session on their way to the tables, or to the catalogue of them: `public.` before tables left out, parameters with their
// types, mistakes told at the place where they were written.
import type { Problem, Result } from '../../fhir/result.ts';
import type { Caller } from '../../record/contract.ts';
import type { AnswerFile, AskOptions, Beside, Described, InstalledTables, Moment, Parameters } from '../../warehouse/contract.ts';
import { catalogueOf } from './catalogue/catalogue.ts';
import { asksCatalogue, cataloguePieces } from './catalogue/catalogue-sql.ts';
import { prefix } from './catalogue/functions.ts';
import { faultOf, Refused, states } from './fault.ts';
import { type Piece, type Rewritten, rewritten } from './rewritten.ts';
import { tablePieces } from './search-path.ts';
import type { SessionSettings } from './session-settings.ts';
import type { Statement, Token } from './sql-tokens.ts';
import { isOpen, type WireType, wireTypeOf, wireTypeOfOid } from './types.ts';

export type WireTables = Pick<InstalledTables, 'askFile' | 'describe' | 'beside' | 'dictionary'>;

export interface Asker {
  tables: WireTables;
  /** Who asks now; refused where they may no longer. */
  caller(purpose: string | undefined): Promise<Result<Caller>>;
}

export interface Column {
  name: string;
  type: WireType;
}

/** What a query takes and gives. */
export interface Shape {
  parameters: WireType[];
  /** DuckDB's type for each. */
  casts: string[];
  columns: Column[];
}

export type CellsFile = Omit<AnswerFile, keyof Moment>;

/** Of one answer; more is refused, never cut in silence. */
const rowsMax = 5_000_000;
const parametersMax = 1_000;

/** How many parameters the query names. */
export function parameterCount(tokens: readonly Token[]): number {
  const most = tokens.reduce((max, { kind, value }) => (kind === 'parameter' ? Math.max(max, Number(value)) : max), 0);
  if (most > parametersMax) throw new Refused(states.tooLong, `a query has at most ${parametersMax} parameters here`);
  return most;
}

/** The catalogue of each data dictionary, made once. */
const catalogues = new WeakMap<object, Map<string, Beside>>();

export class Questions {
  readonly #asker: Asker;
  readonly #settings: () => SessionSettings;

  constructor(asker: Asker, settings: () => SessionSettings) {
    this.#asker = asker;
    this.#settings = settings;
  }

  /** `oids`: as the client declares them. */
  async shape(statement: Statement, oids: readonly number[], signal: AbortSignal): Promise<Shape> {
    const count = parameterCount(statement.tokens);
    const declared = Array.from({ length: count }, (_, at) => (isOpen(oids[at] ?? 0) ? undefined : wireTypeOfOid(oids[at]!)));
    const first = await this.#describe(
      statement,
      declared.map((type) => type?.duck),
      signal,
    );
    const found = declared.map((type, at) => {
      const duck = first.parameters[String(at + 1)] ?? 'VARCHAR';
      return type ?? wireTypeOf(duck);
    });
    const casts = found.map(
      (type, at) =>
        declared[at]?.duck ?? (type.name === 'json' || type.name === 'text' ? 'VARCHAR' : (first.parameters[String(at + 1)] ?? type.duck)),
    );
    const second = declared.every((type) => type !== undefined) ? first : await this.#describe(statement, casts, signal);
    return { parameters: found, casts, columns: columnsOf(second.columns, statement) };
  }

  async run(
    statement: Statement,
    casts: readonly string[],
    values: readonly (string | null)[],
    signal: AbortSignal,
  ): Promise<CellsFile & { shown: Column[] }> {
    const parameters: Record<string, string | null> = {};
    for (const { kind, value } of statement.tokens) if (kind === 'parameter') parameters[value] = values[Number(value) - 1] ?? null;
    const answer = await this.#ask(
      statement,
      casts,
      signal,
      parameters,
      ({ caller, sql, options }) => this.#asker.tables.askFile(caller, sql, 'cells', options),
      ({ caller, sql, options, beside }) => this.#asker.tables.beside.askFile(caller.person.id, beside, sql, options),
    );
    if (answer.cut) {
      answer.remove();
      throw new Refused(states.tooMuch, `The answer has more than ${rowsMax.toLocaleString('en')} rows: sum up first, or ask with limit`);
    }
    return { ...answer, shown: columnsOf(answer.columns, statement) };
  }

  #describe(statement: Statement, casts: readonly (string | undefined)[], signal: AbortSignal): Promise<Described> {
    return this.#ask(
      statement,
      casts,
      signal,
      undefined,
      ({ caller, sql, options }) => this.#asker.tables.describe(caller, sql, options),
      ({ caller, sql, options, beside }) => this.#asker.tables.beside.describe(caller.person.id, beside, sql, options),
    );
  }

  async #ask<T>(
    statement: Statement,
    casts: readonly (string | undefined)[],
    signal: AbortSignal,
    parameters: Parameters | undefined,
    ofRecord: (asked: { caller: Caller; sql: string; options: AskOptions }) => Promise<Result<T>>,
    ofCatalogue: (asked: { caller: Caller; sql: string; options: AskOptions; beside: Beside }) => Promise<Result<T>>,
  ): Promise<T> {
    const { detail, purpose, timeMs, searchPath } = this.#settings();
    const caller = await this.#asker.caller(purpose);
    if (!caller.ok) throw new Refused(caller.problem.kind === 'busy' ? states.notYet : states.signIn, caller.problem.message);
    const options: AskOptions = { detail, signal, limits: { timeMs, rows: rowsMax }, ...(parameters === undefined ? {} : { parameters }) };
    const words = this.#asker.tables.dictionary(caller.value);
    const typed = castPieces(statement.tokens, casts);
    const about = asksCatalogue(statement.tokens);
    const own = about
      ? cataloguePieces(statement.tokens)
      : tablePieces(statement.tokens, new Set(words.map(({ name }) => name)), searchPath);
    const asked = rewritten(
      statement.text,
      [...own, ...typed].sort((a, b) => a.start - b.start),
    );
    const answer = about
      ? await ofCatalogue({ caller: caller.value, sql: asked.sql, options, beside: this.#catalogue(words, caller.value, searchPath) })
      : await ofRecord({ caller: caller.value, sql: asked.sql, options });
    if (!answer.ok) throw refusedAt(answer.problem, statement, asked);
    return answer.value;
  }

  #catalogue(words: ReturnType<WireTables['dictionary']>, { person }: Caller, searchPath: readonly string[]): Beside {
    const known = catalogues.get(this.#asker.tables) ?? new Map<string, Beside>();
    catalogues.set(this.#asker.tables, known);
    const key = JSON.stringify([person.name, searchPath, words.map(({ name }) => name)]);
    const found = known.get(key) ?? catalogueOf(words, person.name, searchPath);
    known.delete(key);
    known.set(key, found);
    if (known.size > 16) known.delete(known.keys().next().value ?? '');
    return found;
  }
}

function refusedAt(problem: Problem, { start }: Statement, asked: Rewritten): Refused {
  const { state, message, position } = faultOf(problem, (line, column) => asked.offsetOf(line, column));
  return new Refused(
    state,
    message.replaceAll(new RegExp(`\\b${prefix}(?=pg_)`, 'g'), ''),
    position === undefined ? {} : { position: start + position + 1 },
  );
}

/** `$1` as `$1::BIGINT`. */
const castPieces = (tokens: readonly Token[], casts: readonly (string | undefined)[]): Piece[] =>
  tokens.flatMap(({ kind, value, end }) => {
    const cast = kind === 'parameter' ? casts[Number(value) - 1] : undefined;
    return cast === undefined ? [] : [{ start: end, end, text: `::${cast}` }];
  });

/** PostgreSQL names a column that is not named by its function, DuckDB by the whole expression. */
const call = /^(?:[a-z_]+\.)?([a-z_][a-z0-9_]*)\(.*\)$/s;

function columnsOf(columns: Described['columns'], { tokens }: Statement): Column[] {
  const quoted = new Set(tokens.filter(({ kind }) => kind === 'quoted').map(({ value }) => value));
  return columns.map(({ name, type }) => {
    const called = quoted.has(name) ? undefined : call.exec(name)?.[1];
    const shown =
      called === undefined ? name : called === 'count_star' ? 'count' : called.startsWith(prefix) ? called.slice(prefix.length) : called;
    return { name: shown, type: wireTypeOf(type) };
  });
}
