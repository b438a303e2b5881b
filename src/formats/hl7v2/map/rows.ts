// The mapping tables themselves: a row says which part of a message is which element of FHIR, once for both directions. Everything
// that a table maps is in its rows, so that a table can be read like the official ones
// (HL7 Version 2 to FHIR, http://hl7.org/fhir/uv/v2mappings) and held against them.
//
//   rows('PID', [
//     ['PID-5', 'name[]', XPN],
//     ['PID-13', 'telecom[]', XTN, { with: { 'telecom[].use': 'home' } }],
//   ])
import type { Composite, Converter, Out } from './converter.ts';
import { readElementPath, type Step } from './element-path.ts';
import { isNull, type Leaf, numbersOf, type Part, type SegmentParts } from './part.ts';
import { isObject, type JsonObject, type Place } from './place.ts';
import type { Story } from './story.ts';

export interface RowOptions {
  /** Elements, written like the row's, that are said as soon as the row says anything; on the way out they choose the item. */
  with?: Readonly<Record<string, unknown>>;
  /** Only on the way in: another row writes the part. */
  inOnly?: true;
  /** Only where this holds. */
  when?: (whole: { textAt(path: string): string }) => boolean;
}
/** Part (`PID-5` in a segment, `4.1` in a data type, `.` the whole of it), element, converter. */
export type Row = readonly [from: string, to: string, as: Converter, options?: RowOptions];

interface Compiled {
  from: string;
  /** Of a data type: the numbers of its parts. */
  at: readonly number[];
  field: number;
  steps: Step[];
  parents: Step[];
  last: Step;
  as: Converter;
  with: [steps: Step[], value: unknown][];
  options: RowOptions;
}

const compiled = ([from, to, as, options = {}]: Row, field: number): Compiled => {
  const steps = readElementPath(to);
  const last = steps.at(-1);
  if (last === undefined) throw new TypeError(`the row of ${from} names no element`);
  const also = Object.entries(options.with ?? {}).map(([path, value]): [Step[], unknown] => [readElementPath(path), value]);
  return {
    from,
    at: from === '.' || field > 0 ? [] : numbersOf(from),
    field,
    steps,
    parents: steps.slice(0, -1),
    last,
    as,
    with: also,
    options,
  };
};

const runs = new Map<string, string[]>();

/** Name of a run within another: the same few thousand come again with every message, so that each is made once. */
function runBelow(run: string, index: number): string {
  if (index > 50) return `${run}/${index}`;
  let below = runs.get(run);
  if (below === undefined) {
    // A long message has many that never come again.
    if (runs.size > 20_000) runs.clear();
    below = [];
    runs.set(run, below);
  }
  const known = below[index];
  if (known !== undefined) return known;
  const name = `${run}/${index}`;
  below[index] = name;
  return name;
}

/** Says one part by one row. */
function say(row: Compiled, part: Part, root: Place, run: string, story: Story): boolean {
  const said = row.as.read(part, root.walk(row.parents, run), row.last, run, story);
  if (said) for (const [steps, value] of row.with) root.imply(steps, run, value);
  return said;
}

/** A data type with rows for its parts. */
export function composite(rows: readonly Row[], also?: (place: Place) => void): Composite {
  const table = rows.map((row) => compiled(row, 0));
  const type: Composite = {
    into(part, place, run, story) {
      let said = false;
      for (let index = 0; index < table.length; index++) {
        const row = table[index]!;
        const below = part.below(row.at);
        if (below === undefined || row.options.when?.(part) === false) continue;
        if (say(row, below, place, runBelow(run, index), story)) said = true;
      }
      if (said) also?.(place);
      return said;
    },
    read: (part, place, step, run, story) => type.into(part, place.child(step, run), run, story),
    from(value, story) {
      if (!isObject(value)) return undefined;
      const out: Out[] = [];
      for (const row of table) {
        if (row.options.inOnly === true) continue;
        const [first] = valuesOf(value, row);
        const text = first === undefined ? undefined : row.as.write(first, story);
        if (text !== undefined) place(out, row.from === '.' ? [] : row.from.split('.').map(Number), text);
      }
      return out.length === 0 ? undefined : out;
    },
    write: (value, story) => type.from(value, story),
  };
  return type;
}

/** Puts text at a path of parts; what stands there already stays: earlier rows are the surer ones. */
function place(out: Out[], path: readonly number[], text: Out): void {
  const [number, ...rest] = path;
  if (number === undefined) {
    if (Array.isArray(text)) for (const [index, part] of text.entries()) if (part !== undefined) place(out, [index + 1], part);
    if (typeof text === 'string') place(out, [1], text);
    return;
  }
  while (out.length < number) out.push(undefined);
  const there = out[number - 1];
  if (rest.length === 0 && there === undefined) {
    out[number - 1] = text;
    return;
  }
  if (rest.length === 0 && !Array.isArray(text)) return;
  const below: Out[] = Array.isArray(there) ? there : there === undefined ? [] : [there];
  out[number - 1] = below;
  place(below, rest, text);
}

/** The elements of `root` that a row speaks of, in their order. */
function valuesOf(root: JsonObject, row: Compiled): unknown[] {
  return follow(root, row.steps, row.with);
}

function follow(value: unknown, steps: readonly Step[], also: readonly (readonly [readonly Step[], unknown])[]): unknown[] {
  const [step, ...rest] = steps;
  if (step === undefined) return value === undefined ? [] : [value];
  if (!isObject(value)) return [];
  const held = value[step.name];
  const here = also.filter(([path]) => path[0]?.name === step.name);
  // What is implied elsewhere than along this path must simply hold.
  if (!also.every(([path, wanted]) => path[0]?.name === step.name || holds(value, path, wanted))) return [];
  const below = here.map(([path, wanted]) => [path.slice(1), wanted] as const);
  if (step.item === undefined) return follow(held, rest, below);
  if (!Array.isArray(held)) return [];
  const fitting = held.filter((item) => below.every(([path, wanted]) => holds(item, path, wanted)));
  const { item } = step;
  const chosen =
    'fresh' in item
      ? fitting
      : 'url' in item
        ? fitting.filter((one) => isObject(one) && one['url'] === item.url)
        : fitting.slice(numbered(item.label), numbered(item.label) + 1);
  return chosen.flatMap((one) => follow(one, rest, []));
}

/** `[1]` is the first; an item that has a name is known by what the row implies. */
const numbered = (label: string): number => (/^\d+$/.test(label) ? Number(label) - 1 : 0);

function holds(value: unknown, steps: readonly Step[], wanted: unknown): boolean {
  const [step, ...rest] = steps;
  if (step === undefined) return value === wanted;
  if (!isObject(value)) return false;
  const held = value[step.name];
  if (step.item === undefined || !Array.isArray(held)) return holds(held, rest, wanted);
  return held.some((item) => holds(item, rest, wanted));
}

/** The rows of a segment. */
export interface SegmentRows {
  segment: string;
  rows: readonly Row[];
  /** Says at the place what the segment says; `run` tells segments of one name apart. */
  read(segment: SegmentParts, place: Place, story: Story, run?: string): boolean;
  /** Fields of the segment that say what stands in the element: [1] is field 1. Repetitions are lists. */
  write(value: JsonObject, story: Story, fields?: Out[][]): Out[][];
}

export function rows(segment: string, list: readonly Row[]): SegmentRows {
  const table = list.map((row) => {
    const found = /^([A-Z][A-Z0-9]{2})-(\d+)$/.exec(row[0]);
    if (found === null || found[1] !== segment) throw new TypeError(`"${row[0]}" is no field of ${segment}; write it as ${segment}-3`);
    return compiled(row, Number(found[2]));
  });
  return {
    segment,
    rows: list,
    read(parts, root, story, run = '') {
      let any = false;
      const whole = {
        textAt: (path: string) => {
          const dot = path.indexOf('.');
          return dot === -1 ? parts.text(Number(path)) : parts.text(Number(path.slice(0, dot)), path.slice(dot + 1));
        },
      };
      const own = `${run}/${segment}${parts.occurrence}`;
      for (let index = 0; index < table.length; index++) {
        const row = table[index]!;
        const repetitions = parts.repetitions(row.field);
        if (repetitions.length === 0 || row.options.when?.(whole) === false) continue;
        const place = runBelow(own, index);
        for (let repetition = 0; repetition < repetitions.length; repetition++) {
          const part = repetitions[repetition]!;
          const { leaf } = part;
          if (part.parts.length === 0 && leaf !== undefined && isNull(leaf)) {
            remove(row, leaf, root);
            any = true;
          } else if (say(row, part, root, runBelow(place, repetition), story)) any = true;
        }
      }
      return any;
    },
    write(value, story, fields = []) {
      for (const row of table) {
        if (row.options.inOnly === true) continue;
        const texts = valuesOf(value, row).flatMap((one) => {
          const text = row.as.write(one, story);
          return text === undefined ? [] : [text];
        });
        if (texts.length === 0) continue;
        while (fields.length <= row.field) fields.push([]);
        const there = fields[row.field] ?? [];
        const list = row.steps.some(({ item }) => item !== undefined && 'fresh' in item);
        if (there.length === 0) fields[row.field] = list ? texts : texts.slice(0, 1);
        else if (list) there.push(...texts);
      }
      return fields;
    },
  };
}

/** `""` in a field: what the row maps it to is to be deleted, of a list what the row would have put there. */
function remove(row: Compiled, leaf: Leaf, root: Place): void {
  const path = row.steps.map((step, at) => {
    if (step.item === undefined) return step.name;
    if ('url' in step.item) return `${step.name}.where(url='${step.item.url}')`;
    if (at > 0) return step.name;
    const chosen = row.with
      .filter(([steps]) => steps[0]?.name === step.name)
      .map(
        ([steps, value]) =>
          `${steps
            .slice(1)
            .map(({ name }) => name)
            .join('.')}='${String(value)}'`,
      );
    return chosen.length === 0 ? step.name : `${step.name}.where(${chosen.join(' and ')})`;
  });
  const base = root.path === '' ? [] : [root.path];
  const element = [...base, ...path].join('.');
  root.owner.removes.add(element);
  leaf.said.push({ element: `${root.owner.name}#${element}`, write: () => '""' });
}
