// SQL as tokens (https://www.postgresql.org/docs/current/sql-syntax-lexical.html): enough to tell statements apart, to find names and
// parameters, and to leave texts and comments alone. What a text never closes reaches to the end; DuckDB says so.

export interface Token {
  kind: 'word' | 'quoted' | 'text' | 'number' | 'parameter' | 'sign';
  /** Of a word in small letters, of a quoted name without the quotes, of a text without those of plain ones. */
  value: string;
  start: number;
  end: number;
}

const blank = /(?:\s+|--[^\n]*)+/y;
const word = /[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*/y;
const number = /\d[\w.]*|\.\d[\w.]*/y;
const parameter = /\$\d+/y;
const dollar = /\$(?:[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)?\$/y;
const sign = /::|!~\*?|~\*|<>|<=|>=|!=|\|\||->>?|[\s\S]/y;

function match(form: RegExp, sql: string, at: number): string | undefined {
  form.lastIndex = at;
  return form.exec(sql)?.[0];
}

/** Past the closing quote, which twice stands for itself; with `escapes` a backslash takes the next character along. */
function closed(sql: string, from: number, quote: string, escapes = false): number {
  for (let at = from; at < sql.length; at++) {
    if (escapes && sql[at] === '\\') at++;
    else if (sql[at] === quote) {
      if (sql[at + 1] !== quote) return at + 1;
      at++;
    }
  }
  return sql.length;
}

/** Comments nest in PostgreSQL. */
function commentEnd(sql: string, from: number): number {
  let depth = 1;
  for (let at = from; at < sql.length; at++) {
    if (sql[at] === '*' && sql[at + 1] === '/') {
      at++;
      if (--depth === 0) return at + 1;
    } else if (sql[at] === '/' && sql[at + 1] === '*') {
      at++;
      depth++;
    }
  }
  return sql.length;
}

export function tokensOf(sql: string): Token[] {
  const tokens: Token[] = [];
  for (let at = 0; at < sql.length; ) {
    const start = at;
    const character = sql[at]!;
    const add = (kind: Token['kind'], end: number, value = sql.slice(start, end)): void => {
      tokens.push({ kind, value, start, end });
      at = end;
    };
    const skipped = match(blank, sql, at);
    if (skipped !== undefined) at += skipped.length;
    else if (character === '/' && sql[at + 1] === '*') at = commentEnd(sql, at + 2);
    else if (character === "'") {
      const end = closed(sql, at + 1, "'");
      add('text', end, sql.slice(start + 1, end - 1).replaceAll("''", "'"));
    } else if ((character === 'e' || character === 'E') && sql[at + 1] === "'") add('text', closed(sql, at + 2, "'", true));
    else if (character === '"') {
      const end = closed(sql, at + 1, '"');
      add('quoted', end, sql.slice(start + 1, end - 1).replaceAll('""', '"'));
    } else {
      const tag = character === '$' ? match(dollar, sql, at) : undefined;
      const found = match(parameter, sql, at);
      const name = match(word, sql, at);
      const digits = match(number, sql, at);
      if (tag !== undefined) {
        const end = sql.indexOf(tag, at + tag.length);
        add('text', end < 0 ? sql.length : end + tag.length);
      } else if (found !== undefined) add('parameter', at + found.length, found.slice(1));
      else if (name !== undefined) add('word', at + name.length, name.toLowerCase());
      else if (digits !== undefined) add('number', at + digits.length);
      else add('sign', at + match(sign, sql, at)!.length);
    }
  }
  return tokens;
}

export interface Statement {
  tokens: readonly Token[];
  /** Where it begins in what was sent. */
  start: number;
  text: string;
}

/** Split at semicolons; empty ones are left out. */
export function statementsOf(sql: string): Statement[] {
  const found: Statement[] = [];
  let tokens: Token[] = [];
  const end = (): void => {
    const [first, last] = [tokens[0], tokens.at(-1)];
    if (first !== undefined && last !== undefined) {
      const { start } = first;
      const own = tokens.map((token) => ({ ...token, start: token.start - start, end: token.end - start }));
      found.push({ tokens: own, start, text: sql.slice(start, last.end) });
    }
    tokens = [];
  };
  for (const token of tokensOf(sql)) {
    if (token.kind === 'sign' && token.value === ';') end();
    else tokens.push(token);
  }
  end();
  return found;
}
