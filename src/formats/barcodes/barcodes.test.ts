import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkDigit, withCheck } from './check-digit.ts';
import { dateOf, fullYear } from './dates.ts';
import { fnc1, writeElementStrings } from './element-strings.ts';
import { ndc12, ndcCandidates, ndcsOf, ndcWordings } from './ndc.ts';
import { readBarcode } from './read.ts';

const asOf = new Date('2026-11-22T12:00:00Z');
const read = (raw: string | Uint8Array) => readBarcode(raw, asOf);
const gtin = withCheck('0031234567890');
const gsrn = withCheck('95011015300100001');

describe('a scanned symbol', () => {
  it.each([
    `]d201${gtin}172612${'31'}10A1${fnc1}21XY7`,
    `]C101${gtin}1726123110A1${fnc1}21XY7`,
    `]Q3${fnc1}01${gtin}1726123110A1${fnc1}21XY7`,
    `01${gtin}1726123110A1${fnc1}21XY7\r\n`,
    `(01)${gtin}(17)261231(10)A1(21)XY7`,
    `]d201${gtin}1726123110A1<GS>21XY7`,
    `https://id.gs1.org/01/${gtin}/10/A1/21/XY7?17=261231`,
  ])('says product, expiry, lot and serial: %j', (raw) => {
    expect(read(raw)).toMatchObject({ gtins: [gtin], expires: '2026-12-31', lot: 'A1', serial: 'XY7', faults: [], doubts: [] });
  });

  it('is the same as bytes', () => {
    expect(read(new TextEncoder().encode(`]d201${gtin}`))).toEqual(read(`]d201${gtin}`));
  });

  it('is one product as UPC-A, as EAN-13 with a leading zero, and as GTIN-14', () => {
    const upc = gtin.slice(2);
    for (const raw of [upc, `0${upc}`, `00${upc}`, `]E0${upc}`, `]E00${upc}`, `]C0${upc}`, `]I100${upc}`])
      expect(read(raw).gtins).toEqual([gtin]);
  });

  it('of eight digits can be EAN-8 or a shortened UPC-E', () => {
    expect(read(']E496385074').gtins).toEqual(['00000096385074']);
    expect(read('01234565').gtins).toContain(`00${withCheck('01234500006')}`);
  });

  it('with a wrong check digit says so and is no product', () => {
    const wrong = `${gtin.slice(0, -1)}${(checkDigit(gtin.slice(0, -1)) + 1) % 10}`;
    for (const raw of [`]d201${wrong}`, `]E0${wrong.slice(1)}`, `(01)${wrong}`]) {
      const code = read(raw);
      expect([code.kind, code.gtins]).toEqual(['unreadable', []]);
      expect(code.faults.join()).toContain('check digit');
    }
    expect(read(wrong.slice(2)).gtins).toEqual([]);
    expect(read(wrong.slice(2)).doubts.join()).toContain('last digit');
  });

  it('of a wristband says recipient and print', () => {
    expect(read(`]d28018${gsrn}${fnc1}80193`)).toMatchObject({ gsrn, instance: '3', faults: [] });
    expect(read(`]d28018${gsrn}80193`)).toMatchObject({ gsrn, instance: '3' });
    expect(read(']C0MRN-00123')).toMatchObject({ kind: 'text', text: 'MRN-00123' });
  });

  it('keeps identifiers that are not in the table', () => {
    expect(read(`]d201${gtin}4321XX${fnc1}7230EM123`).elements.map(({ ai, title }) => [ai, title])).toEqual([
      ['01', 'GTIN'],
      ['4321', 'unknown'],
      ['7230', 'unknown'],
    ]);
  });

  it('says where a separator seems to be lost', () => {
    expect(read(`]d201${gtin}10LOT717261231`).doubts.join()).toContain('FNC1');
  });

  it('never reads what is cut, empty, with control characters or endless', () => {
    for (const raw of [
      ']d2',
      '',
      ']d201003',
      `]d2${fnc1}`,
      'A\0B',
      '9'.repeat(5000),
      ']d20',
      `]d201${gtin}17261331`,
      `]d201${gtin}${'x'.repeat(9)}`,
    ])
      expect(read(raw).faults, raw).not.toEqual([]);
  });
});

describe('dates', () => {
  it('end with the month where the day is 00', () => {
    expect(['260200', '280200', '261231', '261301', '260230'].map((digits) => dateOf(digits, 2026))).toEqual([
      '2026-02-28',
      '2028-02-29',
      '2026-12-31',
      undefined,
      undefined,
    ]);
    expect(dateOf('2612311430', 2026)).toBe('2026-12-31T14:30');
  });
  it('lie in the nearest century', () => {
    expect([77, 76, 78, 0, 99].map((yy) => fullYear(yy, 2026))).toEqual([1977, 2076, 1978, 2000, 1999]);
    expect([1, 49, 48, 99].map((yy) => fullYear(yy, 2099))).toEqual([2101, 2149, 2148, 2099]);
    expect(fullYear(1, 2051)).toBe(2101);
  });
});

describe('national drug codes', () => {
  it('are one in every form', () => {
    const forms = ['0002-8215-01', '00002-8215-01', '000002-8215-01', '00002821501', '000002821501'];
    expect(new Set(forms.flatMap(ndcsOf))).toEqual(new Set(['000002-8215-01']));
    expect(ndc12('50580-600-2')).toBeUndefined();
    expect(ndcWordings('000002-8215-01')).toEqual(expect.arrayContaining(forms.slice(0, 4)));
  });
  it('of a product number are three candidates', () => {
    expect(ndcCandidates(withCheck('0030002821501'))).toEqual(['000002-8215-01', '000028-0215-01', '000028-2150-01']);
    expect(ndcCandidates(withCheck('0040002821501'))).toEqual([]);
  });
});

const digits = (length: number) =>
  fc.array(fc.integer({ min: 0, max: 9 }), { minLength: length, maxLength: length }).map((all) => all.join(''));
const words = fc.stringMatching(/^[A-Z0-9]{1,20}$/);
const day = fc.tuple(fc.integer({ min: 0, max: 99 }), fc.integer({ min: 1, max: 12 }), fc.integer({ min: 0, max: 28 }));
const label = fc.record({
  '01': digits(13).map(withCheck),
  '17': day.map((parts) => parts.map((part) => String(part).padStart(2, '0')).join('')),
  '10': words,
  '21': words,
  '30': fc.integer({ min: 1, max: 99_999_999 }).map(String),
  '240': words,
});
const elementsOf = (made: Record<string, string>) => Object.entries(made).map(([ai, value]) => ({ ai, value }));
const sorted = (all: readonly { ai: string; value: string }[]) => all.map(({ ai, value }) => `${ai} ${value}`).sort();

describe('all labels', () => {
  it('read as they were written, in both forms', () => {
    fc.assert(
      fc.property(
        label,
        fc.constantFrom('raw' as const, 'bracketed' as const),
        fc.constantFrom(']d2', ']C1', ']Q3', ''),
        (made, form, sign) => {
          const elements = elementsOf(made);
          const code = read(sign + writeElementStrings(elements, form));
          expect(code.faults).toEqual([]);
          expect(sorted(code.elements)).toEqual(sorted(elements));
        },
      ),
      { numRuns: 1000 },
    );
  });

  // A directory of products; a code that was damaged must be the product that it was made from, or none.
  it('damaged in 10,000 ways never match another product', () => {
    const items = Array.from({ length: 400 }, (_, i) => withCheck(`00312345${String(i * 37 + 1000).padStart(5, '0')}`));
    const directory = new Set(items);
    let wrong = 0;
    let matched = 0;
    fc.assert(
      fc.property(
        fc.constantFrom(...items),
        fc.constantFrom('none', 'digit', 'swap', 'cut', 'separator', 'sign'),
        fc.constantFrom(']d2', ']C1', ']E0', ''),
        fc.nat(),
        fc.integer({ min: 1, max: 9 }),
        words,
        (item, damage, sign, at, by, lot) => {
          const data = sign === ']E0' ? item.slice(1) : `01${item}17261231${`10${lot}`}${fnc1}21${lot}`;
          const first = sign === ']E0' ? 0 : 2;
          const place = first + (at % (sign === ']E0' ? 13 : 14));
          const digit = (text: string) => text.slice(0, place) + ((Number(text[place]) + by) % 10) + text.slice(place + 1);
          const swapped = (text: string) =>
            place + 1 < text.length ? text.slice(0, place) + text[place + 1] + text[place] + text.slice(place + 2) : text;
          const raw = {
            none: sign + data,
            digit: sign + digit(data),
            swap: sign + swapped(data),
            cut: (sign + data).slice(0, at % (sign + data).length),
            separator: sign + data.replace(fnc1, ''),
            sign: [']E0', ']d2', ']C0', ']I1', ']E4', ']A0', ']X9'][at % 7] + data,
          }[damage]!;
          const found = read(raw).gtins.filter((each) => directory.has(each));
          if (found.length > 0) matched++;
          // Two neighbours that differ by five may be swapped unseen (the check digit's known gap): then it is another number.
          if (found.some((each) => each !== item)) wrong++;
        },
      ),
      { numRuns: 10_000, seed: 42 },
    );
    expect(wrong).toBe(0);
    expect(matched).toBeGreaterThan(2000);
  });

  it('and anything else never throw', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (raw) => void read(raw)),
      { numRuns: 2000 },
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (raw) => void read(raw)),
      { numRuns: 1000 },
    );
  });
});
