// The drug itself: a code where that is all, a Medication where form, strength, lot or ingredients are said too (HL7 v2.8, chapter 4A;
// v2-to-FHIR map RXO[MedicationRequest], whose `medication(Medication…)` this is).
import { DT, NM, ST } from '../codecs.ts';
import type { SegmentParts } from '../part.ts';
import { type Row, rows, type SegmentRows } from '../rows.ts';
import { following, type Scene } from '../scene.ts';
import type { Thing } from '../story.ts';
import { CODING, CWE } from '../types/coded.ts';
import { UNITS } from '../types/quantities.ts';
import { ORGANIZATION_BY_CODE } from '../types/staff.ts';

/** Fields of the segment. */
interface Fields {
  code: number;
  form?: number;
  strength?: number;
  strengthUnits?: number;
  volume?: number;
  volumeUnits?: number;
  lot?: number;
  expires?: number;
  maker?: number;
  /** Further codes of it. */
  more?: number;
}

export interface Drug {
  fields: Fields;
  alone: SegmentRows;
  whole: SegmentRows;
}

export function drugRows(segment: string, fields: Fields): Drug {
  const { strength, volume } = fields;
  const at = (field: number): string => `${segment}-${field}`;
  const row = (field: number | undefined, ...rest: readonly [Row[1], Row[2], Row[3]?]): Row[] =>
    field === undefined ? [] : [[at(field), ...rest] as Row];
  const own = 'ingredient[own].strength';
  return {
    fields,
    alone: rows(segment, [
      [at(fields.code), 'medicationCodeableConcept', CWE],
      ...row(fields.more, 'medicationCodeableConcept.coding[]', CODING),
    ]),
    whole: rows(segment, [
      [at(fields.code), 'code', CWE],
      ...row(fields.more, 'code.coding[]', CODING),
      ...row(fields.form, 'form', CWE),
      ...row(strength, `${own}.numerator.value`, NM),
      ...row(fields.strengthUnits, `${own}.numerator`, UNITS, { when: (whole) => whole.textAt(`${strength}`) !== '' }),
      ...row(volume, `${own}.denominator.value`, NM, { when: (whole) => whole.textAt(`${strength}`) !== '' }),
      ...row(fields.volumeUnits, `${own}.denominator`, UNITS, {
        when: (whole) => whole.textAt(`${strength}`) !== '' && whole.textAt(`${volume}`) !== '',
      }),
      ...row(fields.lot, 'batch.lotNumber', ST),
      ...row(fields.expires, 'batch.expirationDate', DT),
      ...row(fields.maker, 'manufacturer', ORGANIZATION_BY_CODE),
    ]),
  };
}

/** Segments that tell the drug of one order. */
const details: Readonly<Record<string, readonly number[]>> = { RXO: [5, 18], RXE: [6, 25], RXG: [8, 17, 19, 20, 21] };

function isDescribed({ fields }: Drug, segment: SegmentParts, scene: Scene): boolean {
  const { form, strength, lot, expires, maker } = fields;
  if ([form, strength, lot, expires, maker].some((field) => field !== undefined && segment.field(field) !== undefined)) return true;
  return following(scene, ['ORC', 'RXD', 'RXG', 'RXA']).some(
    (one) => one.name === 'RXC' || (details[one.name] ?? []).some((field) => one.field(field) !== undefined),
  );
}

/** Says which drug the request, dispense or administration is of. */
export function tellDrug(drug: Drug, segment: SegmentParts, whose: Thing, scene: Scene): void {
  const { story } = scene;
  const known = story.known('Medication', ['drug', whose.id]);
  if (known === undefined && (whose.resource['medicationCodeableConcept'] !== undefined || !isDescribed(drug, segment, scene))) {
    drug.alone.read(segment, whose.place, story);
    return;
  }
  const thing = story.thing('Medication', ['drug', whose.id]);
  drug.whole.read(segment, thing.place, story);
  scene.drug = thing;
  if (!thing.speaks) return;
  if (segment.field(drug.fields.strength ?? 0) !== undefined && Array.isArray(thing.resource['ingredient'])) {
    const code = thing.resource['code'];
    thing.imply('ingredient[own].itemCodeableConcept', code === undefined ? { text: 'unknown' } : structuredClone(code));
    thing.imply('ingredient[own].strength.denominator.value', 1);
  }
  whose.point('medicationReference', thing);
}
