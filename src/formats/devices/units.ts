// Units as devices write them, in UCUM: words of people and apps, MDC_DIM_* of IEEE 11073-10101 (annex A.6) by name and number.

/** UCUM code by what senders write. */
const ucum: Readonly<Record<string, string>> = {
  mmHg: 'mm[Hg]',
  kPa: 'kPa',
  cmH2O: 'cm[H2O]',
  bpm: '/min',
  'beats/min': '/min',
  'breaths/min': '/min',
  'count/min': '/min',
  'counts/min': '/min',
  'count/s': '/s',
  rpm: '/min',
  C: 'Cel',
  degC: 'Cel',
  '°C': 'Cel',
  F: '[degF]',
  degF: '[degF]',
  '°F': '[degF]',
  lb: '[lb_av]',
  lbs: '[lb_av]',
  oz: '[oz_av]',
  in: '[in_i]',
  ft: '[ft_i]',
  yd: '[yd_i]',
  mi: '[mi_i]',
  'kg/m^2': 'kg/m2',
  steps: '{steps}',
  count: '{count}',
  sec: 's',
  Mo: 'mo',
  yr: 'a',
  Cal: 'kcal',
  l: 'L',
  'l/min': 'L/min',
  'ml/h': 'mL/h',
  'ml/hr': 'mL/h',
  'mL/hr': 'mL/h',
  'ml/min': 'mL/min',
  'mcg/h': 'ug/h',
  'mcg/min': 'ug/min',
  'mcg/kg/h': 'ug/kg/h',
  'mcg/kg/min': 'ug/kg/min',
  'mg/hr': 'mg/h',
  'units/h': '[iU]/h',
  'units/hr': '[iU]/h',
  'mEq/h': 'meq/h',
  'mg/dl': 'mg/dL',
  'mmol/l': 'mmol/L',
  'mmol<180.1558800000541>/L': 'mmol/L',
  'mL/min·kg': 'mL/kg/min',
  ppm: '[ppm]',
  dimensionless: '1',
};

/** Codes that are themselves UCUM, of those that devices use. */
const own = new Set(
  'mm[Hg] kPa cm[H2O] /min /s Cel [degF] K kg g mg ug ng pg fg [lb_av] [oz_av] [stone_av] m cm mm um nm pm fm km [in_i] [ft_i] [yd_i] [mi_i] kg/m2 % 1 s ms us ns ps min h d wk mo a {steps} {count} {INR} kcal J kJ mg/dL mmol/L g/L mol/L L mL L/min mL/min L/s mV uV V mL/kg/min dB dB[SPL] Hz [ppm] W km/h m/s deg uS mL/h L/h'.split(
    ' ',
  ),
);
/** Dose rates of infusion pumps. */
for (const amount of ['mg', 'ug', 'ng', 'g', '[iU]', 'U', 'mmol', 'meq', 'mL'])
  for (const by of ['', '/kg']) for (const per of ['/h', '/min']) own.add(`${amount}${by}${per}`);

/** IEEE 11073-10101 dimensions (partition 4): number, name, UCUM. */
const dimensions: readonly (readonly [code: number, name: string, ucum: string])[] = [
  [262656, 'MDC_DIM_DIMLESS', '1'],
  [262688, 'MDC_DIM_PERCENT', '%'],
  [263424, 'MDC_DIM_X_M', 'm'],
  [263441, 'MDC_DIM_CENTI_M', 'cm'],
  [263520, 'MDC_DIM_INCH', '[in_i]'],
  [263762, 'MDC_DIM_MILLI_L', 'mL'],
  [263872, 'MDC_DIM_X_G', 'g'],
  [263875, 'MDC_DIM_KILO_G', 'kg'],
  [263904, 'MDC_DIM_LB', '[lb_av]'],
  [264096, 'MDC_DIM_KG_PER_M_SQ', 'kg/m2'],
  [264274, 'MDC_DIM_MILLI_G_PER_DL', 'mg/dL'],
  [264320, 'MDC_DIM_SEC', 's'],
  [264338, 'MDC_DIM_MILLI_SEC', 'ms'],
  [264352, 'MDC_DIM_MIN', 'min'],
  [264384, 'MDC_DIM_HR', 'h'],
  [264864, 'MDC_DIM_BEAT_PER_MIN', '/min'],
  [264928, 'MDC_DIM_RESP_PER_MIN', '/min'],
  [265216, 'MDC_DIM_X_L_PER_MIN', 'L/min'],
  [265266, 'MDC_DIM_MILLI_L_PER_HR', 'mL/h'],
  [265987, 'MDC_DIM_KILO_PASCAL', 'kPa'],
  [266016, 'MDC_DIM_MMHG', 'mm[Hg]'],
  [266418, 'MDC_DIM_MILLI_VOLT', 'mV'],
  [266560, 'MDC_DIM_FAHR', '[degF]'],
  [266866, 'MDC_DIM_MILLI_MOLE_PER_L', 'mmol/L'],
  [268192, 'MDC_DIM_DEGC', 'Cel'],
];
const byDimension = new Map(dimensions.flatMap(([code, name, unit]) => [[String(code), unit] as const, [name, unit] as const]));

/** UCUM code of a unit; undefined where nobody can be sure. */
export function ucumOf(unit: string): string | undefined {
  const word = unit.trim();
  if (own.has(word)) return word;
  return (Object.hasOwn(ucum, word) ? ucum[word] : undefined) ?? byDimension.get(word);
}
