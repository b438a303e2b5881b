// Conditions that are reported to public health: by a code of diagnosis, or by a laboratory test that found something. What is found is a
// suspicion with its reason and no case: whoever reports it looks at it first.
import { fail, ok, type Result } from '../../fhir/result.ts';
import { isFields, isTexts } from './syndrome-file.ts';

export interface NotifiableCondition {
  name: string;
  title: string;
  /** Beginnings of ICD-10-CM codes. */
  codes: readonly string[];
  tests: readonly NotifiableTest[];
  /** Hours from the suspicion until it is to be told. */
  withinHours: number;
  urgency: string;
}
/** A test named by LOINC codes or by a word of its name. `found`: words of the result (an organism); `atLeast`: a quantity; neither: a positive result. */
export interface NotifiableTest {
  loinc: readonly string[];
  named?: readonly string[];
  found?: readonly string[];
  atLeast?: { value: number; unit: string };
}
export interface Notifiables {
  version: string;
  status: string;
  reviewer: string;
  source: { agency: string; year: number; title: string; section: string };
  conditions: readonly NotifiableCondition[];
  /** Which published list these are, as case reports name it: an OID, and its version. Absent: a list of its own. */
  triggerCodes?: { valueSet: string; version: string };
}

export interface LabResult {
  code: string | null;
  name: string;
  /** Words of the result. */
  words: string;
  interpretation: string | null;
  value: number | null;
  unit: string | null;
}

const isTest = (test: unknown): boolean =>
  isFields(test) &&
  isTexts(test['loinc']) &&
  (test['named'] === undefined || isTexts(test['named'])) &&
  (test['found'] === undefined || isTexts(test['found']));

const isCondition = (row: unknown): boolean =>
  isFields(row) &&
  typeof row['name'] === 'string' &&
  typeof row['title'] === 'string' &&
  typeof row['urgency'] === 'string' &&
  typeof row['withinHours'] === 'number' &&
  isTexts(row['codes']) &&
  Array.isArray(row['tests']) &&
  row['tests'].every(isTest);

/** An OID, and words that an XML attribute holds without being written another way. */
const isTriggerCodes = (value: unknown): boolean =>
  isFields(value) &&
  typeof value['valueSet'] === 'string' &&
  /^[0-2](\.(0|[1-9]\d{0,40})){1,30}$/.test(value['valueSet']) &&
  typeof value['version'] === 'string' &&
  /^[\w./-]{1,40}$/.test(value['version']);

const isNotifiables = (file: Record<string, unknown>): file is Record<string, unknown> & Notifiables =>
  file['kind'] === 'notifiable' &&
  typeof file['version'] === 'string' &&
  (file['triggerCodes'] === undefined || isTriggerCodes(file['triggerCodes'])) &&
  Array.isArray(file['conditions']) &&
  file['conditions'].every(isCondition);

export const readNotifiables = (file: unknown): Result<Notifiables> =>
  isFields(file) && isNotifiables(file) ? ok(file) : fail('invalid', 'these are no notifiable conditions: see schema.json beside the file');

const negative = /\b(not|no|non|none|negative|neg|nonreactive|absent|undetected|indeterminate|equivocal|pending)\b/i;
const positive = /\b(positive|pos|detected|reactive|present|isolated|grown|growth)\b/i;

/** Positive by its interpretation (POS, DET, RR of HL7's code system), else by its words. "Not detected" is not. */
export function isPositive({ words, interpretation }: Pick<LabResult, 'words' | 'interpretation'>): boolean {
  if (interpretation !== null && ['POS', 'DET', 'RR', 'WR'].includes(interpretation)) return true;
  if (interpretation !== null && ['NEG', 'ND', 'NR', 'IND', 'E'].includes(interpretation)) return false;
  return positive.test(words) && !negative.test(words);
}

/** Whether a word or the beginning of one stands in a text. */
const stands = (word: string, text: string): boolean => new RegExp(`\\b${word.replace(/[^a-z0-9 ]/g, '.')}`, 'i').test(text);

export function testFires(test: NotifiableTest, result: LabResult): boolean {
  const asked =
    (result.code !== null && test.loinc.includes(result.code)) || test.named?.some((word) => stands(word, result.name)) === true;
  if (!asked) return false;
  if (test.atLeast !== undefined) return result.value !== null && result.unit === test.atLeast.unit && result.value >= test.atLeast.value;
  if (test.found !== undefined) return test.found.some((word) => stands(word, result.words)) && !negative.test(result.words);
  return isPositive(result);
}

export const codeFires = (condition: NotifiableCondition, code: string): boolean =>
  condition.codes.some((start) => code.replace('.', '').toUpperCase().startsWith(start.replace('.', '')));

/** Whether a code of a diagnosis or of a test is one by which the condition is found. */
export const isTriggerOf = (condition: NotifiableCondition, code: string): boolean =>
  codeFires(condition, code) || condition.tests.some(({ loinc }) => loinc.includes(code));
