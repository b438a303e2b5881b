// A resource that is being made, and which leaf said which of its elements: the ledger is read off that afterwards.

import { type Json, writeJson } from '../../../fhir/json.ts';
import { sameJson } from '../../../fhir/json-equal.ts';
import { namedUuid } from '../../../methods/named-uuid.ts';
import type { Leaf } from '../tree/tree.ts';

export type Members = { [name: string]: Json };
export type Key = string | number;

/** What the leaf says where its element now says `now` (absent: it is gone); undefined where no leaf can say that. `was`: the leaf's value. */
export type Back = (now: Json | undefined, was: string) => string | undefined;

export interface Saying {
  leaf: Leaf;
  keys: readonly Key[];
  back: Back;
}

/** Texts and numbers go back as they are; what is gone leaves nothing. */
export const asIs: Back = (now) =>
  now === undefined ? '' : typeof now === 'object' && now !== null && !('text' in now) ? undefined : String(now);

/** The leaf says it and cannot be written from it. */
export const oneWay: Back = () => undefined;

export class Draft {
  readonly type: string;
  readonly id: string;
  readonly body: Members;
  readonly sayings: Saying[] = [];
  /** Items of lists that others were taken into, by what they say. */
  readonly #indexes = new Map<string, Map<string, number>>();
  how: 'merge' | 'whole' | 'refer' = 'merge';

  constructor(type: string, ...name: string[]) {
    this.type = type;
    this.id = namedUuid(...name, type);
    this.body = { resourceType: type, id: this.id };
  }

  get reference(): string {
    return `${this.type}/${this.id}`;
  }

  /** The place of a path such as `code.coding[].code`; `[]` is the next free one of a list. */
  at(path: string): Place {
    return new Place(this, []).at(path);
  }

  /** Whether the other says something else of an element that has one value. */
  contradicts(other: Draft): boolean {
    return Object.entries(other.body).some(([name, value]) => {
      const own = this.body[name];
      return name !== 'id' && own !== undefined && !Array.isArray(value) && !sameJson(own, value);
    });
  }

  /** Takes over what another draft of the same thing says. What contradicts stays out, and its leaves without a home. */
  take(other: Draft): void {
    const moved = new Map<string, Key | undefined>();
    for (const [name, value] of Object.entries(other.body)) {
      if (name === 'resourceType' || name === 'id') continue;
      const own = this.body[name];
      if (Array.isArray(value)) {
        const list = Array.isArray(own) ? own : [];
        if (own === undefined) this.body[name] = list;
        for (const [i, item] of value.entries()) {
          moved.set(`${name}[${i}]`, this.#placeIn(name, list, item));
        }
      } else if (own === undefined) this.body[name] = value;
      else if (!sameJson(own, value)) moved.set(name, undefined);
    }
    for (const { leaf, keys, back } of other.sayings) {
      const [name, index, ...rest] = keys;
      if (moved.has(String(name))) continue;
      const now = moved.get(`${String(name)}[${String(index)}]`);
      this.sayings.push({ leaf, keys: now === undefined ? keys : [name!, now, ...rest], back });
    }
  }

  /** Where the list has this item; it is added where it has not. */
  #placeIn(name: string, list: Json[], item: Json): number {
    let index = this.#indexes.get(name);
    if (index === undefined || index.size > list.length) {
      index = new Map(list.map((one, i) => [writeJson(one), i] as const).reverse());
      this.#indexes.set(name, index);
    }
    const key = writeJson(item);
    const known = index.get(key);
    if (known !== undefined && sameJson(list[known], item)) return known;
    const place = list.push(item) - 1;
    index.set(key, place);
    return place;
  }

  /** Takes an element out again; what said it has no home then. */
  drop(keys: readonly Key[]): void {
    this.#indexes.delete(String(keys[0]));
    const holder = valueAt(this.body, keys.slice(0, -1));
    const last = keys.at(-1);
    if (Array.isArray(holder) && typeof last === 'number') holder.splice(last, 1);
    else if (isMembers(holder) && last !== undefined) delete holder[String(last)];
    const kept = this.sayings.filter((saying) => !keys.every((key, i) => saying.keys[i] === key));
    this.sayings.length = 0;
    for (const saying of kept) {
      const shifted = [...saying.keys];
      const index = shifted[keys.length - 1];
      if (typeof last === 'number' && typeof index === 'number' && index > last && keys.slice(0, -1).every((key, i) => shifted[i] === key))
        shifted[keys.length - 1] = index - 1;
      this.sayings.push({ ...saying, keys: shifted });
    }
    if (holder !== this.body && keys.length > 1 && isEmpty(holder)) this.drop(keys.slice(0, -1));
  }
}

const isEmpty = (value: Json | undefined): boolean =>
  Array.isArray(value) ? value.length === 0 : isMembers(value) && Object.keys(value).length === 0;

/** Somewhere in a draft. Lists and objects on the way to it are made when something is put there. */
export class Place {
  readonly draft: Draft;
  readonly keys: readonly Key[];

  constructor(draft: Draft, keys: readonly Key[]) {
    this.draft = draft;
    this.keys = keys;
  }

  at(path: string): Place {
    if (path === '') return this;
    const keys = [...this.keys];
    for (const part of path.split('.')) {
      const open = part.indexOf('[');
      if (open < 0) keys.push(part);
      else {
        keys.push(part.slice(0, open));
        const index = part.slice(open + 1, -1);
        keys.push(index === '' ? lengthAt(this.draft.body, keys) : Number(index));
      }
    }
    return new Place(this.draft, keys);
  }

  get value(): Json | undefined {
    return valueAt(this.draft.body, this.keys);
  }

  set(value: Json): void {
    let holder: Members | Json[] = this.draft.body;
    for (const [i, key] of this.keys.entries()) {
      const last = i === this.keys.length - 1;
      const there: Json | undefined = Array.isArray(holder) ? holder[Number(key)] : holder[key];
      if (!last && typeof there === 'object' && there !== null) {
        holder = there as Members | Json[];
        continue;
      }
      const next: Json = last ? value : typeof this.keys[i + 1] === 'number' ? [] : {};
      if (Array.isArray(holder)) holder[Number(key)] = next;
      else holder[key] = next;
      holder = next as Members | Json[];
    }
  }

  /** Where nothing is said yet. */
  setIfFree(value: Json): void {
    if (this.value === undefined) this.set(value);
  }

  /**
   * The leaf says this. Where the element says something else already, the first one counts and the leaf has no home: false.
   */
  say(leaf: Leaf | undefined, value: Json, back: Back = asIs): boolean {
    const there = this.value;
    if (there === undefined) this.set(value);
    else if (!sameJson(there, value)) return false;
    if (leaf !== undefined) this.draft.sayings.push({ leaf, keys: this.keys, back });
    return true;
  }

  /** The leaf is part of what the element says already. */
  also(leaf: Leaf | undefined, back: Back = oneWay): void {
    if (leaf !== undefined && this.value !== undefined) this.draft.sayings.push({ leaf, keys: this.keys, back });
  }
}

export const isMembers = (value: Json | undefined): value is Members =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;

export function valueAt(body: Json, keys: readonly Key[]): Json | undefined {
  let value: Json | undefined = body;
  for (const key of keys) {
    if (Array.isArray(value)) value = value[Number(key)];
    else if (isMembers(value)) value = value[key];
    else return undefined;
  }
  return value;
}

function lengthAt(body: Json, keys: readonly Key[]): number {
  const list = valueAt(body, keys);
  return Array.isArray(list) ? list.length : 0;
}

/** As the ledger writes it: `code.coding[0].code`. */
export const pathText = (keys: readonly Key[]): string =>
  keys.map((key, i) => (typeof key === 'number' ? `[${key}]` : i === 0 ? key : `.${key}`)).join('');
