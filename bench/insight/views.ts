// The blood-pressure view as compiled, as somebody would write it by hand, and as interpreters evaluate it that read every path anew
// for every resource (which is what the reference implementation of SQL on FHIR does): Medplum's of SQL on FHIR, and Lamplight's own
// FHIRPath; in turns in one process.
import { evalSqlOnFhir } from '@medplum/core';
import { compile } from '../../src/fhir/fhirpath/compile.ts';
import type { Focus, Item } from '../../src/fhir/fhirpath/contract.ts';
import type { Json } from '../../src/fhir/json.ts';
import type { Row, Select, View } from '../../src/warehouse/contract.ts';
import { compileView } from '../../src/warehouse/view/closure.ts';
import { readView } from '../../src/warehouse/view/read.ts';

const loinc = 'http://loinc.org';
const part = (name: string, code: string): Json => ({
  forEachOrNull: `component.where(code.coding.exists(system = '${loinc}' and code = '${code}'))`,
  column: [
    { name: `${name}_value`, path: 'value.ofType(Quantity).value', type: 'decimal' },
    { name: `${name}_unit`, path: 'value.ofType(Quantity).code', type: 'code' },
  ],
});
export const bloodPressure: Json = {
  resource: 'Observation',
  name: 'blood_pressure',
  where: [{ path: `code.coding.exists(system = '${loinc}' and code = '85354-9')` }],
  select: [
    {
      column: [
        { name: 'id', path: 'getResourceKey()', type: 'id' },
        { name: 'patient_id', path: 'subject.getReferenceKey(Patient)', type: 'id' },
        { name: 'effective', path: 'effective.ofType(dateTime)', type: 'dateTime' },
        { name: 'status', path: 'status', type: 'code' },
      ],
    },
    part('systolic', '8480-6'),
    part('diastolic', '8462-4'),
  ],
};

/** Blood pressures; with `other` two of three are heart rates. */
export function observations(count: number, other = false): Json[] {
  const coded = (code: string): Json => ({ coding: [{ system: loinc, code, display: 'x' }], text: 'x' });
  const measured = (value: number, unit: string): Json => ({ value, unit, system: 'http://unitsofmeasure.org', code: unit });
  return Array.from({ length: count }, (_, at): Json => {
    const common = {
      resourceType: 'Observation',
      id: `o${at}`,
      status: 'final',
      category: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: 'vital-signs' }] }],
      subject: { reference: `Patient/p${at % 1000}` },
      encounter: { reference: `Encounter/e${at % 3000}` },
      effectiveDateTime: `2026-0${(at % 9) + 1}-1${at % 10}T0${at % 10}:30:00Z`,
    };
    if (other && at % 3 > 0) return { ...common, code: coded('8867-4'), valueQuantity: measured(60 + (at % 50), '/min') };
    return {
      ...common,
      code: coded('85354-9'),
      component: [
        { code: coded('8480-6'), valueQuantity: measured(100 + (at % 60), 'mm[Hg]') },
        { code: coded('8462-4'), valueQuantity: measured(60 + (at % 40), 'mm[Hg]') },
      ],
    };
  });
}

interface Coded {
  coding?: { system?: string; code?: string }[];
}
interface Measured {
  value?: Json;
  code?: string;
}
interface BloodPressure {
  resourceType: string;
  id?: string;
  code?: Coded;
  subject?: { reference?: string };
  effectiveDateTime?: string;
  status?: string;
  component?: { code?: Coded; valueQuantity?: Measured }[];
}

const has = (of: Coded | undefined, code: string): boolean => {
  for (const coding of of?.coding ?? []) if (coding.system === loinc && coding.code === code) return true;
  return false;
};

const reference = /^Patient\/([A-Za-z0-9\-.]{1,64})(?:\/_history\/.+)?$/;

function byHand(resource: BloodPressure): Row[] {
  if (resource.resourceType !== 'Observation' || !has(resource.code, '85354-9')) return [];
  const rows: Row[] = [];
  const found = (code: string): (Measured | undefined)[] => {
    const parts: (Measured | undefined)[] = [];
    for (const one of resource.component ?? []) if (has(one.code, code)) parts.push(one.valueQuantity);
    if (parts.length === 0) parts.push(undefined);
    return parts;
  };
  for (const systolic of found('8480-6')) {
    for (const diastolic of found('8462-4')) {
      rows.push({
        id: resource.id ?? null,
        patient_id: reference.exec(resource.subject?.reference ?? '')?.[1] ?? null,
        effective: resource.effectiveDateTime ?? null,
        status: resource.status ?? null,
        systolic_value: systolic?.value ?? null,
        systolic_unit: systolic?.code ?? null,
        diastolic_value: diastolic?.value ?? null,
        diastolic_unit: diastolic?.code ?? null,
      });
    }
  }
  return rows;
}

const key = (resource: Json): string => (resource as { id: string }).id;

/** Walks the view for every resource, and reads every path anew. */
function interpreted(view: View, resource: Json): Row[] {
  const at = (path: string, focus: Focus): Item[] => {
    if (path === 'getResourceKey()') return [{ type: 'FHIR.id', value: key(resource) }];
    if (path === 'subject.getReferenceKey(Patient)') return at("subject.reference.where(startsWith('Patient/')).substring(8)", focus);
    const expression = compile(path);
    const done = expression.ok ? expression.value.evaluate(focus, { resource: { type: view.resource, value: resource } }) : expression;
    return done.ok ? done.value : [];
  };
  const root: Focus = { type: view.resource, value: resource };
  if (!view.where.every((path) => at(path, root)[0]?.value === true)) return [];
  const select = (part: Select, focus: Focus | undefined): Row[] => {
    const each = part.each;
    let foci: (Focus | undefined)[] = [focus];
    if (each !== undefined && each.kind !== 'repeat') {
      foci = focus === undefined ? [] : at(each.path, focus).map(({ value }) => ({ type: 'Observation.component', value: value as Json }));
      if (foci.length === 0 && each.kind === 'forEachOrNull') foci = [undefined];
    }
    return foci.flatMap((one) => {
      let rows: Row[] = [
        Object.fromEntries(
          part.columns.map(({ name, path }) => [name, one === undefined ? null : ((at(path, one)[0]?.value ?? null) as Json)]),
        ),
      ];
      for (const below of part.selects) {
        const more = select(below, one);
        rows = rows.flatMap((row) => more.map((other) => ({ ...row, ...other })));
      }
      return rows;
    });
  };
  return select(view.select, root);
}

type MedplumView = Parameters<typeof evalSqlOnFhir>[0];
type MedplumResource = Parameters<typeof evalSqlOnFhir>[1][number];
const viewOfMedplum = { resourceType: 'ViewDefinition', status: 'active', ...(bloodPressure as object) } as object as MedplumView;
const ofMedplum = (resource: Json): Row[] => evalSqlOnFhir(viewOfMedplum, [resource as object as MedplumResource]) as Row[];

/** Prints resources a second of each, best of five turns, and the ratios. */
export function viewsBeside(count = 30_000): void {
  const view = readView(bloodPressure);
  const compiled = view.ok ? compileView(view.value, { strict: true }) : view;
  if (!view.ok || !compiled.ok) throw new Error('the blood-pressure view does not compile');
  const resources = observations(count);
  const few = resources.slice(0, Math.min(count, 600));
  const ways: Record<string, [of: readonly Json[], rows: (resource: Json) => Row[]]> = {
    compiled: [resources, compiled.value.rows],
    'by hand': [resources, (resource) => byHand(resource as Json & BloodPressure)],
    '@medplum/core evalSqlOnFhir': [few, (resource) => ofMedplum(resource)],
    'own FHIRPath, paths read anew': [few, (resource) => interpreted(view.value, resource)],
  };
  const best: Record<string, number> = {};
  const answers = new Set<string>();
  for (let turn = 0; turn < 5; turn++) {
    for (const [name, [of, rows]] of Object.entries(ways)) {
      let made = 0;
      const start = performance.now();
      for (const resource of of) made += rows(resource).length;
      const perSecond = (of.length / (performance.now() - start)) * 1000;
      best[name] = Math.max(best[name] ?? 0, perSecond);
      if (made === 0) throw new Error(`${name} makes no rows`);
    }
  }
  for (const [, rows] of Object.values(ways)) answers.add(JSON.stringify(few.flatMap(rows)));
  if (answers.size !== 1) throw new Error('they do not give the same rows');
  for (const [name, perSecond] of Object.entries(best))
    console.log(`${name.padEnd(36)} ${Math.round(perSecond).toLocaleString('en')} resources/s`);
  console.log(`compiled takes ${(best['by hand']! / best['compiled']!).toFixed(2)} times as long as by hand (bar 2)`);
  for (const name of ['@medplum/core evalSqlOnFhir', 'own FHIRPath, paths read anew'])
    console.log(`compiled is ${Math.round(best['compiled']! / best[name]!)} times ${name} (bar 100 times the reference interpreter)`);
}
