// Amounts with units: CQ, NM beside a field of units, NR, SN (HL7 v2.8, chapter 2A; v2-to-FHIR maps CQ[Quantity], CWE[Quantity],
// SN[Quantity], SN[Range], SN[Ratio], NR[Range]) to Quantity, Range and Ratio. A code of units stands only beside its system.
import { ID, NM, ST } from '../codecs.ts';
import type { Composite, Out } from '../converter.ts';
import { isObject } from '../place.ts';
import { composite } from '../rows.ts';
import { timeUnits } from '../tables/treatments.ts';
import { SYSTEM } from './coded.ts';

export const ucum = 'http://unitsofmeasure.org';
type Whole = { textAt(path: string): string };
const coded = (whole: Whole): boolean => whole.textAt('1').trim() !== '' && whole.textAt('3').trim() !== '';

const unitParts = composite([
  ['1', 'code', ID, { when: () => false }],
  ['3', 'system', SYSTEM, { when: () => false }],
  ['2', 'unit', ST],
  ['1', 'unit', ST, { inOnly: true, when: (whole) => whole.textAt('2') === '' }],
  ['9', 'unit', ST, { inOnly: true, when: (whole) => whole.textAt('2') === '' && whole.textAt('1') === '' }],
]);

/** CWE of units, into a Quantity whose value another part says. A code is none without its system (qty-3). */
export const UNITS: Composite = {
  ...unitParts,
  into(part, place, run, story) {
    const [code, system] = [part.at(1), part.at(3)];
    let said = false;
    if (code !== undefined && system !== undefined && coded(part) && SYSTEM.read(system, place, { name: 'system' }, run, story))
      said = ID.read(code, place, { name: 'code' }, run, story);
    return unitParts.into(part, place, run, story) || said;
  },
  read: (part, place, step, run, story) => UNITS.into(part, place.child(step, run), run, story),
  from(value, story) {
    if (!isObject(value)) return undefined;
    const { unit, code } = value;
    if (code === undefined) return typeof unit === 'string' ? unit : undefined;
    return unitParts.from(unit === code ? { ...value, unit: undefined } : value, story);
  },
  write: (value, story) => UNITS.from(value, story),
};

/** CQ: a Quantity. */
export const CQ: Composite = {
  into(part, place, run, story) {
    const [value, units] = [part.at(1), part.at(2)];
    if (value === undefined || !NM.read(value, place, { name: 'value' }, run, story)) return false;
    if (units !== undefined) UNITS.into(units, place, run, story);
    return true;
  },
  read: (part, place, step, run, story) => CQ.into(part, place.child(step, run), run, story),
  from(value, story) {
    if (!isObject(value)) return undefined;
    const units: Out = UNITS.from(value, story);
    const amount = NM.write(value['value'], story);
    return units === undefined ? amount : [amount, units];
  },
  write: (value, story) => CQ.from(value, story),
};

/** Duration, which FHIR asks to be in UCUM: said only where the unit is a known one of time. */
export const DURATION: Composite = {
  into(part, place, run, story) {
    const [value, units] = [part.at(1), part.at(2)];
    const unit = timeUnits[(units?.text ?? '').trim().toUpperCase()];
    const leaf = units?.leaf;
    if (value === undefined || leaf === undefined || unit === undefined) return false;
    if (!NM.read(value, place, { name: 'value' }, run, story)) return false;
    place.set({ name: 'code' }, unit, [[leaf, (now) => (now === unit ? leaf.text : String(now))]]);
    place.imply([{ name: 'system' }], run, ucum);
    const words = units?.parts.length === 0 ? undefined : units?.at(2);
    if (words !== undefined) ST.read(words, place, { name: 'unit' }, run, story);
    return true;
  },
  read: (part, place, step, run, story) => DURATION.into(part, place.child(step, run), run, story),
  from: (value, story) => (isObject(value) ? [NM.write(value['value'], story), String(value['code'] ?? '')] : undefined),
  write: (value, story) => DURATION.from(value, story),
};
