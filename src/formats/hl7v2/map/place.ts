// Where a mapping writes: an element of a resource that comes into being when something is said there, and not before. An item of
// which nothing is said leaves no empty object.

import { keyOf, type Step } from './element-path.ts';
import type { Leaf } from './part.ts';

export type JsonObject = Record<string, unknown>;
/** The way back of one leaf: from the element's value to its text. Undefined: this value cannot stand there. */
export type Write = (value: unknown) => string | undefined;

/** What all places of one resource share. */
export interface Owner {
  /** `Type/id` */
  name: string;
  /** Elements that the message asks to delete. */
  readonly removes: Set<string>;
  /** Something was said that may lie on the wrong side of something else: the end of a period, the upper end of a range (mend.ts). */
  bounded: boolean;
}

interface Made {
  object: JsonObject;
  path: string;
}

/** A message has hundreds of places and most stay leaves of the tree: what only some of them need is made when it is needed. */
export class Place {
  readonly #owner: Owner;
  #made: Made | undefined;
  #children: Place[] | undefined;
  /** Where they are too many to be looked through. */
  #byKey: Map<string, Place> | undefined;
  /** Where runs put their items of lists of values. */
  #pushed: Map<string, number> | undefined;

  readonly #parent: Place | undefined;
  readonly #step: Step | undefined;
  /** What tells it apart among those of its parent: the element, and of what is fresh the run. */
  readonly #key: string;
  readonly #run: string | undefined;

  private constructor(owner: Owner, parent?: Place, step?: Step, key = '', run?: string) {
    this.#owner = owner;
    this.#parent = parent;
    this.#step = step;
    this.#key = key;
    this.#run = run;
  }

  /** The resource itself. */
  static of(owner: Owner, resource: JsonObject): Place {
    const place = new Place(owner);
    place.#made = { object: resource, path: '' };
    return place;
  }

  get owner(): Owner {
    return this.#owner;
  }

  /** Says what no leaf says: a use, a code that the field implies. What stands there already stays. */
  imply(steps: readonly Step[], run: string, value: unknown): void {
    const last = steps.at(-1);
    if (last === undefined || unsayable(value) || (typeof value === 'string' && value.trim() === '')) return;
    if (last.name === 'code' && typeof value === 'string' && !/^\S+( \S+)*$/.test(value)) return;
    const { object } = this.walk(steps, run, steps.length - 1).#here();
    if (last.item === undefined) object[last.name] ??= value;
    else {
      const list = listOf(object, last.name);
      if (!list.includes(value)) list.push(value);
    }
  }

  /** Whether it is there or may come into being. */
  #free(): boolean {
    if (this.#made !== undefined || this.#parent === undefined) return true;
    return this.#parent.#free() && !chosenOtherwise(this.#parent.#made?.object, this.#step?.name ?? '');
  }

  #here(): Made {
    this.#made ??= this.#make();
    return this.#made;
  }

  #make(): Made {
    if (this.#parent === undefined || this.#step === undefined) throw new Error('a place that is no resource stands below one');
    const parent = this.#parent.#here();
    const { name, item } = this.#step;
    const path = parent.path === '' ? name : `${parent.path}.${name}`;
    if (item === undefined) {
      const there = parent.object[name];
      const object = isObject(there) ? there : {};
      parent.object[name] = object;
      return { object, path };
    }
    const list = listOf(parent.object, name);
    const object: JsonObject = 'url' in item ? { url: item.url } : {};
    list.push(object);
    return { object, path: `${path}[${list.length - 1}]` };
  }

  get exists(): boolean {
    return this.#made !== undefined;
  }

  /** The element as it stands, to look at; undefined where nothing was said yet. */
  get value(): JsonObject | undefined {
    return this.#made?.object;
  }

  /** Path within the resource, as far as there is one. */
  get path(): string {
    return this.#made?.path ?? '';
  }

  /** A place below. `run` names this run of a row: what is fresh is one item for each run. */
  child(step: Step, run: string): Place {
    const { name, item } = step;
    const fresh = item !== undefined && 'fresh' in item ? run : undefined;
    const key = item === undefined || fresh !== undefined ? name : (step.key ?? keyOf(step));
    const known = this.#childOf(key, fresh);
    if (known !== undefined) return known;
    const place = new Place(this.#owner, this, step, key, fresh);
    this.#children ??= [];
    this.#children.push(place);
    if (this.#byKey !== undefined) this.#byKey.set(joined(key, fresh), place);
    else if (this.#children.length > fewChildren)
      this.#byKey = new Map(this.#children.map((child) => [joined(child.#key, child.#run), child]));
    return place;
  }

  #childOf(key: string, run: string | undefined): Place | undefined {
    if (this.#byKey !== undefined) return this.#byKey.get(joined(key, run));
    if (this.#children !== undefined) for (const child of this.#children) if (child.#key === key && child.#run === run) return child;
    return undefined;
  }

  /** The place below that is this very object. */
  holding(object: unknown): Place | undefined {
    return this.#children?.find((child) => child.#made?.object === object);
  }

  walk(steps: readonly Step[], run: string, end = steps.length, at = 0): Place {
    const step = at < end ? steps[at] : undefined;
    return step === undefined ? this : this.child(step, run).walk(steps, run, end, at + 1);
  }

  /**
   * Says a value that these leaves give, each with its way back. What stands there already and says otherwise is not replaced: then
   * nothing is said, and the answer is false. Of a list every run says one item; the same run again means the same item.
   */
  set(step: Step, value: unknown, leaves: readonly (readonly [Leaf, Write])[], run = ''): boolean {
    if (unsayable(value) || (step.name === 'code' && typeof value === 'string' && !/^\S+( \S+)*$/.test(value))) return false;
    if (!this.#free() || chosenOtherwise(this.#made?.object, step.name)) return false;
    const { object, path } = this.#here();
    let element = path === '' ? step.name : `${path}.${step.name}`;
    if (step.item !== undefined) {
      const list = listOf(object, step.name);
      const key = `${step.name} ${'label' in step.item ? step.item.label : run}`;
      this.#pushed ??= new Map();
      const before = this.#pushed.get(key);
      if (before !== undefined && !same(list[before], value)) return false;
      const index = before ?? list.push(value) - 1;
      this.#pushed.set(key, index);
      element += `[${index}]`;
    } else {
      const there = object[step.name];
      if (there !== undefined && !same(there, value)) return false;
      object[step.name] = value;
    }
    this.claim(element, leaves);
    return true;
  }

  /** Says of leaves that an element of this resource holds them. */
  claim(element: string, leaves: readonly (readonly [Leaf, Write])[]): void {
    if (leaves.length === 0) return;
    if (element.endsWith('end') || element.endsWith('Range.high.value')) this.#owner.bounded = true;
    const said = `${this.#owner.name}#${element}`;
    for (const [leaf, write] of leaves) leaf.said.push({ element: said, write });
  }

  /** Where an element below stands, as text. */
  elementAt(name: string): string {
    const { path } = this.#here();
    return path === '' ? name : `${path}.${name}`;
  }
}

/** Most places have less than five below them: they are looked through faster than a text is made to look them up by. */
const fewChildren = 16;

const joined = (key: string, run: string | undefined): string => (run === undefined ? key : `${key} ${run}`);

export const isObject = (value: unknown): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value);

const choice =
  /^_?([a-z]\w*?)(Quantity|Range|Ratio|Period|Duration|DateTime|Date|Time|Timing|String|Boolean|Integer|CodeableConcept|Reference|SampledData|Age|Address|Attachment|Decimal)$/;

const bases = new Map<string, string | undefined>();

/** `value` of `valueString`; undefined where no type ends the name. Names are those of FHIR, so they are few. */
function baseOf(name: string): string | undefined {
  const known = bases.get(name);
  if (known !== undefined || bases.has(name)) return known;
  const base = choice.exec(name)?.[1];
  bases.set(name, base);
  return base;
}

/** Of an element with a choice of types one may stand (http://hl7.org/fhir/R4/formats.html#choice). */
function chosenOtherwise(object: JsonObject | undefined, name: string): boolean {
  // What stands beside a primitive is of the primitive: `_birthDate` of `birthDate`.
  const own = name.startsWith('_') ? name.slice(1) : name;
  if (object === undefined || object[own] !== undefined) return false;
  const base = baseOf(own);
  if (base === undefined || object[`_${own}`] !== undefined) return false;
  for (const other in object) if (baseOf(other) === base) return true;
  return false;
}

function listOf(object: JsonObject, name: string): unknown[] {
  const there = object[name];
  if (Array.isArray(there)) return there;
  const list: unknown[] = [];
  object[name] = list;
  return list;
}

const control = /[^\P{Cc}\t\n\r]/u;

/** Control characters but tab and line ends may stand in a message and in no FHIR string: what holds one is kept in the ledger. */
export function unsayable(value: unknown): boolean {
  return typeof value === 'string' && control.test(value);
}

const same = (one: unknown, other: unknown): boolean => one === other || String(one) === String(other);
