// The validator (http://hl7.org/fhir/R4/validation.html): structure first, then everything else that R4 and the profiles say.
import type { Json } from '../json.ts';
import { structureInSteps } from '../structure/validate.ts';
import type { ValidateOptions, Walked } from './contract.ts';
import { isMembers } from './definition.ts';
import { checkResource } from './elements.ts';
import type { ProfileSet } from './profiles.ts';
import { checkAgainst } from './stated-profiles.ts';
import { Walk } from './walk.ts';

/** Findings and open questions of a resource of any type. At once: about 1 µs a value, so for a large Bundle use `validateInSteps`. */
export function validate(resource: Json, profiles: ProfileSet, options: ValidateOptions = {}): Walked {
  const steps = validateInSteps(resource, profiles, options);
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

/**
 * The same with a step for each entry of a Bundle, and inside a resource whenever some ms of work are done, so that the caller can
 * rest between them (as `inSlices` of the record does). What is done between two steps is counted, not timed: the same everywhere.
 */
export function* validateInSteps(resource: Json, profiles: ProfileSet, options: ValidateOptions = {}): Generator<undefined, Walked> {
  const walk = new Walk(profiles, options);
  const { report } = walk;
  if (options.structure !== false) {
    const { problems, rules } = yield* structureInSteps(resource, options.expectedType);
    for (const [i, { message, where }] of problems.entries()) report.addAt('error', rules[i] ?? 'structure', message, where ?? '');
  }
  const type = isMembers(resource) ? resource['resourceType'] : undefined;
  if (!isMembers(resource) || typeof type !== 'string') return report;
  yield* checkResource(walk, resource, type, -1, 'root');
  if (options.profiles === undefined || options.profiles.length === 0) return report;
  const back = walk.into(resource, false);
  report.enter(type, -1, type);
  for (const canonical of options.profiles) yield* checkAgainst(walk, resource, type, canonical);
  report.leave();
  back();
  return report;
}
