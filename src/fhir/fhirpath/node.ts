// What flows through an expression: a node is an element of a resource, or a value of a System type. Elements hold their JSON as it
// stands; where they are is only put together when somebody asks.
import { Decimal } from '../decimal.ts';
import type { Json } from '../json.ts';
import type { Amount } from './amount.ts';
import type { Focus } from './contract.ts';
import { Exact } from './exact.ts';
import { Temporal } from './temporal.ts';
import { fhirType, type SystemKind, systemType, type Type } from './types.ts';

export type Members = { [name: string]: Json };
/** Of a System type: boolean, text, integer, Exact, Temporal, Amount. Of an element its JSON; undefined for a primitive without value. */
export type Value = Json | Exact | Temporal | Amount | undefined;

export class Node {
  readonly type: Type;
  readonly value: Value;
  readonly sibling: Json | undefined;
  readonly parent: Node | undefined;
  readonly name: string;
  /** Position among its like, -1 where there can be but one. */
  readonly index: number;
  constructor(type: Type, value: Value, sibling?: Json, parent?: Node, name = '', index = -1) {
    this.type = type;
    this.value = value;
    this.sibling = sibling;
    this.parent = parent;
    this.name = name;
    this.index = index;
  }
}

export type Nodes = readonly Node[];

export const none: Nodes = Object.freeze([]) as Nodes;
const kinds = {
  boolean: systemType('Boolean'),
  string: systemType('String'),
  integer: systemType('Integer'),
  decimal: systemType('Decimal'),
};
export const yes: Nodes = [new Node(kinds.boolean, true)];
export const no: Nodes = [new Node(kinds.boolean, false)];

export const truth = (value: boolean | undefined): Nodes => (value === undefined ? none : value ? yes : no);
export const text = (value: string): Node => new Node(kinds.string, value);
export const integer = (value: number): Node => new Node(kinds.integer, value);
export const decimal = (value: Exact): Node => new Node(kinds.decimal, value);
export const temporal = (value: Temporal): Node => new Node(systemType(value.kind), value);
export const amount = (value: Amount): Node => new Node(systemType('Quantity'), value);

export const isMembers = (value: unknown): value is Members =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  !(value instanceof Decimal) &&
  !(value instanceof Exact) &&
  !(value instanceof Temporal);

/** The type of a resource by its `resourceType`. */
export function resourceTypeOf(value: Json | undefined): Type | undefined {
  const name = isMembers(value) ? value['resourceType'] : undefined;
  const type = typeof name === 'string' ? fhirType(name) : undefined;
  return type?.isResource ? type : undefined;
}

/** The node to begin at; undefined where its type is in no table. */
export function nodeOf(focus: Focus): Node | undefined {
  const type =
    resourceTypeOf(focus.value) ??
    (focus.type.startsWith('System.') ? systemType(focus.type.slice(7) as SystemKind) : fhirType(focus.type));
  return type && new Node(type, focus.value, focus.sibling);
}

/** The last part of its location: `given[1]`. */
export const stepTo = ({ name, index }: Node): string => (index < 0 ? name : `${name}[${index}]`);

/** FHIRPath location, `Patient.name[0].given[1]`; undefined for what is no element of a resource. */
export function pathOf(node: Node): string | undefined {
  if (node.type.namespace === 'System' && node.parent === undefined) return undefined;
  let path = '';
  for (let at = node; ; at = at.parent) {
    if (at.parent === undefined) return (at.name === '' ? at.type.name : at.name) + path;
    path = `.${stepTo(at)}${path}`;
  }
}
