// What a declaration in a text file may look like, as values: each shape reads what it is given, or says where something is wrong and
// what to write there. Unknown members are refused: a misspelt one would be left out in silence.
//
//   const read = members<{ port: number; host: string | undefined }>({ port: needed(wholeFrom(1, 65535)), host: may(someText) });
//   read({ prot: 1 }, 'source', wrong)   // wrong('source.prot', 'is unknown here; known are port, host') …

export type Wrong = (where: string, says: string) => void;
/** undefined: something was wrong, and was said. */
export type Shape<T> = (value: unknown, where: string, wrong: Wrong) => T | undefined;

export interface Member<T> {
  shape: Shape<T>;
  needed: boolean;
}

export const needed = <T>(shape: Shape<T>): Member<T> => ({ shape, needed: true });
export const may = <T>(shape: Shape<T>): Member<T | undefined> => ({ shape, needed: false });

const no = (where: string, wrong: Wrong, says: string): undefined => {
  wrong(where, says);
  return undefined;
};

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const below = (where: string, name: string): string => (where === '' ? name : `${where}.${name}`);

export function members<T extends object>(all: { [Name in keyof T]-?: Member<T[Name]> }): Shape<T> {
  const table: [string, Member<unknown>][] = Object.entries(all);
  const names = table.map(([name]) => name);
  return (value, where, wrong) => {
    if (!isObject(value)) return no(where, wrong, `must be an object with ${names.join(', ')}`);
    let good = true;
    for (const name of Object.keys(value))
      if (!names.includes(name)) {
        good = false;
        wrong(below(where, name), `is unknown here; known are ${names.join(', ')}`);
      }
    const read: Record<string, unknown> = {};
    for (const [name, member] of table) {
      if (value[name] === undefined) {
        if (!member.needed) continue;
        good = false;
        wrong(below(where, name), 'is missing');
        continue;
      }
      read[name] = member.shape(value[name], below(where, name), wrong);
      if (read[name] === undefined) good = false;
    }
    return good ? (read as T) : undefined;
  };
}

/** By the one member that tells the kinds apart. */
export function oneKind<T>(kinds: Readonly<Record<string, Shape<T>>>): Shape<T> {
  const names = Object.keys(kinds);
  return (value, where, wrong) => {
    const present = isObject(value) ? names.filter((name) => name in value) : [];
    const [name] = present;
    const kind = present.length === 1 && name !== undefined ? kinds[name] : undefined;
    if (kind === undefined) return no(where, wrong, `must be an object with exactly one of ${names.join(', ')}`);
    return kind(value, where, wrong);
  };
}

export const listOf =
  <T>(shape: Shape<T>, most = 1000): Shape<T[]> =>
  (value, where, wrong) => {
    if (!Array.isArray(value)) return no(where, wrong, 'must be a list: [ … ]');
    if (value.length > most) return no(where, wrong, `has ${value.length} entries; at most ${most} are taken`);
    const read = value.map((one, at) => shape(one, `${where}[${at}]`, wrong));
    return read.every((one) => one !== undefined) ? read : undefined;
  };

export const textMap: Shape<Record<string, string>> = (value, where, wrong) => {
  if (!isObject(value)) return no(where, wrong, 'must be an object such as {"from": "to"}');
  const entries = Object.entries(value).map(([name, text]) => [name, someText(text, below(where, name), wrong)] as const);
  return entries.every(([, text]) => text !== undefined)
    ? Object.fromEntries(entries.map(([name, text]) => [name, text ?? '']))
    : undefined;
};

export const someText: Shape<string> = (value, where, wrong) => (typeof value === 'string' ? value : no(where, wrong, 'must be a text'));

/** `says`: what to write, such as `must be a place such as PID-8`. */
export const textThat =
  (fits: (text: string) => boolean, says: string): Shape<string> =>
  (value, where, wrong) =>
    typeof value === 'string' && fits(value) ? value : no(where, wrong, says);

export const wordOf =
  <T extends string>(...words: readonly T[]): Shape<T> =>
  (value, where, wrong) =>
    words.find((word) => word === value) ?? no(where, wrong, `must be ${words.map((word) => `"${word}"`).join(' or ')}`);

export const wholeFrom =
  (min: number, max: number): Shape<number> =>
  (value, where, wrong) =>
    typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max
      ? value
      : no(where, wrong, `must be a whole number from ${min} to ${max}`);

export const numberFrom =
  (min: number, max: number): Shape<number> =>
  (value, where, wrong) =>
    typeof value === 'number' && value >= min && value <= max ? value : no(where, wrong, `must be a number from ${min} to ${max}`);

export const onlyTrue: Shape<true> = (value, where, wrong) => (value === true ? true : no(where, wrong, 'must be true, or be left out'));

export const yesOrNo: Shape<boolean> = (value, where, wrong) =>
  typeof value === 'boolean' ? value : no(where, wrong, 'must be true or false');
