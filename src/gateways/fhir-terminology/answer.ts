// Answers of operations: a Parameters resource, or the OperationOutcome of a problem.
import type { Coding as FhirCoding, ParametersParameter } from '../../fhir/generated/types.ts';
import type { Result } from '../../fhir/result.ts';
import type { Coding } from '../../fhir/terminology/contract.ts';
import type { FhirResponse } from '../fhir-rest/contract.ts';
import { refusal } from '../fhir-rest/outcome.ts';

export const answerParameters = (parameter: ParametersParameter[]): FhirResponse => ({
  status: 200,
  headers: {},
  body: JSON.stringify({ resourceType: 'Parameters', parameter }),
});

export const answerResource = (resource: object): FhirResponse => ({ status: 200, headers: {}, body: JSON.stringify(resource) });

/** What the value is answered with, or why there is none. */
export const answered = <T>(result: Result<T>, form: (value: T) => FhirResponse): FhirResponse =>
  result.ok ? form(result.value) : refusal(result.problem);

export const textParameter = (name: string, value: string | undefined): ParametersParameter[] =>
  value === undefined ? [] : [{ name, valueString: value }];

export const fhirCoding = ({ system, version, code, display }: Coding): FhirCoding => ({
  ...(system === undefined ? {} : { system }),
  ...(version === undefined ? {} : { version }),
  code,
  ...(display === undefined ? {} : { display }),
});
