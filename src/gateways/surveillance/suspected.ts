// Suspected cases of notifiable conditions, each with its reason: a code of diagnosis, or a laboratory test that found something. One row by patient and
// condition with all its reasons, in a form that whoever sends reports (reporting.ts: eICR, sending.ts: ELR) can take; nothing is sent from here.
import { ok, type Result } from '../../fhir/result.ts';
import { codeFires, type LabResult, type NotifiableCondition, testFires } from '../../methods/syndrome/notifiable.ts';
import type { Caller } from '../../record/contract.ts';
import { slices } from '../../record/slices.ts';
import type { Answer, AnswerCell } from '../../warehouse/contract.ts';
import type { SurveillanceParts } from './contract.ts';
import { type Counts, noFilters, usedIn, wordsIn } from './counts.ts';
import { idOf, nameOf } from './line-list.ts';
import { diagnosesSql, resultsSql } from './sql.ts';
import type { Wish } from './wish.ts';

export interface Reason {
  kind: 'diagnosis' | 'result';
  /** `Condition/1` or `Observation/1`. */
  resource: string;
  /** Id of the visit at which it was found, where one is named. */
  encounter?: string;
  code: string;
  words: string;
  at: string;
}
export interface SuspectedCase {
  condition: string;
  title: string;
  urgency: string;
  /** When it is to be told, from its first reason. */
  due: string;
  patient: string;
  encounter?: string;
  mrn: string;
  name: string;
  born: string;
  sex: string;
  area: string;
  reasons: Reason[];
}

const rowsMost = 20_000;

export async function suspectedCases(
  { tables, knowledge }: Pick<SurveillanceParts, 'tables' | 'knowledge'>,
  counts: Counts,
  caller: Caller,
  wish: Wish,
): Promise<Result<{ cases: SuspectedCase[]; more: boolean }>> {
  const { conditions } = knowledge.notifiable;
  const parameters = {
    ...counts.parameters({ class: 'all', from: wish.from, to: wish.to, filters: noFilters }),
    since: `${wish.from}T00:00:00Z`,
    starts: `^(${conditions.flatMap(({ codes }) => codes.map((code) => code.toUpperCase().replace(/[^A-Z0-9]/g, ''))).join('|')})`,
    loinc: JSON.stringify(conditions.flatMap(({ tests }) => tests.flatMap(({ loinc }) => loinc))),
    named: conditions.flatMap(({ tests }) => tests.flatMap(({ named = [] }) => named.map(plain))).join('|'),
    rows: rowsMost,
  };
  const ask = (sql: string): Promise<Result<Answer>> =>
    tables.ask(caller, sql, { detail: 'identified', parameters: usedIn(sql, parameters), limits: { rows: rowsMost, timeMs: 60_000 } });
  const diagnoses = await ask(diagnosesSql);
  if (!diagnoses.ok) return diagnoses;
  const results = await ask(resultsSql);
  if (!results.ok) return results;
  const found = new Map<string, SuspectedCase>();
  const rest = slices();
  for (const [kind, answer] of [['diagnosis', diagnoses.value] as const, ['result', results.value] as const]) {
    const at = new Map(answer.columns.map(({ name }, i) => [name, i]));
    for (const row of answer.rows) {
      const cell = (name: string): AnswerCell | undefined => row[at.get(name) ?? -1];
      for (const condition of conditions)
        if (
          kind === 'diagnosis'
            ? codeFires(condition, wordsIn(cell('code_code')))
            : condition.tests.some((test) => testFires(test, resultOf(cell)))
        )
          add(found, condition, kind, cell);
      const pause = rest();
      if (pause !== undefined) await pause;
    }
  }
  const cases = [...found.values()].sort((a, b) => (a.due < b.due ? -1 : a.due > b.due ? 1 : 0));
  return ok({ cases, more: [diagnoses, results].some(({ value }) => value.rows.length >= rowsMost) });
}

type CellOf = (name: string) => AnswerCell | undefined;
const plain = (word: string): string => word.toLowerCase().replace(/[^a-z0-9 ]/g, '.');

const resultOf = (cell: CellOf): LabResult => {
  const [code, interpretation, value, unit] = [cell('code_code'), cell('interpretation'), cell('value'), cell('unit')];
  return {
    code: typeof code === 'string' ? code : null,
    name: wordsIn(cell('name')),
    words: wordsIn(cell('words')),
    interpretation: typeof interpretation === 'string' ? interpretation : null,
    value: typeof value === 'number' ? value : null,
    unit: typeof unit === 'string' ? unit : null,
  };
};

function add(
  found: Map<string, SuspectedCase>,
  { name, title, urgency, withinHours }: NotifiableCondition,
  kind: Reason['kind'],
  cell: CellOf,
): void {
  const text = (column: string): string => wordsIn(cell(column));
  const key = `${name} ${text('patient_id')}`;
  const at = text('at');
  const visit = idOf(text('encounter_id'));
  const reason: Reason = {
    kind,
    resource: `${kind === 'diagnosis' ? 'Condition' : 'Observation'}/${idOf(text('id'))}`,
    ...(visit === '' ? {} : { encounter: visit }),
    code: text('code_code'),
    words: kind === 'diagnosis' ? text('code_display') : `${text('name')}: ${text('words')}`.slice(0, 300),
    at,
  };
  const due = Number.isNaN(Date.parse(at)) ? '' : new Date(Date.parse(at) + withinHours * 3_600_000).toISOString();
  const before = found.get(key);
  if (before !== undefined) {
    before.reasons.push(reason);
    if (due !== '' && due < before.due) before.due = due;
    return;
  }
  found.set(key, {
    condition: name,
    title,
    urgency,
    due,
    patient: idOf(text('patient_id')),
    ...(visit === '' ? {} : { encounter: visit }),
    mrn: text('mrn'),
    name: nameOf(text('family'), text('given')),
    born: text('birth_date').slice(0, 10),
    sex: text('gender'),
    area: text('postal_code'),
    reasons: [reason],
  });
}
