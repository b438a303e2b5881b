// The body of a patient: what is normal for age and disease, and what an acute illness does to it. One number, severity
// from 0 (well) to 1 (gravely ill), moves all vital signs together, as illness does; the illness says how far each one moves.
import { ageYears, type Chart } from './chart.ts';

export interface Vitals {
  respirations: number;
  saturation: number;
  /** Litres a minute; 0 is air. */
  oxygen: number;
  systolic: number;
  diastolic: number;
  pulse: number;
  temperature: number;
  consciousness: 'A' | 'C' | 'V' | 'P' | 'U';
}

/** How far each vital sign moves at severity 1. */
export interface Strain {
  respirations: number;
  saturation: number;
  systolic: number;
  pulse: number;
  temperature: number;
  /** From this severity on the patient may be confused or drowsy. */
  drowsyFrom: number;
}

export interface Body {
  heightCm: number;
  weightKg: number;
  normal: Omit<Vitals, 'oxygen' | 'consciousness'>;
  /** Retains carbon dioxide: oxygen is given for 88 to 92 %, and NEWS2 is counted on scale 2. */
  hypercapnic: boolean;
}

/** Age from, pulse, breaths, systolic pressure: usual middles of children's ranges. */
const byAge: readonly (readonly [fromYears: number, pulse: number, respirations: number, systolic: number])[] = [
  [0, 135, 38, 82],
  [1, 115, 27, 92],
  [3, 105, 23, 97],
  [6, 92, 20, 103],
  [12, 80, 17, 112],
  [18, 74, 15, 119],
  [40, 73, 15, 123],
  [65, 72, 16, 130],
];

export function bodyOf(chart: Chart): Body {
  const { random, diseases, sex } = chart;
  const age = ageYears(chart, chart.nowMs);
  const [, pulse, respirations, systolic] = byAge.filter(([from]) => age >= from).at(-1) ?? [0, 74, 15, 119];
  const grown = sex === 'female' ? 163 : 177;
  const heightCm = Math.round(
    age >= 18 ? random.normal(grown, 7) : Math.min(grown, 52 + 24 * Math.min(age, 1) + 6.2 * Math.max(0, age - 1)) + random.normal(0, 3),
  );
  const bmi =
    age >= 18 ? random.normal(diseases.has('obesity') ? 34 : 25, diseases.has('obesity') ? 3 : 2.3) : random.normal(16.5 + age * 0.25, 1.2);
  return {
    heightCm,
    weightKg: Math.max(2.8, bmi * (heightCm / 100) ** 2),
    hypercapnic: diseases.has('copd') && random.chance(0.4),
    normal: {
      respirations: respirations + (diseases.has('copd') ? 2 : 0) + (diseases.has('heart-failure') ? 1 : 0),
      saturation: random.normal(97.5, 0.7) - (diseases.has('copd') ? 4 : 0) - (diseases.has('heart-failure') ? 0.8 : 0),
      systolic: systolic + random.normal(0, 7) + (diseases.has('hypertension') ? 14 : 0) - (diseases.has('heart-failure') ? 6 : 0),
      diastolic: systolic * 0.62 + random.normal(0, 5) + (diseases.has('hypertension') ? 7 : 0),
      pulse: pulse + random.normal(0, 7) + (diseases.has('atrial-fibrillation') ? 9 : 0),
      temperature: random.normal(36.7, 0.15),
    },
  };
}

export const noStrain: Strain = { respirations: 0, saturation: 0, systolic: 0, pulse: 0, temperature: 0, drowsyFrom: 2 };

/** One set of readings at a severity. Someone short of oxygen is given some, and it helps. */
export function measure(chart: Chart, body: Body, strain: Strain, severity: number): Vitals {
  const { random } = chart;
  const { normal } = body;
  const target = body.hypercapnic ? 88 : 93;
  let saturation = normal.saturation - strain.saturation * severity + random.normal(0, 0.7);
  let oxygen = 0;
  if (saturation < target) {
    const short = target - saturation;
    oxygen = short < 3 ? 2 : short < 6 ? 4 : short < 10 ? 8 : 15;
    saturation += Math.min(short * 0.85 + 1, oxygen + 2);
  }
  const systolic = normal.systolic - strain.systolic * severity + random.normal(0, 5);
  const drowsy = severity > strain.drowsyFrom && random.chance(0.4 + (severity - strain.drowsyFrom) * 2);
  return {
    respirations: clamp(normal.respirations + strain.respirations * severity + random.normal(0, 1.1), 6, 60),
    saturation: clamp(saturation, 70, 100),
    oxygen,
    systolic: clamp(systolic, 60, 235),
    diastolic: clamp(Math.min(systolic - 18, normal.diastolic - strain.systolic * severity * 0.5 + random.normal(0, 4)), 35, 130),
    pulse: clamp(normal.pulse + strain.pulse * severity + random.normal(0, 4), 36, 205),
    temperature: clamp(normal.temperature + strain.temperature * severity + random.normal(0, 0.15), 34, 41.2),
    consciousness: drowsy
      ? random.weighted([
          ['C', 5],
          ['V', severity > 0.9 ? 4 : 1],
          ['P', severity > 0.95 ? 1 : 0],
        ] as const)
      : 'A',
  };
}

const clamp = (value: number, low: number, high: number): number => Math.max(low, Math.min(high, value));
