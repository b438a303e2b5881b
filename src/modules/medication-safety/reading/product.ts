// What a product is, from its wording: "Acetaminophen 325 MG / Hydrocodone Bitartrate 5 MG Oral Tablet [Norco]",
// "72 HR Fentanyl 0.075 MG/HR Transdermal System", "amoxicillin 250 mg/5 mL suspension".
import type { Part } from './amounts.ts';
import type { NameFound } from './names.ts';
import type { AmountFound } from './quantities.ts';

export interface NamedPart extends Part {
  found: NameFound;
}

/** Names to parts in the order of their strengths; a name that says again what is there already (a brand in brackets) adds nothing. */
export function partsOf(text: string, found: readonly NameFound[]): NamedPart[] {
  const parts: NamedPart[] = [];
  for (const name of found) {
    if (name.ingredients.every((id) => parts.some((part) => part.ingredient === id))) continue;
    // "Acetaminophen-oxycodone": the strengths follow the order in which this text names them.
    const said = text.slice(name.from, name.to);
    const place = (id: string) => {
      const at = said.indexOf(id.split('-')[0] ?? id);
      return at < 0 ? Number.POSITIVE_INFINITY : at;
    };
    const places = name.ingredients.map(place);
    const ids = places.every(Number.isFinite) ? [...name.ingredients].sort((a, b) => place(a) - place(b)) : name.ingredients;
    for (const id of ids) {
      if (parts.some((part) => part.ingredient === id)) continue;
      parts.push({ ingredient: id, named: name.named, corrected: name.corrected, doseOf: id === name.doseOf, found: name });
    }
  }
  return parts;
}

/** Amounts that are strengths, put to their parts: the list of a combination, else what stands behind each name. */
export function strengthen(parts: NamedPart[], amounts: readonly AmountFound[]): void {
  for (const amount of amounts) {
    if (amount.unit === 'unit-of-form' || amount.unit === 'mL') continue;
    // One or more names before it: a list for all of them, or the strength of the last.
    const before = parts.filter((part) => part.found.from < amount.from);
    const named = before.at(-1)?.found ?? parts[0]?.found;
    const own = parts.filter((part) => part.found === named);
    const unit = amount.unit === 'percent' ? 'mg' : amount.unit;
    const factor = amount.unit === 'percent' ? 10 : 1;
    const per = amount.unit === 'percent' || amount.per.volumeMl !== undefined ? 'mL' : amount.per.hour !== undefined ? 'hour' : 'form';
    const divided = amount.per.volumeMl ?? amount.per.hour ?? 1;
    const of = (value: number) => ({ value: (value * factor) / divided, unit, per }) as const;
    if (amount.list && amount.list.length === own.length && own.length > 1) {
      const values = inOrder(amount.list, own);
      for (const [i, part] of own.entries()) part.strength ??= of(values[i]!);
      continue;
    }
    const next = own.length > 1 ? own.find((part) => part.strength === undefined) : own[0];
    if (next && next.strength === undefined) next.strength = of(amount.high);
  }
}

/** "Trimethoprim-sulfamethoxazole 800-160 mg": two strengths in the order in which the product is known, not that of its name. */
function inOrder(list: readonly number[], own: readonly NamedPart[]): readonly number[] {
  const greater = own.findIndex((part) => part.ingredient === part.found.larger);
  const [first = 0, second = 0] = list;
  if (greater < 0 || list.length !== 2) return list;
  return (greater === 0) === first >= second ? list : [second, first];
}

/** Foods in the words of a prescription ("with milk") and the fluid that a drug is diluted in are not ordered. */
export function ordered(text: string, found: readonly NameFound[], sortOf: (id: string) => string | undefined): NameFound[] {
  const isFood = (name: NameFound) => name.ingredients.every((id) => sortOf(id) === 'food');
  const isDiluent = (name: NameFound) =>
    name.ingredients.every((id) => sortOf(id) === 'fluid') &&
    /\b(?:in|diluted in|with) (?:\d+(?:\.\d+)? ?(?:ml|l) )?(?:of )?$/.test(text.slice(0, name.from));
  const isWarning = (name: NameFound) =>
    /\b(?:avoid|without|not with|no|stop|instead of|allergic to|replaces|hold)\s+$/.test(text.slice(0, name.from));
  const kept = found.filter((name) => !isDiluent(name) && !isWarning(name));
  const drugs = kept.filter((name) => !isFood(name));
  return drugs.length > 0 ? drugs : kept.length > 0 ? kept : [...found];
}
