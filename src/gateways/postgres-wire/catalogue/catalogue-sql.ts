// A query of the catalogue as PostgreSQL's clients write it, in the SQL of DuckDB: names of tables and functions with their prefix, what
// only PostgreSQL knows left out or put otherwise.
import type { Piece } from '../rewritten.ts';
import type { Token } from '../sql-tokens.ts';
import { catalogueColumns } from './columns.ts';
import { functionNames, informationPrefix, prefix } from './functions.ts';

const isName = (token: Token | undefined, value?: string): boolean =>
  token !== undefined && (token.kind === 'word' || token.kind === 'quoted') && (value === undefined || token.value === value);
const isSign = (token: Token | undefined, value: string): boolean => token?.kind === 'sign' && token.value === value;

/** Functions that are called without brackets. */
const bare = new Set(['current_user', 'session_user', 'current_role', 'current_catalog', 'current_schema', 'user']);

/** Whether it is about the catalogue, or about no table at all. */
export function asksCatalogue(tokens: readonly Token[]): boolean {
  const names = tokens.filter((token) => isName(token));
  if (names.some(({ value }) => value === 'pg_catalog' || value === 'information_schema' || Object.hasOwn(catalogueColumns, value)))
    return true;
  return !names.some(({ kind, value }) => kind === 'word' && (value === 'from' || value === 'values'));
}

/** Types that DuckDB does not know. */
const types: Readonly<Record<string, string>> = {
  name: 'VARCHAR',
  oid: 'BIGINT',
  xid: 'BIGINT',
  regclass: 'VARCHAR',
  regtype: 'VARCHAR',
  regproc: 'VARCHAR',
  regprocedure: 'VARCHAR',
  regnamespace: 'VARCHAR',
  regrole: 'VARCHAR',
  cstring: 'VARCHAR',
  char: 'VARCHAR',
  int2vector: 'BIGINT[]',
  oidvector: 'BIGINT[]',
  aclitem: 'VARCHAR',
  anyarray: 'VARCHAR',
};
const lookups: Readonly<Record<string, string>> = { regclass: 'to_regclass', regnamespace: 'to_regnamespace', regtype: 'to_regtype' };
const isNumber = ({ value }: Token): boolean => /^\d+$/.test(value);
const literalText = (value: string): string => `'${value.replaceAll("'", "''")}'`;

/** DuckDB's patterns are to match the whole text, PostgreSQL's some part of it. */
const matches: Readonly<Record<string, { sign: string; flags: string }>> = {
  '~': { sign: '~', flags: '' },
  '!~': { sign: '!~', flags: '' },
  '~*': { sign: '~', flags: '(?i)' },
  '!~*': { sign: '!~', flags: '(?i)' },
};
const anywhere = (pattern: string, flags: string): string => `${flags}(?s:.*)(?:${pattern})(?s:.*)`;

/** Where the series that begins here is a table with one name, which PostgreSQL gives its column too. */
function seriesName(tokens: readonly Token[], from: number): Token | undefined {
  let depth = 0;
  for (let at = from + 1; at < tokens.length; at++) {
    if (isSign(tokens[at], '(')) depth++;
    if (isSign(tokens[at], ')') && --depth === 0) {
      const name = tokens[at + 1]?.value === 'as' ? at + 2 : at + 1;
      const after = tokens[name + 1];
      const free = after === undefined || isSign(after, ',') || isSign(after, ')') || isName(after, 'where') || isName(after, 'join');
      return isName(tokens[name]) && free ? tokens[name] : undefined;
    }
  }
  return undefined;
}

export function cataloguePieces(tokens: readonly Token[]): Piece[] {
  const pieces: Piece[] = [];
  const put = (from: Token, to: Token, text: string): void => {
    pieces.push({ start: from.start, end: to.end, text });
  };
  for (let at = 0; at < tokens.length; at++) {
    const token = tokens[at]!;
    const [next, third] = [tokens[at + 1], tokens[at + 2]];
    if (token.kind === 'sign' && Object.hasOwn(matches, token.value) && next?.kind === 'text') {
      const { sign, flags } = matches[token.value]!;
      put(token, next, ` ${sign} ${literalText(anywhere(next.value, flags))}`);
      at++;
    } else if (isName(token, 'operator') && isSign(next, '(')) {
      const end = tokens.findIndex((one, index) => index > at && isSign(one, ')'));
      if (end > at) {
        const said = tokens[end - 1]!;
        const pattern = tokens[end + 1];
        const matching = Object.hasOwn(matches, said.value) && pattern?.kind === 'text' ? matches[said.value] : undefined;
        if (matching === undefined || pattern === undefined) put(token, tokens[end]!, ` ${said.value} `);
        else put(token, pattern, ` ${matching.sign} ${literalText(anywhere(pattern.value, matching.flags))}`);
        at = matching === undefined ? end : end + 1;
      }
    } else if (isName(token, 'collate') && token.kind === 'word') {
      const last = isSign(third, '.') ? tokens[at + 3] : next;
      if (last !== undefined) {
        put(token, last, '');
        at = tokens.indexOf(last, at);
      }
    } else if (isSign(token, '::') || (isName(token, 'as') && token.kind === 'word')) {
      const named = isName(next, 'pg_catalog') && isSign(third, '.') ? at + 3 : at + 1;
      const type = tokens[named];
      const duck = type !== undefined && Object.hasOwn(types, type.value) ? types[type.value] : undefined;
      // AS is a type's only within CAST.
      const isType = isSign(token, '::') || isSign(tokens[named + 1], ')');
      const before = tokens[at - 1];
      const lookup = type === undefined || !Object.hasOwn(lookups, type.value) ? undefined : lookups[type.value];
      if (duck === undefined || type === undefined || !isName(type) || !isType) {
        if (named > at + 1) put(next!, third!, '');
        else continue;
        at += 2;
      } else if (isSign(token, '::') && before?.kind === 'text' && lookup !== undefined && !isNumber(before)) {
        pieces.push({ start: before.start, end: type.end, text: `${prefix}${lookup}(${literalText(before.value)})` });
        at = named;
      } else {
        put(next!, type, type.value.startsWith('reg') && before?.kind === 'text' && isNumber(before) ? 'BIGINT' : duck);
        at = named;
      }
    } else if (isName(token, 'generate_series') && isSign(next, '(')) {
      const name = seriesName(tokens, at);
      if (name !== undefined) pieces.push({ start: name.end, end: name.end, text: `(${name.value})` });
    } else if (isName(token, 'pg_catalog') && isSign(next, '.')) {
      put(token, next!, '');
      at++;
    } else if (isName(token, 'information_schema') && isSign(next, '.') && isName(third)) {
      put(token, third!, informationPrefix + third!.value);
      at += 2;
    } else if (isName(token) && Object.hasOwn(catalogueColumns, token.value)) {
      put(token, token, prefix + token.value);
    } else if (isName(token) && isSign(next, '(') && functionNames.has(token.value)) {
      put(token, token, prefix + token.value);
    } else if (
      token.kind === 'word' &&
      bare.has(token.value) &&
      !isSign(tokens[at - 1], '.') &&
      !isSign(next, '.') &&
      !isSign(next, '(') &&
      !isName(tokens[at - 1], 'as')
    ) {
      put(token, token, `${prefix}${token.value === 'user' ? 'current_user' : token.value}()`);
    }
  }
  return pieces;
}
