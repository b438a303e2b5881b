// Raw scanner input to what it says. Tolerant of scanners (with or without symbology identifiers, with a carriage return
// behind, FNC1 as <GS>), strict with numbers: a wrong check digit or length is a fault, and what has a fault matches nothing.
import { checkDigit, hasGoodCheck } from './check-digit.ts';
import type { Barcode, Element } from './contract.ts';
import { dateOf } from './dates.ts';
import { type ElementStrings, fnc1, readBracketed, readElementStrings } from './element-strings.ts';
import { symbologyOf } from './symbology.ts';

const charactersMax = 4096;

/** `asOf` decides the century of two-digit years. */
export function readBarcode(raw: string | Uint8Array, asOf: Date = new Date()): Barcode {
  const sent = typeof raw === 'string' ? raw : new TextDecoder('latin1').decode(raw);
  const { symbology, data: behind } = symbologyOf(sent.slice(0, charactersMax).trim());
  const data = behind.replace(/<GS>|\{GS\}|\^\]/g, fnc1);
  const code: Barcode = {
    raw: sent,
    ...(symbology ? { symbology: symbology.title } : {}),
    kind: 'text',
    elements: [],
    gtins: [],
    faults: [],
    doubts: [],
  };
  const year = asOf.getUTCFullYear();
  if (sent.length > charactersMax) return faulty(code, `it is longer than ${charactersMax} characters`);
  if (data === '') return faulty(code, 'nothing was scanned');
  if (symbology?.holds === 'item') return readItem(code, data, symbology.digits ?? []);
  const bracketed = readBracketed(data, year);
  if (bracketed) return told(code, bracketed, year);
  if (symbology?.holds === 'gs1' || data.includes(fnc1)) return told(code, readElementStrings(data, year), year);
  if (/\p{Cc}/u.test(data)) return faulty(code, 'it holds control characters');
  const linked = digitalLink(data);
  if (linked) return told(code, readBracketed(linked, year) ?? { elements: [], faults: [], doubts: [] }, year);
  // Without a sign that it is of GS1 it is so only where everything fits, check digits and all.
  if (/^(?:01\d{14}|801[78]\d{18}|00\d{18}$)/.test(data)) {
    const guessed = readElementStrings(data, year);
    if (guessed.faults.length === 0) return { ...told(code, guessed, year), ...(data.length <= 20 ? { text: data } : {}) };
    code.doubts.push(...guessed.faults);
  }
  code.text = data;
  code.gtins = itemNumbers(data);
  if (code.gtins.length > 0) code.kind = 'item';
  else if (/^(?:\d{12,14})$/.test(data))
    code.doubts.push(`as a product number its last digit would have to be ${checkDigit(data.slice(0, -1))}`);
  return code;
}

function readItem(code: Barcode, data: string, lengths: readonly number[]): Barcode {
  if (!/^\d+$/.test(data) || !lengths.includes(data.length))
    return faulty(code, `${data.length} characters where a product number has ${lengths.join(' or ')} digits: scan again`);
  // An add-on of two or five digits follows the thirteen.
  const digits = data.length > 14 ? data.slice(0, 13) : data;
  if (!hasGoodCheck(digits))
    return faulty(code, `the check digit is wrong (${digits.at(-1)} where ${checkDigit(digits.slice(0, -1))} is right): scan again`);
  return { ...code, kind: 'item', gtins: [digits.padStart(14, '0')] };
}

/** All product numbers that bare digits can be: EAN-13, UPC-A, GTIN-14, EAN-8, and UPC-E unfolded. */
function itemNumbers(data: string): string[] {
  if (!/^(?:\d{8}|\d{12,14})$/.test(data)) return [];
  const found = hasGoodCheck(data) ? [data.padStart(14, '0')] : [];
  const unfolded = data.length === 8 && /^[01]/.test(data) ? upcA(data) : undefined;
  if (unfolded !== undefined && hasGoodCheck(unfolded)) found.push(unfolded.padStart(14, '0'));
  return [...new Set(found)].filter((gtin) => !/^0+$/.test(gtin));
}

/** UPC-E to the UPC-A that it shortens (GS1 General Specifications, 5.2.2.4.2). */
function upcA(short: string): string {
  const [system, a, b, c, d, e, f, check] = [...short] as [string, string, string, string, string, string, string, string];
  const body =
    Number(f) <= 2
      ? `${a}${b}${f}0000${c}${d}${e}`
      : f === '3'
        ? `${a}${b}${c}00000${d}${e}`
        : f === '4'
          ? `${a}${b}${c}${d}00000${e}`
          : `${a}${b}${c}${d}${e}0000${f}`;
  return `${system}${body}${check}`;
}

/** https://id.gs1.org/01/00312345678906/10/A1?17=261231 as (01)…(10)…(17)… (GS1 Digital Link 1.4). */
function digitalLink(data: string): string | undefined {
  const [, path = '', query = ''] = /^https?:\/\/[^/?#]+((?:\/[^/?#]+)*?\/(?:01|8018)\/[^?#]+)(?:\?([^#]*))?/i.exec(data) ?? [];
  if (path === '') return undefined;
  const parts = path.slice(path.search(/\/(?:01|8018)\//) + 1).split('/');
  const pairs: [string, string][] = [];
  for (let i = 0; i + 1 < parts.length; i += 2) pairs.push([parts[i]!, parts[i + 1]!]);
  for (const [ai, value] of new URLSearchParams(query)) if (/^\d{2,4}$/.test(ai)) pairs.push([ai, value]);
  try {
    return pairs.map(([ai, value]) => `(${ai})${decodeURIComponent(ai === '01' ? value.padStart(14, '0') : value)}`).join('');
  } catch {
    return undefined;
  }
}

function told(code: Barcode, { elements, faults, doubts }: ElementStrings, year: number): Barcode {
  if (elements.length === 0 && faults.length === 0) return faulty(code, 'nothing was scanned');
  const made: Barcode = { ...code, kind: faults.length > 0 ? 'unreadable' : 'gs1', elements, faults, doubts: [...code.doubts, ...doubts] };
  if (faults.length > 0) return made;
  for (const { ai, value } of elements) take(made, { ai, value }, year);
  return made;
}

function take(code: Barcode, { ai, value }: Pick<Element, 'ai' | 'value'>, year: number): void {
  if (ai === '01') code.gtins = [value];
  else if (ai === '10') code.lot = value;
  else if (ai === '21') code.serial = value;
  else if (ai === '8018') code.gsrn = value;
  else if (ai === '8019') code.instance = value;
  else if (ai === '8017') code.providerGsrn = value;
  else if (ai === '30' || ai === '37') code.count = Number(value);
  else if (ai === '7003' || (ai === '17' && code.expires === undefined)) {
    const expires = dateOf(value, year);
    if (expires !== undefined) code.expires = expires;
  }
}

const faulty = (code: Barcode, why: string): Barcode => ({ ...code, kind: 'unreadable', faults: [...code.faults, why] });
