// What a recall is asked by: a lot, a product's number (national drug code or GTIN) or part of its name, or the code on a package that
// holds them; and since when.
import { fail, ok, type Result } from '../../fhir/result.ts';
import { withCheck } from '../../formats/barcodes/check-digit.ts';
import { ndcCandidates, ndcsOf, ndcWordings } from '../../formats/barcodes/ndc.ts';
import { readBarcode } from '../../formats/barcodes/read.ts';
import { ndcSystems, numberSystems, tokensOf } from './scan-products.ts';

export interface RecallWish {
  lot?: string;
  /** Part of its name. */
  product?: string;
  number?: {
    asked: string;
    /** `system|value`, in every wording that means it. */
    tokens: string[];
    values: ReadonlySet<string>;
    /** Ten digits without hyphens are one of several codes: all are looked for. */
    means: string[];
  };
  /** A day; what is older is left out. */
  since?: string;
}

const known = ['lot', 'product', 'ndc', 'since', 'scan'];
const lettersMin = 3;

export function readRecallWish(url: string, now: Date): Result<RecallWish> {
  const query = new URL(url, 'http://here').searchParams;
  const unknown = [...query.keys()].find((name) => !known.includes(name));
  if (unknown !== undefined)
    return fail('invalid', `${JSON.stringify(unknown.slice(0, 40))} is not understood here: known are ${known.join(', ')}`);
  const scanned = query.has('scan') ? packageOf(query.get('scan') ?? '', now) : ok<Package>({});
  if (!scanned.ok) return scanned;
  if (query.has('scan') && ['lot', 'product', 'ndc'].some((name) => query.has(name)))
    return fail('invalid', 'scan says lot and number by itself: send it without lot, ndc and product', 'scan');
  const said = known.map((name) => query.get(name) || undefined);
  const [lot = scanned.value.lot, product, asked = scanned.value.number, since] = said;
  // GS1: a lot has at most 20 characters; other labels have longer ones.
  if ((lot === undefined && query.has('lot')) || (lot !== undefined && (!/^[\x20-\x7e]{1,60}$/.test(lot) || lot.trim() !== lot)))
    return fail('invalid', 'lot is the lot number as the package has it, such as lot=A12345', 'lot');
  if (product !== undefined && product.length > 100) return fail('invalid', 'product is part of its name, at most 100 letters', 'product');
  if (lot === undefined && asked === undefined && (product?.trim().length ?? 0) < lettersMin)
    return fail('invalid', `A recall needs a lot, an ndc or at least ${lettersMin} letters of a product's name`, 'lot');
  const number = asked === undefined ? undefined : numberOf(asked.trim(), now);
  if (asked !== undefined && number === undefined)
    return fail(
      'invalid',
      'ndc is a national drug code such as 0002-8215-01, or a product number of 8, 12, 13 or 14 digits with its check digit',
      'ndc',
    );
  if (since !== undefined && (!/^\d{4}-\d\d-\d\d$/.test(since) || Number.isNaN(Date.parse(since))))
    return fail('invalid', 'since is a day such as 2026-11-01', 'since');
  return ok({
    ...(lot === undefined ? {} : { lot }),
    ...(product === undefined ? {} : { product }),
    ...(number === undefined ? {} : { number }),
    ...(since === undefined ? {} : { since }),
  });
}

interface Package {
  lot?: string;
  number?: string;
}
const scanLength = 4096;

/** The lot and the product number of a package, as its code says them. */
function packageOf(raw: string, now: Date): Result<Package> {
  if (raw === '' || raw.length > scanLength)
    return fail('invalid', `scan is what the scanner sent, at most ${scanLength} characters`, 'scan');
  const { faults, gtins, text, lot } = readBarcode(raw, now);
  if (faults[0] !== undefined) return fail('invalid', `The code cannot be read: ${faults[0]}`, 'scan');
  const number = [gtins.length === 1 ? gtins[0] : undefined, text].find((one) => one !== undefined && numberOf(one, now) !== undefined);
  return lot === undefined && number === undefined
    ? fail('invalid', 'This code holds neither a lot nor a product number: type what stands on the package', 'scan')
    : ok({ ...(lot === undefined ? {} : { lot }), ...(number === undefined ? {} : { number }) });
}

function numberOf(asked: string, now: Date): RecallWish['number'] {
  if (!/^[\d-]{8,14}$/.test(asked)) return undefined;
  const code = readBarcode(asked, now);
  const gtins = code.faults.length > 0 ? [] : code.gtins;
  const ndcs = ndcsOf(asked);
  if (ndcs.length === 0 && gtins.length === 0) return undefined;
  const wordings = ndcs.flatMap(ndcWordings);
  // The product number of a national drug code: its ten digits behind the prefix of drugs of the United States.
  const asGtins = wordings.filter((one) => one.length === 12 && one.includes('-')).map((one) => withCheck(`003${one.replaceAll('-', '')}`));
  const tokens = [
    ...wordings.flatMap((ndc) => [...ndcSystems].map((system) => `${system}|${ndc}`)),
    ...asGtins
      .flatMap((gtin) => tokensOf(readBarcode(gtin, now)))
      .filter((token) => numberSystems.has(token.slice(0, token.lastIndexOf('|')))),
    ...(gtins.length > 0 ? tokensOf(code).filter((token) => token.includes('|')) : []),
  ];
  return {
    asked,
    tokens: [...new Set(tokens)],
    values: new Set(tokens.map((token) => token.slice(token.lastIndexOf('|') + 1))),
    means: [...new Set([...ndcs, ...gtins.flatMap(ndcCandidates)])],
  };
}

/** Whether a coding is a product's number. */
export const isNumber = (system: string | undefined): boolean =>
  system !== undefined && (ndcSystems.has(system) || numberSystems.has(system));
