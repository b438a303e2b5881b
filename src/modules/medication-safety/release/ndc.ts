// The FDA's directory of National Drug Codes as knowledge of a site: each product's code with its wording, brands of prescription drugs,
// and established pharmacologic classes. A product of which one substance is not known is left out as a whole and counted.
import { fail, ok, type Result } from '../../../fhir/result.ts';
import type { ClassRow, KnowledgeFile } from '../knowledge/contract.ts';
import type { Library } from '../library.ts';
import { plain } from '../reading/names.ts';
import { Account, headOf, type Loaded, type ReleaseHead, type ReleaseLines } from './contract.ts';
import { NamesRows } from './names-rows.ts';

export interface NdcFiles {
  product: ReleaseLines;
  package?: ReleaseLines;
}

const needed = ['PRODUCTNDC', 'PRODUCTTYPENAME', 'PROPRIETARYNAME', 'NONPROPRIETARYNAME', 'DOSAGEFORMNAME', 'SUBSTANCENAME'];
const substancesMost = 12;
const productsMost = 1_000_000;

export async function loadNdc(files: NdcFiles, library: Library, head: ReleaseHead): Promise<Result<Loaded & { packages: number }>> {
  const account = new Account();
  const rows = new NamesRows(library, account, 'ndc');
  const products = new Set<string>();
  const brands = new Map<string, { name: string; of: readonly string[] } | 'two drugs'>();
  const classes = new Map<string, Set<string>>();
  const missing = await table(files.product, needed, account, (field) => {
    const code = field('PRODUCTNDC');
    if (!/^\d{4,6}-\d{3,4}$/.test(code)) return 'PRODUCTNDC has two numbers with a hyphen';
    if (products.size >= productsMost) return `more than ${productsMost} products`;
    if (field('NDC_EXCLUDE_FLAG') !== '' && field('NDC_EXCLUDE_FLAG') !== 'N') return undefined;
    const substances = field('SUBSTANCENAME')
      .split(';')
      .map((each) => each.trim());
    if (substances[0] === '' || substances.length > substancesMost) {
      account.leave('a product that names no substance, or more than can be read', field('PROPRIETARYNAME'));
      return undefined;
    }
    const found = substances.map((substance) => library.names.whole(substance));
    const unknown = substances.filter((_, i) => found[i]?.ingredients.length !== 1);
    if (unknown.length > 0) {
      account.leave('a product of a substance that is not known', unknown[0]!);
      return undefined;
    }
    const of = [...new Set(found.flatMap((each) => each!.ingredients))];
    products.add(code);
    rows.product(of, 'ndc', code, wordingOf(field, substances));
    if (field('PRODUCTTYPENAME') === 'HUMAN PRESCRIPTION DRUG' && (of.length === 1 || library.names.partsOf(of) !== undefined)) {
      const name = field('PROPRIETARYNAME');
      const held = brands.get(plain(name));
      if (held === undefined) brands.set(plain(name), { name, of });
      else if (held !== 'two drugs' && [...held.of].sort().join() !== [...of].sort().join()) brands.set(plain(name), 'two drugs');
    }
    const [only] = of;
    if (of.length === 1 && only !== undefined)
      for (const [, title = ''] of field('PHARM_CLASSES')
        .slice(0, 4000)
        .matchAll(/([^,[\]]{3,80}) \[EPC\]/g))
        classes.set(title.trim(), (classes.get(title.trim()) ?? new Set()).add(only));
    return undefined;
  });
  if (missing !== undefined) return fail('invalid', missing);
  for (const brand of brands.values())
    if (brand === 'two drugs') account.leave('a name of two drugs', 'see product.txt');
    else rows.call({ of: brand.of, name: brand.name, brand: true });
  let packages = 0;
  if (files.package !== undefined) {
    const wrong = await table(files.package, ['PRODUCTNDC', 'NDCPACKAGECODE'], account, (field) => {
      const code = field('NDCPACKAGECODE');
      if (!/^\d{4,6}-\d{3,4}-\d{1,2}$/.test(code)) return 'NDCPACKAGECODE has three numbers with hyphens';
      if (!code.startsWith(`${field('PRODUCTNDC')}-`)) return 'NDCPACKAGECODE is of another product than its line says';
      if (products.has(field('PRODUCTNDC'))) packages++;
      return undefined;
    });
    if (wrong !== undefined) return fail('invalid', wrong);
  }
  const made: KnowledgeFile[] = [
    { ...headOf('names', 'ndc-names', head), rows: rows.all() },
    { ...headOf('classes', 'ndc-classes', head), rows: classRows(classes) },
  ];
  return ok({ files: made.filter((file) => file.rows.length > 0), packages, ...account });
}

type Field = (name: string) => string;

/** "warfarin sodium 5 mg tablet, film coated": strength for each substance where the directory has one in a unit that is read. */
function wordingOf(field: Field, substances: readonly string[]): string {
  const [amounts, units] = ['ACTIVE_NUMERATOR_STRENGTH', 'ACTIVE_INGRED_UNIT'].map((name) =>
    field(name)
      .split(';')
      .map((each) => each.trim()),
  );
  const parts = substances.map((substance, i) => {
    const [unit = '', per = ''] = (units?.[i] ?? '').split('/');
    const known = { mg: 'mg', g: 'g', ug: 'mcg', mcg: 'mcg', meq: 'mEq', "[usp'u]": 'units', '[iu]': 'units' }[unit.toLowerCase()];
    const amount = amounts?.[i] ?? '';
    if (known === undefined || !/^\d{0,9}(?:\.\d{1,6})?$/.test(amount) || amount === '') return substance.toLowerCase();
    const volume = /^(\d{0,5}(?:\.\d{1,3})?) ?ml$/i.exec(per);
    return `${substance.toLowerCase()} ${amount.startsWith('.') ? `0${amount}` : amount} ${known}${volume === null ? '' : `/${volume[1]} mL`.replace('/ ', '/')}`;
  });
  return `${parts.join(' / ')} ${field('DOSAGEFORMNAME').toLowerCase()}`.slice(0, 400);
}

const classRows = (classes: ReadonlyMap<string, ReadonlySet<string>>): ClassRow[] =>
  [...classes].map(([title, members]) => ({
    id: `class:epc-${plain(title)
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-|-$/g, '')}`,
    source: 'release',
    title: `${title} (FDA)`,
    kind: 'therapeutic',
    members: [...members].sort(),
  }));

/** Rows of a table with tabs whose first line names its columns; a string: it is not that table. */
async function table(
  file: ReleaseLines,
  columns: readonly string[],
  account: Account,
  take: (field: Field) => string | undefined,
): Promise<string | undefined> {
  let heads: Map<string, number> | undefined;
  for await (const { first, lines } of file.read()) {
    for (const [i, line] of lines.entries()) {
      if (line === '') continue;
      const cells = line.split('\t');
      if (heads === undefined) {
        heads = new Map(cells.map((name, at) => [name.trim().toUpperCase(), at]));
        const absent = columns.find((name) => !heads!.has(name));
        if (absent !== undefined) return `${file.name} has no column ${absent}`;
        continue;
      }
      const why =
        cells.length === heads.size
          ? take((name) => cells[heads!.get(name) ?? -1]?.trim() ?? '')
          : `the table has ${heads.size} columns, this line ${cells.length}`;
      if (why !== undefined) account.reject(file.name, first + i, why);
    }
  }
  return heads === undefined ? `${file.name} is empty` : undefined;
}
