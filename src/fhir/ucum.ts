// Quantities in UCUM base units, so that 5400 mg and 5.4 g are found together (http://hl7.org/fhir/R4/search.html#quantity,
// https://ucum.org/ucum). Unit grammar and factors come from @lhncbc/ucum-lhc, loaded when first needed (about 40 ms).
import { createRequire } from 'node:module';

export const ucumSystem = 'http://unitsofmeasure.org';

export interface CanonicalQuantity {
  value: number;
  /** Base units with exponents in fixed order: `m-3.g`. Two quantities are comparable exactly if this text is equal. */
  unit: string;
}

/** What is used of a unit of the library. */
interface LibraryUnit {
  magnitude_: number | undefined;
  dim_: { dimVec_: number[] | null } | null | undefined;
  isSpecial_: boolean;
  isArbitrary_: boolean;
  moleExp_: number;
  equivalentExp_: number;
  convertFrom(value: number, from: LibraryUnit): number;
}

/**
 * The parts of the library below its public function, which writes every unit that it cannot read to the console: what
 * stands in patients' data does not belong in a log.
 */
interface Library {
  units: { getUnitByCode(code: string): LibraryUnit | undefined };
  /** [unit, the code as it was understood]; throws on some texts. */
  parser: { parseString(code: string, use: 'validate', suggest: boolean): [LibraryUnit | null, string] };
}

interface Conversion {
  unit: string;
  toBase(value: number): number;
}

/** Order of the library's dimension vector. */
const baseUnits = ['m', 's', 'g', 'rad', 'K', 'C', 'cd'];
/** The library counts moles as this number of things; here mol and eq are bases of their own, as chemistry uses them. */
const avogadro = 6.0221367e23;
const cacheSize = 2000;
const codeLengthMax = 64;

let library: Library | undefined;
const conversions = new Map<string, Conversion | undefined>();

/** Value and unit in base units; `undefined` where the unit is not UCUM. Rounded to 12 digits, so that equal amounts are equal numbers. */
export function canonical(value: number, unit: string): CanonicalQuantity | undefined {
  const conversion = conversionOf(unit);
  if (!conversion) return undefined;
  const converted = convert(value, conversion);
  return converted === undefined ? undefined : { value: converted, unit: conversion.unit };
}

/** An interval in base units; either end may be infinite. */
export function canonicalRange(low: number, high: number, unit: string): { low: number; high: number; unit: string } | undefined {
  const conversion = conversionOf(unit);
  if (!conversion) return undefined;
  const from = convert(low, conversion);
  const to = convert(high, conversion);
  return from === undefined || to === undefined ? undefined : { low: from, high: to, unit: conversion.unit };
}

function convert(value: number, conversion: Conversion): number | undefined {
  if (value === Number.POSITIVE_INFINITY || value === Number.NEGATIVE_INFINITY) return value;
  const converted = Number(conversion.toBase(value).toPrecision(12));
  return Number.isFinite(converted) ? converted : undefined;
}

function conversionOf(code: string): Conversion | undefined {
  if (conversions.has(code)) return conversions.get(code);
  const made = code === '' || code.length > codeLengthMax ? undefined : readUnit(code);
  // Unit codes come from outside: the oldest is forgotten, so that hostile ones cannot fill the memory.
  if (conversions.size >= cacheSize) conversions.delete(conversions.keys().next().value as string);
  conversions.set(code, made);
  return made;
}

function load(): Library {
  const { UcumLhcUtils, UnitTables } = createRequire(import.meta.url)('@lhncbc/ucum-lhc') as {
    UcumLhcUtils: { getInstance(): { uStrParser_: Library['parser'] } };
    UnitTables: { getInstance(): Library['units'] };
  };
  return { units: UnitTables.getInstance(), parser: UcumLhcUtils.getInstance().uStrParser_ };
}

function lookUp(code: string): LibraryUnit | undefined {
  library ??= load();
  try {
    const unit = library.units.getUnitByCode(code) ?? parsed(library, code);
    // The library finds `constructor` in its tables of names: what has no magnitude is no unit.
    return typeof unit?.magnitude_ === 'number' && Number.isFinite(unit.magnitude_) ? unit : undefined;
  } catch {
    return undefined;
  }
}

/** A code that the library had to change before it could read it is not UCUM. */
function parsed({ parser }: Library, code: string): LibraryUnit | null {
  const [unit, understood] = parser.parseString(code, 'validate', false);
  return understood === code ? unit : null;
}

function readUnit(code: string): Conversion | undefined {
  const unit = lookUp(code);
  if (!unit) return undefined;
  const names: string[] = [];
  const addPower = (name: string, exponent: number): void => {
    if (exponent !== 0) names.push(exponent === 1 ? name : name + exponent);
  };
  baseUnits.forEach((name, i) => {
    addPower(name, unit.dim_?.dimVec_?.[i] ?? 0);
  });
  addPower('mol', unit.moleExp_);
  addPower('eq', unit.equivalentExp_);
  if (unit.isArbitrary_) {
    const arbitrary = arbitraryPart(code);
    if (arbitrary === undefined) return undefined;
    names.push(arbitrary);
  }
  const base = names.join('.') || '1';
  if (unit.isSpecial_) return special(code, unit, base);
  const factor = (unit.magnitude_ as number) / avogadro ** (unit.moleExp_ + unit.equivalentExp_);
  return { unit: base, toBase: (value) => value * factor };
}

/**
 * Units with a function instead of a factor: Cel, [degF], B[V]. One whose value falls while the measured thing rises ([pH])
 * stays its own base, because "greater" must mean what the reader of the value means.
 */
function special(code: string, unit: LibraryUnit, base: string): Conversion {
  const target = base === '1' ? lookUp('1') : lookUp(base.replace(/\.?(mol|eq)-?\d*/g, ''));
  const own: Conversion = { unit: code, toBase: (value) => value };
  if (!target) return own;
  const toBase = (value: number): number => target.convertFrom(value, unit);
  try {
    return toBase(1) < toBase(2) ? { unit: base, toBase } : own;
  } catch {
    return own;
  }
}

/**
 * Arbitrary units such as [iU] or [arb'U] are commensurable with nothing but themselves (UCUM §24): their name becomes part
 * of the base, with `-1` below a solidus. A unit with two of them, or a power of one, is not compared at all.
 */
function arbitraryPart(code: string): string | undefined {
  const found = [...code.replace(/\{[^}]*\}/g, '').matchAll(/(\/?)[a-zA-Z]{0,2}(\[[^\]]+\])(-?\d)?/g)].filter(
    (match) => lookUp(match[2] as string)?.isArbitrary_,
  );
  const [only] = found;
  if (!only || found.length > 1 || only[3] !== undefined || code.includes('(')) return undefined;
  const name = only[2] === '[IU]' ? '[iU]' : only[2];
  return only[1] === '/' ? `${name}-1` : name;
}
