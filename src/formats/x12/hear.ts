// The row engine from X12 to FHIR: lays the rows of a loop over its segments, sets the elements, and remembers which leaf said which
// element. What no row takes stays unsaid here; the ledger then says that it was kept.
import type { Json } from '../../fhir/json.ts';
import { addressOf, targetOf } from './address.ts';
import { type CodecContext, text } from './codec.ts';
import { type Heard, join, type Place, type Roles } from './heard.ts';
import type { Leaf } from './leaves.ts';
import { copyOf, getAt, type Node, setAt } from './node.ts';
import type { Row, Spec } from './spec.ts';

interface Part {
  leaves: ReadonlyMap<number, Leaf>;
  offset: number;
  repeats: number;
  repetition: number;
}

const keyOf = (element: number, repetition: number, component: number): number => (element * 10_000 + repetition) * 10_000 + component;

function leafAt(part: Part, at: string): Leaf | undefined {
  const { element, component, relative } = addressOf(at);
  const absolute = relative ? element + part.offset : element;
  return part.leaves.get(keyOf(absolute, absolute === part.repeats ? part.repetition : 1, component));
}

/** Hears one segment by the first spec that fits each of its parts. */
export function hearSegment(
  leaves: readonly Leaf[],
  specs: readonly Spec[],
  role: string | undefined,
  roles: Roles,
  heard: Heard,
  context: CodecContext,
): void {
  const shape = specs[0];
  if (shape === undefined) return;
  const byPlace = new Map(leaves.map((leaf) => [keyOf(leaf.element, leaf.repetition, leaf.component), leaf] as const));
  for (const part of partsOf(leaves, byPlace, shape)) {
    const spec = specs.find((one) => (one.on === undefined || roles.has(one.on)) && fits(one, part, roles.get(one.on ?? role ?? '')));
    if (spec !== undefined) hearPart(part, spec, role, roles, heard, context);
  }
}

function partsOf(leaves: readonly Leaf[], byPlace: ReadonlyMap<number, Leaf>, { each, repeats }: Spec): Part[] {
  const last = leaves.at(-1)?.element ?? 0;
  const base = { leaves: byPlace, offset: 0, repeats: repeats ?? 0, repetition: 1 };
  if (each !== undefined) {
    const [from, step, max] = each;
    const count = Math.min(max, Math.ceil((last - from + 1) / step));
    return Array.from({ length: Math.max(0, count) }, (_, k) => ({ ...base, offset: from + k * step })).filter(({ offset }) =>
      leaves.some(({ element }) => element >= offset && element < offset + step),
    );
  }
  if (repeats === undefined) return [base];
  const count = leaves.reduce((most, { element, repetition }) => (element === repeats ? Math.max(most, repetition) : most), 1);
  return Array.from({ length: count }, (_, k) => ({ ...base, repetition: k + 1 }));
}

function fits({ when, unless, needs, types, unlessSaid }: Spec, part: Part, place: Place | undefined): boolean {
  if (types !== undefined && !types.includes(String(place?.resource['resourceType']))) return false;
  if (unlessSaid?.some((path) => place !== undefined && getAt(place.resource, join(place.base, path)) !== undefined)) return false;
  if (needs?.some((at) => leafAt(part, at) === undefined)) return false;
  if (unless?.some((at) => leafAt(part, at) !== undefined)) return false;
  return (
    when === undefined || Object.entries(when).every(([at, values]) => values.split(',').includes(leafAt(part, at)?.text.trim() ?? ''))
  );
}

interface Reading {
  row: Row;
  leaf: Leaf;
}

function hearPart(part: Part, spec: Spec, role: string | undefined, roles: Roles, heard: Heard, context: CodecContext): void {
  const readings: Reading[] = [];
  for (const row of spec.rows) {
    const leaf = leafAt(part, row[0]);
    if (leaf !== undefined) readings.push({ row, leaf });
  }
  const missing = spec.needs?.some((at) => {
    const reading = readings.find(({ row }) => row[0] === at);
    return reading === undefined || (reading.row[2] ?? text).read(reading.leaf.text, context) === undefined;
  });
  if (missing === true) {
    for (const { leaf } of readings) heard.why.set(leaf, 'What it belongs to is incomplete');
    return;
  }
  const items = new Map<string, { place: Place; node: Node; list: string; taken: (() => void)[] }>();
  const understood = new Set<string>();
  let said = false;
  for (const { row, leaf } of readings) {
    const [at, to, codec = text, after] = row;
    if (after !== undefined && !understood.has(after)) {
      heard.why.set(leaf, 'What it is was not understood');
      continue;
    }
    const { role: of = spec.on ?? role ?? '', list, label, path } = targetOf(to);
    const place = roles.get(of);
    if (place === undefined) {
      heard.why.set(leaf, 'There is nothing here that it could be said of');
      continue;
    }
    let item = list === undefined ? undefined : items.get(`${of}:${list}:${label}`);
    if (list !== undefined && item === undefined) {
      item = { place, node: fixedOf(spec, of, list, label), list, taken: [] };
      items.set(`${of}:${list}:${label}`, item);
    }
    const node = item?.node ?? place.resource;
    const whole = item === undefined ? join(place.base, path) : path;
    const there = getAt(node, whole);
    const value = codec.read(leaf.text, context, there);
    if (value === undefined) {
      if (!codec.implied) heard.why.set(leaf, 'Its text is not of the form that it should have');
      continue;
    }
    if (!codec.implied && !(codec.amends && amend(node, whole, value)) && !setAt(node, whole, value)) {
      heard.why.set(leaf, 'Something else has been said of the same thing before');
      continue;
    }
    understood.add(at);
    said ||= !codec.implied;
    if (item === undefined) heard.bind(leaf, place, path, codec, value);
    else item.taken.push(() => heard.bind(leaf, item.place, path, codec, value));
  }
  for (const item of items.values()) {
    if (item.taken.length === 0) continue;
    item.place = heard.push(item.place, item.list, item.node);
    for (const bind of item.taken) bind();
    const sequence = getAt(item.place.resource, `${item.place.base}.sequence`);
    const line = spec.via === undefined ? undefined : roles.get(spec.via[0]);
    if (line !== undefined && sequence !== undefined) link(line, spec.via![1], sequence);
  }
  const own = roles.get(spec.on ?? role ?? '');
  if (!said && !(spec.written === true && own !== undefined)) return;
  for (const [to, value] of Object.entries(spec.fixed ?? {})) {
    const { role: of = spec.on ?? role ?? '', list, path } = targetOf(to);
    const place = roles.get(of);
    if (list === undefined && place !== undefined) setAt(place.resource, join(place.base, path), value);
  }
  for (const at of Object.keys(spec.when ?? {})) {
    const leaf = leafAt(part, at);
    if (leaf === undefined || heard.bindings.has(leaf)) continue;
    // What would be written without it is implied; another of the values says something that FHIR has no word for.
    if (spec.when![at]!.split(',')[0] === leaf.text.trim()) heard.structural.add(leaf);
    else heard.why.set(leaf, 'FHIR has no word for it');
  }
}

/** The values that an item of this list has from the start. */
function fixedOf(spec: Spec, role: string, list: string, label: string): Node {
  const node: Node = {};
  for (const [to, value] of Object.entries(spec.fixed ?? {})) {
    const target = targetOf(to);
    if (target.list === list && target.label === label && (target.role ?? role) === role) setAt(node, target.path, copyOf(value));
  }
  return node;
}

function amend(node: Node, path: string, value: Json): boolean {
  const stem = path.slice(0, Math.max(0, path.lastIndexOf('.')));
  const holder = getAt(node, stem);
  const name = path.slice(stem === '' ? 0 : stem.length + 1);
  if (typeof holder !== 'object' || holder === null || Array.isArray(holder) || !(name in holder)) return false;
  Object.assign(holder, { [name]: value });
  return true;
}

/** Notes on the line that the item with this sequence is about it. */
export function link(line: Place, path: string, sequence: Json): void {
  const list = join(line.base, path);
  const numbers = getAt(line.resource, list);
  if (Array.isArray(numbers)) {
    if (numbers.at(-1) !== sequence) numbers.push(sequence);
  } else setAt(line.resource, list, [sequence]);
}
