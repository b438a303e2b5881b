// Names of tables as they are written, and as the tables are called: without the database and without `public`, and with the schema of the
// search path before a name that has none (https://www.postgresql.org/docs/current/ddl-schemas.html#DDL-SCHEMAS-PATH).
import { database, schema } from './catalogue/rows.ts';
import type { Piece } from './rewritten.ts';
import type { Token } from './sql-tokens.ts';

const name = /"((?:[^"]|"")*)"|'((?:[^']|'')*)'|([^\s,"']+)/g;

/** `"$user", omop` as the schemas in it. */
export const schemasOf = (path: string): string[] =>
  [...path.matchAll(name)]
    .flatMap(([, quoted, text, word]) => quoted ?? (text === undefined ? (word ?? '').toLowerCase() : schemasOf(text)))
    .filter((one) => one !== '$user' && one !== 'pg_catalog');

const isName = (token: Token | undefined): boolean => token?.kind === 'word' || token?.kind === 'quoted';
const isWord = (token: Token | undefined, ...values: string[]): boolean => token?.kind === 'word' && values.includes(token.value);
const isSign = (token: Token | undefined, value: string): boolean => token?.kind === 'sign' && token.value === value;

/** `tables`: as they are called, small letters: `patients`, `omop.person`. */
export function tablePieces(tokens: readonly Token[], tables: ReadonlySet<string>, path: readonly string[] = [schema]): Piece[] {
  return [...qualified(tokens, tables), ...unqualified(tokens, tables, path)].sort((a, b) => a.start - b.start);
}

/** `public.` and `lamplight.` before a table are left out. */
function qualified(tokens: readonly Token[], tables: ReadonlySet<string>): Piece[] {
  const pieces: Piece[] = [];
  const before = (at: number, value: string): boolean => isName(tokens[at]) && tokens[at]!.value === value && isSign(tokens[at + 1], '.');
  for (let at = 0; at < tokens.length; at++) {
    if (isSign(tokens[at - 1], '.')) continue;
    const inDatabase = before(at, database) ? at + 2 : at;
    const inSchema = before(inDatabase, schema) ? inDatabase + 2 : inDatabase;
    if (inSchema === at) continue;
    const [first, dot, second] = tokens.slice(inSchema);
    if (!isName(first)) continue;
    const [own, dotted] = [first!.value.toLowerCase(), `${first!.value}.${second?.value}`.toLowerCase()];
    // `lamplight.patients` is the table of a schema that there is not.
    const known = inDatabase === inSchema ? isSign(dot, '.') && isName(second) && tables.has(dotted) : tables.has(own);
    if (!known) continue;
    pieces.push({ start: tokens[at]!.start, end: first!.start, text: '' });
    at = inSchema;
  }
  return pieces;
}

/** FROM in the brackets of these is before no table. */
const withFrom = ['extract', 'substring', 'trim', 'overlay', 'position'];
const endOfFrom = [
  'where',
  'group',
  'order',
  'having',
  'limit',
  'offset',
  'window',
  'union',
  'intersect',
  'except',
  'select',
  'for',
  'fetch',
];

function unqualified(tokens: readonly Token[], tables: ReadonlySet<string>, path: readonly string[]): Piece[] {
  if (path.every((one) => one === schema)) return [];
  /** Names after WITH. */
  const own = new Set(
    tokens.flatMap((token, at) => (isName(token) && isWord(tokens[at + 1], 'as') && opens(tokens, at + 2) ? [token.value] : [])),
  );
  const pieces: Piece[] = [];
  /** Whether a list of tables is open, for each bracket that is. */
  const lists = [false];
  for (const [at, token] of tokens.entries()) {
    if (isSign(token, '(')) lists.push(false);
    if (isSign(token, ')') && lists.length > 1) lists.pop();
    if (isWord(token, 'from') && !isCallWithFrom(tokens, at)) lists[lists.length - 1] = true;
    if (isWord(token, ...endOfFrom)) lists[lists.length - 1] = false;
    const listed = lists.at(-1) === true;
    const expected = listed && (isWord(token, 'from', 'join') || isSign(token, ','));
    const table = tokens[at + 1];
    if (!expected || !isName(table) || isSign(tokens[at + 2], '.') || isSign(tokens[at + 2], '(') || own.has(table!.value)) continue;
    const found = path.find((one) => tables.has(one === schema ? table!.value.toLowerCase() : `${one}.${table!.value}`.toLowerCase()));
    if (found !== undefined && found !== schema) pieces.push({ start: table!.start, end: table!.start, text: `${found}.` });
  }
  return pieces;
}

const opens = (tokens: readonly Token[], at: number): boolean =>
  isSign(tokens[isWord(tokens[at], 'not') ? at + 2 : isWord(tokens[at], 'materialized') ? at + 1 : at], '(');

/** The bracket that is open here is of extract(… from …) and the like. */
function isCallWithFrom(tokens: readonly Token[], at: number): boolean {
  let depth = 0;
  for (let before = at - 1; before >= 0; before--) {
    if (isSign(tokens[before], ')')) depth++;
    if (isSign(tokens[before], '(') && --depth < 0) return isWord(tokens[before - 1], ...withFrom);
  }
  return false;
}
