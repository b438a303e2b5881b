// One message while it is told in FHIR: the resources that it speaks of, each once, whoever names it; and what was not understood.
import type { Resource, ResourceType } from '../../../fhir/generated/types.ts';
import type { Problem } from '../../../fhir/result.ts';
import { namedUuid } from '../../../methods/named-uuid.ts';
import type { Instruction, Said, TranslationContext } from '../../contract.ts';
import { elementPath } from './element-path.ts';
import type { Leaf } from './part.ts';
import { type JsonObject, Place } from './place.ts';

/** A resource of the story. `how` and `byIdentifier` as in `Said`; a resource that is spoken of stops being only referred to. */
export class Thing {
  readonly type: ResourceType;
  readonly id: string;
  readonly resource: JsonObject;
  readonly place: Place;
  bounded = false;
  /** `Type/id` */
  readonly name: string;
  how: Said['how'];
  byIdentifier: boolean;
  keys: string[] | undefined;
  // Most things have neither.
  #removes: Set<string> | undefined;
  #presumes: Set<string> | undefined;
  /** Something else of the message leads here: it is there even where nothing more is said of it. */
  stands = false;

  constructor(type: ResourceType, id: string, how: Said['how'], byIdentifier: boolean) {
    this.type = type;
    this.id = id;
    this.name = `${type}/${id}`;
    this.how = how;
    this.byIdentifier = byIdentifier;
    this.resource = { resourceType: type, id };
    this.place = Place.of(this, this.resource);
  }
  get removes(): Set<string> {
    this.#removes ??= new Set();
    return this.#removes;
  }
  get presumes(): Set<string> {
    this.#presumes ??= new Set();
    return this.#presumes;
  }
  /** Says what no leaf says; what stands there already stays. */
  imply(path: string, value: unknown): this {
    this.place.imply(elementPath(path), '', value);
    return this;
  }
  /** Says that the element is this other resource. */
  point(path: string, other: Thing | undefined): this {
    if (other === undefined) return this;
    other.stands = true;
    return this.imply(`${path}.reference`, other.name);
  }
  /** As `imply`, of an element that FHIR demands and the message does not say: in the record it stands only where nothing does. */
  presume(path: string, value: unknown): this {
    const [first] = elementPath(path);
    if (first === undefined || (this.resource[first.name] !== undefined && !this.presumes.has(first.name))) return this;
    this.presumes.add(first.name);
    return this.imply(path, value);
  }
  /** Whether anything was said of it beyond that it is. */
  get speaks(): boolean {
    for (const key in this.resource) if (key !== 'resourceType' && key !== 'id') return true;
    return this.stands || (this.#removes?.size ?? 0) > 0;
  }
}

/** A resource is as much as the most that is said of it. */
const weight = { envelope: 0, refer: 1, merge: 2, whole: 3 } as const;

export class Story {
  readonly context: TranslationContext;
  readonly notes: Problem[] = [];
  readonly instructions: Instruction[] = [];
  readonly #things: Thing[] = [];
  readonly #byKey = new Map<string, Thing>();
  readonly #byName = new Map<string, Thing>();
  /** Resources that a message on its way out may refer to. */
  readonly #known: ReadonlyMap<string, Resource>;

  constructor(context: TranslationContext, known: ReadonlyMap<string, Resource> = new Map()) {
    this.context = context;
    this.#known = known;
  }

  /** The resource of this type that the sender means by this key; the same key is the same resource. */
  thing(type: ResourceType, key: readonly string[], how: Said['how'] = 'merge', byIdentifier = false): Thing {
    const text = `${type}\u0000${key.join('\u0000')}`;
    const known = this.#byKey.get(text);
    if (known !== undefined) {
      if (weight[known.how] < weight[how]) known.how = how;
      return known;
    }
    const thing = new Thing(type, namedUuid(this.context.sender, type, ...key), how, byIdentifier);
    this.#byKey.set(text, thing);
    this.#byName.set(thing.name, thing);
    this.#things.push(thing);
    return thing;
  }

  /** As `thing`, where it was spoken of already. */
  known(type: ResourceType, key: readonly string[]): Thing | undefined {
    return this.#byKey.get(`${type}\u0000${key.join('\u0000')}`);
  }

  /** `system|value` as a key; what has no system is known within its sender, and where it says so within something smaller. */
  key(text: string, within = ''): string {
    const scope = within === '' ? '' : `:${within}`;
    return text.startsWith('|') ? `urn:sender:${encodeURIComponent(this.context.sender)}${scope}${text}` : text;
  }

  /** By `Type/id`. */
  named(name: string | undefined): Thing | undefined {
    return name === undefined ? undefined : this.#byName.get(name);
  }

  /** In the order in which they were first named. */
  get things(): readonly Thing[] {
    return this.#things;
  }

  resolve(reference: unknown): Resource | undefined {
    return typeof reference === 'string' ? this.#known.get(reference) : undefined;
  }

  /** What a leaf says could not be understood: it stays in the ledger, with the reason. */
  puzzled(leaf: Leaf, why: string): void {
    leaf.why ??= why;
    this.notes.push({ kind: 'invalid', message: why, where: leaf.path });
  }
}
