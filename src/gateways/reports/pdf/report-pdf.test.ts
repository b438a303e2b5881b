// What stands on paper, read back from the PDF as it is: every page has its foot, tables go over pages with their head, and what is
// not printed is said.
import { inflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { ChartWish } from '../../../methods/drawing/plotted.ts';
import type { Made, MadeAnswer, MadePart } from '../contract.ts';
import { Letters } from './letters.ts';
import { reportPdf } from './report-pdf.ts';

const made = (...parts: MadePart[]): Made => ({
  title: 'Emergency department',
  description: '',
  by: 'anna',
  parameters: ['since: -7d'],
  made: '2026-03-30 07:00 (Europe/London)',
  parts,
});
const answer = (rows: number, more: Partial<MadeAnswer> = {}): MadeAnswer => ({
  question: 'arrivals',
  title: 'Arrivals',
  description: '',
  detail: 'limited',
  wish: { kind: 'table' },
  width: 4,
  parameters: [],
  answer: {
    columns: [
      { name: 'day', type: 'DATE' },
      { name: 'ward', type: 'VARCHAR' },
      { name: 'visits', type: 'BIGINT' },
    ],
    rows: Array.from({ length: rows }, (_, i) => [`2026-03-${String(1 + (i % 28)).padStart(2, '0')}`, `ward ${i % 3}`, i]),
    cut: false,
  },
  rows: 300,
  ...more,
});

interface Read {
  pages: number;
  /** The words in the order in which they were put down, parted by |. */
  words: string;
  /** Strokes and fills. */
  strokes: number;
  bytes: Buffer;
}

/** Enough of a reader for what we write: streams unpacked, words of TJ in hexadecimal (ISO 32000-1, 9.4.3). */
async function read(one: Made): Promise<Read> {
  const bytes = await reportPdf(one, new Date('2026-03-30T06:00:00Z'));
  const raw = bytes.toString('latin1');
  const streams = [...raw.matchAll(/stream\n([\s\S]*?)\nendstream/g)].map(([, body]) => {
    try {
      return inflateSync(Buffer.from(body!, 'latin1')).toString('latin1');
    } catch {
      return '';
    }
  });
  const drawn = streams.join('\n');
  const words = [...drawn.matchAll(/\[(.*?)\] TJ/g)].map(([, parts]) =>
    [...parts!.matchAll(/<([0-9a-f]*)>/gi)].map(([, hex]) => Buffer.from(hex!, 'hex').toString('latin1')).join(''),
  );
  return {
    pages: [...raw.matchAll(/\/Type \/Page\n/g)].length,
    words: words.join('|'),
    strokes: [...drawn.matchAll(/^(S|f)$/gm)].length,
    bytes,
  };
}

describe('a report on paper', () => {
  it('says what it is, of when, and with whose rights it was asked', async () => {
    const { words, pages } = await read(made({ heading: 'Situation', text: 'Quiet.\n\nNothing to do.' }));
    for (const one of ['Emergency department', '2026-03-30 07:00', 'anna', 'since: -7d', 'Situation', 'Quiet.', 'Page 1 of 1'])
      expect(words).toContain(one);
    expect(pages).toBe(1);
  });

  it('goes on over pages, each with the head of the table and its number', async () => {
    const { words, pages } = await read(made(answer(300)));
    expect(pages).toBeGreaterThan(3);
    expect(words.split('visits').length - 1).toBe(pages);
    expect(words).toContain(`Page ${pages} of ${pages}`);
    expect(words).toContain('299');
  });

  it('says how many rows and columns it leaves out', async () => {
    const wide = answer(2);
    wide.answer.columns = Array.from({ length: 30 }, (_, i) => ({ name: `column_${i}`, type: 'VARCHAR' }));
    wide.answer.rows = [wide.answer.columns.map(() => 'a rather long word in it')];
    expect((await read(made(wide))).words).toMatch(/more columns/);
    expect((await read(made({ ...answer(500), rows: 40 }))).words).toContain('460 more rows of 500');
    const cut = answer(10);
    cut.answer.cut = true;
    expect((await read(made(cut))).words).toContain('more rows than the first 10');
    expect((await read(made(answer(0)))).words).toContain('No rows.');
  });

  it.each<[ChartWish, number]>([
    [{ kind: 'line', x: 'day', y: 'visits', series: 'ward', unit: 'visits' }, 3],
    [{ kind: 'area', x: 'day', y: 'visits', series: 'ward' }, 3],
    [{ kind: 'bar', x: 'day', y: 'visits' }, 20],
    [{ kind: 'stacked', x: 'day', y: 'visits', series: 'ward' }, 20],
    [{ kind: 'bar', x: 'visits', y: 'ward' }, 3],
    [{ kind: 'heat', x: 'day', y: 'visits', series: 'ward' }, 20],
    [{ kind: 'scatter', x: 'day', y: 'visits' }, 20],
  ])('draws %j as vectors', async (wish, least) => {
    const { strokes, words, bytes } = await read(made(answer(24, { wish, rows: 0 })));
    expect(strokes).toBeGreaterThanOrEqual(least);
    expect(words).toContain('Arrivals');
    expect(bytes.includes('/Subtype /Image')).toBe(false);
  });

  it('prints a number large, with its unit', async () => {
    const one = answer(1, { wish: { kind: 'number', y: 'visits', unit: 'visits today' }, width: 1, rows: 0 });
    one.answer.rows = [['2026-03-01', 'a', 1234]];
    expect((await read(made(one))).words).toMatch(/1,234\|visits today/);
  });

  it('prints the rows where the chart has no columns to draw', async () => {
    expect((await read(made(answer(3, { wish: { kind: 'line', x: 'nothing', y: 'visits' }, rows: 0 })))).words).toContain('ward 2');
  });

  it('prints Arabic and Hebrew with a font that has them, which comes along only then', async () => {
    const name = 'Ali \u200fعلي بن محمد\u200f 12 / כהן, Rivka';
    const { words, bytes } = await read(made({ ...answer(1), title: name }, { heading: 'דוד', text: 'مرحبا and Müller' }));
    expect(words).not.toMatch(/letters\]|¿|not printed/);
    expect(words).toContain('and Müller');
    expect(bytes.includes('+DejaVuSans-Bold')).toBe(true);
    expect(bytes.includes('+DejaVuSans\n')).toBe(true);
    const plain = await read(made({ heading: 'David', text: 'Hello and \u200fMüller' }));
    expect(plain.bytes.includes('DejaVu')).toBe(false);
    expect(plain.words).toContain('Hello and Müller');
  });

  it('tells words by their script where the font lacks letters of theirs, whole and in their place among the others', async () => {
    const { words } = await read(made({ ...answer(1), title: 'Ali ܫܠܡܐ ܕܠܟ 12 / ہے, Rivka' }));
    expect(words).toContain('Ali [Syriac letters] 12 / [Arabic letters], Rivka');
    expect(words).not.toContain('¿');
    expect(words.replaceAll('|', ' ')).toContain('Words in Arabic and Syriac letters are not printed');
  });

  it('makes letters printable that are read from the right: in that order, without what would turn digits round', () => {
    const letters = new Letters();
    expect(letters.printable('علي\n١٢٣ (לוי)')).toBe('علي ١٢٣ (לוי)');
    expect(letters.printable('\u202e123\u202c עלי')).toBe('123\u202c עלי');
    expect(letters.printable('عليł')).toBe('علي¿');
    expect(letters.printable('a\u064e עלי')).toBe('a¿ עלי');
    expect(letters.printable('plain\u200f')).toBe('plain');
    expect(letters.says()).toMatch(/^2 letters stand as ¿.*U\+0142, U\+064E/);
    // Long ones are dealt with in good time.
    expect(letters.printable('ש ע'.repeat(50_000))).toBe('ש ע'.repeat(50_000));
    expect(letters.printable('علي'.repeat(50_000))).toHaveLength(150_000 + Math.floor(150_000 / 70));
    expect(letters.printable('ܫܠܡܐ'.repeat(50_000))).toBe('[Syriac letters]');
    expect(letters.printable(`ש${'\u05b0'.repeat(50_000)}`).length).toBeLessThan(50_010);
  });

  it('lets paragraphs from right to left go over pages, each line once', async () => {
    const { pages, words } = await read(made({ heading: '', text: Array.from({ length: 1_500 }, (_, i) => `דוד word${i}.`).join(' ') }));
    expect(pages).toBeGreaterThan(1);
    const numbers = [...words.matchAll(/word(\d+)/g)].map(([, number]) => Number(number));
    expect(numbers.sort((a, b) => a - b)).toEqual(Array.from({ length: 1_500 }, (_, i) => i));
  });

  it('says which letters the font lacks, and in what place a question has no answer', async () => {
    const { words } = await read(made({ heading: 'Łódź', text: 'ܫܠܡܐ and Müller' }, { title: 'Stays', problem: 'There is no column x' }));
    expect(words).toContain('¿ódz'.slice(0, 2));
    expect(words).toContain('Müller');
    expect(words).toContain('U+0141');
    expect(words).toContain('[Syriac letters] and Müller');
    expect(words).toContain('Not answered: There is no column x');
  });

  it('is not stopped by words without an end, by lines of nothing, or by a thousand columns', async () => {
    const long = answer(3);
    long.answer.rows = [['2026-03-01', 'x'.repeat(100_000), 1]];
    const wide = answer(1);
    wide.answer.columns = Array.from({ length: 1000 }, (_, i) => ({ name: `c${i}`, type: 'BIGINT' }));
    wide.answer.rows = [wide.answer.columns.map((_, i) => i)];
    const { pages } = await read(
      made(
        { heading: 'h'.repeat(200), text: 'x'.repeat(20_000) },
        { heading: 'ש'.repeat(200), text: 'علي'.repeat(7_000) },
        { heading: '', text: '\n\n \n\n' },
        long,
        wide,
        {
          title: '',
          problem: '',
        },
      ),
    );
    expect(pages).toBeGreaterThan(1);
  });
});
