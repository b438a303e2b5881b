// The sets by which concepts are selected, collected while concepts are numbered and written down when they have grown large.
import type { Database } from '../../database/contract.ts';
import { Packer } from '../../fhir/terminology/packed.ts';
import { wordsOf } from '../../fhir/terminology/words.ts';
import type { StoredConcept } from '../contract.ts';
import { beginName, beginningMax, flagName, propertyName, textName, wordName } from '../posting-names.ts';

/** Some ten megabytes of memory. */
const namesMax = 50_000;
const entriesMax = 2_500_000;
const rowsAtOnce = 5_000;

export class Postings {
  #sets = new Map<string, Packer>();
  #entries = 0;

  /** `at` grows from call to call. */
  add(at: number, concept: StoredConcept): void {
    for (const name of namesOf(concept)) {
      let set = this.#sets.get(name);
      if (set === undefined) {
        set = new Packer();
        this.#sets.set(name, set);
      }
      set.add(at);
      this.#entries += 1;
    }
  }

  isLarge(): boolean {
    return this.#sets.size > namesMax || this.#entries > entriesMax;
  }

  /** Writes all and forgets it; what has been reached commits with the rows. */
  async write(database: Database, release: number, part: number, checkpoint: string): Promise<void> {
    const names = [...this.#sets.keys()];
    await database.transaction(async (session) => {
      for (let from = 0; from < names.length; from += rowsAtOnce) {
        const some = names.slice(from, from + rowsAtOnce);
        await session.query({
          text: 'insert into terminology_posting (release, name, part, members) select $1, n, $2, m from unnest($3::text[], $4::bytea[]) as t (n, m)',
          values: [release, part, some.map(textName), some.map((name) => this.#sets.get(name)!.finish())],
        });
      }
      await session.query({ text: 'update terminology_release set checkpoint = $2 where id = $1', values: [release, checkpoint] });
    });
    this.#sets = new Map();
    this.#entries = 0;
  }
}

function namesOf({ display, designations = [], properties = [], parents = [], inactive, abstract }: StoredConcept): Set<string> {
  const names = new Set<string>();
  for (const text of [display, ...designations.map(({ value }) => value)]) {
    for (const word of wordsOf(text)) {
      names.add(wordName(word));
      const letters = Array.from(word.slice(0, 2 * beginningMax));
      for (let length = 1; length <= beginningMax && length <= letters.length; length += 1)
        names.add(beginName(letters.slice(0, length).join('')));
    }
  }
  for (const { code, value } of properties) {
    names.add(propertyName(code, String(value)));
    names.add(flagName(`has ${code}`));
  }
  for (const parent of parents) names.add(propertyName('parent', parent));
  if (parents.length > 0) names.add(flagName('has parent'));
  names.add(propertyName('inactive', String(inactive === true)));
  if (inactive === true) names.add(flagName('inactive'));
  if (abstract === true) names.add(flagName('abstract'));
  return names;
}
