// What a write is checked for beyond its structure, as the site has chosen (LAMPLIGHT_VALIDATION): the rules of R4, and the profiles
// that the resource says it keeps to. http://hl7.org/fhir/R4/validation.html
import type { Resource } from '../../fhir/generated/types.ts';
import type { Json } from '../../fhir/json.ts';
import { fail, ok, type Problem, type Result } from '../../fhir/result.ts';
import type { CodesAtHand, Terminology } from '../../fhir/terminology/contract.ts';
import type { Finding } from '../../fhir/validator/contract.ts';
import { decide, type ValidationPolicy } from '../../fhir/validator/policy.ts';
import type { ProfileSet } from '../../fhir/validator/profiles.ts';
import { settle } from '../../fhir/validator/settle.ts';
import { validateInSteps } from '../../fhir/validator/validate.ts';
import type { Caller } from '../../record/contract.ts';
import { inSlices } from '../../record/slices.ts';

export interface ValidationParts {
  profiles: ProfileSet;
  codes: CodesAtHand;
  policy: ValidationPolicy;
  /** Codes that are not at hand are asked about before a write is done: `off` leaves them to $validate. */
  askCodes: boolean;
  terminology(caller: Caller): Terminology;
}

/** Shown with a refusal; more help nobody. */
const mostShown = 50;

/** What was found and does not refuse, in the words of the finding; or the refusal. The structure of the resource has been checked. */
export async function checkWrite(resource: Resource, caller: Caller, parts: ValidationParts): Promise<Result<Finding[]>> {
  const { profiles, codes, policy, askCodes, terminology } = parts;
  const walked = await inSlices(validateInSteps(resource as object as Json, profiles, { codes, structure: false }));
  const all = askCodes && walked.questions.length > 0 ? await settle(walked, terminology(caller)) : walked.findings;
  if (all.length === 0) return ok(all);
  const { refused, findings } = decide(all, policy);
  if (!refused) return ok(findings);
  const [first, ...also] = findings
    .filter(({ severity }) => severity === 'error' || severity === 'fatal')
    .slice(0, mostShown)
    .map(problemOf);
  return { ok: false, problem: also.length === 0 ? first! : { ...first!, also } };
}

function problemOf({ message, where, source }: Finding): Problem {
  const words = source === undefined || message.includes(source) ? message : `${message} (${source})`;
  return fail('invalid', words, where === '' ? undefined : where).problem;
}
