// GS1 application identifiers: what follows each, and how long it is (GS1 General Specifications, section 3.2). The table has
// those of healthcare; the length of an identifier that is not in it follows from its first two digits.

export interface Identifier {
  ai: string;
  title: string;
  /** n14: 14 digits; x..20: up to 20 characters; n..8: up to 8 digits. */
  format: string;
  /** The value is a key with a check digit. */
  check?: true;
  date?: 'day' | 'hour';
}

/** `310n` stands for 3100 to 3109: the last digit is the number of decimals. */
const rows: readonly (readonly [ai: string, title: string, format: string, more?: 'check' | 'day' | 'hour'])[] = [
  ['00', 'SSCC', 'n18', 'check'],
  ['01', 'GTIN', 'n14', 'check'],
  ['02', 'CONTENT', 'n14', 'check'],
  ['10', 'BATCH/LOT', 'x..20'],
  ['11', 'PROD DATE', 'n6', 'day'],
  ['12', 'DUE DATE', 'n6', 'day'],
  ['13', 'PACK DATE', 'n6', 'day'],
  ['15', 'BEST BEFORE', 'n6', 'day'],
  ['16', 'SELL BY', 'n6', 'day'],
  ['17', 'USE BY OR EXPIRY', 'n6', 'day'],
  ['20', 'VARIANT', 'n2'],
  ['21', 'SERIAL', 'x..20'],
  ['22', 'CPV', 'x..20'],
  ['235', 'TPX', 'x..28'],
  ['240', 'ADDITIONAL ID', 'x..30'],
  ['241', 'CUST. PART NO.', 'x..30'],
  ['242', 'MTO VARIANT', 'n..6'],
  ['243', 'PCN', 'x..20'],
  ['250', 'SECONDARY SERIAL', 'x..30'],
  ['251', 'REF. TO SOURCE', 'x..30'],
  ['30', 'VAR. COUNT', 'n..8'],
  ['310n', 'NET WEIGHT (kg)', 'n6'],
  ['315n', 'NET VOLUME (l)', 'n6'],
  ['37', 'COUNT', 'n..8'],
  ['400', 'ORDER NUMBER', 'x..30'],
  ['410', 'SHIP TO LOC', 'n13', 'check'],
  ['414', 'LOC No.', 'n13', 'check'],
  ['420', 'SHIP TO POST', 'x..20'],
  ['7003', 'EXPIRY TIME', 'n10', 'hour'],
  ['7005', 'CATCH AREA', 'x..12'],
  ['710', 'NHRN PZN', 'x..20'],
  ['711', 'NHRN CIP', 'x..20'],
  ['712', 'NHRN CN', 'x..20'],
  ['713', 'NHRN DRN', 'x..20'],
  ['714', 'NHRN AIM', 'x..20'],
  ['715', 'NHRN NDC', 'x..20'],
  ['8003', 'GRAI', 'x..30'],
  ['8004', 'GIAI', 'x..30'],
  ['8008', 'PROD TIME', 'n..12'],
  ['8017', 'GSRN - PROVIDER', 'n18', 'check'],
  ['8018', 'GSRN - RECIPIENT', 'n18', 'check'],
  ['8019', 'SRIN', 'n..10'],
  ['8020', 'REF No.', 'x..25'],
  ['90', 'INTERNAL', 'x..30'],
  ...['91', '92', '93', '94', '95', '96', '97', '98', '99'].map((ai) => [ai, 'INTERNAL', 'x..90'] as const),
];

const table = new Map<string, Identifier>(
  rows.flatMap(([ai, title, format, more]) =>
    (ai.endsWith('n') ? [...'0123456789'].map((digit) => ai.slice(0, -1) + digit) : [ai]).map((each): [string, Identifier] => [
      each,
      {
        ai: each,
        title,
        format,
        ...(more === 'check' ? { check: true as const } : {}),
        ...(more === 'day' || more === 'hour' ? { date: more } : {}),
      },
    ]),
  ),
);

/** Digits of an identifier by its first two, of those ranges that GS1 uses. */
const digitsByStart: readonly (readonly [RegExp, number])[] = [
  [/^(?:0[0-4]|1\d|2[0-2]|30|37|9\d)/, 2],
  [/^(?:2[3-7]|4[0-2]|71)/, 3],
  [/^(?:3[1-69]|43|70|72|8[0-2])/, 4],
];

/** Elements whose length is known from the first two digits need no FNC1 behind them (General Specifications, figure 7.8.5-2). */
const predefined: Record<string, number> = {
  '00': 18, '01': 14, '02': 14, '03': 14, '04': 16, '11': 6, '12': 6, '13': 6, '14': 6, '15': 6, '16': 6, '17': 6, '18': 6, '19': 6, '20': 2,
  '31': 6, '32': 6, '33': 6, '34': 6, '35': 6, '36': 6, '41': 13,
}; // biome-ignore format: one line a group reads better

/** The identifier at the start of `data`; undefined where no identifier of GS1 begins so. */
export function identifierAt(data: string): Identifier | undefined {
  const digits = digitsByStart.find(([start]) => start.test(data))?.[1];
  if (digits === undefined) return undefined;
  const ai = data.slice(0, digits);
  if (ai.length < digits || !/^\d+$/.test(ai)) return undefined;
  const fixed = fixedLength(ai);
  return table.get(ai) ?? { ai, title: 'unknown', format: fixed === undefined ? 'x..90' : `n${fixed}` };
}

/** Length of the value where it is known from the first two digits alone. */
export const fixedLength = (ai: string): number | undefined => {
  const start = ai.slice(0, 2);
  return Object.hasOwn(predefined, start) ? predefined[start] : undefined;
};

export function formatOf({ format }: Identifier): { digits: boolean; exact: boolean; length: number } {
  const [, kind, dots, length] = /^([nx])(\.\.)?(\d+)$/.exec(format) ?? [];
  return { digits: kind === 'n', exact: dots === undefined, length: Number(length) };
}
