// RxNorm as knowledge of a site: what the drugs that are known are called, the RxCUI of their strengths and forms with their wording,
// brands of several ingredients, and, by name only, the ingredients that no rule knows yet. Only what can be ordered (SCD, SBD) counts.
import { fail, ok, type Result } from '../../../fhir/result.ts';
import type { ClassRow, CombinationRow, IngredientRow, KnowledgeFile } from '../knowledge/contract.ts';
import { routes } from '../knowledge/contract.ts';
import type { Library } from '../library.ts';
import { plain } from '../reading/names.ts';
import { Account, headOf, type Loaded, type ReleaseHead, type ReleaseLines } from './contract.ts';
import { NamesRows } from './names-rows.ts';
import { type Concepts, readConcepts } from './rxnorm-lines.ts';

export interface RxnormFiles {
  conso: ReleaseLines;
  rel: ReleaseLines;
  /** For the classes of the VA. */
  sat?: ReleaseLines;
}

export async function loadRxnorm(files: RxnormFiles, library: Library, head: ReleaseHead): Promise<Result<Loaded>> {
  const account = new Account();
  const read = await readConcepts(files, account);
  if (typeof read === 'string') return fail('invalid', read);
  const ingredients = new Ingredients(read, library, account);
  const rows = new NamesRows(library, account, 'rxnorm');
  const combinations = new Map<string, { of: string[]; strengths: Map<string, number>[]; brands: Set<string> }>();
  const brandSets = new Map<string, Map<string, string[]>>();
  const related = (relation: string, code: string): string[] => read.relations.get(`${relation} ${code}`) ?? [];
  const classes = new Map<string, Set<string>>();

  for (const [code, { type, text }] of read.concepts) {
    if (type !== 'SCD' && type !== 'SBD') continue;
    const drug = type === 'SBD' ? (related('tradename_of', code)[0] ?? code) : code;
    const of = ingredients.ofDrug(drug);
    if (of === undefined) {
      account.leave('a drug whose ingredients are not all told or known', text);
      continue;
    }
    rows.product(of, 'rxnorm', code, text);
    for (const brand of type === 'SBD' ? related('has_ingredient', code) : []) {
      if (read.concepts.get(brand)?.type !== 'BN') continue;
      const sets = brandSets.get(brand) ?? new Map<string, string[]>();
      sets.set([...of].sort().join(' '), of);
      brandSets.set(brand, sets);
    }
    if (of.length > 1 && library.names.partsOf(of) === undefined) {
      const key = [...of].sort().join(' ');
      const held = combinations.get(key) ?? { of, strengths: [], brands: new Set<string>() };
      held.strengths.push(ingredients.strengthsOf(drug));
      combinations.set(key, held);
    }
    const [only] = of;
    if (of.length === 1 && only !== undefined)
      for (const name of read.vaClasses.get(code) ?? []) classes.set(name, (classes.get(name) ?? new Set()).add(only));
  }
  for (const [brand, sets] of brandSets) {
    const text = read.concepts.get(brand)!.text;
    const [of, ...others] = [...sets.values()];
    if (of === undefined || others.length > 0) account.leave('a brand of products that hold different drugs', text);
    else if (of.length > 1 && library.names.partsOf(of) === undefined) combinations.get([...of].sort().join(' '))?.brands.add(text);
    else for (const name of [text, ...(read.synonyms.get(brand) ?? [])]) rows.call({ of, name, brand: true });
  }
  for (const [code, id] of ingredients.used()) {
    const { text } = read.concepts.get(code)!;
    if (library.names.ofCode('rxnorm', code) === undefined) rows.code([id], code);
    for (const name of [text, ...(read.synonyms.get(code) ?? [])]) rows.call({ of: [id], name, brand: false });
  }
  for (const [code, { type, text }] of read.concepts) {
    if (type !== 'PIN') continue;
    const id = ingredients.known(related('form_of', code)[0]);
    if (id === undefined) continue;
    if (library.names.ofCode('rxnorm', code) === undefined) rows.code([id], code);
    rows.call({ of: [id], name: text, brand: false });
  }
  const made: KnowledgeFile[] = [
    { ...headOf('names', 'rxnorm-names', head), rows: rows.all() },
    { ...headOf('ingredients', 'rxnorm-ingredients', head), rows: ingredients.made() },
    { ...headOf('combinations', 'rxnorm-combinations', head), rows: combinationRows(combinations, account, library) },
    { ...headOf('classes', 'va-classes', head), rows: classRows(classes) },
  ];
  return ok({ files: made.filter((file) => file.rows.length > 0), ...account });
}

/** RxNorm's ingredients as ids of the knowledge; made where no rule knows them and some drug that can be ordered holds them. */
class Ingredients {
  private readonly ids = new Map<string, string | undefined>();
  private readonly new = new Map<string, IngredientRow>();
  private readonly read: Concepts;
  private readonly library: Library;
  private readonly account: Account;
  private readonly titles: Map<string, string>;

  constructor(read: Concepts, library: Library, account: Account) {
    this.read = read;
    this.library = library;
    this.account = account;
    this.titles = new Map(
      library.base.all('ingredients').flatMap(({ id, title, names }) => [id, title, ...names].map((name) => [plain(name), id])),
    );
  }

  /** Ids in the order in which the name of the drug has them; undefined where one is not told. */
  ofDrug(drug: string): string[] | undefined {
    const parts = this.read.relations.get(`consists_of ${drug}`) ?? [];
    const codes = [...new Set(parts.flatMap((part) => this.read.relations.get(`has_ingredient ${part}`) ?? []))];
    const ids = codes.map((code) => this.known(code));
    if (codes.length === 0 || ids.some((id) => id === undefined)) return undefined;
    const text = plain(this.read.concepts.get(drug)?.text ?? '');
    const place = (code: string): number => text.indexOf(plain(this.read.concepts.get(code)?.text ?? ' '));
    return [...new Set(codes.sort((a, b) => place(a) - place(b)).map((code) => this.known(code)!))];
  }

  /** Milligrams of each ingredient, from the names of its components: "codeine phosphate 30 MG". */
  strengthsOf(drug: string): Map<string, number> {
    const found = new Map<string, number>();
    for (const part of this.read.relations.get(`consists_of ${drug}`) ?? []) {
      const id = this.known((this.read.relations.get(`has_ingredient ${part}`) ?? [])[0]);
      const amount = / (\d{1,7}(?:\.\d{1,6})?) MG$/.exec(this.read.concepts.get(part)?.text ?? '');
      if (id !== undefined && amount !== null) found.set(id, Number(amount[1]));
    }
    return found;
  }

  known(code: string | undefined): string | undefined {
    if (code === undefined) return undefined;
    if (!this.ids.has(code)) this.ids.set(code, this.find(code));
    return this.ids.get(code);
  }

  private find(code: string): string | undefined {
    const concept = this.read.concepts.get(code);
    if (concept?.type !== 'IN') return undefined;
    const coded = this.library.names.ofCode('rxnorm', code);
    if (coded !== undefined) return coded.length === 1 ? coded[0] : undefined;
    const titled = this.titles.get(plain(concept.text));
    if (titled !== undefined) return titled;
    const whole = this.library.names.whole(concept.text);
    if (whole?.ingredients.length === 1) return whole.ingredients[0];
    // "Insulin aspart, human" names a drug that rules know: it must not become another one that they do not.
    if (this.library.names.in(concept.text, false).length > 0) {
      this.account.leave('an ingredient that looks like one that is known and is not the same by name', concept.text);
      return undefined;
    }
    const slug = plain(concept.text)
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-|-$/g, '')
      .slice(0, 80);
    const id = slug === '' || this.library.base.ingredients.has(slug) || this.new.has(slug) ? `rxnorm-${code}` : slug;
    this.new.set(id, {
      id,
      source: 'release',
      title: concept.text.slice(0, 120),
      names: [],
      brands: [],
      codes: { rxnorm: [code] },
      // Which of them it is given by is not told: none is called wrong.
      routes: [...routes],
      namedOnly: true,
    });
    return id;
  }

  /** RxCUI and id of those that drugs hold and that were known before. */
  used(): [string, string][] {
    return [...this.ids].flatMap(([code, id]) => (id === undefined || this.new.has(id) ? [] : [[code, id] as [string, string]]));
  }

  made(): IngredientRow[] {
    return [...this.new.values()];
  }
}

/** A brand of two drugs can only be read where the greater strength is always the same one's: "5/325" may be written either way. */
function combinationRows(
  found: ReadonlyMap<string, { of: string[]; strengths: Map<string, number>[]; brands: Set<string> }>,
  account: Account,
  library: Library,
): CombinationRow[] {
  const rows: CombinationRow[] = [];
  for (const { of, strengths, brands } of found.values()) {
    const names = [...brands].filter((brand) => library.names.in(brand, false).length === 0);
    if (names.length === 0) continue;
    const larger = of.find((id) =>
      strengths.every((each) => of.every((other) => other === id || (each.get(id) ?? 0) > (each.get(other) ?? Number.POSITIVE_INFINITY))),
    );
    if (of.length !== 2 || larger === undefined) {
      for (const brand of names) account.leave('a brand whose strengths could be read in either order', brand);
      continue;
    }
    rows.push({
      id: `rxnorm:${[...of].sort().join('+')}`,
      source: 'release',
      title: of.map((id) => library.base.title(id)).join(' and '),
      names: [],
      brands: names,
      ingredients: of,
      larger,
    });
  }
  return rows;
}

/** Classes of the Veterans Health Administration, of drugs of one ingredient: that of a combination says nothing of its parts. */
export const classRows = (classes: ReadonlyMap<string, ReadonlySet<string>>): ClassRow[] =>
  [...classes].map(([name, members]) => {
    const [, code = '', title = ''] = /^\[([A-Z]{2}\d{3})\] *(.+)$/.exec(name) ?? [];
    return {
      id: `class:va-${code.toLowerCase()}`,
      source: 'release',
      title: `${title.charAt(0)}${title.slice(1).toLowerCase()} (VA ${code})`,
      kind: 'therapeutic',
      members: [...members].sort(),
    };
  });
