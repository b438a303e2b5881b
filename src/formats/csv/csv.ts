// Files of rows told in FHIR: each row is a set of resources by the channel's mapping, each populated cell a leaf. A row that cannot be
// read says so, and holds up no other.
import { writeJson } from '../../fhir/json.ts';
import type { Problem } from '../../fhir/result.ts';
import type { LedgerRow, Said, Translation, TranslationContext } from '../contract.ts';
import type { Compiled } from './mapping.ts';
import { isBlank, type Row, rowAt } from './rows.ts';
import { type ToldRow, tellRow } from './tell-row.ts';

/** One message holds at most so many rows; files come apart into messages (parts.ts). */
export const rowsMax = 2000;
const notesMax = 200;

/** What the first line says of where the columns stand. */
export interface Head {
  /** Bytes as latin1: byte order mark and header row. */
  text: string;
  /** Place in a row of each column of the mapping; -1: the file has it not. */
  places: number[];
  /** Names of all columns of the file. */
  names: string[];
  /** Cells of a row; undefined: as many as the first one has. */
  width?: number;
  lines: number;
  fault?: string;
}

const bom = '\u00ef\u00bb\u00bf';

/** undefined: its end has not come yet. */
export function headOf(compiled: Compiled, text: string, last: boolean): Head | undefined {
  const { mapping, form, columns, encoding } = compiled;
  if (text.length < 3 && !last) return undefined;
  const start = text.startsWith(bom) && encoding === 'utf-8' ? bom.length : 0;
  if (/^(\u00ff\u00fe|\u00fe\u00ff)/.test(text) || text.slice(0, 2).includes('\u0000'))
    return { text: '', places: [], names: [], lines: 0, fault: 'The file is UTF-16 or no text at all. Save it as CSV in UTF-8' };
  if (mapping.header === false)
    return { text: text.slice(0, start), places: columns.map(({ declared }) => Number(declared.column) - 1), names: [], lines: 0 };
  const row = rowAt(text, start, form, last);
  if (row === undefined) return undefined;
  const names = row.cells.map(({ bytes }) => decoded(bytes, compiled).trim());
  const places = columns.map(({ declared }) =>
    typeof declared.column === 'number' ? declared.column - 1 : names.indexOf(declared.column),
  );
  const head = { text: text.slice(0, row.end), places, names, width: names.length, lines: row.lines };
  const absent = columns.filter(
    ({ declared }, at) => declared.optional !== true && ((places[at] ?? -1) < 0 || (places[at] ?? 0) >= names.length),
  );
  const twice = columns.filter(({ name }) => names.indexOf(name) !== names.lastIndexOf(name));
  if (text.length === start) return { ...head, fault: 'The file is empty: it has no header' };
  if (row.fault !== undefined) return { ...head, fault: `The header (line 1): its column ${row.fault.cell + 1} ${row.fault.says}` };
  if (absent.length > 0)
    return {
      ...head,
      fault: `The header (line 1, ${names.length} columns) has no column ${absent.map(({ name }) => `"${name}"`).join(', ')}. Send the file that was agreed on, correct "columns" or "delimiter" in the channel's file, or mark the column "optional"`,
    };
  if (twice.length > 0) return { ...head, fault: `The header (line 1) has the column "${twice[0]?.name}" twice` };
  return head;
}

const decoders = new Map<string, { decode(bytes: Uint8Array): string }>();
// biome-ignore lint/suspicious/noControlCharactersInRegex: ASCII is what this looks for
const ascii = /^[\u0000-\u007f]*$/;

/** Text of bytes as latin1; what is none in the encoding comes out as U+FFFD. */
export function decoded(bytes: string, { encoding }: Compiled): string {
  if (ascii.test(bytes)) return bytes;
  let decoder = decoders.get(encoding);
  if (decoder === undefined) {
    decoder = new TextDecoder(encoding, { ignoreBOM: true });
    decoders.set(encoding, decoder);
  }
  return decoder.decode(Buffer.from(bytes, 'latin1'));
}

export interface Telling extends ToldRow {
  /** Of each column of the mapping, as it was read. */
  texts: string[];
}

/** A row of the file told, with what is wrong about its form. */
export function tell(compiled: Compiled, head: Head, row: Row, context: TranslationContext): Telling {
  const width = head.width ?? row.cells.length;
  const texts = head.places.map((at) => {
    const text = decoded(row.cells[at]?.bytes ?? '', compiled).trim();
    return compiled.empty.has(text) ? '' : text;
  });
  const none = { said: [], elements: new Map(), keys: [], texts };
  if (head.fault !== undefined) return { ...none, wrong: [{ says: head.fault }] };
  if (row.fault !== undefined) {
    const at = head.places.indexOf(row.fault.cell);
    return {
      ...none,
      wrong: [{ column: compiled.columns[at]?.name ?? head.names[row.fault.cell] ?? String(row.fault.cell + 1), says: row.fault.says }],
    };
  }
  const short = compiled.columns.find(({ declared }, at) => declared.optional !== true && (head.places[at] ?? -1) >= row.cells.length);
  if (row.cells.length !== width || short !== undefined)
    return {
      ...none,
      wrong: [
        {
          says: `has ${row.cells.length} columns, and the ${head.width === undefined ? `mapping names column ${short?.name}` : `header has ${width}`}. Quote a text that holds the delimiter`,
        },
      ],
    };
  return { ...tellRow(compiled, texts, context), texts };
}

/** A fault of a row in a sentence: `Line 12, column "dob": is no date …`. */
export const sentence = (line: number, { column, says }: ToldRow['wrong'][number]): Problem => ({
  kind: 'invalid',
  message: `Line ${line}${column === undefined ? '' : `, column "${column.slice(0, 60)}"`}: ${says}`,
  where: `line ${line}${column === undefined ? '' : `, ${column.slice(0, 60)}`}`,
});

/** Rows with their lines, blank ones left out. */
export function* rowsOf(compiled: Compiled, text: string, head: Head): Generator<{ row: Row; line: number; start: number }> {
  let line = 1 + head.lines;
  for (let at = head.text.length; at < text.length; ) {
    const row = rowAt(text, at, compiled.form, true);
    if (row === undefined) return;
    if (!isBlank(row)) yield { row, line, start: at };
    line += row.lines;
    at = row.end;
  }
}

const latin1 = (raw: Uint8Array): string => Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength).toString('latin1');

export interface CsvAbout {
  keys: string[];
  kind: string;
  fault?: Problem;
}

export function aboutCsv(compiled: Compiled, raw: Uint8Array, context: TranslationContext): CsvAbout {
  const text = latin1(raw);
  const kind = compiled.things
    .map(({ name }) => name)
    .join('+')
    .slice(0, 100);
  const head = headOf(compiled, text, true);
  if (head?.fault !== undefined) return { keys: [], kind, fault: { kind: 'invalid', message: head.fault, where: 'line 1' } };
  const keys = new Set<string>();
  let rows = 0;
  if (head !== undefined)
    for (const { row } of rowsOf(compiled, text, head)) {
      if (++rows > rowsMax) break;
      for (const key of tell(compiled, head, row, context).keys) keys.add(key.slice(0, 200));
    }
  if (rows === 0)
    return { keys: [], kind, fault: { kind: 'invalid', message: 'The file holds no rows below its header', where: 'line 2' } };
  return { keys: [...keys], kind };
}

/** In steps of about a millisecond. */
export function* toFhirInSteps(compiled: Compiled, raw: Uint8Array, context: TranslationContext): Generator<undefined, Translation> {
  const text = latin1(raw);
  const ledger: LedgerRow[] = [];
  const notes: Problem[] = [];
  const said = new Map<string, Said[]>();
  const texts = new Map<string, string>();
  const note = (problem: Problem): void => {
    if (notes.length < notesMax) notes.push(problem);
  };
  const head = headOf(compiled, text, true);
  if (head === undefined || text === '') return { resources: [], ledger, instructions: [], notes };
  if (head.text.startsWith(bom)) ledger.push({ path: 'before', text: bom, state: 'structural' });
  yield* headLedger(compiled, head, ledger);
  let count = 0;
  let end = '';
  for (const { row, line } of rowsOf(compiled, text, head)) {
    if (++count % 10 === 0) yield;
    if (end === '' && row.lineEnd !== '') {
      end = row.lineEnd;
      ledger.push({ path: 'line-end', text: end, state: 'structural' });
    }
    const tooMany = count > rowsMax;
    const told = tooMany ? undefined : tell(compiled, head, row, context);
    if (count === rowsMax + 1)
      note({ kind: 'too-costly', message: `One message holds at most ${rowsMax} rows; what stands behind is kept`, where: `line ${line}` });
    for (const wrong of told?.wrong ?? []) note(sentence(line, wrong));
    const good = told !== undefined && told.wrong.length === 0;
    const why = told === undefined ? 'stands behind what one message may hold' : (told.wrong[0]?.says ?? undefined);
    // What no cell shows: a row of another length, or an end that says nothing.
    const shown = head.width ?? row.cells.findLastIndex(({ raw: written }) => written !== '') + 1;
    if (row.cells.length !== shown) ledger.push({ path: `line[${line}]`, text: String(row.cells.length), state: 'structural' });
    const columnAt = new Map(head.places.map((place, column) => [place, column]));
    for (const [at, { raw: written }] of row.cells.entries()) {
      if (written === '') continue;
      const column = columnAt.get(at);
      const elements = good && column !== undefined ? told.elements.get(column) : undefined;
      const path = `line[${line}].${nameOf(head, at)}`;
      if (elements !== undefined) ledger.push({ path, text: written, state: 'mapped', elements });
      else
        ledger.push({
          path,
          text: written,
          state: 'kept',
          ...whyOf(why, column === undefined ? undefined : compiled.columns[column]?.fills.length),
        });
    }
    for (const one of good ? told.said : []) {
      const name = `${one.resource.resourceType}/${one.resource.id}`;
      const json = writeJson(one.resource);
      // The same patient in every row is said once.
      if (texts.get(name) === json) continue;
      texts.set(name, json);
      said.set(name, [...(said.get(name) ?? []), one]);
    }
  }
  ledger.push({ path: 'end', text: text.endsWith('\n') || text.endsWith('\r') ? 'line-end' : 'none', state: 'structural' });
  return { resources: [...said.values()].flat(), ledger, instructions: [], notes };
}

const whyOf = (why: string | undefined, fills: number | undefined): { why?: string } => {
  if (why !== undefined) return { why };
  if (fills === undefined) return { why: 'the mapping has no such column' };
  return fills === 0 ? { why: 'the mapping keeps this column' } : { why: 'nothing else is said of what it belongs to' };
};

/** Names of columns in paths; those that are no words, or stand twice, by number. */
function nameOf(head: Head, at: number): string {
  const name = head.names[at];
  return name === undefined || name === '' || /[\p{Cc}[\]]|^\d+$/u.test(name) || head.names.indexOf(name) !== at ? String(at + 1) : name;
}

function* headLedger(compiled: Compiled, head: Head, ledger: LedgerRow[]): Generator<undefined, void> {
  if (head.names.length === 0) return;
  const row = rowAt(head.text, head.text.startsWith(bom) ? bom.length : 0, compiled.form, true);
  for (const [at, { raw }] of (row?.cells ?? []).entries()) {
    if (at % 1000 === 0) yield;
    if (raw !== '') ledger.push({ path: `header.${at + 1}`, text: raw, state: 'structural' });
  }
}
