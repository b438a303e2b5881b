// Nodes as the contract gives them out.
import type { Decimal } from '../decimal.ts';
import type { Json } from '../json.ts';
import { Amount } from './amount.ts';
import type { Item } from './contract.ts';
import { Exact } from './exact.ts';
import { amount, decimal, integer, type Node, type Nodes, no, pathOf, stepTo, temporal, text, yes } from './node.ts';
import type { Plain } from './system.ts';
import { Temporal } from './temporal.ts';
import { publicName, type Type } from './types.ts';

export function nodeOfPlain(value: Plain): Node {
  if (typeof value === 'boolean') return (value ? yes : no)[0] as Node;
  if (typeof value === 'string') return text(value);
  if (typeof value === 'number') return integer(value);
  if (value instanceof Exact) return decimal(value);
  return value instanceof Temporal ? temporal(value) : amount(value);
}

export function itemOf(node: Node): Item {
  return named(node, pathOf(node));
}

/** All of a result: what lies in the same element has the path of that from there, since it may be most of a large resource. */
export function itemsOf(nodes: Nodes): Item[] {
  const paths = new Map<Node, string | undefined>();
  return nodes.map((node) => {
    const { parent } = node;
    if (parent === undefined) return itemOf(node);
    if (!paths.has(parent)) paths.set(parent, pathOf(parent));
    const around = paths.get(parent);
    return named(node, around === undefined ? pathOf(node) : `${around}.${stepTo(node)}`);
  });
}

function named(node: Node, path: string | undefined): Item {
  const item: Item = { type: fullName(node.type), value: jsonOf(node) };
  if (path !== undefined) item.path = path;
  return item;
}

const fullNames = new Map<Type, string>();

function fullName(type: Type): string {
  let name = fullNames.get(type);
  if (name === undefined) {
    name = `${type.namespace}.${publicName(type)}`;
    fullNames.set(type, name);
  }
  return name;
}

function jsonOf({ value }: Node): Json | Decimal {
  if (value instanceof Exact) return value.toJson();
  if (value instanceof Temporal || value instanceof Amount) return value.toString();
  // `null` for a primitive that has extensions and no value.
  return (value ?? null) as Json;
}
