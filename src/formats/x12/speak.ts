// The row engine from FHIR to X12: the loops that a transaction set has planned, each with what it speaks of, become segments by the
// same rows that read them.

import type { Json } from '../../fhir/json.ts';
import { sameJson } from '../../fhir/json-equal.ts';
import { addressOf, type Target, targetOf } from './address.ts';
import { type CodecContext, text as plain } from './codec.ts';
import { join, type Roles } from './heard.ts';
import { getAt, isNode, type Node } from './node.ts';
import type { LoopMap, Spec } from './spec.ts';
import type { TransactionKind } from './transactions.ts';

/** One end of an interchange: ISA qualifier and id, GS code, and who that is. */
export interface Side {
  qualifier: string;
  id: string;
  code?: string;
  name?: string;
  /** Whom to call about what was sent; the guides of claims ask for it. */
  contact?: { name: string; phone: string };
}

/** What resources do not say and a new transaction needs. */
export interface Wish {
  /** The transaction set to write. */
  kind: TransactionKind;
  /** ISA-05 to ISA-08, GS-02, GS-03. */
  sender: Side;
  receiver: Side;
  /** ISA-13, GS-06, ST-02; the caller counts them. */
  interchangeControl: number;
  groupControl: number;
  transactionControl: string;
  /** When it is made, in the zone that its times are written in. */
  at: Date;
  timeZone: string;
  /** ISA-15; absent: `P`. */
  usage?: 'P' | 'T';
}

/** A loop to be written: what it speaks of, and what is inside it. */
export interface OutLoop {
  id: string;
  roles: Roles;
  /** HL-03, where the loop is a level. */
  level?: string;
  loops: OutLoop[];
}

/** A segment before its delimiters are chosen: elements, each of components; and which element of FHIR each text is of. */
export interface OutSegment {
  tag: string;
  elements: string[][];
  of: string[];
  /** Place in its list of the item that it is of. */
  order?: number;
}

export const outSegment = (tag: string, ...elements: string[]): OutSegment => ({ tag, elements: elements.map((one) => [one]), of: [] });

export class Speaker {
  readonly #maps: Readonly<Record<string, LoopMap>>;
  readonly #context: CodecContext;
  /** Items that the loop being written has said already. */
  #said = new Set<Json>();
  #levels = 0;

  constructor(maps: Readonly<Record<string, LoopMap>>, context: CodecContext) {
    this.#maps = maps;
    this.#context = context;
  }

  loops(loops: readonly OutLoop[], parent = ''): OutSegment[] {
    return loops.flatMap((loop) => this.#loop(loop, parent));
  }

  #loop({ id, roles, level, loops }: OutLoop, parent: string): OutSegment[] {
    let own = parent;
    const segments: OutSegment[] = [];
    if (level !== undefined) {
      own = String(++this.#levels);
      const deeper = loops.some((one) => one.level !== undefined) ? '1' : '0';
      segments.push(outSegment('HL', own, parent, level, deeper));
    }
    const map = this.#maps[id];
    this.#said = new Set();
    // What belongs to the whole transaction and is written after its loops (PLB).
    const tail: OutSegment[] = [];
    const spoken = new Set<string>();
    for (const spec of map?.specs ?? []) {
      const role = spec.on ?? map?.role ?? '';
      if (spec.readOnly || (spec.instead && spoken.has(`${spec.tag} ${role}`))) continue;
      const made = this.#spec(spec, role, roles);
      if (made.length > 0) spoken.add(`${spec.tag} ${role}`);
      (spec.last ? tail : segments).push(...made);
    }
    inOrder(segments);
    return [...segments, ...this.loops(loops, own), ...tail];
  }

  #spec(spec: Spec, role: string, roles: Roles): OutSegment[] {
    const place = roles.get(role);
    if (spec.types !== undefined && !spec.types.includes(String(place?.resource['resourceType']))) return [];
    const lists = listsOf(spec, role);
    const alone = lists.length === 1 && isList(spec) ? lists[0] : undefined;
    if (alone === undefined) {
      const items = new Map<string, Item>();
      for (const list of lists) {
        const found = this.#items(spec, list, roles).find((item) => this.#fits(spec, role, roles, list, item));
        if (found !== undefined) items.set(list.key, found);
      }
      const part = this.#part(spec, role, roles, items);
      if (part === undefined) return [];
      for (const { node } of items.values()) this.#said.add(node);
      return pack(spec, [part]);
    }
    const parts: Map<string, OutText>[] = [];
    const orders: number[] = [];
    for (const item of this.#items(spec, alone, roles)) {
      const part = this.#fits(spec, role, roles, alone, item) ? this.#part(spec, role, roles, new Map([[alone.key, item]])) : undefined;
      if (part === undefined) continue;
      this.#said.add(item.node);
      parts.push(part);
      orders.push(item.index);
    }
    return pack(spec, parts, orders);
  }

  /** Whether an item is what this spec makes: its fixed values stand there, and something can be said of the rest. */
  #fits(spec: Spec, role: string, roles: Roles, list: ListOf, { node }: Item): boolean {
    if (this.#said.has(node)) return false;
    const fixed = Object.entries(spec.fixed ?? {}).every(([to, value]) => {
      const target = targetOf(to);
      return keyOf(target, role) !== list.key || sameJson(getAt(node, target.path), value);
    });
    const needed = spec.rows.every(([at, to, codec = plain]) => {
      const target = targetOf(to);
      if (spec.itemNeeds?.includes(at) !== true || keyOf(target, role) !== list.key) return true;
      const value = getAt(node, target.path);
      return value !== undefined && (codec.write(value, this.#context) ?? '') !== '';
    });
    return (
      fixed &&
      needed &&
      spec.rows.some(([, to, codec = plain]) => {
        const target = targetOf(to);
        if (keyOf(target, role) !== list.key || codec.implied || !roles.has(target.role ?? role)) return false;
        const value = getAt(node, target.path);
        return value !== undefined && (codec.write(value, this.#context) ?? '') !== '';
      })
    );
  }

  /** Items of a list that may be this spec's, in their order. */
  #items(spec: Spec, { role, list }: ListOf, roles: Roles): Item[] {
    const holder = roles.get(role);
    if (holder === undefined) return [];
    const path = join(holder.base, list);
    const all = getAt(holder.resource, path);
    if (!Array.isArray(all)) return [];
    const line = spec.via === undefined ? undefined : roles.get(spec.via[0]);
    const wanted = line === undefined ? undefined : getAt(line.resource, join(line.base, spec.via![1]));
    const linked = spec.via === undefined ? linkedIn(holder.resource, list) : undefined;
    return all.flatMap((node, index) => {
      if (!isNode(node)) return [];
      const sequence = node['sequence'] ?? null;
      if (spec.via !== undefined && !(Array.isArray(wanted) && wanted.includes(sequence))) return [];
      if (linked?.has(sequence)) return [];
      return [{ node, index, at: `${path}[${index}]` }];
    });
  }

  #part(spec: Spec, role: string, roles: Roles, items: ReadonlyMap<string, Item>): Map<string, OutText> | undefined {
    const texts = new Map<string, OutText>();
    let said = false;
    const own = roles.get(role);
    for (const [to, value] of Object.entries(spec.fixed ?? {})) {
      const { list, path } = targetOf(to);
      if (list === undefined && own !== undefined && !sameJson(getAt(own.resource, join(own.base, path)), value)) return undefined;
    }
    for (const [at, to, codec = plain] of spec.rows) {
      const target = targetOf(to);
      const place = roles.get(target.role ?? role);
      const item = items.get(keyOf(target, role));
      if (place === undefined || (target.list !== undefined && item === undefined) || texts.has(at)) continue;
      const path = item === undefined ? join(place.base, target.path) : target.path;
      const value = getAt(item?.node ?? place.resource, path);
      if (value === undefined) continue;
      const text = codec.write(value, this.#context);
      if (text === undefined || text === '') continue;
      texts.set(at, { text, of: `${place.ref}#${item === undefined ? path : join(item.at, path)}` });
      if (!codec.implied) said = true;
    }
    for (const [at, text, where] of spec.otherwise ?? []) {
      if ((where === '' || texts.has(where)) && !texts.has(at)) texts.set(at, { text, of: '' });
    }
    if (!said && !(spec.written && own !== undefined)) return undefined;
    if (spec.needs?.some((at) => !texts.has(at))) return undefined;
    for (const [at, values] of Object.entries(spec.when ?? {})) {
      const allowed = values.split(',');
      const there = texts.get(at);
      if (there === undefined) texts.set(at, { text: allowed[0]!, of: '' });
      else if (!allowed.includes(there.text)) return undefined;
    }
    return texts;
  }
}

interface OutText {
  text: string;
  of: string;
}

interface Item {
  node: Node;
  /** Path in its resource. */
  at: string;
  index: number;
}

interface ListOf {
  key: string;
  role: string;
  list: string;
}

const keyOf = (target: Target, role: string): string =>
  target.list === undefined ? '' : `${target.role ?? role}:${target.list}:${target.label}`;

/** Lists that a spec takes items of, each once. */
function listsOf(spec: Spec, role: string): ListOf[] {
  const found = new Map<string, ListOf>();
  for (const [, to] of spec.rows) {
    const target = targetOf(to);
    if (target.list !== undefined)
      found.set(keyOf(target, role), { key: keyOf(target, role), role: target.role ?? role, list: target.list });
  }
  return [...found.values()];
}

/** Whether each item of the list is a segment or part of its own: nothing else is said beside it. */
const isList = (spec: Spec): boolean =>
  spec.rows.every(([at, to]) => targetOf(to).list !== undefined || (spec.each !== undefined && !addressOf(at).relative));

/** Sequences of the items of a list that belong to single lines of the claim. */
function linkedIn(resource: Node, list: string): Set<Json> | undefined {
  const by = { supportingInfo: 'informationSequence', careTeam: 'careTeamSequence' }[list];
  const lines = resource['item'];
  if (by === undefined || !Array.isArray(lines)) return undefined;
  return new Set(lines.flatMap((line) => (isNode(line) && Array.isArray(line[by]) ? line[by] : [])));
}

/** Parts into segments: one each, or as many as a segment has room for where their shared elements are the same. */
function pack({ tag, each }: Spec, parts: readonly Map<string, OutText>[], orders: readonly number[] = []): OutSegment[] {
  const segments: OutSegment[] = [];
  let shared = '';
  let used = 0;
  for (const [index, part] of parts.entries()) {
    const common = [...part]
      .filter(([at]) => !at.startsWith('+'))
      .map(([at, { text }]) => `${at} ${text}`)
      .join('\n');
    const order = orders[index];
    const follows = order === undefined || order === (orders[index - 1] ?? -1) + 1;
    if (each === undefined || segments.length === 0 || common !== shared || used === each[2] || !follows) {
      segments.push({ tag, elements: [], of: [], ...(order === undefined ? {} : { order }) });
      used = 0;
    }
    shared = common;
    const segment = segments.at(-1)!;
    const offset = each === undefined ? 0 : each[0] + used * each[1];
    for (const [at, { text, of }] of part) {
      const { element, component, relative } = addressOf(at);
      put(segment, relative ? element + offset : element, component, text, of);
    }
    used++;
  }
  return segments;
}

/** Neighbours with one tag follow the order of the list that they are of, whichever kinds of item they are. */
function inOrder(segments: OutSegment[]): void {
  for (let from = 0; from < segments.length; ) {
    let to = from;
    while (
      to < segments.length &&
      segments[to]!.tag === segments[from]!.tag &&
      listOfSegment(segments[to]!) === listOfSegment(segments[from]!)
    )
      to++;
    segments.splice(from, to - from, ...segments.slice(from, to).sort((a, b) => (a.order ?? 0) - (b.order ?? 0)));
    from = to;
  }
}

const listOfSegment = ({ of, order }: OutSegment): string | undefined => (order === undefined ? undefined : of[0]?.replace(/\[.*$/, ''));

function put(segment: OutSegment, element: number, component: number, text: string, of: string): void {
  while (segment.elements.length < element) segment.elements.push(['']);
  const components = segment.elements[element - 1]!;
  while (components.length < component) components.push('');
  components[component - 1] = text;
  if (of !== '') segment.of.push(of);
}
