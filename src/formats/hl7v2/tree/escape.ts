// Escape sequences of text (HL7 v2.8, chapter 2, section 2.7). Reading undoes them, writing makes them; what is written reads back
// as the same text, whatever it holds. A sequence that is not understood stays as it stands.
import type { Delimiters } from './delimiters.ts';

const line = '.br';

/**
 * The text that a leaf stands for. Formatting commands of FT are what a reader sees of them: a line, blank lines, an indent, and nothing
 * for highlighting; as long as the text is as it was, the leaf goes out as it came.
 */
export function unescapeText(raw: string, delimiters: Delimiters): string {
  const mark = delimiters.escape;
  if (mark === '' || !raw.includes(mark)) return raw;
  let text = '';
  let from = 0;
  for (;;) {
    const open = raw.indexOf(mark, from);
    if (open === -1) return text + raw.slice(from);
    text += raw.slice(from, open);
    const close = raw.indexOf(mark, open + 1);
    // Far away closes nothing: a lone backslash in a path or a formula.
    const meant = close === -1 || close - open > 80 ? undefined : meaning(raw.slice(open + 1, close), delimiters);
    if (meant === undefined) {
      text += mark;
      from = open + 1;
    } else {
      text += meant;
      from = close + 1;
    }
  }
}

function meaning(sequence: string, delimiters: Delimiters): string | undefined {
  switch (sequence) {
    case 'F':
      return delimiters.field;
    case 'S':
      return delimiters.component === '' ? undefined : delimiters.component;
    case 'T':
      return delimiters.subcomponent === '' ? undefined : delimiters.subcomponent;
    case 'R':
      return delimiters.repetition === '' ? undefined : delimiters.repetition;
    case 'E':
      return delimiters.escape;
    case line:
    case '.ce':
      return '\n';
    case 'H':
    case 'N':
    case '.fi':
    case '.nf':
      return '';
  }
  const format = /^\.(sp|in|ti|sk)\s?([+-]?\d{0,2})$/.exec(sequence);
  if (format !== null) {
    const [, command, number = ''] = format;
    // Never longer than it is written: nine megabytes of `.sp99` would become a hundred and thirty of blank lines.
    const most = sequence.length + 2;
    if (command === 'sp') return '\n'.repeat(Math.min(most, Math.max(1, Number(number || 1))));
    return command === 'sk' ? ' '.repeat(Math.min(most, Math.max(0, Number(number)))) : '';
  }
  if (sequence.charAt(0) !== 'X' || sequence.length % 2 === 0 || !/^X([0-9A-Fa-f]{2})+$/.test(sequence)) return undefined;
  const bytes = Buffer.from(sequence.slice(1), 'hex');
  // Only what is no text in any character set can be meant the same by everyone.
  return bytes.every((byte) => byte < 0x80) ? bytes.toString('latin1') : undefined;
}

const special = (delimiters: Delimiters): RegExp => {
  const marks = [delimiters.field, delimiters.component, delimiters.repetition, delimiters.escape, delimiters.subcomponent].join('');
  return new RegExp(`[\\u0000-\\u001f\\u007f${marks.replace(/[\\\]^-]/g, '\\$&')}]`, 'g');
};
const patterns = new Map<string, RegExp>();

/** The text with everything escaped that would divide the message or end it. */
export function escapeText(text: string, delimiters: Delimiters): string {
  const { field, component, repetition, escape: mark, subcomponent } = delimiters;
  const key = field + component + repetition + mark + subcomponent;
  let pattern = patterns.get(key);
  if (pattern === undefined) {
    pattern = special(delimiters);
    if (patterns.size < 100) patterns.set(key, pattern);
  }
  return text.replace(pattern, (character) => {
    if (mark === '') return ' ';
    if (character === field) return `${mark}F${mark}`;
    if (character === mark) return `${mark}E${mark}`;
    if (character === component) return `${mark}S${mark}`;
    if (character === subcomponent) return `${mark}T${mark}`;
    if (character === repetition) return `${mark}R${mark}`;
    if (character === '\n') return `${mark}${line}${mark}`;
    return `${mark}X${character.charCodeAt(0).toString(16).padStart(2, '0').toUpperCase()}${mark}`;
  });
}
