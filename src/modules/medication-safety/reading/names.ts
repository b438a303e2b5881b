// Names of drugs in text: the longest known name from each word on. A misspelled name is read only where exactly one known
// name is near, and says so; two near names (hydralazine, hydroxyzine) are never chosen between.
import type { KnowledgeBase } from '../knowledge/base.ts';
import type { NamesRow } from '../knowledge/contract.ts';
import { productOfNdc } from './ndc.ts';

export type DrugCodeSystem = 'rxnorm' | 'unii' | 'cvx' | 'ndc';

export interface NameFound {
  /** Ingredient ids, or one for a single drug; a combination's in the order of its strengths. */
  ingredients: readonly string[];
  /** The ingredient that an undivided dose speaks of. */
  doseOf: string;
  /** Of a combination: whose strength is always the greater. */
  larger?: string;
  named: string;
  corrected: boolean;
  /** Positions in the text. */
  from: number;
  to: number;
}

interface Entry {
  ingredients: readonly string[];
  doseOf: string;
  larger?: string;
  /** Shown where spelling was corrected. */
  name: string;
}

/** Words that belong to a salt, not to another drug: "metoprolol succinate" is metoprolol unless that is a name of its own. */
const saltWords = new Set(
  (
    'sodium potassium calcium magnesium hydrochloride hcl hydrobromide hbr sulfate sulphate succinate tartrate bitartrate mesylate mesilate maleate ' +
    'besylate besilate fumarate citrate acetate phosphate disodium dihydrate monohydrate trihydrate anhydrous nitrate carbonate bromide chloride iodide lactate malate tosylate ' +
    'gluconate pamoate palmitate decanoate valerate propionate dipropionate furoate xinafoate medoxomil axetil proxetil mofetil etexilate trometamol ' +
    'tromethamine meglumine dimeglumine lysine arginine base usp'
  ).split(' '),
);

const words = /[\p{L}\p{N}](?:[\p{L}\p{N}.']*[\p{L}\p{N}])?/gu;

/** Lower case, without accents: what two spellings of a name have in common. */
export const plain = (text: string): string => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();

interface Word {
  text: string;
  from: number;
  to: number;
}

function wordsOf(text: string): Word[] {
  return [...plain(text).matchAll(words)].map((found) => ({ text: found[0], from: found.index, to: found.index + found[0].length }));
}

const longest = 8;
const units = new Set(
  'mg mcg g gm gram grams ug ng unit units iu ml mmol meq tab tabs tablet tablets cap caps capsule capsules puff puffs drop drops'.split(
    ' ',
  ),
);

export class DrugNames {
  private readonly entries = new Map<string, Entry>();
  private readonly byLength = new Map<number, string[]>();
  private readonly byCode = new Map<string, Entry>();
  private readonly wordings = new Map<string, string>();
  /** Products by what they hold. */
  private readonly byParts = new Map<string, Entry>();

  private readonly base: KnowledgeBase;

  constructor(base: KnowledgeBase) {
    this.base = base;
    for (const row of base.all('ingredients')) {
      const entry = { ingredients: [row.id], doseOf: row.id, name: row.title };
      for (const name of [row.id, row.title, ...row.names, ...row.brands]) this.add(name, entry);
      for (const code of row.codes?.rxnorm ?? []) this.byCode.set(`rxnorm|${code}`, entry);
      for (const code of row.codes?.unii ?? []) this.byCode.set(`unii|${code}`, entry);
      for (const code of row.codes?.cvx ?? []) this.byCode.set(`cvx|${code}`, entry);
    }
    // After the single drugs: a brand of a combination that is also listed for one ingredient means the combination.
    for (const row of base.all('combinations')) {
      const entry = {
        ingredients: row.ingredients,
        doseOf: row.doseOf ?? row.ingredients[0]!,
        name: row.title,
        ...(row.larger === undefined ? {} : { larger: row.larger }),
      };
      for (const name of [row.id, row.title, ...row.names, ...row.brands]) this.add(name, entry);
      for (const code of row.codes?.rxnorm ?? []) this.byCode.set(`rxnorm|${code}`, entry);
      if (row.ingredients.length > 1) this.byParts.set(partsKey(row.ingredients), entry);
    }
    for (const row of base.all('names')) this.addNames(row);
  }

  /** What a site's list calls them besides: it never takes a name or a code from a row that was written here. */
  private addNames({ of, names, brands, codes, products }: NamesRow): void {
    const [first = ''] = of;
    const entry = (of.length > 1 ? this.byParts.get(partsKey(of)) : undefined) ?? {
      ingredients: of,
      doseOf: first,
      name: this.title(first),
    };
    for (const name of [...names, ...brands]) this.add(name, entry, true);
    const code = (key: string) => {
      if (!this.byCode.has(key)) this.byCode.set(key, entry);
    };
    for (const rxcui of codes?.rxnorm ?? []) code(`rxnorm|${rxcui}`);
    const worded: [string, string][] = [
      ...Object.entries(products?.rxnorm ?? {}).map(([rxcui, wording]): [string, string] => [`rxnorm|${rxcui}`, wording]),
      ...Object.entries(products?.ndc ?? {}).map(([ndc, wording]): [string, string] => [`ndc|${productOfNdc(ndc) ?? ndc}`, wording]),
    ];
    for (const [key, wording] of worded) {
      code(key);
      this.wordings.set(key, wording);
    }
  }

  private add(name: string, entry: Entry, onlyNew = false): void {
    const key = wordsOf(name)
      .map((word) => word.text)
      .join(' ');
    if (key === '' || (onlyNew && this.entries.has(key))) return;
    if (!this.entries.has(key)) {
      const same = this.byLength.get(key.length);
      if (same) same.push(key);
      else this.byLength.set(key.length, [key]);
    }
    this.entries.set(key, entry);
  }

  /** The ingredients that a code stands for. */
  ofCode(system: DrugCodeSystem, code: string): readonly string[] | undefined {
    return this.byCode.get(keyOf(system, code))?.ingredients;
  }

  /** Product, strength and form in words, where a list of products was loaded. */
  wordingOf(system: DrugCodeSystem, code: string): string | undefined {
    return this.wordings.get(keyOf(system, code));
  }

  /** The product of several that is known by these parts, whatever their order. */
  partsOf(ingredients: readonly string[]): readonly string[] | undefined {
    return this.byParts.get(partsKey(ingredients))?.ingredients;
  }

  /** The one drug or product that all of a text names; words of its salt may stand beside it. */
  whole(text: string): NameFound | undefined {
    const [found, ...more] = this.in(text, false);
    if (found === undefined || more.length > 0) return undefined;
    const rest = `${text.slice(0, found.from)} ${text.slice(found.to)}`;
    return wordsOf(rest).every((word) => saltWords.has(word.text)) ? found : undefined;
  }

  /** All names in a text, left to right, none inside another. `spelling`: whether near names are tried where no name is found at all. */
  in(text: string, spelling = true): NameFound[] {
    const all = wordsOf(text);
    const found: NameFound[] = [];
    for (let i = 0; i < all.length; i++) {
      const hit = this.at(all, i);
      if (hit === undefined) continue;
      found.push(make(hit.entry, text.slice(all[i]!.from, all[hit.last]!.to), false, all[i]!.from, all[hit.last]!.to));
      i = hit.last;
      // The salt of what was just named is no drug of its own.
      while (saltWords.has(all[i + 1]?.text ?? '') && !this.isDrugByItself(all, i + 1)) i++;
    }
    if (found.length > 0 || !spelling) return this.joined(found, text);
    for (const word of all) {
      const entry = this.near(word.text);
      if (entry) found.push(make(entry, text.slice(word.from, word.to), true, word.from, word.to));
    }
    return found;
  }

  /** "Acetaminophen-hydrocodone": names written together that are the parts of one product are that product. */
  private joined(found: readonly NameFound[], text: string): NameFound[] {
    const whole: NameFound[] = [];
    for (const name of found) {
      const last = whole.at(-1);
      const entry =
        last && !last.corrected && /^\s*(?:[-/+&]|and|with)\s*$/.test(text.slice(last.to, name.from))
          ? this.byParts.get(partsKey([...last.ingredients, ...name.ingredients]))
          : undefined;
      if (last && entry) whole.splice(-1, 1, make(entry, text.slice(last.from, name.to), false, last.from, name.to));
      else whole.push(name);
    }
    return whole;
  }

  private at(all: readonly Word[], from: number): { entry: Entry; last: number } | undefined {
    let key = '';
    let best: { entry: Entry; last: number } | undefined;
    for (let last = from; last < Math.min(all.length, from + longest); last++) {
      key = last === from ? all[last]!.text : `${key} ${all[last]!.text}`;
      const entry = this.entries.get(key);
      // "Tylenol 3" is a product of its own, "Tylenol 3 mg" is a dose.
      if (entry && !(last > from && /^\d/.test(all[last]!.text) && units.has(all[last + 1]?.text ?? ''))) best = { entry, last };
    }
    return best;
  }

  /** "sodium bicarbonate" after a drug is another drug; "sodium" alone is not. */
  private isDrugByItself(all: readonly Word[], i: number): boolean {
    const hit = this.at(all, i);
    return hit !== undefined && hit.last > i;
  }

  /** The one name within one change of letters (two from ten letters on); undefined where none or several drugs are as near. */
  private near(word: string): Entry | undefined {
    if (word.length < 6 || /\d/.test(word)) return undefined;
    const allowed = word.length >= 10 ? 2 : 1;
    let best = allowed + 1;
    let entries = new Set<string>();
    let entry: Entry | undefined;
    for (let length = word.length - allowed; length <= word.length + allowed; length++) {
      for (const name of this.byLength.get(length) ?? []) {
        // The first letter is hardly ever the wrong one, and other names differ by it.
        if (name[0] !== word[0]) continue;
        const apart = distance(name, word, allowed);
        if (apart > allowed || apart > best) continue;
        const candidate = this.entries.get(name)!;
        const key = candidate.ingredients.join('+');
        if (apart < best) entries = new Set();
        best = apart;
        entries.add(key);
        entry = candidate;
      }
    }
    return entries.size === 1 ? entry : undefined;
  }

  title(id: string): string {
    return this.base.title(id);
  }
}

const keyOf = (system: DrugCodeSystem, code: string): string => `${system}|${system === 'ndc' ? (productOfNdc(code) ?? '') : code}`;

const partsKey = (ingredients: readonly string[]): string => [...ingredients].sort().join(' ');

const make = (entry: Entry, named: string, corrected: boolean, from: number, to: number): NameFound => ({
  ingredients: entry.ingredients,
  doseOf: entry.doseOf,
  ...(entry.larger === undefined ? {} : { larger: entry.larger }),
  named: corrected ? `${named} (read as ${entry.name})` : named,
  corrected,
  from,
  to,
});

/** Insertions, deletions, changes and swaps of neighbours between two words; more than `limit` is said as limit + 1. */
function distance(a: string, b: string, limit: number): number {
  let before: number[] = [];
  let above = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    let least = i;
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let value = Math.min(above[j]! + 1, row[j - 1]! + 1, above[j - 1]! + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) value = Math.min(value, before[j - 2]! + 1);
      row.push(value);
      least = Math.min(least, value);
    }
    if (least > limit) return limit + 1;
    before = above;
    above = row;
  }
  return above[b.length]!;
}
