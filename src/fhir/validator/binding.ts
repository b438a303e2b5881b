// Bindings (http://hl7.org/fhir/R4/terminologies.html#strength) against the codes at hand. What is not at hand becomes a question.
import type { Json } from '../json.ts';
import type { Coding } from '../terminology/contract.ts';
import type { Binding } from './compiled.ts';
import { isMembers } from './definition.ts';
import type { Place } from './report.ts';
import type { Walk } from './walk.ts';

/** `type`: of the value. `profile`: whose binding it is, where not of R4 itself. */
export function checkBinding(walk: Walk, binding: Binding, value: Json, type: string, place?: Place, profile?: string): void {
  const codings = codingsOf(value);
  const { strength, valueSet, max, min, checked } = binding;
  if (strength !== 'example') checkSet(walk, codings, value, type, { strength, valueSet, checked }, place, profile);
  if (max !== undefined && !checked && codings.length > 0)
    checkSet(walk, codings, value, type, { strength: 'required', valueSet: max }, place, profile);
  if (min !== undefined && walk.bestPractice) checkLeast(walk, codings, min, place);
}

/**
 * minValueSet binds systems, which must understand all of its codes, and no instance: one that holds another code is right. It is worth
 * a word where best practices are asked for, because whoever reads it may not know the code.
 */
function checkLeast(walk: Walk, codings: readonly Coding[], min: string, place: Place | undefined): void {
  if (codings.length === 0) return;
  const answers = codings.map((coding) => walk.codes?.memberOf(min, coding)?.answer);
  if (!answers.every((answer) => answer === 'no')) return;
  const says = `Only the codes of the value set ${min} are understood by every system that follows this; add one of them if it fits`;
  walk.report.add('information', 'binding', says, { ...place, source: min.split('|', 1)[0] as string });
}

interface Wanted {
  strength: 'required' | 'extensible' | 'preferred';
  valueSet: string;
  checked?: true | undefined;
}

function checkSet(
  walk: Walk,
  codings: Coding[],
  value: Json,
  type: string,
  wanted: Wanted,
  place: Place | undefined,
  profile: string | undefined,
): void {
  const { strength, valueSet, checked } = wanted;
  const source = valueSet.split('|', 1)[0] as string;
  if (codings.length === 0) {
    // Text alone, or a reason why there is none: only `required` insists, and an extension may excuse even that.
    if (strength === 'required' && !checked && isMembers(value) && value['extension'] === undefined && type !== 'Quantity') {
      walk.report.add('error', 'binding', `Add a coding from the value set ${valueSet}`, { ...place, source });
    }
    return;
  }
  let open = false;
  let yes = false;
  for (const coding of codings) {
    const answer = walk.codes?.memberOf(valueSet, coding);
    if (answer === undefined || answer.answer === 'unknown') open = true;
    else if (answer.answer === 'yes') {
      yes = true;
      if (answer.wrongDisplay) walk.report.add('warning', 'binding', wrongDisplay(answer.display), { ...place, source });
    }
  }
  if (yes || checked) return;
  if (strength === 'preferred' && !walk.bestPractice) return;
  if (!open) {
    walk.report.add(severities[strength], 'binding', notIn[strength](valueSet), { ...place, source });
  } else if (strength !== 'preferred') {
    const where = walk.report.where(place?.name, place?.position);
    walk.report.ask({ kind: 'code', valueSet, codings, strength, where, ...(profile === undefined ? {} : { profile }) });
  }
}

export const severities = { required: 'error', extensible: 'warning', preferred: 'information' } as const;

export const notIn = {
  required: (valueSet: string): string => `Use a code of the value set ${valueSet}, with its system: no other is allowed here`,
  extensible: (valueSet: string): string =>
    `Use a code of the value set ${valueSet} if one of them fits; another is allowed only where none does`,
  preferred: (valueSet: string): string => `A code of the value set ${valueSet} would be understood more widely`,
};

export const wrongDisplay = (display: string | undefined): string =>
  `The display is not one of this code${display === undefined ? '' : `; write "${display}", or leave it out`}`;

/** The codes in a code, Coding, CodeableConcept, Quantity, string or uri. */
export function codingsOf(value: Json): Coding[] {
  if (typeof value === 'string') return [{ code: value }];
  if (!isMembers(value)) return [];
  const { coding } = value;
  if (Array.isArray(coding)) return coding.flatMap(codingsOf);
  const { code, system, display, version } = value;
  if (typeof code !== 'string') return [];
  const one: Coding = { code };
  // No system given is another thing than a system implied, as it is for a bare code: no value set has it.
  one.system = typeof system === 'string' ? system : '';
  if (typeof display === 'string') one.display = display;
  if (typeof version === 'string') one.version = version;
  return [one];
}
