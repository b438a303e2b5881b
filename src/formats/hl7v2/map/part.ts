// A message taken apart for mapping: every populated leaf once, with room for what becomes of it. What the mapping did not use is
// thereby known without anyone having to say it.
import type { Delimiters } from '../tree/delimiters.ts';
import { unescapeText } from '../tree/escape.ts';
import type { Message } from '../tree/message.ts';

/** One leaf of the message and the FHIR elements that say it. */
export interface Leaf {
  /** `PID-3[2].4.1`: as short as it is unambiguous. */
  path: string;
  /** As received. */
  raw: string;
  /** Unescaped. */
  text: string;
  /** `Type/id#element.path`, each with the way back. */
  said: { element: string; write: (value: unknown) => string | undefined }[];
  /** It says how the message is built, and nothing of its own. */
  structural: boolean;
  why?: string;
}

/** HL7's explicit null: delete what stands there (v2.8, chapter 2, section 2.5.3). */
export const isNull = (leaf: Leaf | undefined): boolean => leaf?.raw === '""';

const known = new Map<string, readonly number[]>();

/** `4.1` as numbers. */
export function numbersOf(path: string): readonly number[] {
  let numbers = known.get(path);
  if (numbers === undefined) {
    numbers = path.split('.').map(Number);
    if (known.size < 10_000) known.set(path, numbers);
  }
  return numbers;
}

/** A field's repetition, a component or a subcomponent. */
export class Part {
  readonly parts: readonly (Part | undefined)[];
  readonly #leaf: Leaf | undefined;
  constructor(leaf: Leaf | undefined, parts: readonly (Part | undefined)[]) {
    this.#leaf = leaf;
    this.parts = parts;
  }
  /** Counted from 1. What is not divided is its own first part: a component that grew subcomponents in a later version. */
  at(number: number): Part | undefined {
    if (this.#leaf !== undefined) return number === 1 ? this : undefined;
    return this.parts[number - 1];
  }
  /** `4.1` */
  path(path: string): Part | undefined {
    return this.below(numbersOf(path));
  }
  /** As `path`, of a path that was taken apart. */
  below(path: readonly number[]): Part | undefined {
    return path.length === 1 ? this.at(path[0]!) : path.reduce<Part | undefined>((part, number) => part?.at(number), this);
  }
  /** The leaf itself, or the first of a divided one: what a reader sees who expects one value. */
  get leaf(): Leaf | undefined {
    return this.#leaf ?? this.parts[0]?.leaf;
  }
  get text(): string {
    return this.leaf?.text ?? '';
  }
  /** Text at a path below; empty where nothing is. */
  textAt(path: string): string {
    return this.path(path)?.text ?? '';
  }
  *leaves(): Generator<Leaf> {
    if (this.#leaf !== undefined) yield this.#leaf;
    for (const part of this.parts) if (part !== undefined) yield* part.leaves();
  }
  /** All of it as received, for keys: the same words in another field are the same key. */
  get key(): string {
    if (this.#leaf !== undefined) return this.#leaf.raw;
    const keys = this.parts.map((part) => part?.key ?? '');
    while (keys.length > 1 && keys.at(-1) === '') keys.pop();
    return keys.length === 1 ? (keys[0] ?? '') : `(${keys.join('^')})`;
  }
}

export class SegmentParts {
  readonly name: string;
  /** Counted from 1 among those of its name. */
  readonly occurrence: number;
  readonly #leaves: readonly Leaf[];
  /** Repetitions of fields; [0] is empty. */
  readonly #fields: readonly (readonly (Part | undefined)[])[];
  constructor(name: string, occurrence: number, fields: readonly (readonly (Part | undefined)[])[], leaves: readonly Leaf[]) {
    this.name = name;
    this.occurrence = occurrence;
    this.#leaves = leaves;
    this.#fields = fields;
  }
  /** Populated repetitions. */
  repetitions(field: number): readonly Part[] {
    const parts = this.#fields[field];
    if (parts === undefined || parts.length === 0) return none;
    return parts.every((part) => part !== undefined) ? parts : parts.filter((part) => part !== undefined);
  }
  /** First repetition. */
  field(number: number): Part | undefined {
    return this.#fields[number]?.[0];
  }
  text(field: number, path = '1'): string {
    return this.field(field)?.textAt(path) ?? '';
  }
  /** All populated leaves, in their order. */
  leaves(): readonly Leaf[] {
    return this.#leaves;
  }
}

/** All segments of a message in their order. */
export function takeApart(message: Message): SegmentParts[] {
  const steps = takeApartInSteps(message);
  for (let step = steps.next(); ; step = steps.next()) if (step.done === true) return step.value;
}

/** A step after some segments. */
export function* takeApartInSteps(message: Message): Generator<undefined, SegmentParts[]> {
  const seen = new Map<string, number>();
  const all: SegmentParts[] = [];
  for (const segment of message.segments) {
    const occurrence = (seen.get(segment.name) ?? 0) + 1;
    seen.set(segment.name, occurrence);
    const name = occurrence === 1 ? segment.name : `${segment.name}[${occurrence}]`;
    const header = segment.name === 'MSH' || segment.name === 'FHS' || segment.name === 'BHS';
    const leaves: Leaf[] = [];
    const fields = segment.fields.map((raw, number) => {
      if (number === 0 || raw === '') return nothing;
      const at = `${name}-${number}`;
      if (!header || number > 2) return repetitionsOf(raw, at, message.delimiters, leaves);
      const leaf = { path: at, raw, text: raw, said: [], structural: true };
      leaves.push(leaf);
      return [new Part(leaf, undivided)];
    });
    all.push(new SegmentParts(segment.name, occurrence, fields, leaves));
    if (all.length % 20 === 0) yield;
  }
  return all;
}

const nothing: readonly undefined[] = [];
const none: readonly Part[] = [];
const undivided: readonly undefined[] = [];

function repetitionsOf(raw: string, at: string, delimiters: Delimiters, leaves: Leaf[]): (Part | undefined)[] {
  return pieces(raw, delimiters.repetition).map((text, index) => {
    if (text === '') return undefined;
    const path = index === 0 ? at : `${at}[${index + 1}]`;
    const components = pieces(text, delimiters.component);
    // A path is as short as it can be, but a subcomponent must not look like a component.
    if (components.length === 1 && !divided(text, delimiters.subcomponent)) return whole(text, path, delimiters, leaves);
    return parted(
      components.map((component, number) => {
        if (component === '') return undefined;
        const place = `${path}.${number + 1}`;
        if (!divided(component, delimiters.subcomponent)) return whole(component, place, delimiters, leaves);
        const subcomponents = pieces(component, delimiters.subcomponent);
        return parted(subcomponents.map((one, sub) => whole(one, `${place}.${sub + 1}`, delimiters, leaves)));
      }),
    );
  });
}

const divided = (raw: string, delimiter: string): boolean => delimiter !== '' && raw.includes(delimiter);

const pieces = (raw: string, delimiter: string): string[] => (divided(raw, delimiter) ? raw.split(delimiter) : [raw]);

const parted = (parts: (Part | undefined)[]): Part | undefined =>
  parts.some((part) => part !== undefined) ? new Part(undefined, parts) : undefined;

function whole(raw: string, path: string, delimiters: Delimiters, leaves: Leaf[]): Part | undefined {
  if (raw === '') return undefined;
  const leaf: Leaf = { path, raw, text: unescapeText(raw, delimiters), said: [], structural: false };
  leaves.push(leaf);
  return new Part(leaf, undivided);
}
