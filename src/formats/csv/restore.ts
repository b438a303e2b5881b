// A file of rows again, from its ledger and from what the record says now: cells whose elements say what they said stand letter for
// letter, the others are written anew as the column writes.
import iconv from 'iconv-lite';
import { Decimal } from '../../fhir/decimal.ts';
import { writeJson } from '../../fhir/json.ts';
import { fail, ok, type Result } from '../../fhir/result.ts';
import type { LedgerRow, Translation, TranslationContext } from '../contract.ts';
import { decoded } from './csv.ts';
import type { Compiled, CsvColumn } from './mapping.ts';
import { rowAt } from './rows.ts';

type Resources = readonly { resourceType: string; id?: string }[];
const cellPath = /^line\[(\d+)\]\.(.*)$/su;

/** `tell`: the same mapping's translation, by which what was written anew is read back. */
export function restoreCsv(
  compiled: Compiled,
  resources: Resources,
  ledger: readonly LedgerRow[],
  tell: (raw: Uint8Array) => Translation,
  context: TranslationContext,
): Result<Buffer> {
  const before = rebuilt(compiled, ledger);
  const byName = (all: Resources): Map<string, unknown> => new Map(all.map((one) => [`${one.resourceType}/${one.id}`, one]));
  const were = byName(tell(before).resources.map(({ resource }) => resource));
  const are = byName(resources);
  const wanted: { element: string; now: unknown }[] = [];
  const rows: LedgerRow[] = [];
  for (const row of ledger) {
    const found = cellPath.exec(row.path);
    let next = row;
    for (const element of row.state === 'mapped' && found !== null ? row.elements : []) {
      const [was, now] = [at(were, element), at(are, element)];
      if (now === undefined || writeJson(was) === writeJson(now)) continue;
      const column = compiled.columns.find(({ name }) => name === found?.[2]);
      const text = column === undefined ? undefined : cellOf(compiled, column.declared, now, context);
      if (text === undefined) return unsaid(row.path);
      next = { ...row, text };
      wanted.push({ element, now });
    }
    rows.push(next);
  }
  if (wanted.length === 0) return ok(before);
  const after = rebuilt(compiled, rows);
  const said = byName(tell(after).resources.map(({ resource }) => resource));
  for (const { element, now } of wanted)
    if (said.has(element.split('#')[0] ?? '') && writeJson(at(said, element)) !== writeJson(now)) return unsaid(element);
  return ok(after);
}

const unsaid = (where: string): Result<never> =>
  fail('unsupported', 'What the record says here has no words in this column; send the resource as FHIR instead', where);

function rebuilt(compiled: Compiled, ledger: readonly LedgerRow[]): Buffer {
  const { delimiter } = compiled.form;
  const structural = (path: string): string => ledger.find((row) => row.path === path)?.text ?? '';
  const header: string[] = [];
  const lines = new Map<number, string[]>();
  for (const { path, text } of ledger) if (path.startsWith('header.')) header[Number(path.slice('header.'.length)) - 1] = text;
  const row = rowAt(filled(header, header.length).join(delimiter), 0, compiled.form, true);
  const names = (row?.cells ?? []).map(({ bytes }) => decoded(bytes, compiled).trim());
  const widths = new Map<number, number>();
  for (const { path, text, state } of ledger) {
    const line = /^line\[(\d+)\]$/.exec(path)?.[1];
    if (line === undefined || state !== 'structural') continue;
    widths.set(Number(line), Number(text));
    lines.set(Number(line), []);
  }
  for (const { path, text } of ledger) {
    const [, number = '', name = ''] = cellPath.exec(path) ?? [];
    if (number === '') continue;
    const place = names.includes(name) ? names.indexOf(name) : Number(name) - 1;
    const cells = lines.get(Number(number)) ?? [];
    cells[place] = text;
    lines.set(Number(number), cells);
  }
  const end = structural('line-end') || '\n';
  const texts = [
    ...(header.length === 0 ? [] : [filled(header, header.length)]),
    ...inOrder(lines).map(([line, cells]) => filled(cells, widths.get(line) ?? header.length)),
  ];
  const whole = texts.map((cells) => cells.join(delimiter)).join(end);
  return Buffer.from(structural('before') + whole + (structural('end') === 'line-end' && texts.length > 0 ? end : ''), 'latin1');
}

const inOrder = (lines: ReadonlyMap<number, string[]>): [line: number, cells: string[]][] =>
  [...lines].sort(([one], [other]) => one - other);

const filled = (cells: readonly string[], width: number): string[] =>
  Array.from({ length: Math.min(100_000, Math.max(width, cells.length)) }, (_, place) => cells[place] ?? '');

function at(resources: ReadonlyMap<string, unknown>, element: string): unknown {
  const [name = '', path = ''] = element.split('#');
  let value = resources.get(name);
  for (const step of path.split(/[.[\]]+/)) {
    if (step === '') continue;
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
    value = Object.entries(value).find(([key]) => key === step)?.[1];
  }
  return value;
}

/** The bytes of a cell that says the value, as latin1; undefined where the column has no words for it. */
function cellOf(compiled: Compiled, column: CsvColumn, value: unknown, { timeZone }: TranslationContext): string | undefined {
  const text = plainText(column, value, timeZone);
  if (text === undefined) return undefined;
  const named = column.map === undefined ? text : Object.entries(column.map).find(([, meant]) => meant === text)?.[0];
  if (named === undefined) return undefined;
  const { delimiter, quote } = compiled.form;
  const mustQuote = named.includes(delimiter) || /[\r\n]/.test(named) || (quote !== '' && named.includes(quote));
  if (mustQuote && quote === '') return undefined;
  const written = mustQuote ? quote + named.replaceAll(quote, quote + quote) + quote : named;
  return iconv.encode(written, compiled.encoding).toString('latin1');
}

function plainText({ decimal = '.', date }: CsvColumn, value: unknown, timeZone: string): string | undefined {
  if (typeof value === 'number' || value instanceof Decimal) return writeJson(value).replace('.', decimal);
  if (typeof value === 'boolean') return String(value);
  if (typeof value !== 'string' || date === undefined) return typeof value === 'string' ? value : undefined;
  return inForm(date, value, timeZone);
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** A FHIR date in the column's form, by the clock of the channel's zone. */
function inForm(form: string, value: string, timeZone: string): string | undefined {
  let wall = value;
  if (/(Z|[+-]\d{2}:\d{2})$/.test(value) && value.includes('T')) {
    const parts = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' }).format(new Date(value));
    wall = parts.replace(' ', 'T');
  }
  const [, year, month, day, hour, minute, second] =
    /^(?:(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?)?(?:T?(\d{2}):(\d{2}):(\d{2}).*)?$/.exec(wall) ?? [];
  const bare = (two: string | undefined): string | undefined => two?.replace(/^0(?=\d)/, '');
  const parts: Record<string, string | undefined> = {
    YYYY: year,
    MMM: month === undefined ? undefined : months[Number(month) - 1],
    MM: month,
    M: bare(month),
    DD: day,
    D: bare(day),
    HH: hour,
    H: bare(hour),
    mm: minute,
    ss: second,
  };
  let whole = true;
  const text = form.replace(/YYYY|MMM|MM|M|DD|D|HH|H|mm|ss/g, (name) => {
    whole &&= parts[name] !== undefined;
    return parts[name] ?? '';
  });
  return whole ? text : undefined;
}
