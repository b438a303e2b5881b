// A situation as one would say it ("ibuprofen 400 mg po tid" for somebody who takes warfarin) to drafts and facts: the form
// of cases in the knowledge, of `lamplight medication check`, and of questions that come without a record.
import type { Facts, Measured, Order } from './contract.ts';
import { saysNone } from './facts/allergy-words.ts';
import { dayMs, yearDays } from './facts/body.ts';
import type { Situation } from './knowledge/contract.ts';
import type { Library } from './library.ts';
import { readOrderText } from './reading/order-text.ts';

export interface Told {
  drafts: Order[];
  facts: Facts;
  /** What could not be understood: a laboratory name, a unit. */
  notUnderstood: string[];
}

const ages = { y: yearDays, mo: yearDays / 12, w: 7, d: 1 };

export function readSituation(situation: Situation, library: Library, asOfMs: number): Told {
  const notUnderstood: string[] = [];
  const facts: Facts = {
    asOfMs,
    laboratory: new Map(),
    vitals: new Map(),
    problems: new Map(),
    problemsNotKnown: [],
    allergies: [],
    allergyAssessment: 'none-known',
    orders: [],
    notRead: [],
  };
  const drafts = [situation.order, ...(situation.also ?? [])].map((text, i) =>
    readOrderText(text, { id: `draft-${i + 1}`, state: 'draft', origin: 'order' }, library.reading),
  );
  if (situation.reason !== undefined && drafts[0]) drafts[0] = { ...drafts[0], reason: situation.reason };
  facts.orders = (situation.taking ?? []).map((raw, i) => taken(raw, i, library, asOfMs));
  const age = /^([\d.]+)\s*(y|mo|w|d)/.exec(situation.age ?? '');
  if (age) facts.bornMs = asOfMs - (Number(age[1]) * ages[age[2] as keyof typeof ages] + 0.5) * dayMs;
  else if (situation.age !== undefined) notUnderstood.push(`age “${situation.age}”`);
  if (situation.sex) facts.sex = situation.sex;
  const kg = measured(situation.weight, asOfMs);
  if (kg)
    facts.weightKg =
      kg.unit === 'g'
        ? { ...kg, value: kg.value / 1000, unit: 'kg' }
        : kg.unit.startsWith('lb')
          ? { ...kg, value: kg.value * 0.45359237, unit: 'kg' }
          : kg;
  const cm = measured(situation.height, asOfMs);
  if (cm) facts.heightCm = cm.unit === 'm' ? { ...cm, value: cm.value * 100, unit: 'cm' } : cm;
  for (const text of situation.allergies ?? []) {
    if (saysNone(text)) continue;
    facts.allergyAssessment = 'recorded';
    const severe = /anaphyla|angio-?o?edema|stevens|sjs|dress|tens?\b/i.test(text);
    facts.allergies.push({
      text,
      drugs: library.allergies.inText(text),
      reactions: [],
      kind: /intoleran/i.test(text) ? 'intolerance' : 'allergy',
      severe,
    });
  }
  for (const text of situation.problems ?? []) {
    const ids = /^[A-Z]\d[0-9A-Z](?:\.?[0-9A-Z]{1,4})?$/.test(text.trim())
      ? library.problems.ofCode(text.trim())
      : library.problems.inText(text);
    for (const id of [...ids, ...(library.base.problems.has(text) ? [text] : [])]) facts.problems.set(id, { text });
    if (ids.length === 0 && !library.base.problems.has(text)) facts.problemsNotKnown.push(text);
  }
  if (facts.problems.has('dialysis')) facts.dialysis = true;
  for (const [name, given] of Object.entries(situation.laboratory ?? {})) {
    const row = library.laboratories.named(name);
    if (row === undefined) {
      notUnderstood.push(`laboratory value “${name}”`);
      continue;
    }
    for (const text of [given].flat()) {
      const value = measured(text, asOfMs);
      const turned = value && library.laboratories.turn(row, value.value, value.unit);
      if (value === undefined || turned === undefined) notUnderstood.push(`${name} “${text}”`);
      else facts.laboratory.set(row.id, [...(facts.laboratory.get(row.id) ?? []), { ...value, value: turned, unit: row.unit }]);
    }
  }
  for (const [name, value] of Object.entries(situation.vitals ?? {})) facts.vitals.set(name, [{ value, unit: '', atMs: asOfMs }]);
  if (situation.pregnant !== undefined) {
    facts.pregnant = situation.pregnant !== false;
    if (typeof situation.pregnant === 'number') facts.trimester = situation.pregnant;
  } else if (facts.problems.has('pregnancy')) facts.pregnant = true;
  if (situation.breastfeeding !== undefined) facts.breastfeeding = situation.breastfeeding;
  if (situation.setting) facts.setting = situation.setting;
  return { drafts, facts, notUnderstood };
}

/** `warfarin 5 mg po daily since 40 d`, `phenelzine 15 mg po tid, stopped 5 d ago`. */
function taken(raw: string, i: number, library: Library, asOfMs: number): Order {
  const stopped = /,?\s*stopped ([\d.]+) d(?:ays)? ago/i.exec(raw);
  const since = /,?\s*since ([\d.]+) d(?:ays)?/i.exec(raw);
  const text = raw.replace(stopped?.[0] ?? '\u0000', '').replace(since?.[0] ?? '\u0000', '');
  const order = readOrderText(text, { id: `taking-${i + 1}`, state: stopped ? 'past' : 'active', origin: 'order' }, library.reading);
  if (stopped) order.endMs = asOfMs - Number(stopped[1]) * dayMs;
  if (since) order.startMs = asOfMs - Number(since[1]) * dayMs;
  return order;
}

const spans = { d: dayMs, h: 3_600_000 };

/** `5.8 mmol/L`, `< 0.3 mg/dL`, `70 kg 400 d ago`; a finding in words is 1 where it is positive, else 0. */
function measured(text: string | undefined, asOfMs: number): Measured | undefined {
  const finding = /^\s*(?:(positive|detected|abnormal|reactive)|negative|normal|not detected|done|non-?reactive)\b(.*)$/i.exec(text ?? '');
  if (finding) {
    const age = /([\d.]+) ?(d|h)(?:ays|ours)? ago/.exec(finding[2] ?? '');
    return {
      value: finding[1] === undefined ? 0 : 1,
      unit: '',
      atMs: asOfMs - (age === null ? 0 : Number(age[1]) * spans[age[2] as 'd' | 'h']),
    };
  }
  const found = /^\s*([<>]=?)?\s*(-?\d+(?:\.\d+)?)\s*(.*?)(?:,?\s+([\d.]+) ?(d|h)(?:ays|ours)? ago)?\s*$/.exec(text ?? '');
  if (found === null) return undefined;
  const [, comparator, value, unit = '', count, word] = found;
  return {
    value: Number(value),
    unit,
    atMs: asOfMs - (count === undefined ? 0 : Number(count) * spans[word === 'h' ? 'h' : 'd']),
    ...(comparator ? { comparator: comparator as NonNullable<Measured['comparator']> } : {}),
  };
}
