// Nodes as the contract gives them out.
import type { Decimal } from '../decimal.ts';
import type { Json } from '../json.ts';
import { Amount } from './amount.ts';
import type { Item } from './contract.ts';
import { Exact } from './exact.ts';
import { amount, decimal, integer, type Node, no, pathOf, temporal, text, yes } from './node.ts';
import type { Plain } from './system.ts';
import { Temporal } from './temporal.ts';
import { publicName } from './types.ts';

export function nodeOfPlain(value: Plain): Node {
  if (typeof value === 'boolean') return (value ? yes : no)[0] as Node;
  if (typeof value === 'string') return text(value);
  if (typeof value === 'number') return integer(value);
  if (value instanceof Exact) return decimal(value);
  return value instanceof Temporal ? temporal(value) : amount(value);
}

export function itemOf(node: Node): Item {
  const item: Item = { type: `${node.type.namespace}.${publicName(node.type)}`, value: jsonOf(node) };
  const path = pathOf(node);
  if (path !== undefined) item.path = path;
  return item;
}

function jsonOf({ value }: Node): Json | Decimal {
  if (value instanceof Exact) return value.toJson();
  if (value instanceof Temporal || value instanceof Amount) return value.toString();
  // `null` for a primitive that has extensions and no value.
  return (value ?? null) as Json;
}
