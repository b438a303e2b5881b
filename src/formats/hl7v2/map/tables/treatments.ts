// Drugs: HL7 tables 0322 (completion), 0321/0161/0167 (substitution), 0335 (repeat pattern) and 0255 (units of duration) in the words
// of FHIR (v2-to-FHIR concept maps CompletionStatus, RepeatPattern; HL7 v2.8, chapter 4).

/** HL7 table 0322 to http://hl7.org/fhir/event-status, of an immunisation. */
export const immunizationStatuses: Readonly<Record<string, string>> = { CP: 'completed', RE: 'not-done', NA: 'not-done', PA: 'completed' };

/** HL7 table 0322 to http://terminology.hl7.org/CodeSystem/medication-admin-status. */
export const administrationStatuses: Readonly<Record<string, string>> = { CP: 'completed', RE: 'not-done', NA: 'not-done', PA: 'stopped' };

/** HL7 tables 0161 and 0167: whether something else may be given (`N`: no, `G`: a generic, `T`: what heals the same). */
export const substitutions: Readonly<Record<string, string>> = { N: 'N', G: 'G', T: 'TE', '0': 'N', '1': 'N', '2': 'G' };

export interface Repeat {
  frequency?: number;
  period?: number;
  periodUnit?: 's' | 'min' | 'h' | 'd' | 'wk' | 'mo' | 'a';
  when?: string[];
  count?: number;
}

const daily = (frequency: number): Repeat => ({ frequency, period: 1, periodUnit: 'd' });
/** HL7 table 0335 and its usual spellings. */
const patterns: Readonly<Record<string, Repeat>> = {
  QD: daily(1),
  DAILY: daily(1),
  BID: daily(2),
  TID: daily(3),
  QID: daily(4),
  QOD: { frequency: 1, period: 2, periodUnit: 'd' },
  QAM: { ...daily(1), when: ['MORN'] },
  QPM: { ...daily(1), when: ['EVE'] },
  QHS: { ...daily(1), when: ['HS'] },
  ONCE: { count: 1 },
};
const everyUnits = { S: 's', M: 'min', H: 'h', D: 'd', W: 'wk', L: 'mo' } as const;

/** How often something is done by HL7 table 0335; undefined where the pattern does not say it for certain. */
export function repeatOf(pattern: string): Repeat | undefined {
  const code = pattern.trim().toUpperCase();
  const known = patterns[code];
  if (known !== undefined) return known;
  const every = /^Q([1-9]\d{0,2})([SMHDWL])$/.exec(code);
  const unit = every === null ? undefined : everyUnits[every[2] as keyof typeof everyUnits];
  if (every !== null && unit !== undefined) return { frequency: 1, period: Number(every[1]), periodUnit: unit };
  const times = /^([1-9]|1\d|2[0-4])ID$/.exec(code);
  return times === null ? undefined : daily(Number(times[1]));
}

/** UCUM codes of time, by what senders write. */
export const timeUnits: Readonly<Record<string, string>> = {
  S: 's',
  SEC: 's',
  SECS: 's',
  SECOND: 's',
  SECONDS: 's',
  M: 'min',
  MIN: 'min',
  MINS: 'min',
  MINUTE: 'min',
  MINUTES: 'min',
  H: 'h',
  HR: 'h',
  HRS: 'h',
  HOUR: 'h',
  HOURS: 'h',
  D: 'd',
  DAY: 'd',
  DAYS: 'd',
  W: 'wk',
  WK: 'wk',
  WEEK: 'wk',
  WEEKS: 'wk',
  L: 'mo',
  MO: 'mo',
  MONTH: 'mo',
  MONTHS: 'mo',
  A: 'a',
  YEAR: 'a',
  YEARS: 'a',
};
