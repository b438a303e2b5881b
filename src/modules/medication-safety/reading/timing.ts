// How often, how long and whether as needed: from the words of a prescription, or from Timing of FHIR.
import type { Timing as FhirTiming } from '../../../fhir/generated/types.ts';
import type { Timing } from '../contract.ts';

const n = String.raw`(\d+(?:\.\d+)?)`;
const range = `${n}(?: ?(?:-|–|to) ?${n})?`;
const hours = '(?:h|hr|hrs|hour|hours|hourly)';

interface Pattern {
  words: RegExp;
  /** Groups as numbers (NaN where absent) to what they say. */
  says(groups: number[]): Timing;
}

const times = (perDay: number): Timing => ({ perDay });
const every = (low: number, high = low): Timing => {
  const hoursBetween = Math.min(low, Number.isNaN(high) ? low : high);
  return { everyHours: hoursBetween, perDay: 24 / hoursBetween };
};
const days = (count: number): Timing => ({ everyHours: 24 * count, perDay: 1 / count });

/** The first that fits decides. */
const patterns: readonly Pattern[] = [
  { words: new RegExp(String.raw`\bq ?${range} ?${hours}\b`), says: ([a = 0, b = Number.NaN]) => every(a, b) },
  { words: new RegExp(String.raw`\bevery ${range} ?${hours}\b`), says: ([a = 0, b = Number.NaN]) => every(a, b) },
  {
    words: new RegExp(String.raw`\bq ?${range} ?(?:min|minutes?|mins)\b|\bevery ${range} ?(?:min|minutes?|mins)\b`),
    says: ([a = 0, b = Number.NaN, c = 0, d = Number.NaN]) => every((Number.isNaN(a) ? c : a) / 60, (Number.isNaN(b) ? d : b) / 60),
  },
  {
    words: new RegExp(String.raw`\bq ?${range} ?(?:d|days?)\b|\bevery ${range} days?\b`),
    says: ([a = 0, , c = 0]) => days(Number.isNaN(a) ? c : a),
  },
  {
    words: new RegExp(String.raw`\bq ?${n} ?(?:wk|weeks?)\b|\bevery ${n} weeks?\b`),
    says: ([a = 0, b = 0]) => days(7 * (Number.isNaN(a) ? b : a)),
  },
  {
    words: new RegExp(String.raw`\bevery ${n} months?\b|\bq ?${n} ?months?\b`),
    says: ([a = 0, b = 0]) => days(28 * (Number.isNaN(a) ? b : a)),
  },
  { words: /\bqod\b|\bevery other day\b|\balternate days?\b|\bq48h\b/, says: () => days(2) },
  { words: /\btwice (?:a|per) week\b|\btwice weekly\b|\b2 times (?:a|per) week\b|\bbiw\b/, says: () => times(2 / 7) },
  { words: /\b(?:three|3) times (?:a|per) week\b|\b(?:three|3) times weekly\b|\btiw\b|\bmwf\b/, says: () => times(3 / 7) },
  { words: /\bonce (?:a|per|every) week\b|\bonce weekly\b|\bweekly\b|\bevery week\b|\bqwk\b|\bq ?week\b|\bqw\b/, says: () => days(7) },
  { words: /\bonce (?:a|per) month\b|\bmonthly\b|\bevery month\b|\bq ?month\b|\bonce monthly\b/, says: () => days(28) },
  {
    words:
      /\b(?:bid|b\.i\.d|bd|twice (?:a |per )?(?:day|daily)|twice daily|2 times (?:a |per )?(?:day|daily)|two times (?:a |per )?(?:day|daily)|q12|morning and (?:night|evening|bedtime)|with breakfast and (?:dinner|supper)|2x\/day|2x daily)\b/,
    says: () => times(2),
  },
  {
    words:
      /\b(?:tid|t\.i\.d|tds|(?:three|3) times (?:a |per )?(?:day|daily)|q8|with meals|with each meal|before meals|before each meal|tidac|ac\b(?! and hs)|3x\/day|3x daily)\b/,
    says: () => times(3),
  },
  {
    words:
      /\b(?:qid|q\.i\.d|qds|(?:four|4) times (?:a |per )?(?:day|daily)|q6|ac and hs|achs|ac & hs|4x\/day|4x daily|before meals and at bedtime|with meals and (?:at )?bedtime)\b/,
    says: () => times(4),
  },
  { words: new RegExp(String.raw`\b${n} ?(?:x|times)(?: ?\/ ?| a | per | )?(?:day|daily)\b`), says: ([a = 1]) => times(a) },
  { words: /\b(?:five|5) times (?:a |per )?(?:day|daily)\b/, says: () => times(5) },
  { words: /\b(?:hourly|every hour|q ?h|qhr|q1h)\b/, says: () => every(1) },
  { words: /\bcontinuous(?:ly)?\b|\bdrip\b|\bgtt at\b|\bcontinuous infusion\b|\bpca\b/, says: () => ({ continuous: true }) },
  {
    words:
      /\b(?:daily|qd|q\.d|od|once a day|once per day|once daily|every day|qday|q day|q24|each day|every morning|every evening|every night|nightly|qhs|qam|qpm|at bedtime|bedtime|hs|in the morning|in the evening|at night|nocte|mane|a day|per day|before breakfast|with breakfast|with dinner|with supper|at noon)\b/,
    says: () => times(1),
  },
  {
    words:
      /\b(?:once|x ?1|x1|one time|one-time|stat|now|single dose|x 1 dose|on call(?: to or)?|pre-?op(?:erative(?:ly)?)?|loading dose|bolus|single)\b/,
    says: () => ({ once: true }),
  },
];

const duration = new RegExp(String.raw`\b(?:for|x) ?${n} ?(?:more )?(days?|d|weeks?|wks?|wk|months?|doses?)\b`);

/** A text (levelled) to its timing; an empty object where it says nothing of it. */
export function timingIn(text: string): Timing {
  const timing: Timing = {};
  const asNeeded = /\b(?:prn|p\.r\.n|as needed|when needed|if needed|as required|when required)\b/.test(text);
  for (const { words, says } of patterns) {
    const found = words.exec(text);
    if (found === null) continue;
    Object.assign(timing, says(found.slice(1).map(Number)));
    break;
  }
  if (asNeeded) timing.asNeeded = true;
  // "q5min x3": so many doses, not for ever.
  const doses = /\bx ?([2-9]|10)(?: doses?)?(?=$|[\s,;.)])(?! ?(?:d|days?|w|wks?|weeks?|mo|months?)\b)/.exec(text);
  if (doses && timing.perDay !== undefined) timing.perDay = Math.min(timing.perDay, Number(doses[1]));
  const lasts = duration.exec(text);
  if (lasts) {
    const count = Number(lasts[1]);
    const word = lasts[2] ?? '';
    if (word.startsWith('dose')) {
      if (count === 1 && timing.perDay === undefined) timing.once = true;
      if (timing.perDay !== undefined) timing.durationDays = count / timing.perDay;
    } else timing.durationDays = count * (word.startsWith('w') ? 7 : word.startsWith('m') ? 30 : 1);
  }
  return timing;
}

const unitHours: Record<string, number> = { s: 1 / 3600, min: 1 / 60, h: 1, d: 24, wk: 168, mo: 730, a: 8760 };
const byCode: Record<string, Timing> = {
  QD: times(1),
  BID: times(2),
  TID: times(3),
  QID: times(4),
  Q1H: every(1),
  Q2H: every(2),
  Q3H: every(3),
  Q4H: every(4),
  Q6H: every(6),
  Q8H: every(8),
  Q12H: every(12),
  Q24H: every(24),
  QOD: days(2),
  AM: times(1),
  PM: times(1),
  BED: times(1),
  WK: days(7),
  MO: days(28),
  HS: times(1),
  QHS: times(1),
  STAT: { once: true },
  ONCE: { once: true },
};

/** FHIR Timing (R4 datatypes, Timing.repeat) to ours: the most that may be given. `text` is read where there is no structure. */
export function timingOf(timing: FhirTiming | undefined, read: (text: string) => Timing): Timing {
  if (timing === undefined) return {};
  const { repeat } = timing;
  const found: Timing = {};
  if (repeat) {
    const most = num(repeat.frequencyMax) ?? num(repeat.frequency) ?? repeat.timeOfDay?.length ?? (repeat.when?.length || undefined);
    const unit = Object.hasOwn(unitHours, repeat.periodUnit ?? '') ? unitHours[repeat.periodUnit ?? ''] : undefined;
    const period = num(repeat.period) ?? (unit !== undefined || most !== undefined ? 1 : undefined);
    if (most !== undefined || period !== undefined) {
      const spanHours = (period ?? 1) * (unit ?? 24);
      const count = (most ?? 1) * (repeat.dayOfWeek ? repeat.dayOfWeek.length / (spanHours >= 168 ? 1 : 7) : 1);
      if (count > 0 && spanHours > 0) {
        found.perDay = (count * 24) / spanHours;
        found.everyHours = spanHours / count;
      }
    }
    const bounds = repeat.boundsDuration ?? repeat.boundsRange?.high;
    const boundsUnit = unitHours[bounds?.code ?? ''];
    const length = num(bounds?.value);
    if (length !== undefined && boundsUnit !== undefined) found.durationDays = (length * boundsUnit) / 24;
    if (num(repeat.count) === 1) found.once = true;
  }
  for (const coding of timing.code?.coding ?? []) {
    const code = (coding.code ?? '').toUpperCase();
    if (found.perDay === undefined && Object.hasOwn(byCode, code)) Object.assign(found, byCode[code]);
  }
  if (found.perDay === undefined && !found.once && timing.code?.text !== undefined) Object.assign(found, read(timing.code.text));
  if (found.perDay === undefined && !found.once && timing.event?.length === 1) found.once = true;
  return found;
}

const num = (value: unknown): number | undefined => {
  const read = value === undefined || value === null ? Number.NaN : Number(value);
  return Number.isFinite(read) ? read : undefined;
};
