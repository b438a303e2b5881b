// The demonstration population is sound FHIR, the same each time, and looks like a hospital. Bounds are wide: they catch a
// generator that went astray, not a seed.
import { describe, expect, it } from 'vitest';
import type { Bundle, Encounter, Observation, Patient, Resource, ResourceType } from '../src/fhir/generated/types.ts';
import { validateStructure } from '../src/fhir/structure/validate.ts';
import { isMrn } from './identity.ts';
import { generatePopulation } from './population.ts';

const asOf = new Date('2026-11-22T14:30:00Z');
const yearMs = 365.25 * 86_400_000;
const bundles = [...generatePopulation({ seed: 'lamplight', patients: 400, asOf })];
const resourcesOf = (bundle: Bundle): Resource[] => (bundle.entry ?? []).map((entry) => entry.resource).filter((r) => r !== undefined);
const all = bundles.flatMap(resourcesOf);
const of = <T extends ResourceType>(type: T) => all.filter((r): r is Extract<Resource, { resourceType: T }> => r.resourceType === type);
const patients = of('Patient');
const encounters = of('Encounter');
const observations = of('Observation');
const share = <T>(items: T[], holds: (item: T) => boolean): number => items.filter(holds).length / items.length;
const age = (patient: Patient): number => (asOf.getTime() - Date.parse(patient.birthDate ?? '')) / yearMs;
const mean = (numbers: number[]): number => numbers.reduce((sum, value) => sum + value, 0) / numbers.length;
const numberOf = (observation: Observation): number => Number(observation.valueQuantity?.value);
const withCode = (code: string) => observations.filter((o) => o.code.coding?.some((c) => c.code === code));
const withDisease = (code: string) =>
  new Set(
    of('Condition')
      .filter((condition) => condition.code?.coding?.[0]?.code === code)
      .map((condition) => condition.subject.reference),
  );
const isNow = (encounter: Encounter) => encounter.status === 'in-progress';

describe('every resource', () => {
  it('is structurally valid R4', () => {
    const findings = all.flatMap((resource) => validateStructure(resource).map((problem) => `${problem.where}: ${problem.message}`));
    expect([...new Set(findings)]).toEqual([]);
  });

  it('sits in a transaction that puts it under its own id', () => {
    for (const bundle of bundles) {
      expect(bundle.type).toBe('transaction');
      for (const { resource, request } of bundle.entry ?? []) {
        expect(request).toEqual({ method: 'PUT', url: `${resource?.resourceType}/${resource?.id}` });
      }
    }
    expect(new Set(all.map((resource) => `${resource.resourceType}/${resource.id}`)).size).toBe(all.length);
  });

  it('refers only to what is in its own bundle or in the hospital', () => {
    const keyOf = (resource: Resource) => `${resource.resourceType}/${resource.id}`;
    const hospital = new Set(resourcesOf(bundles[0] as Bundle).map(keyOf));
    for (const bundle of bundles) {
      const own = new Set(resourcesOf(bundle).map(keyOf));
      const references = [...JSON.stringify(bundle).matchAll(/"reference":"([^"]+)"/g)].map((match) => match[1] ?? '');
      expect(references.filter((reference) => !own.has(reference) && !hospital.has(reference))).toEqual([]);
    }
  });

  it('happened before now and after the patient was born', () => {
    for (const bundle of bundles.slice(1)) {
      const born = resourcesOf(bundle)[0] as Patient;
      const times = [
        ...JSON.stringify(resourcesOf(bundle).slice(1)).matchAll(
          /"(?:effectiveDateTime|issued|authoredOn|recordedDate|start|date|occurrenceDateTime)":"([^"]+)"/g,
        ),
      ];
      for (const [, text = ''] of times) {
        expect(Date.parse(text)).toBeLessThanOrEqual(asOf.getTime());
        expect(text.slice(0, 10) >= (born.birthDate ?? ''), `${text} before birth ${born.birthDate} of ${born.id}`).toBe(true);
      }
    }
  });
});

describe('the population', () => {
  it('is the same for the same seed, and another for another', () => {
    const again = [...generatePopulation({ seed: 'lamplight', patients: 20, asOf })];
    const once = [...generatePopulation({ seed: 'lamplight', patients: 20, asOf })];
    const other = [...generatePopulation({ seed: 'another', patients: 20, asOf })];
    expect(again).toEqual(once);
    expect(JSON.stringify(other[3])).not.toBe(JSON.stringify(once[3]));
  });

  it('keeps its ids when it is made on another day', () => {
    const later = [...generatePopulation({ seed: 'lamplight', patients: 20, asOf: new Date('2027-02-01T09:00:00Z') })];
    later.forEach((bundle, i) => {
      expect(bundle.entry?.[0]?.resource?.id).toBe(bundles[i]?.entry?.[0]?.resource?.id);
    });
  });

  it('has medical record numbers that differ and check', () => {
    const numbers = patients.map((patient) => patient.identifier?.[0]?.value ?? '');
    expect(numbers.every(isMrn)).toBe(true);
    expect(new Set(numbers).size).toBe(patients.length);
  });

  it('has only telephone numbers and mail addresses that are reserved for examples', () => {
    for (const { value = '', system } of [...patients, ...of('Practitioner'), ...of('Organization')].flatMap((r) => r.telecom ?? [])) {
      expect(value).toMatch(system === 'email' ? /@example\.org$/ : /-555-01\d\d$/);
    }
  });

  it('is as old and as female as a hospital is', () => {
    expect(mean(patients.map(age))).toBeGreaterThan(45);
    expect(mean(patients.map(age))).toBeLessThan(62);
    expect(share(patients, (patient) => age(patient) < 18)).toBeGreaterThan(0.05);
    expect(share(patients, (patient) => age(patient) >= 65)).toBeGreaterThan(0.3);
    expect(share(patients, (patient) => patient.gender === 'female')).toBeGreaterThan(0.45);
    expect(share(patients, (patient) => patient.gender === 'female')).toBeLessThan(0.62);
  });

  it('gives each patient some 60 to 120 resources', () => {
    const sizes = bundles.slice(1).map((bundle) => bundle.entry?.length ?? 0);
    expect(mean(sizes)).toBeGreaterThan(60);
    expect(mean(sizes)).toBeLessThan(120);
    expect(Math.max(...sizes)).toBeLessThan(260);
  });
});

describe('stays in hospital', () => {
  const stays = encounters.filter((encounter) => encounter.class.code === 'IMP');

  it('take days, not hours or months', () => {
    const days = stays
      .filter((stay) => !isNow(stay))
      .map((stay) => (Date.parse(stay.period?.end ?? '') - Date.parse(stay.period?.start ?? '')) / 86_400_000)
      .sort((a, b) => a - b);
    expect(days[Math.floor(days.length / 2)]).toBeGreaterThan(2);
    expect(days[Math.floor(days.length / 2)]).toBeLessThan(8);
    expect(Math.max(...days)).toBeLessThan(30);
  });

  it('fill a quarter of the beds or so with patients who each have their own', () => {
    const now = stays.filter(isNow);
    expect(now.length / patients.length).toBeGreaterThan(0.18);
    expect(now.length / patients.length).toBeLessThan(0.42);
    const beds = now.map((stay) => stay.location?.[0]?.location.reference);
    expect(new Set(beds).size).toBe(now.length);
  });

  it('suit the age: no births at 80, no children on adult wards', () => {
    const ages = new Map(patients.map((patient) => [`Patient/${patient.id}`, age(patient)]));
    for (const stay of stays) {
      const years = ages.get(stay.subject?.reference ?? '') ?? 0;
      const ward = stay.location?.[0]?.location.display ?? '';
      if (ward.startsWith('Maternity')) expect(years).toBeLessThan(45);
      expect(ward.startsWith("Children's")).toBe(years - (asOf.getTime() - Date.parse(stay.period?.start ?? '')) / yearMs < 16);
    }
  });
});

describe('disease shows in the chart', () => {
  const averageOf = (code: string, patientsWith: Set<string | undefined>, with_: boolean) =>
    mean(
      withCode(code)
        .filter((o) => patientsWith.has(o.subject?.reference) === with_)
        .map(numberOf),
    );

  it('diabetes in sugar and metformin', () => {
    const diabetes = withDisease('E11.9');
    expect(averageOf('2345-7', diabetes, true)).toBeGreaterThan(averageOf('2345-7', diabetes, false) + 25);
    expect(averageOf('4548-4', diabetes, true)).toBeGreaterThan(6.5);
    const onMetformin = new Set(
      of('MedicationRequest')
        .filter((r) => r.medicationCodeableConcept?.text?.startsWith('metformin'))
        .map((r) => r.subject.reference),
    );
    expect(share([...diabetes], (patient) => onMetformin.has(patient))).toBeGreaterThan(0.6);
    expect([...onMetformin].every((patient) => diabetes.has(patient))).toBe(true);
  });

  it('kidney disease in creatinine, heart failure in natriuretic peptide', () => {
    const kidney = withDisease('N18.30');
    expect(averageOf('2160-0', kidney, true)).toBeGreaterThan(averageOf('2160-0', kidney, false) + 0.5);
    const heart = withDisease('I50.9');
    expect(averageOf('33762-6', heart, true)).toBeGreaterThan(800);
  });

  it('COPD in the saturation', () => {
    const copd = withDisease('J44.9');
    expect(averageOf('2708-6', copd, true)).toBeLessThan(averageOf('2708-6', copd, false) - 2);
  });

  it('in about a fifth of laboratory results', () => {
    const results = observations.filter((o) => o.interpretation && o.referenceRange);
    const abnormal = share(results, (o) => o.interpretation?.[0]?.coding?.[0]?.code !== 'N');
    expect(abnormal).toBeGreaterThan(0.1);
    expect(abnormal).toBeLessThan(0.4);
  });

  it('in vital signs that are mostly normal and sometimes alarming', () => {
    const fever = share(withCode('8310-5'), (o) => numberOf(o) > 38);
    expect(fever).toBeGreaterThan(0.01);
    expect(fever).toBeLessThan(0.25);
    const short = share(withCode('2708-6'), (o) => numberOf(o) < 92);
    expect(short).toBeGreaterThan(0.01);
    expect(short).toBeLessThan(0.2);
  });
});
