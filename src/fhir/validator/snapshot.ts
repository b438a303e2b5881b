// What a profile inherits where only its differential is given (http://hl7.org/fhir/R4/profiling.html#snapshot). The compiled forms
// are put together, not the lists of elements: what R4 itself says need not be repeated, since it is checked for every resource.
import type { Constraint, Node } from './compiled.ts';

/** `own` on top of `below`: what `own` says goes first, constraints add up, elements and slices meet by name. */
export function inherit(below: Node, own: Node): Node {
  const node: Node = { ...below, ...own };
  if (below.min !== undefined && own.min !== undefined) node.min = Math.max(below.min, own.min);
  if (below.max !== undefined && own.max !== undefined) node.max = Math.min(below.max, own.max);
  const constraints = [...(below.constraints ?? []), ...(own.constraints ?? [])];
  if (constraints.length > 0) node.constraints = [...new Map(constraints.map((one): [string, Constraint] => [one.key, one])).values()];
  const children = together(below.children, own.children, (one) => one.name);
  const slices = together(below.slices, own.slices, (one) => one.slice as string);
  if (children) node.children = children;
  if (slices) node.slices = resliced(slices);
  return node;
}

function together(below: Node[] | undefined, own: Node[] | undefined, key: (node: Node) => string): Node[] | undefined {
  if (!below || !own) return own ?? below;
  const all = new Map(below.map((one) => [key(one), one]));
  for (const one of own) {
    const inherited = all.get(key(one));
    all.set(key(one), inherited ? inherit(inherited, one) : one);
  }
  return [...all.values()];
}

/** A slice `a/b` belongs into the slice `a`, which may come from below. */
function resliced(slices: Node[]): Node[] {
  const top: Node[] = [];
  for (const slice of slices) {
    const parent = slices.find((one) => one !== slice && slice.slice?.startsWith(`${one.slice}/`));
    if (!parent) top.push(slice);
    else parent.slices = together(parent.slices, [slice], (one) => one.slice as string) ?? [];
  }
  return top;
}
