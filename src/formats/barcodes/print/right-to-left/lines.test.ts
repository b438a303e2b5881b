// Where lines end; here every letter is as wide as any other.
import { describe, expect, it } from 'vitest';
import { linesOf, type Measure } from './lines.ts';

const shown = (text: string, room: number, more: Partial<Measure> = {}): string[] =>
  linesOf(text, { room, widthOf: (piece) => piece.text.replaceAll(/\p{M}/gu, '').length, ...more }).map(({ pieces }) =>
    pieces.map((piece) => piece.text).join(''),
  );

describe('lines from right to left', () => {
  it('are broken as they are read, and each is put in order by itself', () => {
    // The first words stand on the first line, not on the last.
    expect(shown('דוד בן משה 12 Ward 4', 10)).toEqual(['משה בן דוד', 'Ward 4 12']);
    expect(shown('Ali דוד בן משה', 10)).toEqual(['Ali בן דוד', 'משה']);
  });

  it('go to the end of the line with hyphens and strokes, and never between a letter and its marks', () => {
    expect(shown('אבג-דהו', 4)).toEqual(['-אבג', 'דהו']);
    expect(shown('אבג 12/3', 7)).toEqual(['אבג', '12/3']);
    const marked = 'שָׁ'.repeat(5);
    const lines = shown(marked, 2);
    expect(lines).toHaveLength(3);
    expect(lines.join('')).toBe(marked.normalize('NFC'));
    for (const line of lines) expect(line).toMatch(/^ש/);
  });

  it('end with an ellipsis at their left where there are more than may be', () => {
    expect(shown('דוד בן משה הכהן', 10, { lines: 1 })).toEqual(['…מש בן דוד']);
    expect(shown('דוד בן', 10, { lines: 1 })).toEqual(['בן דוד']);
  });

  it('hold all that was said, whatever the width', () => {
    const text = 'החולה רבקה (לוי) בת 45, room 4B-north/12 ב-12/3 שָׁלוֹם';
    const letters = (said: string): string[] => [...said.replaceAll(/[ ()]/g, '')].sort();
    for (let room = 1; room < 60; room += 3) expect(letters(shown(text, room).join('')), String(room)).toEqual(letters(text));
  });

  it.each([
    ['one word', 'ש'.repeat(20_000)],
    ['signs', `ש${'$1'.repeat(20_000)}`],
    ['isolates', '\u2067ש\u2069'.repeat(20_000)],
    ['brackets', `${'('.repeat(20_000)}ש`],
    ['marks', `ש${'\u05b0'.repeat(20_000)}`],
    ['nothing', ''],
  ])('stay few for %s without an end', (_, text) => {
    expect(shown(text, 5).length).toBeLessThan(800);
    expect(shown(text, 5, { lines: 2 }).length).toBeLessThanOrEqual(2);
  });
});
