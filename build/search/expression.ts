// The part of FHIRPath that search parameters are written in (http://hl7.org/fhirpath/N1/): text → tree, at build time.
// What it does not know it refuses, so a new construct stops the build instead of being indexed wrongly.

export type Expression =
  /** First word of a path: the type that it starts from, or a member of the context. */
  | { kind: 'name'; name: string }
  | { kind: 'resource' }
  | { kind: 'member'; of: Expression; name: string }
  | { kind: 'index'; of: Expression; at: number }
  | { kind: 'call'; of: Expression | undefined; name: string; arguments: Expression[] }
  | { kind: 'type'; operator: 'as' | 'is'; of: Expression; type: string }
  | { kind: 'binary'; operator: '=' | '!=' | 'and' | 'or' | '|'; left: Expression; right: Expression }
  | { kind: 'literal'; value: string | number | boolean };

const tokenPattern = /\s*(?:'((?:[^'\\]|\\.)*)'|(\d+(?:\.\d+)?)|(%?[A-Za-z_][A-Za-z0-9_]*)|(!=|[.|()[\]=,]))/y;

interface Token {
  kind: 'string' | 'number' | 'word' | 'sign' | 'end';
  text: string;
}

function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  const source = text.trim();
  tokenPattern.lastIndex = 0;
  while (tokenPattern.lastIndex < source.length) {
    const at = tokenPattern.lastIndex;
    const match = tokenPattern.exec(source);
    if (!match) throw new Error(`cannot read "${source.slice(at)}" in the expression: ${text}`);
    const [, string, number, word, sign] = match;
    if (string !== undefined) tokens.push({ kind: 'string', text: string.replace(/\\(.)/g, '$1') });
    else if (number !== undefined) tokens.push({ kind: 'number', text: number });
    else if (word !== undefined) tokens.push({ kind: 'word', text: word });
    else tokens.push({ kind: 'sign', text: sign as string });
  }
  return tokens;
}

/** Operators from loosest to tightest; the type operators (`as`, `is`) bind tighter than all of these. */
const levels = [['or'], ['and'], ['=', '!='], ['|']] as const;

export function parseExpression(text: string): Expression {
  const tokens = tokenize(text);
  let at = 0;
  const peek = (): Token => tokens[at] ?? { kind: 'end', text: 'the end' };
  const isSign = (sign: string): boolean => peek().kind === 'sign' && peek().text === sign;
  const refuse = (wanted: string): never => {
    throw new Error(`${wanted} expected, ${peek().text} found in the expression: ${text}`);
  };
  const take = (sign: string): void => {
    if (!isSign(sign)) refuse(`"${sign}"`);
    at++;
  };
  const word = (): string => {
    const token = peek();
    if (token.kind !== 'word') refuse('a name');
    at++;
    return token.text;
  };

  function binary(level: number): Expression {
    const operators: readonly string[] | undefined = levels[level];
    if (!operators) return typed();
    let left = binary(level + 1);
    while (peek().kind !== 'string' && operators.includes(peek().text)) {
      const operator = peek().text as '=';
      at++;
      left = { kind: 'binary', operator, left, right: binary(level + 1) };
    }
    return left;
  }

  function typed(): Expression {
    let of = path();
    while (peek().kind === 'word' && (peek().text === 'as' || peek().text === 'is')) {
      const operator = word() as 'as';
      of = { kind: 'type', operator, of, type: word() };
    }
    return of;
  }

  function path(): Expression {
    let of = term();
    for (;;) {
      if (isSign('.')) {
        at++;
        const name = word();
        of = isSign('(') ? call(of, name) : { kind: 'member', of, name };
      } else if (isSign('[')) {
        at++;
        if (peek().kind !== 'number') refuse('an index');
        of = { kind: 'index', of, at: Number(peek().text) };
        at++;
        take(']');
      } else return of;
    }
  }

  function call(of: Expression | undefined, name: string): Expression {
    take('(');
    const args: Expression[] = [];
    while (!isSign(')')) {
      args.push(binary(0));
      if (!isSign(')')) take(',');
    }
    take(')');
    const type = args[0];
    if ((name === 'as' || name === 'ofType') && of && type?.kind === 'name') return { kind: 'type', operator: 'as', of, type: type.name };
    return { kind: 'call', of, name, arguments: args };
  }

  function term(): Expression {
    const token = peek();
    if (isSign('(')) {
      at++;
      const inner = binary(0);
      take(')');
      return inner;
    }
    at++;
    if (token.kind === 'string') return { kind: 'literal', value: token.text };
    if (token.kind === 'number') return { kind: 'literal', value: Number(token.text) };
    if (token.kind !== 'word') throw new Error(`a path expected, ${token.text} found in the expression: ${text}`);
    if (token.text === 'true' || token.text === 'false') return { kind: 'literal', value: token.text === 'true' };
    if (token.text === '%resource') return { kind: 'resource' };
    if (token.text.startsWith('%')) throw new Error(`unknown variable ${token.text} in the expression: ${text}`);
    return isSign('(') ? call(undefined, token.text) : { kind: 'name', name: token.text };
  }

  const whole = binary(0);
  if (at < tokens.length) refuse('an operator');
  return whole;
}

/** The alternatives of `a | b | (c)`, as text: each can belong to another resource type. */
export function splitUnion(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let from = 0;
  for (let i = 0; i < text.length; i++) {
    const c = text[i];
    if (c === '(') depth++;
    else if (c === ')') depth--;
    else if (c === '|' && depth === 0) {
      parts.push(text.slice(from, i));
      from = i + 1;
    }
  }
  parts.push(text.slice(from));
  return parts.map((part) => part.trim()).filter((part) => part !== '');
}

/** The word that a path starts with: `(Observation.value as Quantity)` → `Observation`. */
export function headOf(expression: Expression): string | undefined {
  switch (expression.kind) {
    case 'name':
      return expression.name;
    case 'member':
    case 'index':
    case 'type':
      return headOf(expression.of);
    case 'call':
      return expression.of && headOf(expression.of);
    case 'binary':
      return headOf(expression.left);
    default:
      return undefined;
  }
}
