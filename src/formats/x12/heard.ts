// What has been understood of a file so far: the resources, which leaf said which element, and what was not understood and why.

import type { Json } from '../../fhir/json.ts';
import type { Problem } from '../../fhir/result.ts';
import { namedUuid } from '../../methods/named-uuid.ts';
import type { Said } from '../contract.ts';
import type { Codec, CodecContext } from './codec.ts';
import type { Leaf } from './leaves.ts';
import { copyOf, getAt, isNode, type Node, setAt } from './node.ts';

/** A resource, or an element of one (`item[2]`), that rows speak of. */
export interface Place {
  /** `Claim/id`. */
  ref: string;
  resource: Node;
  /** Path of the element in the resource; empty: the resource itself. */
  base: string;
}

export type Roles = Map<string, Place>;

/** A leaf and an element that say the same. */
export interface Binding {
  ref: string;
  /** What the codec reads and writes. */
  path: string;
  /** Elements below it that the leaf says, empty for itself. */
  says: string[];
  codec: Codec;
}

export interface HeardResource {
  ref: string;
  node: Node;
  how: Said['how'];
  removes: string[];
}

export const join = (base: string, path: string): string =>
  base === '' || path === '' ? base + path : `${base}${path.startsWith('[') ? '' : '.'}${path}`;

/** Lists in which the same item twice is one. */
const sets = new Set([
  'identifier',
  'address',
  'telecom',
  'contact',
  'name',
  'type',
  'coding',
  'qualification',
  'agent',
  'generalPractitioner',
]);
/** Lists whose items number themselves, by type of resource. */
const numbered: Record<string, ReadonlySet<string>> = {
  Claim: new Set(['diagnosis', 'procedure', 'careTeam', 'supportingInfo', 'insurance', 'item']),
  ExplanationOfBenefit: new Set(['diagnosis', 'procedure', 'careTeam', 'supportingInfo', 'item']),
};

/** No family is larger; a leaf that says more elements than these names the first ones. */
const mostBindings = 60;

export class Heard {
  readonly resources = new Map<string, HeardResource>();
  readonly bindings = new Map<Leaf, Binding[]>();
  readonly structural = new Set<Leaf>();
  readonly why = new Map<Leaf, string>();
  readonly notes: Problem[] = [];
  readonly sender: string;
  readonly #times = new Map<string, number>();
  readonly #known = new Map<Json[], Map<string, number>>();
  /** Leaves by the resource that they are bound to. */
  readonly #leaves = new Map<string, Set<Leaf>>();

  constructor(sender: string) {
    this.sender = sender;
  }

  /** The resource of this business key: the one that is there already, or a new one with these members. */
  make(type: string, key: readonly string[], how: Said['how'], members: () => Node): Place {
    const id = namedUuid('x12', this.sender, type, ...key);
    const ref = `${type}/${id}`;
    let heard = this.resources.get(ref);
    if (heard === undefined) {
      heard = { ref, node: { resourceType: type, id, ...members() }, how, removes: [] };
      this.resources.set(ref, heard);
    } else if (heard.how === 'refer') heard.how = how;
    return { ref, resource: heard.node, base: '' };
  }

  /** The same, but never one that this file has spoken of already. */
  makeNew(type: string, key: readonly string[], how: Said['how'], members: () => Node): Place {
    const name = JSON.stringify([type, key]);
    const again = this.#times.get(name) ?? 0;
    this.#times.set(name, again + 1);
    return this.make(type, again === 0 ? key : [...key, String(again)], how, members);
  }

  /** A second resource of which the same leaves say the same, but for some members. */
  copy(from: Place, to: Place, except: readonly string[]): void {
    for (const [name, value] of Object.entries(from.resource)) {
      if (!except.includes(name) && to.resource[name] === undefined) to.resource[name] = copyOf(value);
    }
    for (const leaf of this.#leaves.get(from.ref) ?? []) {
      const bindings = this.bindings.get(leaf) ?? [];
      if (bindings.length >= mostBindings) continue;
      for (const one of bindings.filter(({ ref, path }) => ref === from.ref && !except.some((name) => path.startsWith(name)))) {
        this.#add(leaf, { ...one, ref: to.ref });
      }
    }
  }

  /** Takes back a resource that turned out to say nothing. Its leaves are then kept. */
  drop({ ref }: Place): void {
    this.resources.delete(ref);
    for (const leaf of this.#leaves.get(ref) ?? []) {
      const others = (this.bindings.get(leaf) ?? []).filter((one) => one.ref !== ref);
      if (others.length === 0) this.bindings.delete(leaf);
      else this.bindings.set(leaf, others);
    }
  }

  /** Adds an item to a list of a place and answers where it is. */
  push(place: Place, list: string, item: Node): Place {
    const path = join(place.base, list);
    if (getAt(place.resource, path) === undefined) setAt(place.resource, path, []);
    const items = getAt(place.resource, path) as Json[];
    const name = list.slice(list.lastIndexOf('.') + 1);
    const known = sets.has(name) ? this.#itemsOf(items) : undefined;
    const key = known === undefined ? '' : JSON.stringify(item);
    let index = known?.get(key) ?? -1;
    if (index < 0) {
      index = items.length;
      items.push(
        numbered[String(place.resource['resourceType'])]?.has(name) && item['sequence'] === undefined ? numberedItem(item, items) : item,
      );
      known?.set(key, index);
    }
    return { ...place, base: `${path}[${index}]` };
  }

  /** Where each item of a list stands, by what it says, so that a long list is not searched for each of its items. */
  #itemsOf(items: Json[]): Map<string, number> {
    let known = this.#known.get(items);
    if (known === undefined) {
      known = new Map(items.map((one, index) => [JSON.stringify(one), index]));
      this.#known.set(items, known);
    }
    return known;
  }

  bind(leaf: Leaf, place: Place, path: string, codec: Codec, value: Json): void {
    if (codec.implied) this.structural.add(leaf);
    const says = codec.says !== undefined ? [codec.says] : isNode(value) ? Object.keys(value) : [''];
    this.#add(leaf, { ref: place.ref, path: join(place.base, path), says, codec });
  }

  #add(leaf: Leaf, binding: Binding): void {
    const others = this.bindings.get(leaf);
    if (others === undefined) this.bindings.set(leaf, [binding]);
    else others.push(binding);
    const leaves = this.#leaves.get(binding.ref);
    if (leaves === undefined) this.#leaves.set(binding.ref, new Set([leaf]));
    else leaves.add(leaf);
  }
}

function numberedItem(item: Node, items: Json[]): Node {
  const last = items.at(-1);
  const sequence = isNode(last) && typeof last['sequence'] === 'number' ? last['sequence'] : 0;
  return { sequence: sequence + 1, ...item };
}

export const contextOf = (sender: string, timeZone: string, currency: string): CodecContext => ({
  timeZone,
  currency,
  namespace: (qualifier) => `urn:uuid:${namedUuid('x12', sender, 'namespace', qualifier)}`,
});
