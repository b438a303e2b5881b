// Invariants that cannot fail while an element is absent: `x.empty() or …`, `x.exists() implies …`, `x.exists().not() or …`. The
// plan of a type then asks for the element by its name and leaves the expression alone, which is most of them, most of the time.

const emptyOr = /^\(*(\w+)(?:\.\w+)*\.(?:empty\(\)|exists\(\)\.not\(\)|hasValue\(\)\.not\(\))\)? or /;
const existsImplies = /^\(*(\w+)(?:\.\w+)*\.exists\(\)\)? implies /;

/**
 * First name of the path without which the expression is true; undefined where that cannot be told from its beginning.
 * Only the outermost level is looked at: what stands in parentheses or quotes cannot change it.
 */
export function guardOf(expression: string): string | undefined {
  const outer = outermost(expression);
  if (outer === undefined) return undefined;
  const or = emptyOr.exec(expression);
  // `or` binds tighter than `implies` and as tight as `xor`: either would take the disjunction as a part.
  if (or && opens(or[0]) === 0 && !/ (implies|xor) /.test(outer)) return or[1];
  const implies = existsImplies.exec(expression);
  if (implies && opens(implies[0]) === 0 && outer.split(' implies ').length === 2) return implies[1];
  return undefined;
}

const opens = (text: string): number => [...text].reduce((sum, one) => sum + (one === '(' ? 1 : one === ')' ? -1 : 0), 0);

/** The expression without what is in parentheses and quotes. */
function outermost(expression: string): string | undefined {
  let out = '';
  let depth = 0;
  for (const one of expression.replace(/'(?:[^'\\]|\\.)*'|`[^`]*`/g, "''")) {
    if (one === '(' || one === '[') depth++;
    if (depth === 0) out += one;
    if (one === ')' || one === ']') depth--;
  }
  return depth === 0 ? out : undefined;
}
