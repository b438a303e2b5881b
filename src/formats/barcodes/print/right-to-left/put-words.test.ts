// What stands in the PDF, read back from its operators: which font draws what at which place, and in which shapes.
import PDFDocument from 'pdfkit';
import { describe, expect, it } from 'vitest';
import { fontHas, fontRanges, hasFromRight, wordsFromRight } from './letters.ts';
import { linesOn, putLines, widthOn } from './put-words.ts';

const ink = { size: 10, bold: false, colour: '#000000' };

interface Drawn {
  x: number;
  y: number;
  font: string;
  /** Codes of glyphs, or letters of Helvetica. */
  shown: string;
}

async function drawn(text: string, width = 200, bold = false): Promise<{ runs: Drawn[]; raw: string }> {
  const page = new PDFDocument({ compress: false, margin: 0 });
  const chunks: Buffer[] = [];
  page.on('data', (chunk: Buffer) => chunks.push(chunk));
  const ended = new Promise<void>((resolve) => page.on('end', () => resolve()));
  putLines(page, linesOn(page, text, { ...ink, bold }, { width }), 50, 50, { ...ink, bold }, { width });
  page.end();
  await ended;
  const raw = Buffer.concat(chunks).toString('latin1');
  const runs = [...raw.matchAll(/1 0 0 1 ([\d.]+) ([\d.]+) Tm\n\/(F\d+) \d+ Tf\n([\s\S]*?)ET/g)].map(([, x, y, font, shown]) => ({
    x: Number(x),
    y: Number(y),
    font: font!,
    shown: [...shown!.matchAll(/<([0-9a-f]*)>/gi)].map(([, hex]) => hex).join(' '),
  }));
  return { runs, raw };
}
const latin = (hex: string): string => Buffer.from(hex.replaceAll(' ', ''), 'hex').toString('latin1');

describe('words from right to left on paper', () => {
  it('stand from the right edge, the first word rightmost, digits as they are read', async () => {
    const { runs, raw } = await drawn('دار الشفاء 12');
    expect(runs).toHaveLength(3);
    const [digits, second, first] = runs as [Drawn, Drawn, Drawn];
    expect(latin(digits.shown)).toBe('12');
    expect(digits.font).not.toBe(first.font);
    expect(second.font).toBe(first.font);
    expect(digits.x).toBeLessThan(second.x);
    expect(second.x).toBeLessThan(first.x);
    const page = new PDFDocument();
    expect(first.x + widthOn(page, 'دار', ink)).toBeCloseTo(250, 1);
    // One base line, whatever the font.
    expect(new Set(runs.map(({ y }) => y)).size).toBe(1);
    expect(raw).toContain('DejaVuSans');
  });

  it('has letters that join, and others beside them from left to right', async () => {
    const page = new PDFDocument();
    const alone = [...'علي'].reduce((sum, letter) => sum + widthOn(page, letter, ink), 0);
    expect(widthOn(page, 'علي', ink)).toBeLessThan(alone - 1);
    const { runs } = await drawn('Ali علي Hassan');
    expect(runs.map(({ x }) => x)).toEqual(runs.map(({ x }) => x).sort((a, b) => a - b));
    expect(runs[0]!.x).toBe(50);
    expect(latin(runs[2]!.shown)).toBe(' Hassan');
  });

  it('keeps the digits of Arabic in their order', async () => {
    // Codes of glyphs are given out as they are first drawn.
    const { runs } = await drawn('١٢٣');
    expect(runs.map(({ shown }) => shown)).toEqual(['0001', '0002', '0003']);
    expect(runs[0]!.x).toBeLessThan(runs[1]!.x);
    expect(runs[1]!.x).toBeLessThan(runs[2]!.x);
  });

  it('puts lines below each other', async () => {
    const { runs } = await drawn('דוד בן משה', 30);
    expect(new Set(runs.map(({ y }) => y)).size).toBeGreaterThan(1);
    expect(runs[0]!.y).toBeGreaterThan(runs.at(-1)!.y);
  });
});

describe('which letters can be printed', () => {
  it('is what both weights of the font have', () => {
    const page = new PDFDocument();
    widthOn(page, 'ע', ink);
    const blocks = [
      [0x590, 0x6ff],
      [0x750, 0x77f],
      [0x8a0, 0x8ff],
      [0xfb1d, 0xfdff],
      [0xfe70, 0xfefe],
    ] as const;
    const listed = new Set(fontRanges.flatMap(([from, to]) => Array.from({ length: to - from + 1 }, (_, i) => from + i)));
    for (const name of ['Right', 'Right-Bold']) {
      page.font(name);
      const { font } = (page as unknown as { _font: { font: { hasGlyphForCodePoint(point: number): boolean } } })._font;
      const wrong: string[] = [];
      for (const [from, to] of blocks)
        for (let point = from; point <= to; point++)
          if (font.hasGlyphForCodePoint(point) !== listed.has(point)) wrong.push(point.toString(16));
      expect(wrong, name).toEqual([]);
    }
  });

  it('tells whole words', () => {
    expect(fontHas('علي بن محمد')).toBe(true);
    expect(fontHas('שָׁלוֹם')).toBe(true);
    // Urdu has letters that the font lacks.
    expect(fontHas('ہے')).toBe(false);
    expect(fontHas('ܫܠܡܐ')).toBe(false);
    expect('Ali علي بن 12 כהן'.match(wordsFromRight)).toEqual(['علي بن', 'כהן']);
    expect(hasFromRight('Ali 12')).toBe(false);
  });
});
