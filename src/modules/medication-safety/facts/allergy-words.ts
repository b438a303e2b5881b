// What a recorded allergy names: drugs, classes of drugs, or neither. Codes first, then words.
import type { KnowledgeBase } from '../knowledge/base.ts';
import { type DrugNames, plain } from '../reading/names.ts';

export class AllergyWords {
  private readonly classes: { text: string; id: string }[] = [];
  private readonly names: DrugNames;
  private readonly rowWords: { word: string; drugs: string[] }[] = [];

  constructor(base: KnowledgeBase, names: DrugNames) {
    this.names = names;
    for (const row of base.all('classes')) {
      if (row.kind === 'mechanism') continue;
      const id = row.id.startsWith('class:') ? row.id : `class:${row.id}`;
      for (const text of [row.title, id.slice(6).replaceAll('-', ' ')]) this.classes.push({ text: plain(text), id });
    }
    this.classes.sort((a, b) => b.text.length - a.text.length);
    for (const row of base.all('allergies'))
      for (const word of row.allergen.words ?? [])
        this.rowWords.push({
          word: plain(word),
          drugs: row.relation === 'class' || row.relation === 'same' ? (row.allergen.drugs ?? []) : [],
        });
  }

  /** Ids of ingredients and `class:`es that a wording names; empty: not understood, which the check says. */
  inText(raw: string): string[] {
    const text = plain(raw.slice(0, 500));
    const found = new Set<string>();
    for (const { text: name, id } of this.classes) {
      for (const form of [name, name.replace(/s$/, '')]) {
        const at = text.indexOf(form);
        if (form.length > 3 && at >= 0 && !/[\p{L}]/u.test(text[at - 1] ?? ' ') && !/[a-rt-z]/.test(text[at + form.length] ?? ' '))
          found.add(id);
      }
    }
    const drugs = this.names.in(raw.slice(0, 500), found.size === 0 && !this.rowWords.some(({ word }) => text.includes(word)));
    for (const drug of drugs) for (const id of drug.ingredients) found.add(id);
    return [...found];
  }
}

/** "No known drug allergies" in its usual wordings. */
export const saysNone = (text: string): boolean =>
  /^\s*(?:nkda|nka|no known (?:drug |medication |food |latex |environmental )?allerg(?:y|ies)|none|no allerg(?:y|ies)|no known drug allergy)\b/i.test(
    text,
  );
