// One question asked of the tables with the values of its parameters, for whoever asks: on screen, over HTTP, in a report.
import type { Result } from '../../fhir/result.ts';
import { ok } from '../../fhir/result.ts';
import type { Caller } from '../../record/contract.ts';
import type { Answer, Tables } from '../../warehouse/contract.ts';
import type { Question } from './contract.ts';
import { valuesOf } from './values.ts';

export interface AskingParts {
  tables: Tables;
  /** IANA name: whose days the days of parameters are. */
  timeZone: string;
  now(): Date;
}

/** More are not shown; an answer says when there are more. */
export const rowsMost = 10_000;

export interface Asked {
  answer: Answer;
  /** The values as they were used: days as days. */
  values: Record<string, string | number>;
}

/** A question that is a summary is noted in the audit trail by its name and values, another by its SQL. */
export async function askQuestion(
  { tables, timeZone, now }: AskingParts,
  caller: Caller,
  question: Question,
  given: Readonly<Record<string, string>>,
  signal?: AbortSignal,
): Promise<Result<Asked>> {
  const today = new Intl.DateTimeFormat('en-CA', { timeZone, dateStyle: 'short' }).format(now());
  const values = valuesOf(question.parameters, given, today);
  if (!values.ok) return values;
  const answer = await tables.ask(caller, question.sql, {
    detail: question.detail,
    parameters: values.value,
    limits: { rows: rowsMost },
    ...(signal === undefined ? {} : { signal }),
    ...(question.summary ? { summary: `question ${question.name} ${JSON.stringify(values.value)}` } : {}),
  });
  return answer.ok ? ok({ answer: answer.value, values: values.value }) : answer;
}
