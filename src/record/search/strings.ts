// Text conditions on columns in collation "C", where the order of characters is that of their code points, so that "begins with"
// is a range of the index. The index holds the first 600 characters; what it finds is then compared in full.
import type { Modifier } from '../../fhir/search/contract.ts';
import { foldText } from '../../fhir/search/fold.ts';
import type { Compiler } from './compiler.ts';

/** As in the indexes of schema.ts. */
const indexed = 600;

export function startsWith(column: string, prefix: string, { parameters }: Compiler): string {
  const from = parameters.add(prefix, 'text');
  return `(left(${column}, ${indexed}) >= left(${from}, ${indexed}) and left(${column}, ${indexed}) < ${parameters.add(after(prefix), 'text')} and starts_with(${column}, ${from}))`;
}

/** The first text behind all that begin so, as far as the index holds them. */
function after(prefix: string): string {
  const points = Array.from(prefix.length > indexed ? prefix.slice(0, 2 * indexed) : prefix, (one) => one.codePointAt(0)!).slice(
    0,
    indexed,
  );
  while (points.at(-1) === 0x10ffff) points.pop();
  const last = points.pop();
  if (last === undefined) return '\u{10ffff}'.repeat(indexed);
  // The code points of surrogates are no characters.
  points.push(last === 0xd7ff ? 0xe000 : last + 1);
  return String.fromCodePoint(...points);
}

/** http://hl7.org/fhir/R4/search.html#string. The column `exact` is empty where it would repeat `folded`. */
export function stringCondition(v: string, modifier: Modifier | undefined, text: string, compiler: Compiler): string {
  const { parameters } = compiler;
  const folded = foldText(text);
  if (modifier === 'contains') return `position(${parameters.add(folded, 'text')} in ${v}.folded) > 0`;
  if (modifier === 'whole') {
    const whole = parameters.add(folded, 'text');
    return `(left(${v}.folded, ${indexed}) = left(${whole}, ${indexed}) and ${v}.folded = ${whole})`;
  }
  if (modifier === 'ends') {
    const end = parameters.add(folded, 'text');
    return `right(${v}.folded, char_length(${end})) = ${end}`;
  }
  if (modifier !== 'exact') return startsWith(`${v}.folded`, folded, compiler);
  return `(left(${v}.folded, ${indexed}) = left(${parameters.add(folded, 'text')}, ${indexed}) and coalesce(${v}.exact, ${v}.folded) = ${parameters.add(text, 'text')})`;
}

/** `uri:below`: the URI itself and all of which it is a path above (http://hl7.org/fhir/R4/search.html#uri). */
export function uriBelow(v: string, uri: string, compiler: Compiler): string {
  const path = uri.endsWith('/') ? uri : `${uri}/`;
  const itself = compiler.parameters.add(uri, 'text');
  return `((left(${v}.folded, ${indexed}) = left(${itself}, ${indexed}) and ${v}.folded = ${itself}) or ${startsWith(`${v}.folded`, path, compiler)})`;
}
