// Laboratory values by name or LOINC, in the unit of the knowledge. A value in a unit that cannot be turned is not a value.
import { canonical } from '../../../fhir/ucum.ts';
import type { KnowledgeBase, Rule } from '../knowledge/base.ts';
import { plain } from '../reading/names.ts';

type Row = Rule<'laboratories'>;

export class LaboratoryValues {
  private readonly byName = new Map<string, Row>();
  private readonly byLoinc = new Map<string, Row>();

  constructor(base: KnowledgeBase) {
    for (const row of base.all('laboratories')) {
      for (const name of [row.id, row.title, ...row.names]) this.byName.set(key(name), row);
      for (const code of row.loinc) this.byLoinc.set(code, row);
    }
  }

  named(name: string): Row | undefined {
    return this.byName.get(key(name));
  }
  loinc(code: string): Row | undefined {
    return this.byLoinc.get(code);
  }
  loincs(): string[] {
    return [...this.byLoinc.keys()];
  }

  /** In the row's unit; undefined where the unit is another kind of quantity. No unit counts as the row's own. */
  turn(row: Row, value: number, unit: string | undefined): number | undefined {
    const asked = unit?.trim();
    if (asked === undefined || asked === '' || asked === row.unit) return value;
    for (const [other, factor] of Object.entries(row.units ?? {})) if (other.toLowerCase() === asked.toLowerCase()) return value * factor;
    if (asked.toLowerCase() === row.unit.toLowerCase() || same(asked, row.unit)) return value;
    const [from, to] = [canonical(value, spelled(asked)), canonical(1, spelled(row.unit))];
    if (from && to && from.unit === to.unit && to.value !== 0) return from.value / to.value;
    // Through one of the row's other units: µmol/L where the row knows mmol/L.
    for (const [other, factor] of Object.entries(row.units ?? {})) {
      const through = canonical(1, spelled(other));
      if (from && through && from.unit === through.unit && through.value !== 0) return (from.value / through.value) * factor;
    }
    return undefined;
  }
}

const key = (name: string): string =>
  plain(name)
    .replaceAll(/[\s_-]+/g, ' ')
    .trim();

/** Ways in which units are written that UCUM does not know. */
const spellings: Record<string, string> = {
  'µmol/L': 'umol/L',
  'μmol/L': 'umol/L',
  'µg/L': 'ug/L',
  'μg/L': 'ug/L',
  'mcg/L': 'ug/L',
  'mcg/mL': 'ug/mL',
  'µg/mL': 'ug/mL',
  'mcg/dL': 'ug/dL',
  'mEq/L': 'meq/L',
  'IU/L': '[iU]/L',
  'IU/mL': '[iU]/mL',
};
const spelled = (unit: string): string => (Object.hasOwn(spellings, unit) ? spellings[unit]! : unit);
const bare = (unit: string): string =>
  unit
    .toLowerCase()
    .replaceAll(/[{}[\]\s^*]/g, '')
    .replaceAll('_', '')
    .replaceAll('µ', 'u')
    .replaceAll('μ', 'u');
const same = (a: string, b: string): boolean => bare(a) === bare(b);
