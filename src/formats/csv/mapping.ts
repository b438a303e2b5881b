// What the columns of a file mean, as a person declares it. `compile` holds it against R4: every element must be one, and every
// resource of a row must have columns that identify it.
//
//   { column: 'mrn', to: 'Patient.identifier', system: 'http://north.example.org/mrn', key: true }
//   { column: 'dob', to: 'Patient.birthDate', date: 'DD.MM.YYYY' }
//   { column: 'weight', to: 'Observation(weight).valueQuantity', unit: 'kg', decimal: ',' }
import { resourceTypes, rulesOf } from '../../fhir/structure/rules.ts';
import { type Target, targetOf } from './target.ts';
import { type ReadCell, readerOf } from './values.ts';

/** One column. Without `to` it is known, and kept. */
export interface CsvColumn {
  /** Name in the header, or number from 1. */
  column: string | number;
  /** Elements such as `Patient.name.family`; several where the column says several things. */
  to?: string | string[] | undefined;
  /** What it fills is identified by it, alone (an identifier) or with the other keys of its resource. */
  key?: true | undefined;
  /** The file may come without it. */
  optional?: true | undefined;
  /** How the column writes dates: `DD.MM.YYYY HH:mm`. */
  date?: string | undefined;
  map?: Record<string, string> | undefined;
  /** For texts that `map` does not name; without it they make the row bad. */
  otherwise?: string | undefined;
  /** Of an identifier, a code, a contact. */
  system?: string | undefined;
  /** UCUM code of a quantity. */
  unit?: string | undefined;
  /** Mark of decimals; a point where nothing is said. */
  decimal?: ',' | '.' | undefined;
}

export interface CsvMapping {
  delimiter?: string | undefined;
  quote?: string | undefined;
  header?: boolean | undefined;
  encoding?: string | undefined;
  /** Texts that say nothing, beside the empty one: `NULL`, `N/A`. */
  empty?: string[] | undefined;
  columns: CsvColumn[];
  /** Elements that every row says: `Observation(weight).status` is `final`. A name of a resource of the row is a reference to it. */
  constants?: Record<string, string | number | boolean> | undefined;
}

export interface CompiledColumn {
  declared: CsvColumn;
  /** As people call it. */
  name: string;
  fills: { thing: Thing; target: Target; read: ReadCell }[];
}

/** One resource of a row. */
export interface Thing {
  /** `Patient`, `Observation(weight)`. */
  name: string;
  type: string;
  constants: { target: Target; value: string | number | boolean | Thing }[];
  /** Element that points to the patient of the row, to its encounter; undefined: none does. */
  patient?: string;
  encounter?: string;
}

export interface Compiled {
  mapping: CsvMapping;
  form: { delimiter: string; quote: string };
  encoding: string;
  empty: ReadonlySet<string>;
  columns: CompiledColumn[];
  /** Patients first, then encounters: the others point to them. */
  things: Thing[];
}

/** Encodings in which delimiters, quotes and line ends are single ASCII bytes and nothing else looks like them. */
const encodings = /^(utf-8|us-ascii|iso-8859-\d{1,2}|windows-125\d|windows-874|koi8-[ru]|macintosh)$/;
const thingForm = /^([A-Z][A-Za-z]+)(?:\(([a-z][\w-]{0,30})\))?$/;

/** Says what is wrong, with its place, as `wrong` is given; undefined then. */
export function compile(mapping: CsvMapping, wrong: (where: string, says: string) => void): Compiled | undefined {
  let good = true;
  const no = (where: string, says: string): undefined => {
    good = false;
    wrong(where, says);
    return undefined;
  };
  const { delimiter = ',', quote = '"', encoding = 'utf-8' } = mapping;
  if (!/^[\t -~]$/.test(delimiter) || /[A-Za-z0-9"]/.test(delimiter)) no('csv.delimiter', 'must be one mark, such as "," or ";" or "\\t"');
  if (!/^[!-~]?$/.test(quote) || /[A-Za-z0-9]/.test(quote) || quote === delimiter)
    no('csv.quote', 'must be one mark other than the delimiter, or "" where nothing is quoted');
  if (!encodings.test(encoding) || !knows(encoding))
    no('csv.encoding', 'must be utf-8, windows-1252, iso-8859-1 or another of one byte a letter');

  const things = new Map<string, Thing>();
  const thingOf = (name: string, where: string): Thing | undefined => {
    const known = things.get(name);
    if (known !== undefined) return known;
    const type = thingForm.exec(name)?.[1] ?? '';
    if (!resourceTypes.has(type)) return no(where, `"${name}" is no resource type of R4, nor one with a name such as Observation(weight)`);
    const thing: Thing = { name, type, constants: [] };
    things.set(name, thing);
    return thing;
  };
  const apart = (path: string, where: string): { thing: Thing; rest: string } | undefined => {
    const dot = path.indexOf('.');
    if (dot < 1) return no(where, `"${path}" is no element; write it as Patient.name.family or Observation(weight).valueQuantity`);
    const thing = thingOf(path.slice(0, dot), where);
    return thing === undefined ? undefined : { thing, rest: path.slice(dot + 1) };
  };

  const seen = new Set<string | number>();
  const columns = mapping.columns.map((declared, at): CompiledColumn => {
    const where = `columns[${at}]`;
    if (seen.has(declared.column)) no(`${where}.column`, 'stands twice; put what it says twice into one "to": [ … ]');
    seen.add(declared.column);
    if (mapping.header === false && typeof declared.column !== 'number') no(`${where}.column`, 'must be a number: the file has no header');
    const fills = [declared.to ?? []].flat().flatMap((path): CompiledColumn['fills'] => {
      const found = apart(path, `${where}.to`);
      if (found === undefined) return [];
      const target = targetOf(found.thing.type, found.rest, declared);
      if (!target.ok) return no(`${where}.to`, target.problem.message) ?? [];
      const read = readerOf(target.value, declared);
      if (!read.ok) return no(`${where}.${read.problem.where ?? 'to'}`, read.problem.message) ?? [];
      return [{ thing: found.thing, target: target.value, read: read.value }];
    });
    if (declared.key === true && fills.length === 0) no(`${where}.key`, 'identifies nothing: say with "to" what it fills');
    return { declared, name: String(declared.column), fills };
  });
  for (const [path, value] of Object.entries(mapping.constants ?? {})) {
    const where = `constants.${path}`;
    const found = apart(path, where);
    if (found === undefined) continue;
    const { thing, rest } = found;
    const target = targetOf(thing.type, rest, {});
    if (!target.ok) {
      no(where, target.problem.message);
      continue;
    }
    if (target.value.primitive === 'Reference') {
      const to = things.get(String(value));
      if (to === undefined) no(where, `must name a resource of the row: ${[...things.keys()].join(', ')}`);
      else thing.constants.push({ target: target.value, value: to });
      continue;
    }
    const fault = target.value.check(value);
    if (fault !== undefined) no(where, fault);
    thing.constants.push({ target: target.value, value });
  }
  for (const { name } of things.values())
    if (!columns.some(({ declared, fills }) => declared.key === true && fills.some(({ thing }) => thing.name === name)))
      no('columns', `say with "key": true which columns identify ${name}; otherwise the same row would make it again`);
  if (things.size === 0) no('columns', 'fill nothing: say with "to" what a column means');
  if (!good) return undefined;
  const all = [...things.values()];
  const [patient, encounter] = [all.filter(({ type }) => type === 'Patient'), all.filter(({ type }) => type === 'Encounter')];
  for (const thing of all) {
    const said = (element: string | undefined): boolean =>
      columns.some(({ fills }) => fills.some((fill) => fill.thing === thing && fill.target.steps[0]?.name === element)) ||
      thing.constants.some(({ target }) => target.steps[0]?.name === element);
    const [to, at] = [
      pointer(thing.type, ['subject', 'patient', 'beneficiary', 'for'], 'Patient'),
      pointer(thing.type, ['encounter', 'context'], 'Encounter'),
    ];
    if (thing.type !== 'Patient' && patient.length === 1 && to !== undefined && !said(to)) thing.patient = to;
    if (thing.type !== 'Encounter' && encounter.length === 1 && at !== undefined && !said(at)) thing.encounter = at;
  }
  const order = (thing: Thing): number => (thing.type === 'Patient' ? 0 : thing.type === 'Encounter' ? 1 : 2);
  return {
    mapping,
    form: { delimiter, quote },
    encoding,
    empty: new Set(mapping.empty ?? []),
    columns,
    things: all.sort((one, other) => order(one) - order(other)),
  };
}

function knows(encoding: string): boolean {
  try {
    return new TextDecoder(encoding).encoding !== '';
  } catch {
    return false;
  }
}

/** The first of these elements that takes a single reference to the type. */
function pointer(type: string, names: readonly string[], to: string): string | undefined {
  const { fields } = rulesOf(type);
  return names.find((name) => {
    const field = fields.get(name);
    return field?.type === 'Reference' && !field.many && (field.targets === undefined || field.targets.has(to));
  });
}
