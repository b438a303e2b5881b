// What stands between a part of a message and an element of FHIR, both ways. A converter that is given text it does not understand
// says nothing: the leaf stays unclaimed, and what is unclaimed is kept.
import type { ResourceType } from '../../../fhir/generated/types.ts';
import type { Step } from './element-path.ts';
import { isNull, type Part } from './part.ts';
import { isObject, type Place } from './place.ts';
import type { Story } from './story.ts';

/** Text of leaves, unescaped, in the shape of the part: a leaf, or the parts of a divided one. */
export type Out = string | undefined | Out[];

export interface Converter {
  /** Says at `place` under `step` what the part says; `run` names this run of the row. Answers whether anything was said. */
  read(part: Part, place: Place, step: Step, run: string, story: Story): boolean;
  /** The part for a value of the element. Undefined: nothing can be said of it here. */
  write(value: unknown, story: Story): Out;
}

/** A value and its text. */
export interface Codec {
  /** Undefined: not understood. */
  read(text: string, story: Story): unknown;
  write(value: unknown, story: Story): string | undefined;
  /** What is written in the form that was received, where both say the same: a time to the minute by who writes minutes. */
  like?(written: string, received: string, story: Story): string;
  /** What the text should have been, for the note on a leaf that was not understood. */
  expects?: string;
}

export const primitive = (codec: Codec): Converter => ({
  read(part, place, step, run, story) {
    const { leaf } = part;
    if (leaf === undefined || isNull(leaf)) return false;
    const value = codec.read(leaf.text, story);
    if (value === undefined) {
      if (codec.expects !== undefined) story.puzzled(leaf, `This is no ${codec.expects}; ask the sender to mend it`);
      return false;
    }
    const back = (now: unknown): string | undefined => {
      const text = codec.write(now, story);
      return text === undefined ? undefined : (codec.like?.(text, leaf.text, story) ?? text);
    };
    return place.set(step, value, [[leaf, back]], run);
  },
  write: (value, story) => codec.write(value, story),
});

/** A data type: its rows say the parts. `also` sees the finished element, for what follows from several parts together. */
export interface Composite extends Converter {
  /** Straight into a place that is there already, a resource for example. */
  into(part: Part, place: Place, run: string, story: Story): boolean;
  from(value: unknown, story: Story): Out;
}

/**
 * A resource that is named in passing: the part makes it (or finds it by the same key), the element refers to it. The key is
 * everything that the part says, so that two ways of naming somebody do not run into each other; the record finds out by the
 * identifiers that they are one.
 */
export const referred = (type: ResourceType, composite: Composite, how: 'refer' | 'merge' | 'envelope' = 'refer'): Converter => ({
  read(part, place, step, run, story) {
    const thing = story.thing(type, [part.key], how, true);
    // Named again in the same words, the same run: the leaves are said by the elements that stand there.
    if (!composite.into(part, thing.place, 'named', story)) return false;
    const reference = place.child(step, run);
    reference.set({ name: 'reference' }, thing.name, []);
    return true;
  },
  write(value, story) {
    const resource = isObject(value) ? story.resolve(value['reference']) : undefined;
    return resource === undefined ? undefined : composite.from(resource, story);
  },
});
