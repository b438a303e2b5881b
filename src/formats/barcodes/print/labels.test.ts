// What is printed is what is scanned: symbols drawn for random wristbands and labels are read by a decoder and then by our own reader.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { prepareZXingModule, type ReadResult, readBarcodes } from 'zxing-wasm/reader';
import { withCheck } from '../check-digit.ts';
import { readBarcode } from '../read.ts';
import { drugLabel, labelText } from './drug-label.ts';
import { labelPdf } from './label.ts';
import { drawSymbol, type PrintedSymbol } from './symbol.ts';
import { bandText, wristband } from './wristband.ts';

beforeAll(() => {
  const file = createRequire(import.meta.url).resolve('zxing-wasm/reader/zxing_reader.wasm');
  const { buffer } = Uint8Array.from(readFileSync(file));
  prepareZXingModule({ overrides: { wasmBinary: buffer } });
});

/** As a picture of four points a module, with its quiet zone. */
function pictureOf({ rows, quiet }: PrintedSymbol) {
  const tall = rows.length === 1 ? Array.from({ length: 30 }, () => rows[0]!) : rows;
  const scale = 4;
  const [width, height] = [(tall[0]!.length + 2 * quiet) * scale, (tall.length + 2 * quiet) * scale];
  const data = new Uint8ClampedArray(width * height * 4).fill(255);
  tall.forEach((row, y) => {
    row.forEach((dark, x) => {
      if (!dark) return;
      for (let dy = 0; dy < scale; dy++)
        for (let dx = 0; dx < scale; dx++)
          data.fill(
            0,
            (((y + quiet) * scale + dy) * width + (x + quiet) * scale + dx) * 4,
            (((y + quiet) * scale + dy) * width + (x + quiet) * scale + dx) * 4 + 3,
          );
    });
  });
  return { data, width, height, colorSpace: 'srgb' as const };
}
async function scanned(symbol: PrintedSymbol): Promise<string> {
  const found: ReadResult[] = await readBarcodes(pictureOf(symbol), { textMode: 'Plain' });
  expect(found).toHaveLength(1);
  return `${found[0]!.symbologyIdentifier}${found[0]!.text}`;
}
const drawn = (kind: Parameters<typeof drawSymbol>[0], text: string): PrintedSymbol => {
  const symbol = drawSymbol(kind, text);
  if (!symbol.ok) throw new Error(symbol.problem.message);
  return symbol.value;
};

const digits = (length: number) => fc.stringMatching(new RegExp(`^[0-9]{${length}}$`));
const value = fc.stringMatching(/^[!"%-'*-9<-?A-Z_a-z]{1,20}$/);
const expiry = fc
  .date({ min: new Date('2026-01-01'), max: new Date('2040-12-31'), noInvalidDate: true })
  .map((date) => date.toISOString().slice(0, 10));

describe('printed and scanned', () => {
  it('a wristband says whose it is and which print (100 random ones)', async () => {
    await fc.assert(
      fc.asyncProperty(digits(17), fc.integer({ min: 0, max: 9_999_999_999 }), async (body, print) => {
        const band = { name: 'A', gsrn: withCheck(body), instance: String(print) };
        const text = bandText(band, 'gs1-datamatrix');
        expect(text.ok).toBe(true);
        const read = readBarcode(await scanned(drawn('gs1-datamatrix', text.ok ? text.value : '')));
        expect(read).toMatchObject({ gsrn: band.gsrn, instance: band.instance, faults: [] });
      }),
      { numRuns: 100 },
    );
  }, 60_000);

  it('a label of a drug says product, expiry, lot and serial (100 random ones)', async () => {
    await fc.assert(
      fc.asyncProperty(digits(13), expiry, value, value, async (body, expires, lot, serial) => {
        const label = { drug: 'x', gtin: withCheck(body), expires, lot, serial };
        const text = labelText(label);
        expect(text.ok).toBe(true);
        const read = readBarcode(await scanned(drawn('gs1-datamatrix', text.ok ? text.value.text : '')), new Date('2026-11-22'));
        expect(read).toMatchObject({ gtins: [label.gtin], expires, lot, serial, faults: [] });
      }),
      { numRuns: 100 },
    );
  }, 60_000);

  it('record numbers and numbers of the pharmacy are read as they are', async () => {
    for (const number of ['MRN-00123', 'A', '~x|y', '000123']) {
      expect(readBarcode(await scanned(drawn('code-128', number))).text).toBe(number);
      expect(readBarcode(await scanned(drawn('datamatrix', `LL-${number}`))).text).toBe(`LL-${number}`);
    }
  });
});

describe('the page', () => {
  const band = { name: 'Łukasz Žižek', birthDate: '1970-01-01', number: 'MRN-1', gsrn: withCheck('95011015300100001'), instance: '2' };
  it('is a PDF, and says which letters it cannot print', async () => {
    const label = wristband(band, 'gs1-datamatrix');
    if (!label.ok) throw new Error(label.problem.message);
    const { pdf, unprinted } = await labelPdf(label.value);
    expect(pdf.subarray(0, 5).toString()).toBe('%PDF-');
    expect(unprinted).toEqual(['Name']);
    const plain = wristband({ ...band, name: 'Anne-Zoé Müller' }, 'code-128');
    expect(plain.ok && (await labelPdf(plain.value)).unprinted).toEqual([]);
  });

  it('prints Arabic and Hebrew, and no part of a name whose other letters no font has', async () => {
    const printed = async (name: string): Promise<{ unprinted: string[]; raw: string }> => {
      const label = wristband({ ...band, name }, 'gs1-datamatrix');
      if (!label.ok) throw new Error(label.problem.message);
      const { pdf, unprinted } = await labelPdf(label.value);
      return { unprinted, raw: pdf.toString('latin1') };
    };
    for (const name of ['علي حسن', 'רבקה (לוי) 3/4', 'Ali علي Hassan']) {
      const { unprinted, raw } = await printed(name);
      expect([name, unprinted, raw.includes('DejaVuSans-Bold')]).toEqual([name, [], true]);
    }
    for (const name of ['علي ہے', 'עלי Žižek Łukasz', 'עלי\u202e12']) expect((await printed(name)).unprinted, name).toEqual(['Name']);
    expect((await printed('Anne-Zoé')).raw).not.toContain('DejaVu');
  });

  it('refuses what no symbol holds', () => {
    expect(wristband({ ...band, gsrn: '950110153001000010' }, 'gs1-datamatrix').ok).toBe(false);
    expect(wristband({ name: 'x', instance: '1' }, 'code-128').ok).toBe(false);
    for (const more of [
      { gtin: '1' },
      { gtin: withCheck('0030001001011'), lot: 'A(10)' },
      { gtin: withCheck('0030001001011'), expires: '31.12.26' },
      { internal: 'ü' },
      {},
    ])
      expect(drugLabel({ drug: 'x', ...more }).ok).toBe(false);
  });
});
