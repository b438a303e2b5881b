// Rows of knowledge/medication-administration/ as the checks use them. A row that is not sound stops the program at its start,
// by its name: a rule that silently is not there would be worse.
import { fail, ok, type Result } from '../../fhir/result.ts';
import type { EffectTime, HighAlert, HoldRule } from './contract.ts';

export interface BedsideRules {
  holdRules: HoldRule[];
  highAlert: HighAlert[];
  effectTimes: EffectTime[];
}

type Row = Record<string, unknown>;
type MembersOf = (drug: string) => readonly string[];
const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';
const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);
const isTexts = (value: unknown): value is string[] => Array.isArray(value) && value.every(isText);
const member = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, name) ? (value as Row)[name] : undefined;

export function readHoldRules(json: unknown, membersOf: MembersOf): Result<HoldRule[]> {
  return rowsOf(json, 'hold-rules', (row) => {
    const { id, title, drug, vital, laboratory, below, above, unit, withinHours, severity, missing, says, source, routes } = row;
    if (!isText(id) || !isText(title) || !isText(drug) || !isText(unit) || !isText(says) || !isText(source) || !isNumber(withinHours))
      return undefined;
    const name = isText(vital) ? vital : laboratory;
    if (!isText(name) || (vital === undefined) === (laboratory === undefined)) return undefined;
    if (!isNumber(below) && !isNumber(above)) return undefined;
    if ((severity !== 'block' && severity !== 'warn') || (missing !== undefined && missing !== 'warn' && missing !== 'aside'))
      return undefined;
    const drugs = membersOf(drug);
    return drugs.length === 0
      ? undefined
      : {
          id,
          title,
          drugs,
          unit,
          withinHours,
          severity,
          says,
          source,
          measure: { kind: isText(vital) ? 'vital' : 'laboratory', id: name },
          ...(isNumber(below) ? { below } : {}),
          ...(isNumber(above) ? { above } : {}),
          ...(missing === undefined ? {} : { missing }),
          ...(isTexts(routes) ? { routes } : {}),
        };
  });
}

export function readHighAlert(json: unknown, membersOf: MembersOf): Result<HighAlert[]> {
  return rowsOf(json, 'high-alert', ({ drug, says, source, routes }) => {
    if (!isText(drug) || !isText(says) || !isText(source) || (routes !== undefined && !isTexts(routes))) return undefined;
    const drugs = membersOf(drug);
    return drugs.length === 0 ? undefined : { drugs, says, ...(isTexts(routes) ? { routes } : {}) };
  });
}

export function readEffectTimes(json: unknown): Result<EffectTime[]> {
  return rowsOf(json, 'effect-times', ({ routes, minutes, source }) =>
    isTexts(routes) && isNumber(minutes) && minutes > 0 && isText(source) ? { routes, minutes } : undefined,
  );
}

function rowsOf<T>(json: unknown, kind: string, read: (row: Row) => T | undefined): Result<T[]> {
  const rows = member(json, 'rows');
  if (member(json, 'kind') !== kind || !Array.isArray(rows))
    return fail('invalid', `knowledge/medication-administration/${kind}.json is not of kind ${kind} with rows`, kind);
  const found: T[] = [];
  for (const [i, row] of rows.entries()) {
    const one = typeof row === 'object' && row !== null ? read(row as Row) : undefined;
    if (one === undefined)
      return fail(
        'invalid',
        `${kind}.json: row ${i + 1} (${String(member(row, 'id')).slice(0, 60)}) is not in the form of schema.json, or names a drug that is not known`,
        `rows[${i}]`,
      );
    found.push(one);
  }
  return ok(found);
}
