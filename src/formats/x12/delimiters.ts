// The four characters that part an X12 interchange, read from the fixed places of its ISA segment (ASC X12.5, interchange control
// structures; X12.6, application control structures). X12 has no escape: none of them can stand inside a value.

export interface Delimiters {
  /** Between elements: the character after `ISA`. */
  element: string;
  /** Between components of a composite: ISA-16. */
  component: string;
  /** Between repetitions of an element: ISA-11 from version 00402 on; absent before, where ISA-11 is `U`. */
  repetition?: string;
  /** After each segment: the character after ISA-16. */
  segment: string;
}

/** What our own messages are written with. */
export const usualDelimiters: Required<Delimiters> = { element: '*', component: ':', repetition: '^', segment: '~' };

const elementsOfIsa = 16;
/** The ISA segment has 106 characters; wrongly padded ones are a little longer or shorter. */
const longestIsa = 320;
const isWord = /^[A-Za-z0-9 ]$/;
const isControl = /^[A-Za-z0-9]$/;

/** The delimiters that the ISA at `at` declares; undefined where no ISA starts there, however loosely it is read. */
export function delimitersOfIsa(text: string, at: number): Delimiters | undefined {
  const element = text.charAt(at + 3);
  if (!text.startsWith('ISA', at) || element === '' || isWord.test(element)) return undefined;
  const limit = Math.min(text.length, at + longestIsa);
  const starts: number[] = [];
  for (let i = at + 3; i < limit && starts.length < elementsOfIsa; i++) if (text.charAt(i) === element) starts.push(i + 1);
  if (starts.length < elementsOfIsa) return undefined;
  const last = starts[elementsOfIsa - 1]!;
  const component = text.charAt(last);
  const segment = text.charAt(last + 1);
  if (component === '' || isControl.test(component) || isControl.test(segment) || segment === element || component === element)
    return undefined;
  const repetition = text.slice(starts[10], starts[11]! - 1);
  const delimiters: Delimiters = { element, component, segment: segment === '' ? '~' : segment };
  if (repetition.length === 1 && !isWord.test(repetition) && repetition !== element) delimiters.repetition = repetition;
  return delimiters;
}

/** What a message without a readable ISA is parted by, as far as its text shows. */
export function guessDelimiters(text: string, at: number): Delimiters {
  const opening = /^[A-Z][A-Z0-9]{1,2}([^A-Za-z0-9\s])/.exec(text.slice(at, at + 4));
  const element = opening?.[1] ?? '*';
  const sample = text.slice(at, at + 4000);
  const segment = element !== '~' && sample.includes('~') ? '~' : sample.includes('\n') ? '\n' : element === '~' ? '_' : '~';
  const component = [':', '>', '|', '^'].find((one) => one !== element && one !== segment && sample.includes(one)) ?? ':';
  const delimiters: Delimiters = { element, component: component === element ? '>' : component, segment };
  if (element !== '^' && component !== '^') delimiters.repetition = '^';
  return delimiters;
}
