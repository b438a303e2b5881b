// What a scanner sent, as values: which symbol it was, the element strings in it, the product numbers that it can be. Rules:
// GS1 General Specifications 24 (https://www.gs1.org/genspecs), symbology identifiers of ISO/IEC 15424.
//
//   readBarcode(']d20100312345678906172612311' + '0A1') // gtins ['00312345678906'], expires '2026-12-31', lot 'A1'
//
// What has a fault is never matched with anything; `faults` say why, for the person who holds the scanner.

export interface Element {
  /** Application identifier, `01`. */
  ai: string;
  /** As GS1 titles it; `unknown` where the identifier is not in the table. */
  title: string;
  value: string;
}

export interface Barcode {
  /** As it was sent. */
  raw: string;
  /** From the symbology identifier; undefined: the scanner sent none. */
  symbology?: string;
  /** gs1: element strings; item: a bare product number; text: anything else; unreadable: there are faults. */
  kind: 'gs1' | 'item' | 'text' | 'unreadable';
  elements: Element[];
  /** Product numbers that it can be, as 14 digits with a good check digit. Usually one; eight digits can be EAN-8 or UPC-E. */
  gtins: string[];
  /** The data without its identifier, where it may be a plain text (a record number, an internal label). */
  text?: string;
  lot?: string;
  serial?: string;
  /** Last day of use, `2026-12-31`; with an hour `2026-12-31T14:00`. */
  expires?: string;
  /** Service relation of a recipient: a patient's wristband. */
  gsrn?: string;
  /** 8019: which print of that wristband. */
  instance?: string;
  /** 8017: service relation of a provider: a badge. */
  providerGsrn?: string;
  /** 30 or 37: how many items. */
  count?: number;
  faults: string[];
  /** What could have been read otherwise; does not hinder a match. */
  doubts: string[];
}
