// Laboratory results with reference ranges and interpretation, in panels with their report. Diseases and acute illness
// move the values; the estimated filtration rate is computed from the creatinine (CKD-EPI 2021, Inker et al., NEJM 2021).
import type { Observation, Reference } from '../src/fhir/generated/types.ts';
import { hourMs, instant, minuteMs, yearMs } from './calendar.ts';
import { ageYears, type Chart, type Unnamed } from './chart.ts';
import { concept, hl7Coding, hl7Concept, quantity, rounded, system } from './codes.ts';

interface Test {
  code: string;
  display: string;
  ucum: string;
  unit?: string;
  low?: number;
  high?: number;
  decimals: number;
  /** Outside of these it is told by telephone. */
  panicLow?: number;
  panicHigh?: number;
  /** Middle and spread in the healthy; default: the range holds 95 % of them (CLSI EP28-A3c). */
  usual?: readonly [mean: number, sd: number];
}

const tests = {
  sodium: {
    code: '2951-2',
    display: 'Sodium [Moles/volume] in Serum or Plasma',
    ucum: 'mmol/L',
    low: 135,
    high: 145,
    decimals: 0,
    panicLow: 120,
    panicHigh: 160,
  },
  potassium: {
    code: '2823-3',
    display: 'Potassium [Moles/volume] in Serum or Plasma',
    ucum: 'mmol/L',
    low: 3.5,
    high: 5.1,
    decimals: 1,
    panicLow: 2.8,
    panicHigh: 6.2,
  },
  bicarbonate: {
    code: '2028-9',
    display: 'Carbon dioxide, total [Moles/volume] in Serum or Plasma',
    ucum: 'mmol/L',
    low: 22,
    high: 29,
    decimals: 0,
  },
  urea: { code: '3094-0', display: 'Urea nitrogen [Mass/volume] in Serum or Plasma', ucum: 'mg/dL', low: 7, high: 20, decimals: 0 },
  creatinine: {
    code: '2160-0',
    display: 'Creatinine [Mass/volume] in Serum or Plasma',
    ucum: 'mg/dL',
    low: 0.6,
    high: 1.2,
    decimals: 2,
    panicHigh: 5,
  },
  filtration: {
    code: '98979-8',
    display:
      'Glomerular filtration rate/1.73 sq M.predicted [Volume Rate/Area] in Serum, Plasma or Blood by Creatinine-based formula (CKD-EPI 2021)',
    ucum: 'mL/min/{1.73_m2}',
    low: 60,
    decimals: 0,
  },
  glucose: {
    code: '2345-7',
    display: 'Glucose [Mass/volume] in Serum or Plasma',
    ucum: 'mg/dL',
    low: 70,
    high: 99,
    decimals: 0,
    panicLow: 50,
    panicHigh: 400,
    usual: [90, 8],
  },
  calcium: { code: '17861-6', display: 'Calcium [Mass/volume] in Serum or Plasma', ucum: 'mg/dL', low: 8.6, high: 10.3, decimals: 1 },
  hemoglobin: { code: '718-7', display: 'Hemoglobin [Mass/volume] in Blood', ucum: 'g/dL', low: 12, high: 17, decimals: 1, panicLow: 7 },
  hematocrit: {
    code: '4544-3',
    display: 'Hematocrit [Volume Fraction] of Blood by Automated count',
    ucum: '%',
    low: 36,
    high: 50,
    decimals: 1,
  },
  leukocytes: {
    code: '6690-2',
    display: 'Leukocytes [#/volume] in Blood by Automated count',
    ucum: '10*3/uL',
    low: 4,
    high: 11,
    decimals: 1,
    panicHigh: 30,
    usual: [7, 1.5],
  },
  platelets: {
    code: '777-3',
    display: 'Platelets [#/volume] in Blood by Automated count',
    ucum: '10*3/uL',
    low: 150,
    high: 400,
    decimals: 0,
    panicLow: 50,
  },
  crp: {
    code: '1988-5',
    display: 'C reactive protein [Mass/volume] in Serum or Plasma',
    ucum: 'mg/L',
    high: 10,
    decimals: 0,
    usual: [3, 1.5],
  },
  lactate: {
    code: '2524-7',
    display: 'Lactate [Moles/volume] in Serum or Plasma',
    ucum: 'mmol/L',
    low: 0.5,
    high: 2.2,
    decimals: 1,
    panicHigh: 4,
  },
  natriuretic: {
    code: '33762-6',
    display: 'Natriuretic peptide.B prohormone N-Terminal [Mass/volume] in Serum or Plasma',
    ucum: 'pg/mL',
    high: 125,
    decimals: 0,
    usual: [70, 30],
  },
  troponin: {
    code: '10839-9',
    display: 'Troponin I.cardiac [Mass/volume] in Serum or Plasma',
    ucum: 'ng/mL',
    high: 0.04,
    decimals: 2,
    panicHigh: 0.4,
    usual: [0.01, 0.005],
  },
  a1c: { code: '4548-4', display: 'Hemoglobin A1c/Hemoglobin.total in Blood', ucum: '%', high: 5.7, decimals: 1, usual: [5.3, 0.25] },
  cholesterol: {
    code: '2093-3',
    display: 'Cholesterol [Mass/volume] in Serum or Plasma',
    ucum: 'mg/dL',
    high: 200,
    decimals: 0,
    usual: [178, 22],
  },
  triglycerides: {
    code: '2571-8',
    display: 'Triglyceride [Mass/volume] in Serum or Plasma',
    ucum: 'mg/dL',
    high: 150,
    decimals: 0,
    usual: [110, 30],
  },
  hdl: {
    code: '2085-9',
    display: 'Cholesterol in HDL [Mass/volume] in Serum or Plasma',
    ucum: 'mg/dL',
    low: 40,
    decimals: 0,
    usual: [54, 9],
  },
  tsh: {
    code: '3016-3',
    display: 'Thyrotropin [Units/volume] in Serum or Plasma',
    ucum: 'm[IU]/L',
    low: 0.4,
    high: 4.5,
    decimals: 2,
    usual: [1.9, 0.7],
  },
  inr: {
    code: '6301-6',
    display: 'INR in Platelet poor plasma by Coagulation assay',
    ucum: '{INR}',
    low: 0.8,
    high: 1.2,
    decimals: 1,
    panicHigh: 5,
    usual: [1, 0.06],
  },
} as const satisfies Readonly<Record<string, Test>>;
export type TestName = keyof typeof tests;

const panels = {
  metabolic: {
    code: '24321-2',
    display: 'Basic metabolic 2000 panel - Serum or Plasma',
    tests: ['sodium', 'potassium', 'bicarbonate', 'urea', 'creatinine', 'filtration', 'glucose'],
  },
  blood: {
    code: '58410-2',
    display: 'CBC panel - Blood by Automated count',
    tests: ['hemoglobin', 'hematocrit', 'leukocytes', 'platelets'],
  },
  lipid: { code: '57698-3', display: 'Lipid panel with direct LDL - Serum or Plasma', tests: ['cholesterol', 'triglycerides', 'hdl'] },
} as const satisfies Readonly<Record<string, { code: string; display: string; tests: readonly TestName[] }>>;
export type PanelName = keyof typeof panels;

/** What an acute illness does to the laboratory at severity 1: added to the usual value. */
export type LaboratoryStrain = Partial<Record<TestName, number>>;

export interface Drawn {
  atMs: number;
  encounter: Reference;
  severity: number;
  strain: LaboratoryStrain;
}

/** A panel and its report. */
export function reportPanel(chart: Chart, name: PanelName, drawn: Drawn): void {
  const panel = panels[name];
  const values = new Map<TestName, number>();
  const results = panel.tests.map((test) => chart.add(resultOf(chart, test, drawn, values)));
  chart.add({
    resourceType: 'DiagnosticReport',
    status: 'final',
    category: [{ coding: [hl7Coding('v2-0074', 'LAB', 'Laboratory')] }],
    code: concept(system.loinc, panel.code, panel.display),
    subject: chart.subject,
    encounter: drawn.encounter,
    effectiveDateTime: instant(drawn.atMs),
    issued: instant(drawn.atMs + 90 * minuteMs),
    performer: [chart.hospital.hospital],
    result: results,
  });
}

export function reportTest(chart: Chart, name: TestName, drawn: Drawn): void {
  chart.add(resultOf(chart, name, drawn, new Map()));
}

function resultOf(chart: Chart, name: TestName, drawn: Drawn, values: Map<TestName, number>): Unnamed<Observation> {
  const test: Test = tests[name];
  const value = rounded(Math.max(test.decimals > 0 ? 0.1 ** test.decimals : 1, resultValue(chart, name, drawn, values)), test.decimals);
  values.set(name, value);
  const flag = flagOf(test, value);
  return {
    resourceType: 'Observation',
    status: 'final',
    category: [hl7Concept('observation-category', 'laboratory', 'Laboratory')],
    // What people say: the analyte without its LOINC axes.
    code: concept(system.loinc, test.code, test.display, test.display.split(' [')[0]),
    subject: chart.subject,
    encounter: drawn.encounter,
    effectiveDateTime: instant(drawn.atMs),
    issued: instant(drawn.atMs + hourMs),
    performer: [chart.hospital.hospital],
    valueQuantity: quantity(value, test.ucum, test.unit),
    interpretation: [{ coding: [{ system: system.interpretation, code: flag }] }],
    referenceRange: [
      {
        ...(test.low === undefined ? {} : { low: quantity(test.low, test.ucum, test.unit) }),
        ...(test.high === undefined ? {} : { high: quantity(test.high, test.ucum, test.unit) }),
      },
    ],
  };
}

function flagOf(test: Test, value: number): string {
  if (test.panicHigh !== undefined && value >= test.panicHigh) return 'HH';
  if (test.panicLow !== undefined && value <= test.panicLow) return 'LL';
  if (test.high !== undefined && value > test.high) return 'H';
  return test.low !== undefined && value < test.low ? 'L' : 'N';
}

function resultValue(chart: Chart, name: TestName, drawn: Drawn, values: ReadonlyMap<TestName, number>): number {
  const test: Test = tests[name];
  const has = (disease: string) => chart.diseases.has(disease);
  const { low = 0, high = low * 1.4 } = test;
  const [mean, sd] = test.usual ?? [(low + high) / 2, (high - low) / 3.92];
  const acute = (drawn.strain[name] ?? 0) * drawn.severity;
  const usual = chart.random.normal(mean, sd);
  switch (name) {
    case 'filtration':
      return filtrationRate(values.get('creatinine') ?? 1, ageYears(chart, drawn.atMs), chart.sex);
    case 'hematocrit':
      return (values.get('hemoglobin') ?? 14) * 2.95 + chart.random.normal(0, 0.6);
    case 'hemoglobin':
      return usual - (chart.sex === 'female' ? 0.7 : 0) - (has('kidney') ? 2 : 0) + acute;
    case 'creatinine': {
      const age = ageYears(chart, drawn.atMs);
      if (age < 15) return 0.25 + age * 0.035 + acute;
      // A sick kidney gets worse by the year, so that the trend can be seen.
      const yearsToNow = (chart.nowMs - drawn.atMs) / yearMs;
      const own = chart.random.normal(chart.sex === 'female' ? 0.75 : 0.93, 0.08);
      return own + (has('kidney') ? 0.95 - 0.12 * yearsToNow : 0) + acute;
    }
    case 'urea':
      return usual + (has('kidney') ? 16 : 0) + (has('heart-failure') ? 6 : 0) + acute;
    case 'potassium':
      return usual + (has('kidney') ? 0.4 : 0) + acute;
    case 'glucose':
      return usual + (has('diabetes') ? Math.abs(chart.random.normal(55, 30)) : 0) + acute;
    case 'a1c':
      return usual + (has('diabetes') ? 1.2 + Math.abs(chart.random.normal(0.9, 0.8)) : 0);
    case 'natriuretic':
      return (
        (usual + (has('heart-failure') ? 900 + Math.abs(chart.random.normal(700, 500)) : 0)) * (1 + ageYears(chart, drawn.atMs) / 200) +
        acute
      );
    case 'cholesterol':
      return usual + (has('lipids') ? 28 : 0);
    case 'triglycerides':
      return usual + (has('diabetes') ? 45 : 0) + (has('obesity') ? 25 : 0);
    case 'tsh':
      return usual + (has('thyroid') ? Math.abs(chart.random.normal(1.5, 2)) : 0);
    case 'inr':
      return usual + (has('atrial-fibrillation') ? 1.4 : 0) + acute;
    default:
      return usual + acute;
  }
}

/** CKD-EPI 2021, mL/min/1.73 m². Creatinine in mg/dL. */
export function filtrationRate(creatinine: number, age: number, sex: 'female' | 'male'): number {
  const [kappa, alpha, factor] = sex === 'female' ? [0.7, -0.241, 1.012] : [0.9, -0.302, 1];
  const ratio = creatinine / kappa;
  return 142 * Math.min(ratio, 1) ** alpha * Math.max(ratio, 1) ** -1.2 * 0.9938 ** age * factor;
}
