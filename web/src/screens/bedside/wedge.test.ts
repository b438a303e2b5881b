import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { gapMsMax, groupSeparator, type Heard, type Key, WedgeReader } from './wedge.ts';

/** Keys one after the other, `gap` ms apart. */
function typed(keys: readonly (string | Omit<Key, 'atMs'>)[], gap = 8, reader = new WedgeReader(), fromMs = 0): Heard[] {
  return keys.map((one, at) => reader.hear({ ...(typeof one === 'string' ? { key: one } : one), atMs: fromMs + at * gap }));
}
const scanned = (heard: readonly Heard[]): string[] => heard.flatMap((one) => (one.is === 'end' ? [one.raw] : []));

describe('a scanner that types', () => {
  it('is heard by its speed, ended by Enter or Tab, whatever the code', () => {
    const character = fc.integer({ min: 33, max: 126 }).map((code) => String.fromCharCode(code));
    fc.assert(
      fc.property(fc.array(character, { minLength: 4, maxLength: 60 }), fc.constantFrom('Enter', 'Tab'), (code, end) => {
        expect(scanned(typed([...code, end]))).toEqual([code.join('')]);
      }),
    );
  });

  it('gives FNC1 in each way in which scanners send it', () => {
    const ways: (string | Omit<Key, 'atMs'>)[][] = [
      [groupSeparator],
      ['F8'],
      ['Control', { key: ']', ctrl: true }],
      ['Alt', { key: '0', alt: true }, { key: '2', alt: true }, { key: '9', alt: true }],
      ['Alt', { key: '0', alt: true }, { key: '0', alt: true }, { key: '2', alt: true }, { key: '9', alt: true }],
    ];
    for (const way of ways)
      expect(scanned(typed([...'10A1', ...way, ...'21X', 'Enter'])), JSON.stringify(way)).toEqual([`10A1${groupSeparator}21X`]);
  });

  it('sends capitals with Shift and stays one code', () => {
    expect(scanned(typed(['Shift', 'M', 'Shift', 'R', 'N', '-', '1', 'Enter']))).toEqual(['MRN-1']);
  });

  it('swallows the second Enter or line feed behind a code, and no later one', () => {
    const reader = new WedgeReader();
    typed([...'12345678', 'Enter'], 8, reader);
    expect(reader.hear({ key: 'Enter', atMs: 90 })).toEqual({ is: 'mine' });
    expect(reader.hear({ key: 'j', ctrl: true, atMs: 95 })).toEqual({ is: 'mine' });
    expect(reader.hear({ key: 'Enter', atMs: 2000 })).toEqual({ is: 'not-mine' });
  });

  it('ends a code without Enter by the pause behind it', () => {
    const reader = new WedgeReader();
    typed([...'0300010010117'], 8, reader);
    expect(reader.pause(400)).toBe('0300010010117');
    typed([...'abc'], 8, reader, 1000);
    expect(reader.pause(1400)).toBeUndefined();
    expect(reader.held).toBe(0);
  });

  it('is not a person who types, holds a key down, or presses Enter', () => {
    expect(scanned(typed([...'paracetamol', 'Enter'], gapMsMax + 20))).toEqual([]);
    expect(scanned(typed([...Array.from({ length: 9 }, () => ({ key: 'a', repeat: true })), 'Enter']))).toEqual([]);
    expect(typed(['Enter', 'Tab', ' ', 'ArrowDown', { key: 'k', ctrl: true }], 200)).toEqual(
      Array.from({ length: 5 }, () => ({ is: 'not-mine' })),
    );
  });
});
