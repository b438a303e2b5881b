// Whose rights a subscription has: those that its account has now, asked anew after a moment. Nothing outlives a right that was taken away.
import { fail, type Result } from '../../fhir/result.ts';
import type { Person, Role } from '../../policy/contract.ts';
import type { Caller } from '../../record/contract.ts';

const believedMs = 1_000;
const purposes: Partial<Record<Role, string>> = { administrator: 'HSYSADMIN', clinician: 'TREAT', nurse: 'TREAT', pharmacist: 'TREAT' };

export class Rights {
  readonly #ask: (account: string) => Promise<Result<Person>>;
  readonly #known = new Map<string, { atMs: number; person: Promise<Result<Person>> }>();

  constructor(ask: (account: string) => Promise<Result<Person>>) {
    this.#ask = ask;
  }

  /** forbidden: it may do nothing any more. Throws where nobody could be asked. */
  async of(account: string, subscription: string): Promise<Result<Caller>> {
    const nowMs = performance.now();
    let known = this.#known.get(account);
    if (known === undefined || nowMs - known.atMs > believedMs) {
      if (this.#known.size > 5_000) this.#known.clear();
      known = { atMs: nowMs, person: this.#ask(account) };
      this.#known.set(account, known);
    }
    const person = await known.person.catch((error: unknown) => {
      this.#known.delete(account);
      throw error;
    });
    if (!person.ok) {
      if (person.problem.kind !== 'forbidden') {
        this.#known.delete(account);
        throw new Error(person.problem.message);
      }
      return fail('forbidden', 'The account that made it was disabled or removed, or its token has expired');
    }
    const from = `subscription:${subscription}`;
    return { ok: true, value: { person: person.value, purpose: purposes[person.value.role] ?? 'HOPERAT', from, request: from } };
  }
}
