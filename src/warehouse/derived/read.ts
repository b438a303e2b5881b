// Reads a derived table: a head of `-- word: value` lines with its data dictionary, then one SELECT, or none where its rows are a file.
import { fail, ok, type Result } from '../../fhir/result.ts';
import { identifying } from '../contract.ts';
import { type Derived, type DerivedColumn, derivedTypes } from './contract.ts';

const longest = 100_000;
/** No line of a head needs more. */
const lineLongest = 1_000;
/** Without quotation marks in SQL, and apart from what DuckDB keeps for itself. */
export const derivedName = /^[a-z][a-z0-9_]{0,62}$/;

interface Head {
  title: string;
  description: string;
  of: string[];
  columns: DerivedColumn[];
  rows: 'select' | 'file';
  key: string[];
}
/** What a line adds to the head; a text is what is wrong with it. */
type Reader = (value: string, head: Head) => Partial<Head> | string;

const listed = (value: string): string[] => value.split(',').map((one) => one.trim());

const readers: Readonly<Record<string, Reader>> = {
  title: (title) => ({ title }),
  description: (value, { description }) => ({ description: description === '' ? value : `${description} ${value}` }),
  of: (value, { of }) => ({ of: [...of, ...listed(value)] }),
  rows: (value) => (value === 'file' ? { rows: 'file' } : 'rows is "file", where they stand in a CSV file beside this one'),
  key: (value) => ({ key: listed(value) }),
  column: (value, { columns }) => {
    const column = readColumn(value);
    if (typeof column === 'string') return column;
    return columns.some(({ name }) => name === column.name) ? `there are two columns "${column.name}"` : { columns: [...columns, column] };
  },
};

/** `person_id BIGINT required (key) Number of the patient`. */
function readColumn(text: string): DerivedColumn | string {
  const found = /^(\w+) ([A-Z]+)( required)?(?: \((\w+)\))?(?: (.*))?$/.exec(text);
  if (found === null) return 'a column is written: person_id BIGINT required (key) Number of the patient';
  const [, name = '', typed, required, said, description = ''] = found;
  if (!derivedName.test(name)) return `"${name.slice(0, 64)}" is no name of a column: small letters, digits and _, a letter first`;
  const type = derivedTypes.find((one) => one === typed);
  if (type === undefined) return `the type of ${name} is one of ${derivedTypes.join(', ')}`;
  const identifies = identifying.find((one) => one === said);
  if (said !== undefined && identifies === undefined) return `what ${name} gives away is one of ${identifying.join(', ')}`;
  return { name, type, required: required !== undefined, description, ...(identifies === undefined ? {} : { identifies }) };
}

/** `name`: of its file. */
export function readDerived(name: string, schema: string | undefined, text: string): Result<Derived> {
  const wrong = [name, schema].find((one) => one !== undefined && !derivedName.test(one));
  if (wrong !== undefined)
    return fail('invalid', `"${wrong.slice(0, 64)}" is no name of a table or schema: small letters, digits and _, a letter first`);
  if (text.length > longest) return fail('too-costly', `The text of a table has at most ${longest.toLocaleString('en')} characters`);
  let head: Head = { title: '', description: '', of: [], columns: [], rows: 'select', key: [] };
  const lines = text.split(/\r?\n/);
  let at = 0;
  for (; at < lines.length; at++) {
    const line = /^--[ \t]*([a-z]+)[ \t]*:(.*)$/.exec(lines[at]!.slice(0, lineLongest));
    if (line === null) break;
    const reader = Object.hasOwn(readers, line[1]!) ? readers[line[1]!] : undefined;
    const said = reader === undefined ? `"${line[1]}" is not among ${Object.keys(readers).join(', ')}` : reader(line[2]!.trim(), head);
    if (typeof said === 'string') return fail('invalid', said, `line ${at + 1}`);
    head = { ...head, ...said };
  }
  const sql = lines.slice(at).join('\n').trim().replace(/;$/, '');
  const { title, description, of, columns, rows, key } = head;
  if (title === '') return fail('invalid', 'A table begins with "-- title: …"');
  if (columns.length === 0) return fail('invalid', 'The head names no column: add "-- column: NAME TYPE what it is"');
  if (rows === 'select' && sql === '') return fail('invalid', 'There is no SELECT after the head');
  if (rows === 'file' && (sql !== '' || of.length > 0))
    return fail('invalid', 'A table whose rows are a file has no SELECT and is of no table');
  const strange = key.find((one) => !columns.some((column) => column.name === one));
  if (strange !== undefined) return fail('invalid', `The key names "${strange.slice(0, 64)}", which is no column`);
  return ok({
    name: schema === undefined ? name : `${schema}.${name}`,
    ...(schema === undefined ? {} : { schema }),
    title,
    description,
    columns,
    of,
    content: rows === 'file' ? { kind: 'rows', key, rows: [] } : { kind: 'select', sql },
  });
}
