// Names gathered from a list to rows of knowledge: what is known already is passed over, what means another drug here or two drugs there
// is left out, so that no name is ever read as a drug that it may not be.
import type { NamesRow } from '../knowledge/contract.ts';
import type { Library } from '../library.ts';
import { plain } from '../reading/names.ts';
import type { Account } from './contract.ts';
import { isSayable } from './sayable.ts';

export interface Called {
  /** Ingredient ids. */
  of: readonly string[];
  name: string;
  brand: boolean;
}

const setOf = (ids: readonly string[]): string => [...ids].sort().join(' ');

export class NamesRows {
  private readonly rows = new Map<string, NamesRow>();
  private readonly called = new Map<string, { key: string; of: readonly string[]; name: string; brand: boolean } | 'two drugs'>();
  private readonly library: Library;
  private readonly account: Account;
  private readonly prefix: string;

  /** `prefix`: of the ids of rows, such as `rxnorm`. */
  constructor(library: Library, account: Account, prefix: string) {
    this.library = library;
    this.account = account;
    this.prefix = prefix;
  }

  call({ of, name, brand }: Called): void {
    const word = plain(name).trim();
    if (!isSayable(name)) return this.account.leave('a word of prescriptions, too short or too long for a name', name);
    const found = this.library.names.whole(name);
    if (found !== undefined) {
      if (setOf(found.ingredients) !== setOf(of)) this.account.leave('a name that means another drug here', name);
      return;
    }
    const held = this.called.get(word);
    const key = setOf(of);
    if (held === undefined) this.called.set(word, { key, of, name, brand });
    else if (held !== 'two drugs' && held.key !== key) {
      this.called.set(word, 'two drugs');
      this.account.leave('a name of two drugs', name);
    }
  }

  code(of: readonly string[], rxcui: string): void {
    const row = this.rowOf(of);
    row.codes = { rxnorm: [...(row.codes?.rxnorm ?? []), rxcui] };
  }

  product(of: readonly string[], system: 'rxnorm' | 'ndc', code: string, wording: string): void {
    const row = this.rowOf(of);
    row.products ??= {};
    const products = row.products[system] ?? {};
    products[code] = wording;
    row.products[system] = products;
  }

  all(): NamesRow[] {
    for (const each of this.called.values()) {
      if (each === 'two drugs') continue;
      const row = this.rowOf(each.of);
      (each.brand ? row.brands : row.names).push(each.name);
    }
    return [...this.rows.values()].filter((row) => row.names.length + row.brands.length > 0 || row.codes || row.products);
  }

  private rowOf(of: readonly string[]): NamesRow {
    const key = setOf(of);
    const held = this.rows.get(key);
    if (held !== undefined) return held;
    const made: NamesRow = { id: `${this.prefix}:${[...of].sort().join('+')}`, source: 'release', of: [...of], names: [], brands: [] };
    this.rows.set(key, made);
    return made;
  }
}
