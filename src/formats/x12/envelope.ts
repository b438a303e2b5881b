// The envelopes of what we write: ISA–IEA, GS–GE, ST–SE, with control numbers that the caller counts, and delimiters that stand in none of
// the texts, since X12 has no escape.
import { fail, ok, type Result } from '../../fhir/result.ts';
import { type Delimiters, usualDelimiters } from './delimiters.ts';
import type { OutSegment, Wish } from './speak.ts';
import { type Document, type Segment, segmentOf } from './tree.ts';

/** Characters that may part something, the usual ones first. No letter, digit or space, and nothing that a guide's text needs often. */
const candidates = ['*', ':', '^', '~', '|', '>', '<', '!', '{', '}', '[', ']', '`', '=', ';', '?', '%', '\\', '"', '@', '$', '#'];

export interface Body {
  /** GS-01, GS-08 and ST-03. */
  group: string;
  guide: string;
  /** ST-01. */
  set: string;
  /** The segments of each transaction, without ST and SE. */
  transactions: readonly (readonly OutSegment[])[];
}

/** One interchange with one group; ST-02 counts on from `transactionControl`. A value that cannot be said fails with its element. */
export function enveloped(body: Body, wish: Wish): Result<Document> {
  const segments = body.transactions.flat();
  const all = segments.flatMap(({ elements }) => elements.flat());
  const broken = segments.find(({ elements }) => elements.flat().some((text) => /[\r\n]/.test(text)));
  if (broken !== undefined) return fail('unsupported', 'A value has a line break, which X12 cannot hold; take it out', blamed(broken));
  const delimiters = chooseDelimiters(all, [wish.sender, wish.receiver]);
  if (delimiters === undefined) {
    const odd = segments.find(({ elements }) => elements.flat().some((text) => text.includes('~') || text.includes('*')));
    return fail(
      'unsupported',
      'The values use every character that could part them; take one out',
      odd === undefined ? undefined : blamed(odd),
    );
  }
  const { component } = delimiters;
  const [day, time] = clock(wish);
  const control = String(wish.interchangeControl).padStart(9, '0');
  const group = String(wish.groupControl);
  const side = ({ qualifier, id }: Wish['sender']): string[] => [qualifier.padEnd(2), id.padEnd(15).slice(0, 15)];
  const line = '\n';
  const segment = (tag: string, ...elements: string[]): Segment => segmentOf(tag, elements, delimiters, line);
  const transactions = body.transactions.flatMap((one, index) => {
    const own = nextControl(wish.transactionControl, index);
    return [
      segment('ST', body.set, own, body.guide),
      ...one.map(({ tag, elements }) =>
        segmentOf(
          tag,
          elements.map((each) => joined(each, component)),
          delimiters,
          line,
        ),
      ),
      segment('SE', String(one.length + 2), own),
    ];
  });
  const isa = [
    '00',
    ' '.repeat(10),
    '00',
    ' '.repeat(10),
    ...side(wish.sender),
    ...side(wish.receiver),
    day.slice(2),
    time,
    delimiters.repetition!,
    '00501',
    control,
    '0',
    wish.usage ?? 'P',
    component,
  ];
  return ok({
    charset: 'utf-8',
    lead: '',
    segments: [
      segment('ISA', ...isa),
      segment(
        'GS',
        body.group,
        wish.sender.code ?? wish.sender.id,
        wish.receiver.code ?? wish.receiver.id,
        day,
        time,
        group,
        'X',
        body.guide,
      ),
      ...transactions,
      segment('GE', String(body.transactions.length), group),
      segment('IEA', '1', control),
    ],
  });
}

/** TA1 alone: an answer about an interchange has no group. */
export function bareInterchange(segments: readonly OutSegment[], wish: Wish): Document {
  const made = enveloped({ group: '', guide: '', set: '', transactions: [segments] }, wish);
  if (!made.ok) throw new Error('control numbers and codes hold no delimiter');
  const kept = made.value.segments.filter(({ tag }) => !['GS', 'ST', 'SE', 'GE', 'IEA'].includes(tag));
  const { delimiters } = kept[0]!;
  return {
    ...made.value,
    segments: [...kept, segmentOf('IEA', ['0', String(wish.interchangeControl).padStart(9, '0')], delimiters, '\n')],
  };
}

/** `0001`, `0002`, …, as wide as the first; one that is no number gets a number after it. */
function nextControl(first: string, index: number): string {
  if (index === 0) return first;
  return /^\d{1,9}$/.test(first) ? String(Number(first) + index).padStart(first.length, '0') : `${first}${index + 1}`.slice(-9);
}

function joined(components: readonly string[], separator: string): string {
  let count = components.length;
  while (count > 0 && components[count - 1] === '') count--;
  return components.slice(0, count).join(separator);
}

const blamed = ({ of }: OutSegment): string => of.join(', ');

function chooseDelimiters(texts: readonly string[], sides: readonly Wish['sender'][]): Delimiters | undefined {
  const used = new Set([...texts, ...sides.flatMap(({ id, code = '' }) => [id, code])].flatMap((text) => [...text]));
  const free = candidates.filter((one) => !used.has(one));
  const take = (usual: string): string | undefined => {
    const at = free.includes(usual) ? free.indexOf(usual) : 0;
    return free.splice(at, 1)[0];
  };
  const element = take(usualDelimiters.element);
  const segment = take(usualDelimiters.segment);
  const component = take(usualDelimiters.component);
  const repetition = take(usualDelimiters.repetition);
  if (element === undefined || segment === undefined || component === undefined || repetition === undefined) return undefined;
  return { element, segment, component, repetition };
}

/** CCYYMMDD and HHMM where the times of the message are at home. */
function clock({ at, timeZone }: Wish): [day: string, time: string] {
  const local = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' }).format(at);
  const [day = '', time = ''] = local.split(' ');
  return [day.replaceAll('-', ''), time.replaceAll(':', '')];
}
