// Where a mapping writes: an element of a resource that comes into being when something is said there, and not before. An item of
// which nothing is said leaves no empty object.

import type { Step } from './element-path.ts';
import type { Leaf } from './part.ts';

export type JsonObject = Record<string, unknown>;
/** The way back of one leaf: from the element's value to its text. Undefined: this value cannot stand there. */
export type Write = (value: unknown) => string | undefined;

/** What all places of one resource share. */
export interface Owner {
  /** `Type/id` */
  name: string;
  /** Elements that the message asks to delete. */
  removes: Set<string>;
}

export class Place {
  readonly #owner: Owner;
  readonly #make: () => { object: JsonObject; path: string };
  #made: { object: JsonObject; path: string } | undefined;
  readonly #children = new Map<string, Place>();
  /** Where runs put their items of lists of values. */
  readonly #pushed = new Map<string, number>();

  readonly #parent: Place | undefined;
  readonly #name: string;

  constructor(owner: Owner, make: () => { object: JsonObject; path: string }, parent?: Place, name = '') {
    this.#owner = owner;
    this.#make = make;
    this.#parent = parent;
    this.#name = name;
  }

  /** The resource itself. */
  static of(owner: Owner, resource: JsonObject): Place {
    return new Place(owner, () => ({ object: resource, path: '' }));
  }

  get owner(): Owner {
    return this.#owner;
  }

  /** Says what no leaf says: a use, a code that the field implies. What stands there already stays. */
  imply(steps: readonly Step[], run: string, value: unknown): void {
    const last = steps.at(-1);
    if (last === undefined || unsayable(value) || (typeof value === 'string' && value.trim() === '')) return;
    if (last.name === 'code' && typeof value === 'string' && !/^\S+( \S+)*$/.test(value)) return;
    const { object } = this.walk(steps.slice(0, -1), run).#here();
    if (last.item === undefined) object[last.name] ??= value;
    else {
      const list = listOf(object, last.name);
      if (!list.includes(value)) list.push(value);
    }
  }

  /** Whether it is there or may come into being. */
  #free(): boolean {
    if (this.#made !== undefined || this.#parent === undefined) return true;
    return this.#parent.#free() && !chosenOtherwise(this.#parent.#made?.object, this.#name);
  }

  #here(): { object: JsonObject; path: string } {
    this.#made ??= this.#make();
    return this.#made;
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
    const key =
      item === undefined ? name : 'fresh' in item ? `${name} ${run}` : 'url' in item ? `${name} ${item.url}` : `${name} =${item.label}`;
    const known = this.#children.get(key);
    if (known !== undefined) return known;
    const place = new Place(
      this.#owner,
      () => {
        const parent = this.#here();
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
      },
      this,
      name,
    );
    this.#children.set(key, place);
    return place;
  }

  walk(steps: readonly Step[], run: string): Place {
    return steps.reduce<Place>((place, step) => place.child(step, run), this);
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
    for (const [leaf, write] of leaves) leaf.said.push({ element: `${this.#owner.name}#${element}`, write });
  }

  /** Where an element below stands, as text. */
  elementAt(name: string): string {
    const { path } = this.#here();
    return path === '' ? name : `${path}.${name}`;
  }
}

export const isObject = (value: unknown): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value);

const choice =
  /^_?([a-z]\w*?)(Quantity|Range|Ratio|Period|Duration|DateTime|Date|Time|Timing|String|Boolean|Integer|CodeableConcept|Reference|SampledData|Age|Address|Attachment|Decimal)$/;

const bases = new Map<string, string | undefined>();

/** `value` of `valueString`; undefined where no type ends the name. Names are those of FHIR, so they are few. */
function baseOf(name: string): string | undefined {
  if (bases.has(name)) return bases.get(name);
  const base = choice.exec(name)?.[1];
  bases.set(name, base);
  return base;
}

/** Of an element with a choice of types one may stand (http://hl7.org/fhir/R4/formats.html#choice). */
function chosenOtherwise(object: JsonObject | undefined, name: string): boolean {
  // What stands beside a primitive is of the primitive: `_birthDate` of `birthDate`.
  const own = name.replace(/^_/, '');
  if (object === undefined || object[own] !== undefined || object[`_${own}`] !== undefined) return false;
  const base = baseOf(own);
  if (base === undefined) return false;
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

/** Control characters but tab and line ends may stand in a message and in no FHIR string: what holds one is kept in the ledger. */
const unsayable = (value: unknown): boolean =>
  typeof value === 'string' && /\p{Cc}/u.test(value) && /\p{Cc}/u.test(value.replace(/[\t\n\r]/g, ''));

const same = (one: unknown, other: unknown): boolean => one === other || String(one) === String(other);
