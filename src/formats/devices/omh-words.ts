// Open mHealth schemas (https://www.openmhealth.org, namespace omh): which member of a body is which measurement, in which units, and
// the words that its context may use.

export interface OmhBody {
  /** Word of the table of measurements. */
  measurement: string;
  /** Units of the schema; empty: a plain number. */
  units: readonly string[];
  /** First major version of the schema that demands a time, and that demands an interval. */
  timeFrom: number;
  intervalFrom?: number;
  /** First major version with IEEE 1752 times, which know no part of a day. */
  ieeeFrom?: number;
  /** Schema, where it is not named as its member. */
  schema?: string;
}

const mass = ['fg', 'pg', 'ng', 'ug', 'mg', 'g', 'kg', 'Metric Ton', 'gr', 'oz', 'lb', 'Ton'];
export const length = ['fm', 'pm', 'nm', 'um', 'mm', 'cm', 'm', 'km', 'in', 'ft', 'yd', 'mi'];
export const duration = ['ps', 'ns', 'us', 'ms', 'sec', 'min', 'h', 'd', 'wk', 'Mo', 'yr'];

/** Bodies with one value, by its member. */
export const bodies: Readonly<Record<string, OmhBody>> = {
  heart_rate: { measurement: '147842', units: ['beats/min'], timeFrom: 2 },
  respiratory_rate: { measurement: '151562', units: ['breaths/min'], timeFrom: 2 },
  body_temperature: { measurement: '150364', units: ['K', 'F', 'C'], timeFrom: 3, ieeeFrom: 4 },
  body_weight: { measurement: '188736', units: mass, timeFrom: 2, ieeeFrom: 3 },
  body_height: { measurement: '188740', units: length, timeFrom: 2, ieeeFrom: 2 },
  body_mass_index: { measurement: '188752', units: ['kg/m^2', 'kg/m2'], timeFrom: 2, ieeeFrom: 3 },
  body_fat_percentage: { measurement: '188748', units: ['%'], timeFrom: 2, ieeeFrom: 2 },
  blood_glucose: { measurement: '160020', units: ['mg/dL', 'mmol/L'], timeFrom: 3, ieeeFrom: 4 },
  oxygen_saturation: { measurement: 'OXYGEN_SATURATION', units: ['%'], timeFrom: 2 },
  step_count: { measurement: 'STEPS', units: ['steps'], timeFrom: 2, intervalFrom: 2 },
  sleep_duration: { measurement: 'SLEEP', units: ['sec', 'min', 'h'], timeFrom: 2, intervalFrom: 2 },
  total_sleep_time: { measurement: 'SLEEP', units: duration, timeFrom: 1, intervalFrom: 1 },
  minutes_moderate_activity: { measurement: 'EXERCISE', units: ['min'], timeFrom: 9 },
  rr_interval: { measurement: 'RR_INTERVAL', units: ['ms'], timeFrom: 9 },
  kcal_burned: { measurement: 'ENERGY', units: ['kcal'], timeFrom: 2, intervalFrom: 2, schema: 'calories-burned' },
};

/** Newest major version, for bodies that come without a header. */
export const newest = 4;

/** Units that no table of units may know by these words: a kilogram has many spellings, "gr" is a grain. */
export const omhUcum: Readonly<Record<string, string>> = { 'Metric Ton': 't', gr: '[gr]', Ton: '[ston_av]' };

/** Descriptive statistics by their code of http://terminology.hl7.org/CodeSystem/observation-statistics. */
export const statistics: Readonly<Record<string, string>> = {
  average: 'average',
  count: 'count',
  maximum: 'maximum',
  median: 'median',
  minimum: 'minimum',
  'standard deviation': 'std-dev',
  sum: 'sum',
  variance: 'variance',
  '20th percentile': '20-percent',
  '80th percentile': '80-percent',
  'lower quartile': '4-lower',
  'upper quartile': '4-upper',
  'quartile deviation': '4-dev',
  '1st quintile': '5-1',
  '2nd quintile': '5-2',
  '3rd quintile': '5-3',
  '4th quintile': '5-4',
};

/** Members that say in which circumstances something was measured, and the words that they may use. */
export const contexts: Readonly<Record<string, readonly string[]>> = {
  descriptive_statistic_denominator: ['d', 'wk', 'Mo', 'episode', 'meal', 'session'],
  temporal_relationship_to_meal:
    'fasting, not fasting, before meal, after meal, before breakfast, after breakfast, before lunch, after lunch, before dinner, after dinner, 2 hours postprandial, not related to meals, with meal, with food'.split(
      ', ',
    ),
  temporal_relationship_to_physical_activity: ['at rest', 'active', 'before exercise', 'after exercise', 'during exercise'],
  temporal_relationship_to_sleep: ['before sleeping', 'during sleep', 'on waking'],
  oxygen_therapy_mode_of_administration: ['nasal cannula'],
  system: ['peripheral capillary'],
  measurement_method: ['pulse oximetry'],
};

export const postures = ['sitting', 'lying down', 'standing', 'semi-recumbent'];

const bodyLocations =
  'left ankle, right ankle, left hip, right hip, left thigh, right thigh, left thorax, middle left thorax, left upper arm, right upper arm, left wrist, right wrist'.split(
    ', ',
  );
const temperatureLocations = 'axillary, finger, forehead, oral, rectal, temporal artery, toe, tympanic, wrist, vagina'.split(', ');
export const locations = { temperature: temperatureLocations, body: bodyLocations };

/** What a temperature or a glucose is, by where it was taken; the empty word: it is not the measurement that its member names. */
export const byPlace: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  body_temperature: {
    axillary: '188452',
    finger: '188432',
    oral: '188424',
    rectal: '188420',
    toe: '188448',
    tympanic: '150392',
    forehead: '150364',
    'temporal artery': '150364',
    wrist: '150364',
    vagina: '150364',
  },
  blood_glucose: {
    'capillary blood': '160184',
    'interstitial fluid': '160212',
    'whole blood': '160020',
    plasma: 'GLUCOSE_PLASMA',
    serum: 'GLUCOSE_PLASMA',
    breath: '',
    'lacrimal fluid': '',
    saliva: '',
    sweat: '',
    tears: '',
    urine: '',
  },
};
