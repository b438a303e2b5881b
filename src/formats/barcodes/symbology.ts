// Symbology identifiers, `]` with two characters in front of the data (ISO/IEC 15424; GS1 General Specifications, 5.1.3).

export interface Symbology {
  title: string;
  /** What its data can be: element strings alone, a product number alone, or anything. */
  holds: 'gs1' | 'item' | 'any';
  /** Digits of the product number. */
  digits?: readonly number[];
}

const known: Record<string, Symbology> = {
  A: { title: 'code-39', holds: 'any' },
  C0: { title: 'code-128', holds: 'any' },
  C1: { title: 'gs1-128', holds: 'gs1' },
  C2: { title: 'code-128', holds: 'any' },
  C4: { title: 'code-128', holds: 'any' },
  E0: { title: 'ean-upc', holds: 'item', digits: [13, 12] },
  E3: { title: 'ean-upc', holds: 'item', digits: [15, 18] },
  E4: { title: 'ean-8', holds: 'item', digits: [8] },
  F: { title: 'codabar', holds: 'any' },
  G: { title: 'code-93', holds: 'any' },
  I: { title: 'interleaved-2-of-5', holds: 'any' },
  I1: { title: 'itf-14', holds: 'any' },
  L: { title: 'pdf417', holds: 'any' },
  Q: { title: 'qr', holds: 'any' },
  Q3: { title: 'gs1-qr', holds: 'gs1' },
  J1: { title: 'gs1-dotcode', holds: 'gs1' },
  d: { title: 'data-matrix', holds: 'any' },
  d2: { title: 'gs1-data-matrix', holds: 'gs1' },
  e0: { title: 'gs1-databar', holds: 'gs1' },
  e1: { title: 'gs1-databar', holds: 'gs1' },
  e2: { title: 'gs1-databar', holds: 'gs1' },
  X: { title: 'other', holds: 'any' },
  z: { title: 'aztec', holds: 'any' },
};

/** Splits the identifier off; without one the data is everything. */
export function symbologyOf(text: string): { symbology?: Symbology; data: string } {
  const [, kind, modifier] = /^\]([A-Za-z])([0-9A-Za-z])/.exec(text) ?? [];
  if (kind === undefined) return { data: text };
  const exact = `${kind}${modifier}`;
  const symbology = Object.hasOwn(known, exact) ? known[exact] : Object.hasOwn(known, kind) ? known[kind] : undefined;
  return { symbology: symbology ?? { title: `]${exact}`, holds: 'any' }, data: text.slice(3) };
}
