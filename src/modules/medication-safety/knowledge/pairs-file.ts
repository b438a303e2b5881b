// A site's list of interacting pairs (NDF-RT, VA, a licensed base, any table with two names a line) as a knowledge file of
// ours. Columns by their heads: name1 and name2 (or drug1, a, precipitant …), optionally severity, effect, management.
import { fail, ok, type Result } from '../../../fhir/result.ts';
import type { Library } from '../library.ts';
import type { FileHead, InteractionRow, Severity, Tier } from './contract.ts';

export interface PairsHead {
  name: string;
  licence: string;
  source: string;
  date: string;
}
export interface PairsRead {
  file: FileHead & { kind: 'interactions'; rows: InteractionRow[] };
  /** Names that no ingredient has, and how many lines were left out by them. */
  notKnown: Set<string>;
  left: number;
}

const columns = {
  a: ['name1', 'drug1', 'a', 'precipitant', 'drug_a', 'ingredient1', 'object'],
  b: ['name2', 'drug2', 'b', 'drug_b', 'ingredient2', 'subject'],
  severity: ['severity', 'va_severity', 'level', 'significance'],
  effect: ['effect', 'description', 'clinical_effect'],
  management: ['management', 'action', 'recommendation'],
} as const;

/** Words of severity in the lists that are in use. */
const severities: readonly (readonly [RegExp, Severity, Tier])[] = [
  [/contraindic|do not|avoid combination|^x$|^1$/i, 'contraindicated', 'stop'],
  [/critical|major|severe|high|^d$|^2$/i, 'major', 'interrupt'],
  [/significant|moderate|medium|^c$|^3$/i, 'moderate', 'aside'],
  [/minor|low|minimal|^b$|^4$/i, 'minor', 'aside'],
];
const linesMax = 2_000_000;

export function readPairs(text: string, library: Library, head: PairsHead): Result<PairsRead> {
  const [first = '', ...lines] = text.split(/\r?\n/);
  const separator = first.includes('\t') ? '\t' : first.includes(';') && !first.includes(',') ? ';' : ',';
  const heads = cells(first, separator).map((each) => each.trim().toLowerCase());
  const at = (names: readonly string[]) => heads.findIndex((each) => names.includes(each));
  const [a, b] = [at(columns.a), at(columns.b)];
  if (a < 0 || b < 0)
    return fail(
      'invalid',
      `The first line must name the columns: two of names, such as name1 and name2 (found: ${heads.slice(0, 12).join(', ')})`,
      '1',
    );
  if (lines.length > linesMax) return fail('too-costly', `More than ${linesMax} lines`);
  const [severityAt, effectAt, managementAt] = [at(columns.severity), at(columns.effect), at(columns.management)];
  const rows = new Map<string, InteractionRow>();
  const notKnown = new Set<string>();
  let left = 0;
  for (const line of lines) {
    if (line.trim() === '') continue;
    const row = cells(line, separator);
    const ids = [row[a], row[b]].map((name) => {
      const [found, ...more] = library.names.in((name ?? '').slice(0, 200), false);
      if (found && more.length === 0 && found.ingredients.length === 1) return found.ingredients[0];
      if (name) notKnown.add(name.trim().slice(0, 80));
      return undefined;
    });
    const [one, two] = ids;
    if (one === undefined || two === undefined || one === two) {
      left++;
      continue;
    }
    const said = severityAt < 0 ? '' : (row[severityAt] ?? '');
    const [, severity, tier] = severities.find(([word]) => word.test(said.trim())) ?? [undefined, 'major' as const, 'interrupt' as const];
    const pair = [one, two].sort();
    const id = `${head.name}:${pair.join('+')}`;
    rows.set(id, {
      id,
      source: 'list',
      title: `${library.base.title(one)} with ${library.base.title(two)}`,
      a: one,
      b: two,
      severity,
      tier,
      mechanism: 'As the list says; it names none.',
      effect: words(row[effectAt]) ?? `Interaction listed${said === '' ? '' : ` as ${said.trim().toLowerCase()}`}.`,
      management: words(row[managementAt]) ?? 'See the list that the site has loaded.',
      evidence: 'suspected',
    });
  }
  const file = {
    kind: 'interactions' as const,
    name: head.name,
    version: head.date,
    status: 'active' as const,
    reviewer: 'unreviewed',
    licence: head.licence,
    date: head.date,
    sources: { list: head.source },
    rows: [...rows.values()],
  };
  return ok({ file, notKnown, left });
}

const words = (text: string | undefined): string | undefined =>
  text === undefined || text.trim() === '' ? undefined : text.trim().slice(0, 500);

/** One line of a table; quotes as in RFC 4180. */
function cells(line: string, separator: string): string[] {
  if (!line.includes('"')) return line.split(separator);
  const found: string[] = [];
  let cell = '';
  let quoted = false;
  for (let i = 0; i < line.length; i++) {
    const sign = line[i]!;
    if (quoted && sign === '"' && line[i + 1] === '"') {
      cell += '"';
      i++;
    } else if (sign === '"') quoted = !quoted;
    else if (sign === separator && !quoted) {
      found.push(cell);
      cell = '';
    } else cell += sign;
  }
  return [...found, cell];
}
