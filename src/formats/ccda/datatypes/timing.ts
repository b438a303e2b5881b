// GTS: IVL_TS, PIVL_TS, EIVL_TS → Timing (CDA R2 data types 2.24; http://hl7.org/fhir/R4/datatypes.html#Timing).

import type { Conversion, Converter } from '../mapping/conversion.ts';
import type { Place } from '../mapping/draft.ts';
import { lookUp } from '../mapping/look-up.ts';
import { childOf, type Element, leafOf } from '../tree/tree.ts';
import { numberOf } from './quantity.ts';
import { period as interval, when } from './time.ts';

/** Units of time in R4; CDA writes them in UCUM. */
const units: Record<string, string> = {
  s: 's',
  min: 'min',
  h: 'h',
  d: 'd',
  wk: 'wk',
  mo: 'mo',
  a: 'a',
  hr: 'h',
  day: 'd',
  week: 'wk',
  month: 'mo',
  year: 'a',
};

/** http://terminology.hl7.org/CodeSystem/v3-TimingEvent as R4 has it; IC… (between meals) has no code there. */
const events = new Set(['AC', 'ACD', 'ACM', 'ACV', 'C', 'CD', 'CM', 'CV', 'HS', 'PC', 'PCD', 'PCM', 'PCV', 'WAKE']);

/** One effectiveTime by its type; the place is the Timing. */
export const timing: Converter = (from, at, cx) => {
  const type = (cx.value(from, 'type') ?? '').replace(/^.*:/, '');
  if (type === 'PIVL_TS' || childOf(from, 'period') !== undefined) periodic(from, at.at('repeat'), cx);
  else if (type === 'EIVL_TS' || childOf(from, 'event') !== undefined) eventful(from, at.at('repeat'), cx);
  else if (cx.value(from, 'value') !== undefined) when(from, at.at('event[]'), cx);
  else if (at.at('repeat.boundsPeriod').value === undefined) interval(from, at.at('repeat.boundsPeriod'), cx);
};

/** Once in a period; a period with two ends is one with a maximum. */
function periodic(from: Element, at: Place, cx: Conversion): void {
  const period = childOf(from, 'period');
  if (period === undefined || at.at('period').value !== undefined) return;
  const low = childOf(period, 'low');
  const high = childOf(period, 'high');
  const least = low ?? period;
  const unit = lookUp(units, cx.value(least, 'unit') ?? cx.value(high, 'unit'));
  const text = cx.value(least, 'value');
  const value = text === undefined ? undefined : numberOf(text);
  if (unit === undefined || value === undefined || Number(String(value)) < 0) return;
  at.at('frequency').set(1);
  at.at('period').say(leafOf(least, 'value'), value);
  at.at('periodUnit').say(leafOf(least, 'unit'), unit);
  const most = cx.value(high, 'value');
  const maximum = most === undefined ? undefined : numberOf(most);
  if (maximum !== undefined && cx.value(high, 'unit') === cx.value(least, 'unit')) {
    at.at('periodMax').say(leafOf(high, 'value'), maximum);
    at.at('periodUnit').also(leafOf(high, 'unit'), (now) => (typeof now === 'string' ? now : ''));
  }
}

/** At an event; the offset in minutes where it is said in a unit of time. */
function eventful(from: Element, at: Place, cx: Conversion): void {
  const event = childOf(from, 'event');
  const code = cx.value(event, 'code');
  if (code === undefined || at.at('when').value !== undefined) return;
  const known = code === 'IC' ? 'C' : code;
  if (events.has(known)) at.at('when[0]').say(leafOf(event, 'code'), known);
  const system = leafOf(event, 'codeSystem');
  if (system !== undefined && events.has(known)) cx.structural.add(system);
}
