// What devices measure: IEEE 11073-10101 codes and names, the LOINC codes of the same thing (LOINC/IEEE medical device mapping; vital
// signs as http://hl7.org/fhir/R4/observation-vitalsigns.html asks), and the UCUM units in which it may be said. A value in another unit
// is not this measurement and is not told as one.

export interface Measurement {
  /** IEEE 11073 code, partition × 65536 + number; 0: it has none. */
  mdc: number;
  /** Its reference id, such as MDC_TEMP_BODY; a word of our own where it has none. */
  name: string;
  /** LOINC codes, the most common first; by unit where LOINC tells units apart. */
  loinc: readonly string[] | Readonly<Record<string, readonly string[]>>;
  says: string;
  /** UCUM codes; the first is the usual one. */
  units: readonly string[];
  vital?: boolean;
}

const pressure = ['mm[Hg]', 'kPa'];
const rate = ['/min'];
const temperature = ['Cel', '[degF]', 'K'];
const mass = ['kg', '[lb_av]', 'g', '[oz_av]', '[stone_av]', 'mg', 'ug', 'ng', 'pg', 'fg'];
const length = ['cm', 'm', '[in_i]', '[ft_i]', 'mm', 'km', '[yd_i]', '[mi_i]', 'um', 'nm', 'pm', 'fm'];
const duration = ['h', 'min', 's', 'ms', 'd', 'wk', 'mo', 'a'];
const doseRates = ['mg', 'ug', 'ng', 'g', '[iU]', 'U', 'mmol', 'meq', 'mL'].flatMap((one) =>
  ['', '/kg'].flatMap((by) => ['/h', '/min'].map((per) => `${one}${by}${per}`)),
);
const glucose = ['mg/dL', 'mmol/L'];
const capillary = { 'mg/dL': ['41653-7'], 'mmol/L': ['14743-9'] };
const blood = { 'mg/dL': ['2339-0'], 'mmol/L': ['15074-8'] };
const plasma = { 'mg/dL': ['2345-7'], 'mmol/L': ['14749-6'] };

type Row = readonly [mdc: number, name: string, loinc: Measurement['loinc'], units: readonly string[], says: string];

const vitals: readonly Row[] = [
  [150020, 'MDC_PRESS_BLD_NONINV', ['85354-9'], pressure, 'Blood pressure'],
  [150021, 'MDC_PRESS_BLD_NONINV_SYS', ['8480-6'], pressure, 'Systolic blood pressure'],
  [150022, 'MDC_PRESS_BLD_NONINV_DIA', ['8462-4'], pressure, 'Diastolic blood pressure'],
  [150023, 'MDC_PRESS_BLD_NONINV_MEAN', ['8478-0'], pressure, 'Mean blood pressure'],
  [150037, 'MDC_PRESS_BLD_ART_ABP_SYS', ['76215-3'], pressure, 'Invasive systolic blood pressure'],
  [150038, 'MDC_PRESS_BLD_ART_ABP_DIA', ['76213-8'], pressure, 'Invasive diastolic blood pressure'],
  [150039, 'MDC_PRESS_BLD_ART_ABP_MEAN', ['76214-6'], pressure, 'Invasive mean blood pressure'],
  [150033, 'MDC_PRESS_BLD_ART_SYS', ['76215-3'], pressure, 'Invasive systolic blood pressure'],
  [150034, 'MDC_PRESS_BLD_ART_DIA', ['76213-8'], pressure, 'Invasive diastolic blood pressure'],
  [150035, 'MDC_PRESS_BLD_ART_MEAN', ['76214-6'], pressure, 'Invasive mean blood pressure'],
  [150087, 'MDC_PRESS_BLD_VEN_CENT_MEAN', ['60985-9'], [...pressure, 'cm[H2O]'], 'Central venous pressure'],
  [147842, 'MDC_ECG_HEART_RATE', ['8867-4'], rate, 'Heart rate'],
  [8410590, 'MDC_ECG_HEART_RATE_INSTANT', ['8867-4'], rate, 'Heart rate'],
  [149530, 'MDC_PULS_OXIM_PULS_RATE', ['8867-4'], rate, 'Pulse rate by pulse oximetry'],
  [149546, 'MDC_PULS_RATE_NON_INV', ['8867-4'], rate, 'Pulse rate'],
  [150456, 'MDC_PULS_OXIM_SAT_O2', ['59408-5', '2708-6'], ['%'], 'Oxygen saturation by pulse oximetry'],
  [0, 'OXYGEN_SATURATION', ['2708-6'], ['%'], 'Oxygen saturation'],
  [151562, 'MDC_RESP_RATE', ['9279-1'], rate, 'Respiratory rate'],
  [151570, 'MDC_TTHOR_RESP_RATE', ['9279-1'], rate, 'Respiratory rate by impedance'],
  [151594, 'MDC_CO2_RESP_RATE', ['9279-1'], rate, 'Respiratory rate by capnography'],
  [150344, 'MDC_TEMP', ['8310-5'], temperature, 'Body temperature'],
  [150364, 'MDC_TEMP_BODY', ['8310-5'], temperature, 'Body temperature'],
  [150368, 'MDC_TEMP_CORE', ['8329-5', '8310-5'], temperature, 'Core temperature'],
  [188420, 'MDC_TEMP_RECT', ['8332-9', '8310-5'], temperature, 'Rectal temperature'],
  [188424, 'MDC_TEMP_ORAL', ['8331-1', '8310-5'], temperature, 'Oral temperature'],
  [188428, 'MDC_TEMP_EAR', ['8333-7', '8310-5'], temperature, 'Ear temperature'],
  [150392, 'MDC_TEMP_TYMP', ['8333-7', '8310-5'], temperature, 'Tympanic temperature'],
  [188452, 'MDC_TEMP_AXILLA', ['8328-7', '8310-5'], temperature, 'Axillary temperature'],
  [188736, 'MDC_MASS_BODY_ACTUAL', ['29463-7'], mass, 'Body weight'],
  [188740, 'MDC_LEN_BODY_ACTUAL', ['8302-2'], length, 'Body height'],
  [188752, 'MDC_RATIO_MASS_BODY_LEN_SQ', ['39156-5'], ['kg/m2'], 'Body mass index'],
];

const others: readonly Row[] = [
  [150320, 'MDC_SAT_O2_QUAL', [], ['%'], 'Signal quality of oxygen saturation'],
  [150488, 'MDC_BLD_PERF_INDEX', ['61006-3'], ['%', '1'], 'Perfusion index'],
  [188748, 'MDC_BODY_FAT', ['41982-0'], ['%'], 'Body fat'],
  [188432, 'MDC_TEMP_FINGER', [], temperature, 'Finger temperature'],
  [188448, 'MDC_TEMP_TOE', [], temperature, 'Toe temperature'],
  [188456, 'MDC_TEMP_GIT', [], temperature, 'Temperature in the digestive tract'],
  [151708, 'MDC_AWAY_CO2_ET', ['19891-1'], pressure, 'End tidal carbon dioxide'],
  [160020, 'MDC_CONC_GLU_GEN', blood, glucose, 'Glucose'],
  [160184, 'MDC_CONC_GLU_CAPILLARY_WHOLEBLOOD', capillary, glucose, 'Glucose in capillary blood'],
  [160188, 'MDC_CONC_GLU_CAPILLARY_PLASMA', capillary, glucose, 'Glucose in capillary plasma'],
  [160192, 'MDC_CONC_GLU_VENOUS_WHOLEBLOOD', blood, glucose, 'Glucose in venous blood'],
  [160196, 'MDC_CONC_GLU_VENOUS_PLASMA', plasma, glucose, 'Glucose in venous plasma'],
  [160200, 'MDC_CONC_GLU_ARTERIAL_WHOLEBLOOD', blood, glucose, 'Glucose in arterial blood'],
  [160204, 'MDC_CONC_GLU_ARTERIAL_PLASMA', plasma, glucose, 'Glucose in arterial plasma'],
  [160208, 'MDC_CONC_GLU_CONTROL', [], glucose, 'Glucose of a control solution'],
  [160212, 'MDC_CONC_GLU_ISF', { 'mg/dL': ['99504-3'] }, glucose, 'Glucose in interstitial fluid'],
  [0, 'GLUCOSE_PLASMA', plasma, glucose, 'Glucose in plasma or serum'],
  [160260, 'MDC_RATIO_INR_COAG', ['34714-6'], ['{INR}', '1'], 'INR'],
  [152584, 'MDC_FLOW_AWAY_EXP_FORCED_PEAK', ['19935-6'], ['L/min', 'L/s'], 'Peak expiratory flow'],
  [152586, 'MDC_VOL_AWAY_EXP_FORCED_1S', ['20150-9'], ['L', 'mL'], 'FEV1'],
  [131328, 'MDC_ECG_ELEC_POTL', ['11524-6'], ['mV', 'uV'], 'Electrocardiogram'],
  [131329, 'MDC_ECG_ELEC_POTL_I', [], ['mV', 'uV'], 'Electrocardiogram, lead I'],
  [131330, 'MDC_ECG_ELEC_POTL_II', [], ['mV', 'uV'], 'Electrocardiogram, lead II'],
  [131389, 'MDC_ECG_ELEC_POTL_III', [], ['mV', 'uV'], 'Electrocardiogram, lead III'],
  [150452, 'MDC_PULS_OXIM_PLETH', [], ['1', '%'], 'Plethysmogram'],
  [150036, 'MDC_PRESS_BLD_ART_ABP', [], pressure, 'Arterial blood pressure'],
  [157784, 'MDC_FLOW_FLUID_PUMP', [], ['mL/h', 'mL/min', 'L/h'], 'Flow of an infusion pump'],
  [157924, 'MDC_RATE_DOSE', [], doseRates, 'Dose rate of an infusion pump'],
  [157864, 'MDC_VOL_FLUID_DELIV', [], ['mL'], 'Volume infused'],
  [157993, 'MDC_VOL_FLUID_DELIV_TOTAL', [], ['mL'], 'Volume infused'],
  [157872, 'MDC_VOL_FLUID_TBI_REMAIN', [], ['mL'], 'Volume left to be infused'],
  [157884, 'MDC_VOL_FLUID_TBI', [], ['mL'], 'Volume to be infused'],
  [0, 'STEPS', ['55423-8'], ['{steps}', '{count}', '1'], 'Number of steps'],
  [0, 'ENERGY', ['41981-2'], ['kcal', 'kJ', 'J'], 'Calories burned'],
  [0, 'SLEEP', ['93832-4'], duration, 'Sleep duration'],
  [0, 'EXERCISE', ['55411-3'], duration, 'Exercise duration'],
  [0, 'DISTANCE', ['55430-3'], length, 'Distance'],
  [0, 'RR_INTERVAL', ['8637-1'], ['ms', 's'], 'R-R interval'],
  [0, 'RESTING_HEART_RATE', ['40443-4'], rate, 'Resting heart rate'],
  [0, 'HEART_RATE_VARIABILITY', ['80404-7'], ['ms', 's'], 'Heart rate variability (SDNN)'],
  [0, 'OXYGEN_FLOW', ['3151-8'], ['L/min', 'mL/min'], 'Inhaled oxygen flow rate'],
];

const measurement =
  (vital: boolean) =>
  ([mdc, name, loinc, units, says]: Row): Measurement => ({ mdc, name, loinc, units, says, ...(vital ? { vital } : {}) });

export const measurements: readonly Measurement[] = [...vitals.map(measurement(true)), ...others.map(measurement(false))];

export const loincsOf = ({ loinc }: Measurement, unit: string): readonly string[] =>
  Array.isArray(loinc) ? loinc : ((loinc as Readonly<Record<string, readonly string[]>>)[unit] ?? []);

const byWord = new Map<string, Measurement>();
/** How many measurements a LOINC code may mean: LOINC often does not tell how something was measured. */
const meanings = new Map<string, number>();
for (const one of measurements) {
  const loincs = Array.isArray(one.loinc) ? one.loinc : Object.values(one.loinc as Record<string, readonly string[]>).flat();
  for (const code of loincs) meanings.set(code, (meanings.get(code) ?? 0) + 1);
  for (const word of [...(one.mdc === 0 ? [] : [String(one.mdc)]), one.name, ...loincs]) if (!byWord.has(word)) byWord.set(word, one);
}
byWord.set('MDC_ECG_CARD_BEAT_RATE', byWord.get('147842')!);

/** By IEEE 11073 number or name, or by LOINC code. */
export const measurementOf = (code: string): Measurement | undefined => byWord.get(code);

/** Whether this LOINC code means one measurement only, so that its IEEE code may be said with it. */
export const isExact = (loinc: string): boolean => meanings.get(loinc) === 1;

export const mdcSystem = 'urn:iso:std:iso:11073:10101';
export const loincSystem = 'http://loinc.org';
