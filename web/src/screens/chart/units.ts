// One unit a quantity, as far as it costs nothing: only conversions whose factor is exact by definition are made (powers of ten of one
// unit, the inch and the pound of 1959, degrees Fahrenheit), never between mass and substance, which needs the molecule
// (https://ucum.org/ucum, BIPM SI brochure). Whoever shows a converted value says so.

interface Exact {
  /** What is measured, in a unit of its own: only within one of these is anything converted. */
  of: string;
  factor: number;
  offset?: number;
}

const prefixes: readonly [prefix: string, factor: number][] = [
  ['', 1],
  ['d', 1e-1],
  ['c', 1e-2],
  ['m', 1e-3],
  ['u', 1e-6],
  ['n', 1e-9],
  ['p', 1e-12],
];
const litres: readonly [unit: string, factor: number][] = [
  ['L', 1],
  ['dL', 1e-1],
  ['mL', 1e-3],
  ['uL', 1e-6],
];

const exact: ReadonlyMap<string, Exact> = new Map<string, Exact>([
  ...prefixes.flatMap(([prefix, factor]) =>
    ['g', 'mol', 'U', '[IU]'].flatMap((base) =>
      litres.map(([litre, per]): [string, Exact] => [`${prefix}${base}/${litre}`, { of: `${base}/L`, factor: factor / per }]),
    ),
  ),
  ...prefixes.map(([prefix, factor]): [string, Exact] => [`${prefix}m`, { of: 'm', factor }]),
  ['[in_i]', { of: 'm', factor: 0.0254 }],
  ['kg', { of: 'kg', factor: 1 }],
  ['g', { of: 'kg', factor: 1e-3 }],
  ['[lb_av]', { of: 'kg', factor: 0.45359237 }],
  ['Cel', { of: 'K', factor: 1, offset: 0 }],
  ['[degF]', { of: 'K', factor: 5 / 9, offset: -32 }],
]);

/** The same unit as it is commonly written, as UCUM has it; what is not known stays as it is. */
const spellings: Readonly<Record<string, string>> = {
  '°C': 'Cel',
  C: 'Cel',
  '°F': '[degF]',
  F: '[degF]',
  mmHg: 'mm[Hg]',
  'mm Hg': 'mm[Hg]',
  bpm: '/min',
  'beats/min': '/min',
  'beats/minute': '/min',
  'breaths/min': '/min',
  '{beats}/min': '/min',
  '{breaths}/min': '/min',
  lb: '[lb_av]',
  lbs: '[lb_av]',
  in: '[in_i]',
};

const known = new Map<string, string>();

/** UCUM code of a unit; litres are written L, micro is written u. Remembered, because ten thousand values have ten units. */
export function unitOf(code: string | undefined, display: string | undefined): string {
  const said = code ?? display ?? '';
  const before = known.get(said);
  if (before !== undefined) return before;
  const written = said.trim();
  const plain = Object.hasOwn(spellings, written) ? (spellings[written] ?? written) : written;
  const unit = plain.replace(/^[µμ]/, 'u').replace(/\/([dmuµμ]?)l$/, (_, prefix: string) => `/${prefix.replace(/[µμ]/, 'u')}L`);
  if (known.size < 1000) known.set(said, unit);
  return unit;
}

/** Whether a value of one unit is exactly one of the other. */
export const convertible = (from: string, to: string): boolean =>
  from === to || (exact.has(from) && exact.get(from)?.of === exact.get(to)?.of);

/** Undefined: not exactly convertible. Rounded to twelve digits, beyond what any instrument has. */
export function convert(value: number, from: string, to: string): number | undefined {
  if (from === to) return value;
  const [a, b] = [exact.get(from), exact.get(to)];
  if (a === undefined || b === undefined || a.of !== b.of) return undefined;
  return Number((((value + (a.offset ?? 0)) * a.factor) / b.factor - (b.offset ?? 0)).toPrecision(12));
}

const shown: Readonly<Record<string, string>> = { Cel: '°C', '[degF]': '°F', 'mm[Hg]': 'mmHg', '[lb_av]': 'lb', '[in_i]': 'in' };

const powers: Readonly<Record<string, string>> = { 2: '²', 3: '³', 4: '⁴', 6: '⁶', 9: '⁹', 12: '¹²' };

/** A UCUM code as it is read: `10*3/uL` is 10³/µL, `mL/min/{1.73_m2}` is mL/min/1.73 m². */
export const unitWords = (unit: string): string =>
  Object.hasOwn(shown, unit)
    ? (shown[unit] ?? unit)
    : unit
        .replace(/10[*^](\d+)/g, (whole, power: string) => (Object.hasOwn(powers, power) ? `10${powers[power] ?? ''}` : whole))
        .replace(/(^|\/)u(?=[a-zA-Z])/g, '$1µ')
        .replace(/\{([^}]*)\}/g, (_, words: string) => words.replaceAll('_', ' '))
        .replace(/\bm2\b/g, 'm²');
