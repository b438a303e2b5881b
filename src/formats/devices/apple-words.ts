// Apple HealthKit's quantity types (https://developer.apple.com/documentation/healthkit/data-types) as measurements of our table.

export interface AppleType {
  /** IEEE 11073 code, LOINC code or word of the table of measurements. */
  code: string;
  /** Powers of ten from what the export writes to what its unit says: percentages are written as fractions. */
  shift?: number;
  /** Stands for the unit that the export writes. */
  unit?: string;
}

const quantity = 'HKQuantityTypeIdentifier';
const types: Readonly<Record<string, AppleType>> = {
  HeartRate: { code: '8867-4' },
  RestingHeartRate: { code: 'RESTING_HEART_RATE' },
  HeartRateVariabilitySDNN: { code: 'HEART_RATE_VARIABILITY' },
  OxygenSaturation: { code: '150456', shift: 2 },
  RespiratoryRate: { code: '151562' },
  BodyTemperature: { code: '150364' },
  BodyMass: { code: '188736' },
  Height: { code: '188740' },
  BodyMassIndex: { code: '188752', unit: 'kg/m2' },
  BodyFatPercentage: { code: '188748', shift: 2 },
  BloodGlucose: { code: '160020' },
  BloodPressureSystolic: { code: '150021' },
  BloodPressureDiastolic: { code: '150022' },
  StepCount: { code: 'STEPS' },
  ActiveEnergyBurned: { code: 'ENERGY' },
  DistanceWalkingRunning: { code: 'DISTANCE' },
  AppleExerciseTime: { code: 'EXERCISE' },
  PeakExpiratoryFlowRate: { code: '152584' },
  ForcedExpiratoryVolume1: { code: '152586' },
};

export const appleTypeOf = (type: string): AppleType | undefined => {
  const name = type.startsWith(quantity) ? type.slice(quantity.length) : '';
  return Object.hasOwn(types, name) ? types[name] : undefined;
};

export const pressureTypes: ReadonlySet<string> = new Set([`${quantity}BloodPressureSystolic`, `${quantity}BloodPressureDiastolic`]);
export const pressureCorrelation = 'HKCorrelationTypeIdentifierBloodPressure';
