// Symbols of labels as rows of dark and light modules: GS1 DataMatrix, plain DataMatrix and Code 128 (ISO/IEC 16022, 15417), which
// print sharp at any size. What is drawn is read back by src/formats/barcodes.
import bwipjs from 'bwip-js/node';
import { fail, ok, type Result } from '../../../fhir/result.ts';

export interface PrintedSymbol {
  /** One row where it is a line of bars. */
  rows: readonly (readonly boolean[])[];
  /** Light modules that must surround it. */
  quiet: number;
}

export type SymbolKind = 'gs1-datamatrix' | 'datamatrix' | 'code-128';
const kinds = {
  'gs1-datamatrix': { bcid: 'gs1datamatrix', quiet: 2 },
  datamatrix: { bcid: 'datamatrix', quiet: 2 },
  'code-128': { bcid: 'code128', quiet: 10 },
} as const;

/** `text`: element strings in brackets for GS1, `(8018)…(8019)…`; otherwise as it is, printable ASCII. */
export function drawSymbol(kind: SymbolKind, text: string): Result<PrintedSymbol> {
  if (!/^[\x20-\x7e]{1,200}$/.test(text)) return fail('invalid', 'A symbol holds 1 to 200 letters, digits and signs of ASCII', 'symbol');
  const { bcid, quiet } = kinds[kind];
  try {
    const [drawn]: unknown[] = bwipjs.raw({ bcid, text });
    const rows = rowsOf(drawn);
    return rows === undefined ? fail('invalid', 'The symbol could not be drawn', 'symbol') : ok({ rows, quiet });
  } catch {
    // The library throws on what its symbology does not hold.
    return fail('invalid', `${kind} does not hold this text`, 'symbol');
  }
}

function rowsOf(drawn: unknown): boolean[][] | undefined {
  if (typeof drawn !== 'object' || drawn === null) return undefined;
  if ('pixs' in drawn && 'pixx' in drawn && Array.isArray(drawn.pixs) && typeof drawn.pixx === 'number') {
    const { pixs, pixx } = drawn;
    return Array.from({ length: pixs.length / pixx }, (_, y) => pixs.slice(y * pixx, (y + 1) * pixx).map((one) => one === 1));
  }
  if (!('sbs' in drawn) || !Array.isArray(drawn.sbs)) return undefined;
  // Bars and spaces in turn, each so many modules wide.
  return [drawn.sbs.flatMap((width, i) => Array.from({ length: Number(width) }, () => i % 2 === 0))];
}
