// A patient's wristband: GS1 DataMatrix with the service relation (AI 8018) and which print this is (8019), as GS1's guideline for
// patient identification has it; or Code 128 of the record number, which cannot say which print it is.
import { fail, ok, type Result } from '../../../fhir/result.ts';
import { hasGoodCheck } from '../check-digit.ts';
import type { Label } from './label.ts';
import { drawSymbol } from './symbol.ts';

export interface Wristband {
  name: string;
  birthDate?: string;
  number?: string;
  gsrn?: string;
  instance: string;
}

export type BandSymbol = 'gs1-datamatrix' | 'code-128';

/** What is in the symbol: element strings in brackets, or the record number. */
export function bandText({ gsrn, instance, number }: Wristband, kind: BandSymbol): Result<string> {
  if (kind === 'code-128')
    return number !== undefined && /^[\x21-\x7e]{1,30}$/.test(number)
      ? ok(number)
      : fail('precondition', 'The patient has no record number that Code 128 can hold: use the GS1 DataMatrix', 'symbol');
  if (gsrn === undefined || !/^\d{18}$/.test(gsrn) || !hasGoodCheck(gsrn))
    return fail('precondition', 'The patient has no GSRN (identifier of https://www.gs1.org/gsrn): give one, or print Code 128', 'symbol');
  return /^\d{1,10}$/.test(instance) ? ok(`(8018)${gsrn}(8019)${instance}`) : fail('invalid', 'A print has at most 10 digits', 'instance');
}

export function wristband(band: Wristband, kind: BandSymbol): Result<Label> {
  const text = bandText(band, kind);
  if (!text.ok) return text;
  const symbol = drawSymbol(kind, text.value);
  if (!symbol.ok) return symbol;
  return ok({
    widthMm: 150,
    heightMm: 25,
    symbol: symbol.value,
    moduleMm: kind === 'code-128' ? 0.33 : 0.8,
    barsMm: 9,
    lines: [
      { title: 'Name', says: band.name, size: 11, bold: true },
      ...(band.birthDate === undefined ? [] : [{ title: 'Born', says: band.birthDate, size: 9 }]),
      ...(band.number === undefined ? [] : [{ title: 'No.', says: band.number, size: 9 }]),
      ...(kind === 'code-128' ? [] : [{ title: 'Print', says: band.instance, size: 6 }]),
    ],
  });
}
