// Who checked a high-alert drug as a second person: they prove it with their own name and password or token, through the same
// counting and locking as a sign-in, may give or verify drugs, may see the patient, and are not the giver.
import { fail, ok, type Problem, type Result } from '../../fhir/result.ts';
import { nameKey } from '../../people/account-name.ts';
import type { People } from '../../people/contract.ts';
import type { Person, Role } from '../../policy/contract.ts';
import type { Caller } from '../../record/contract.ts';
import type { Bedside } from './scan-facts.ts';
import type { Proof } from './scan-wish.ts';

export type BedsidePeople = Pick<People, 'prove' | 'authenticate' | 'bound'>;

/** Roles whose people give or verify drugs; not systems, and not who only runs the program. */
const mayCheck: ReadonlySet<Role> = new Set(['clinician', 'nurse', 'pharmacist']);
export const maySecond = ({ role }: Person): boolean => mayCheck.has(role);

/** The same person under another account id: a token that was issued to them under their name. */
export const isSame = (one: Person, other: Person): boolean => one.id === other.id || nameKey(one.name) === nameKey(other.name);

const said = ({ kind, message }: Problem): Problem =>
  kind === 'busy'
    ? { kind, message, where: 'witness' }
    : { kind: 'forbidden', message: 'The second person could not be recognised: name, password or token is wrong', where: 'witness' };

export async function proved(proof: Proof, caller: Caller, bedside: Bedside): Promise<Result<Person>> {
  const now = bedside.safety.now();
  const { people } = bedside;
  const person = 'token' in proof ? await people.authenticate(proof.token, now) : await people.prove({ ...proof, from: caller.from }, now);
  if (!person.ok) return { ok: false, problem: said(person.problem) };
  if (!maySecond(person.value))
    return fail(
      'forbidden',
      'The second person must be a clinician, a nurse or a pharmacist: whoever this is may not check drugs',
      'witness',
    );
  if (isSame(person.value, caller.person)) return fail('precondition', 'The second person must be somebody else', 'witness');
  return person;
}

/** Asked as the second person, who leaves a row of their own in the trail. */
export async function maySee(witness: Person, caller: Caller, patient: string, bedside: Bedside): Promise<Result<undefined>> {
  const seen = await bedside.chartFor({ ...caller, person: witness }).read('Patient', patient);
  return seen.ok ? ok(undefined) : fail('forbidden', 'The second person may not see this patient', 'witness');
}
