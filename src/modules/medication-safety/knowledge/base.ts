// The knowledge as the checks ask it: rows by what they speak of, classes unfolded to their ingredients once. Built when the
// program starts; nothing in it changes afterwards.
import type { LocalRules } from '../local-rules.ts';
import type { Drug, FileHead, Kind, Route, Rows, Status } from './contract.ts';

/** Which row of which file speaks: what a card names. */
export interface Origin {
  file: string;
  version: string;
  status: Status;
  reviewer: string;
  /** The citation in full, with the section that the row names. */
  citation: string;
  date: string;
}
export type Rule<K extends Kind> = Rows[K] & { origin: Origin };

/** Routes by which a drug acts where it is put; rules that name no route do not speak of them. */
export const localRoutes: ReadonlySet<Route> = new Set<Route>([
  'topical',
  'ophthalmic',
  'otic',
  'nasal',
  'irrigation',
  'intravitreal',
  'intra-articular',
  'vaginal',
  'oromucosal',
  'intravesical',
  'inhaled',
]);

export interface Selection {
  members: ReadonlySet<string>;
  /** undefined: every systemic route. */
  routes?: ReadonlySet<Route>;
}

export class KnowledgeBase {
  readonly version: string;
  /** What the site has changed about single rules. */
  readonly local: LocalRules = new Map();
  readonly ingredients = new Map<string, Rule<'ingredients'>>();
  readonly combinations = new Map<string, Rule<'combinations'>>();
  readonly problems = new Map<string, Rule<'problems'>>();
  readonly laboratories = new Map<string, Rule<'laboratories'>>();
  private readonly classRows = new Map<string, Rule<'classes'>>();
  private readonly unfolded = new Map<string, ReadonlySet<string>>();
  private readonly selections = new Map<Drug, Selection>();
  private readonly rules: { [K in Kind]: Rule<K>[] };
  private readonly pairs = new Map<string, Set<Rule<'interactions'>>>();
  private readonly byDrug = new Map<Kind, Map<string, unknown[]>>();

  constructor(heads: readonly Pick<FileHead, 'version'>[], rules: { [K in Kind]: Rule<K>[] }) {
    this.version = [...new Set(heads.map((head) => head.version))].sort().at(-1) ?? 'none';
    this.rules = rules;
    for (const row of rules.ingredients) this.ingredients.set(row.id, row);
    for (const row of rules.combinations) this.combinations.set(row.id, row);
    for (const row of rules.problems) this.problems.set(row.id, row);
    for (const row of rules.laboratories) this.laboratories.set(row.id, row);
    for (const row of rules.classes) this.classRows.set(row.id.startsWith('class:') ? row.id : `class:${row.id}`, row);
    for (const rule of rules.interactions) {
      for (const id of [...this.selection(rule.a).members, ...this.selection(rule.b).members]) {
        const held = this.pairs.get(id);
        if (held) held.add(rule);
        else this.pairs.set(id, new Set([rule]));
      }
    }
  }

  /** The same knowledge with other changes of the site: costs nothing, shares everything else. */
  withLocal(local: LocalRules): KnowledgeBase {
    const changed: KnowledgeBase = Object.create(this, { local: { value: local, enumerable: true } });
    return changed;
  }

  all<K extends Kind>(kind: K): readonly Rule<K>[] {
    return this.rules[kind];
  }

  /** All rows by kind, to be handed to another thread. */
  everything(): { readonly [K in Kind]: Rule<K>[] } {
    return this.rules;
  }

  classTitle(id: string): string | undefined {
    return this.classRows.get(id)?.title;
  }
  hasClass(id: string): boolean {
    return this.classRows.has(id);
  }
  classIds(): string[] {
    return [...this.classRows.keys()];
  }

  title(id: string): string {
    return this.ingredients.get(id)?.title ?? this.classTitle(id) ?? id;
  }

  /** Ingredients that an id stands for: itself, or all members of the class, classes in it unfolded. */
  unfold(id: string, above: readonly string[] = []): ReadonlySet<string> {
    const known = this.unfolded.get(id);
    if (known) return known;
    if (!id.startsWith('class:')) return new Set([id]);
    const found = new Set<string>();
    if (!above.includes(id))
      for (const member of this.classRows.get(id)?.members ?? []) for (const each of this.unfold(member, [...above, id])) found.add(each);
    if (above.length === 0) this.unfolded.set(id, found);
    return found;
  }

  selection(drug: Drug): Selection {
    const known = this.selections.get(drug);
    if (known) return known;
    const asked = typeof drug === 'string' ? { any: [drug] } : Array.isArray(drug) ? { any: drug } : drug;
    const members = new Set(asked.any.flatMap((id) => [...this.unfold(id)]));
    for (const id of asked.except ?? []) for (const each of this.unfold(id)) members.delete(each);
    const made: Selection = asked.routes === undefined ? { members } : { members, routes: new Set(asked.routes) };
    this.selections.set(drug, made);
    return made;
  }

  /** Interaction rules in which this ingredient is one of the two. */
  interactionsOf(ingredient: string): ReadonlySet<Rule<'interactions'>> {
    return this.pairs.get(ingredient) ?? new Set();
  }

  /** Rows of a kind that speak of a drug, by ingredient. */
  about<K extends 'dose-limits' | 'renal-doses' | 'precautions' | 'opioids' | 'monitoring' | 'corollary-orders' | 'costs'>(
    kind: K,
    ingredient: string,
  ): readonly Rule<K>[] {
    let index = this.byDrug.get(kind) as Map<string, Rule<K>[]> | undefined;
    if (index === undefined) {
      index = new Map();
      for (const rule of this.rules[kind] as Rule<K>[]) {
        for (const id of this.selection((rule as { drug: Drug }).drug).members) {
          const held = index.get(id);
          if (held) held.push(rule);
          else index.set(id, [rule]);
        }
      }
      this.byDrug.set(kind, index);
    }
    return index.get(ingredient) ?? [];
  }
}
