// One name, brand or code that stands in two rows: whichever is read last would be the drug that is meant. Diagnoses are left
// out: "type 1 diabetes" is meant to be found as that and as diabetes.
import { plain } from '../../reading/names.ts';
import type { KnowledgeBase } from '../base.ts';
import { type Contradiction, contradiction } from './contract.ts';

interface Named {
  row: { id: string; origin: { file: string } };
  /** Two rows of one meaning are no contradiction. */
  means: string;
  words: readonly string[];
}

export const names = (base: KnowledgeBase): Contradiction[] => [
  ...twice(base, 'drugs', drugWords(base)),
  ...twice(base, 'drugs', drugCodes(base)),
  ...twice(
    base,
    'laboratory values',
    base.all('laboratories').map((row) => ({ row, means: row.id, words: [...row.names, ...row.loinc] })),
  ),
];

const parts = (ids: readonly string[]): string => [...ids].sort().join('+');

const drugWords = (base: KnowledgeBase): Named[] => [
  ...base.all('ingredients').map((row) => ({ row, means: row.id, words: [row.id, row.title, ...row.names, ...row.brands] })),
  ...base
    .all('combinations')
    .map((row) => ({ row, means: parts(row.ingredients), words: [row.id, row.title, ...row.names, ...row.brands] })),
];

/** A site's list of names takes none from a row that was written here, so that only its codes are held against them. */
const drugCodes = (base: KnowledgeBase): Named[] => [
  ...base.all('ingredients').map((row) => ({
    row,
    means: row.id,
    words: Object.entries(row.codes ?? {}).flatMap(([system, codes]) => codes.map((code) => `${system} ${code}`)),
  })),
  ...base
    .all('combinations')
    .map((row) => ({ row, means: parts(row.ingredients), words: (row.codes?.rxnorm ?? []).map((code) => `rxnorm ${code}`) })),
  ...base.all('names').map((row) => ({ row, means: parts(row.of), words: (row.codes?.rxnorm ?? []).map((code) => `rxnorm ${code}`) })),
];

function twice(base: KnowledgeBase, of: string, named: readonly Named[]): Contradiction[] {
  const first = new Map<string, Named>();
  const found: Contradiction[] = [];
  for (const each of named)
    for (const words of each.words) {
      const key = plain(words)
        .replace(/[^\p{L}\p{N}.']+/gu, ' ')
        .trim();
      const other = first.get(key);
      if (other === undefined) first.set(key, each);
      else if (other.means !== each.means && !isProductOf(base, other, each))
        found.push(contradiction('name', `“${words}” means two ${of}: ${other.means} and ${each.means}`, other.row, each.row));
    }
  return found;
}

/** A brand of a product of several that one of its parts lists too: the product is read (reading/names.ts), as it should be. */
const isProductOf = (base: KnowledgeBase, a: Named, b: Named): boolean =>
  base.combinations.has(b.row.id) && base.ingredients.has(a.row.id) && b.means.split('+').includes(a.means);
