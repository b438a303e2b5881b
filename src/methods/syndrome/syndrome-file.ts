// Syndromes, the words that complaints are read by, and notifiable conditions as they stand in files: held to their form, and refused with
// what to do. The schema beside the files says the same to editors.
import { fail, ok, type Result } from '../../fhir/result.ts';
import type { ComplaintWords, Syndrome } from './contract.ts';

type Fields = Record<string, unknown>;
export const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value);
export const isTexts = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((each) => typeof each === 'string' && each !== '');

const texts = ['name', 'title', 'question', 'version', 'status', 'reviewer', 'licence', 'limits'] as const;
/** As complaints are read: small plain letters, one space between words. */
const isTerm = (text: string): boolean => /^[a-z0-9']+( [a-z0-9']+)*$/.test(text);

const isRule = (rule: unknown): boolean =>
  isFields(rule) &&
  Array.isArray(rule['with']) &&
  rule['with'].length > 0 &&
  rule['with'].every((any) => isTexts(any) && any.length > 0 && any.every(isTerm)) &&
  (rule['without'] === undefined || (isTexts(rule['without']) && rule['without'].every(isTerm)));

function isSyndrome(file: Fields): file is Fields & Syndrome {
  const { complaint, codes, codesWithout } = file;
  return (
    file['kind'] === 'syndrome' &&
    texts.every((name) => typeof file[name] === 'string' && file[name] !== '') &&
    isFields(file['source']) &&
    Array.isArray(complaint) &&
    complaint.every(isRule) &&
    isTexts(codes) &&
    (codesWithout === undefined || isTexts(codesWithout)) &&
    complaint.length + codes.length > 0
  );
}

export function readSyndrome(file: unknown): Result<Syndrome> {
  if (isFields(file) && isSyndrome(file)) return ok(file);
  return fail(
    'invalid',
    'this is no syndrome: see schema.json beside it for what it needs (terms are small plain letters with single spaces)',
  );
}

const lists = ['deny', 'denyLists', 'denyAfter', 'past', 'stop', 'leave'] as const;

function isComplaintWords(file: Fields): file is Fields & ComplaintWords {
  const { same } = file;
  return (
    file['kind'] === 'complaint-words' &&
    typeof file['version'] === 'string' &&
    lists.every((name) => isTexts(file[name])) &&
    isFields(same) &&
    Object.values(same).every((value) => typeof value === 'string' && isTerm(value))
  );
}

export function readComplaintWords(file: unknown): Result<ComplaintWords> {
  return isFields(file) && isComplaintWords(file)
    ? ok(file)
    : fail('invalid', 'these are no words to read complaints by: see schema.json beside the file');
}
