// Each scan to what it stands for: a wristband, a badge, a drug of the directory, a pump. A code that stands for two things, or whose
// candidates find two products, is neither.
import type { Barcode } from '../../formats/barcodes/contract.ts';
import { ndcCandidates, ndcsOf } from '../../formats/barcodes/ndc.ts';
import { readBarcode } from '../../formats/barcodes/read.ts';
import type { BedsideFacts, Product, Session, Understood } from './contract.ts';

export function understand(session: Session, facts: BedsideFacts): Understood[] {
  const seen = new Set<string>();
  return session.scans.map((raw) => {
    const understood = one(readBarcode(raw, new Date(session.atMs)), facts);
    const { serial, gtins } = understood.code;
    // The same unit scanned twice is one unit.
    const unit = understood.is === 'drug' && serial !== undefined ? `${gtins[0]} ${serial}` : undefined;
    if (unit !== undefined && seen.has(unit)) return { ...understood, is: 'repeat', says: 'the same unit again: it is counted once' };
    if (unit !== undefined) seen.add(unit);
    return understood;
  });
}

function one(code: Barcode, facts: BedsideFacts): Understood {
  if (code.faults.length > 0) return { code, is: 'unreadable', says: code.faults[0]! };
  const products = productsOf(code, facts.products);
  const own = facts.holder !== undefined && isBand(code, facts.holder);
  const badge = facts.badges.find((each) => each.code === code.text || each.code === code.providerGsrn);
  const pumps = facts.pumps.filter(({ codes }) => [code.text, code.serial].some((each) => each !== undefined && codes.includes(each)));
  const meanings = [products.length > 0, own, badge !== undefined, pumps.length > 0].filter(Boolean).length;
  if (meanings > 1) return { code, is: 'ambiguous', says: 'the code stands for two different things: enter by hand what it is' };
  if (pumps.length > 1) return { code, is: 'ambiguous', says: `${pumps.length} pumps are known by this code: it is none of them` };
  if (pumps[0]) return { code, is: 'pump', says: pumps[0].title, pump: pumps[0] };
  if (own) return { code, is: 'wristband', says: 'wristband of the patient', person: facts.holder!.patient };
  if (badge) return { code, is: 'badge', says: 'badge', person: badge.person };
  if (products.length > 1)
    return { code, is: 'ambiguous', says: `the code can be ${products.length} different products of the directory: it is none of them` };
  if (products[0]) return { code, is: 'drug', says: products[0].title, product: products[0] };
  if (code.gsrn !== undefined || facts.strangers.some((each) => each === code.text))
    return { code, is: 'other-person', says: 'wristband of somebody else' };
  return {
    code,
    is: 'not-known',
    says: 'neither the wristband of this patient, nor a product of the directory, nor a pump that reports here',
  };
}

export const isBand = (code: Barcode, holder: { numbers: readonly string[]; gsrns: readonly string[] }): boolean =>
  code.gsrn !== undefined ? holder.gsrns.includes(code.gsrn) : code.text !== undefined && holder.numbers.includes(code.text);

/** Entries that a code can mean, one for each product: a batch's own entry stands before the product's. */
export function productsOf(code: Barcode, directory: readonly Product[]): Product[] {
  const byNumber = directory.filter((each) => each.gtins.some((gtin) => code.gtins.includes(gtin)));
  const ndcs = [...code.gtins.flatMap(ndcCandidates), ...(code.text?.includes('-') ? ndcsOf(code.text) : [])];
  const byNdc = directory.filter((each) => each.ndcs.some((ndc) => ndcs.includes(ndc)));
  const byLabel = code.text === undefined ? [] : directory.filter((each) => each.labels.includes(code.text!));
  // The number as it is printed says more than the codes that it may hold.
  const found = byNumber.length > 0 ? byNumber : [...new Set([...byNdc, ...byLabel])];
  const groups = new Map<string, Product[]>();
  for (const each of found) groups.set(sameness(each), [...(groups.get(sameness(each)) ?? []), each]);
  return [...groups.values()].map((entries) => {
    const ofLot = entries.find((each) => each.lot !== undefined && each.lot === code.lot);
    const general = entries.find((each) => each.lot === undefined);
    const chosen = ofLot ?? general;
    if (chosen) return general?.withdrawn ? { ...chosen, withdrawn: true } : chosen;
    // Other batches of it are in the directory: what they say of lot and expiry is not about this one, unless none was scanned.
    const { lot, expires, withdrawn, ...product } = entries[0]!;
    return code.lot === undefined && entries.length === 1
      ? {
          ...product,
          ...(lot === undefined ? {} : { lot }),
          ...(expires === undefined ? {} : { expires }),
          ...(withdrawn ? { withdrawn } : {}),
        }
      : product;
  });
}

/** Entries of one product: the same ingredients in the same strengths and the same form. */
const sameness = (product: Product): string =>
  product.ingredients.length === 0
    ? product.ref
    : JSON.stringify([
        product.ingredients.map((each) => [each.id, each.perUnit ?? null, each.perMl ?? null]),
        product.form ?? '',
        product.extendedRelease ?? false,
        product.volumeMl ?? 0,
      ]);
