// The label of a compound, a syringe or an IV bag: GS1 DataMatrix with product, expiry, lot and serial (01, 17, 10, 21) where the
// product has a number, otherwise a DataMatrix with the number that the pharmacy gave it.
import { fail, ok, type Result } from '../../../fhir/result.ts';
import { hasGoodCheck } from '../check-digit.ts';
import type { Label } from './label.ts';
import { drawSymbol, type SymbolKind } from './symbol.ts';

export interface DrugLabel {
  drug: string;
  dose?: string;
  route?: string;
  rate?: string;
  patient?: string;
  number?: string;
  /** `2026-12-31`. */
  expires?: string;
  lot?: string;
  serial?: string;
  /** 14 digits. */
  gtin?: string;
  /** The pharmacy's own number, where there is no product number. */
  internal?: string;
}

/** A bracket would be taken for the next element where it is written with brackets. */
const isValue = (text: string): boolean => /^[!"%-'*-?A-Z_a-z]{1,20}$/.test(text);

export function labelText({ gtin, expires, lot, serial, internal }: DrugLabel): Result<{ kind: SymbolKind; text: string }> {
  if (gtin === undefined)
    return internal !== undefined && /^[\x21-\x7e]{1,30}$/.test(internal)
      ? ok({ kind: 'datamatrix', text: internal })
      : fail('invalid', 'A label has a product number or one of the pharmacy', 'gtin');
  if (!/^\d{14}$/.test(gtin) || !hasGoodCheck(gtin)) return fail('invalid', 'gtin has 14 digits with a good check digit', 'gtin');
  if (expires !== undefined && !/^20\d\d-\d\d-\d\d$/.test(expires))
    return fail('invalid', 'expires is a date, such as 2026-12-31', 'expires');
  for (const [name, value] of [
    ['lot', lot],
    ['serial', serial],
  ] as const)
    if (value !== undefined && !isValue(value))
      return fail('invalid', `${name} has at most 20 letters, digits and signs that GS1 allows, without brackets`, name);
  const parts = [
    `(01)${gtin}`,
    expires === undefined ? '' : `(17)${expires.slice(2).replaceAll('-', '')}`,
    lot === undefined ? '' : `(10)${lot}`,
    serial === undefined ? '' : `(21)${serial}`,
  ];
  return ok({ kind: 'gs1-datamatrix', text: parts.join('') });
}

export function drugLabel(label: DrugLabel): Result<Label> {
  const text = labelText(label);
  if (!text.ok) return text;
  const symbol = drawSymbol(text.value.kind, text.value.text);
  if (!symbol.ok) return symbol;
  const line = (title: string, says: string | undefined, size = 8) => (says === undefined ? [] : [{ title, says, size }]);
  return ok({
    widthMm: 90,
    heightMm: 45,
    symbol: symbol.value,
    moduleMm: 0.7,
    lines: [
      { title: 'Drug', says: label.drug, size: 10, bold: true as const },
      ...line('Dose', label.dose, 9),
      ...line('Route', label.route, 9),
      ...line('Rate', label.rate, 9),
      ...line('Patient', label.patient),
      ...line('No.', label.number),
      ...line('Use by', label.expires),
      ...line('Lot', label.lot),
      ...line('Label', label.internal, 6),
    ],
  });
}
