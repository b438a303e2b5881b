// Reads a ViewDefinition as JSON and checks its form; paths are looked at when it is compiled
// (https://build.fhir.org/ig/FHIR/sql-on-fhir-v2/StructureDefinition-ViewDefinition.html).
import { Decimal } from '../../fhir/decimal.ts';
import { Failure, refuse } from '../../fhir/fhirpath/failure.ts';
import { fhirType } from '../../fhir/fhirpath/types.ts';
import type { Json } from '../../fhir/json.ts';
import { ok, type Result } from '../../fhir/result.ts';
import { nearest } from '../../fhir/structure/nearest.ts';
import { resourceTypes } from '../../fhir/structure/rules.ts';
import { type Column, type Constant, type Identifies, identifying, type Select, type View } from '../contract.ts';

/** What is more is no view that somebody wrote. */
const limits = { columns: 500, selects: 200, depth: 20, pathLength: 4_000, constants: 100 };
/** `sql-name` of the specification. */
const namePattern = /^[A-Za-z][A-Za-z0-9_]{0,63}$/;

type Members = { [name: string]: Json };

export function readView(json: Json): Result<View> {
  try {
    return ok(new Reader().view(json));
  } catch (error) {
    if (error instanceof Failure) return { ok: false, problem: error.problem };
    throw error;
  }
}

const isMembers = (json: Json | undefined): json is Members =>
  typeof json === 'object' && json !== null && !Array.isArray(json) && !(json instanceof Decimal);

/** Own members only: the names come from outside. */
const member = (of: Members, name: string): Json | undefined => (Object.hasOwn(of, name) ? of[name] : undefined);

const shown = (text: string): string => text.slice(0, 64);

class Reader {
  #columns = 0;
  #selects = 0;

  view(json: Json): View {
    if (!isMembers(json)) return refuse('invalid', 'A ViewDefinition is a JSON object.');
    const resource = this.#text(json, 'resource', '') ?? refuse('invalid', 'A view names the type of resource it is of: add "resource".');
    if (!resourceTypes.has(resource)) {
      const near = nearest(resource, resourceTypes);
      refuse(
        'invalid',
        `There is no resource type "${shown(resource)}" in R4.${near === undefined ? '' : ` Is "${near}" meant?`}`,
        'resource',
      );
    }
    const name = this.#text(json, 'name', '') ?? 'view';
    if (!namePattern.test(name))
      refuse('invalid', 'A name has letters, digits and _, begins with a letter and has at most 64 characters.', 'name');
    const selects = this.#list(json, 'select', '').map((part, at) => this.#select(part, `select[${at}]`, 1));
    if (selects.length === 0) refuse('invalid', 'A view has at least one "select".', 'select');
    const select: Select = { columns: [], selects, union: [] };
    const columns = columnsOf(select, '');
    const title = this.#text(json, 'title', '');
    const description = this.#text(json, 'description', '');
    return {
      name,
      resource,
      ...(title === undefined ? {} : { title }),
      ...(description === undefined ? {} : { description }),
      constants: this.#constants(json),
      where: this.#list(json, 'where', '').map((part, at) => this.#where(part, `where[${at}]`)),
      select,
      columns,
    };
  }

  #select(json: Json, where: string, depth: number): Select {
    if (!isMembers(json)) return refuse('invalid', 'A select is an object.', where);
    if (depth > limits.depth) refuse('too-costly', `A view has at most ${limits.depth} levels.`, where);
    if (++this.#selects > limits.selects) refuse('too-costly', `A view has at most ${limits.selects} selects.`, where);
    const each = this.#each(json, where);
    const select: Select = {
      columns: this.#list(json, 'column', where).map((part, at) => this.#column(part, `${where}.column[${at}]`)),
      selects: this.#list(json, 'select', where).map((part, at) => this.#select(part, `${where}.select[${at}]`, depth + 1)),
      union: this.#list(json, 'unionAll', where).map((part, at) => this.#select(part, `${where}.unionAll[${at}]`, depth + 1)),
      ...(each === undefined ? {} : { each }),
    };
    if (select.columns.length + select.selects.length + select.union.length === 0)
      refuse('invalid', 'A select has columns, selects or a unionAll: this one has none.', where);
    return select;
  }

  #each(json: Members, where: string): Select['each'] {
    const given = (['forEach', 'forEachOrNull', 'repeat'] as const).filter((kind) => member(json, kind) !== undefined);
    if (given.length > 1)
      refuse('invalid', `A select has one of forEach, forEachOrNull and repeat: this one has ${given.join(' and ')}.`, where);
    const [kind] = given;
    if (kind === undefined) return undefined;
    if (kind !== 'repeat') return { kind, path: this.#path(json, kind, where) };
    const paths = this.#list(json, kind, where);
    if (paths.length === 0) refuse('invalid', 'repeat is a list of paths.', `${where}.repeat`);
    return { kind, paths: paths.map((path, at) => pathText(path, `${where}.repeat[${at}]`)) };
  }

  #column(json: Json, where: string): Column {
    if (!isMembers(json)) return refuse('invalid', 'A column is an object with a name and a path.', where);
    if (++this.#columns > limits.columns) refuse('too-costly', `A view has at most ${limits.columns} columns.`, where);
    const name = this.#text(json, 'name', where) ?? refuse('invalid', 'A column needs a name.', where);
    if (!namePattern.test(name))
      refuse('invalid', `"${shown(name)}" is no name of a column: letters, digits and _, a letter first, at most 64.`, `${where}.name`);
    const type = this.#text(json, 'type', where);
    if (type !== undefined && fhirType(type) === undefined)
      refuse(
        'invalid',
        `Column ${name} has the type "${shown(type)}", which R4 does not have; use one such as string, code, decimal or dateTime.`,
        `${where}.type`,
      );
    const collection = member(json, 'collection') ?? false;
    if (typeof collection !== 'boolean') refuse('invalid', 'collection is true or false.', `${where}.collection`);
    const description = this.#text(json, 'description', where);
    const identifies = this.#identifies(json, where);
    return {
      name,
      path: this.#path(json, 'path', where),
      type: type ?? '',
      collection,
      ...(description === undefined ? {} : { description }),
      ...(identifies === undefined ? {} : { identifies }),
    };
  }

  /** A tag of the specification: `{ "name": "lamplight/identifies", "value": "direct" }`. */
  #identifies(json: Members, where: string): Identifies | undefined {
    for (const [at, tag] of this.#list(json, 'tag', where).entries()) {
      if (!isMembers(tag) || member(tag, 'name') !== 'lamplight/identifies') continue;
      const value = member(tag, 'value');
      const known = identifying.find((one) => one === value);
      return known ?? refuse('invalid', `lamplight/identifies is one of ${identifying.join(', ')}.`, `${where}.tag[${at}]`);
    }
    return undefined;
  }

  #where(json: Json, where: string): string {
    if (!isMembers(json)) return refuse('invalid', 'A where is an object with a path.', where);
    return this.#path(json, 'path', where);
  }

  #constants(json: Members): Constant[] {
    const list = this.#list(json, 'constant', '');
    if (list.length > limits.constants) refuse('too-costly', `A view has at most ${limits.constants} constants.`, 'constant');
    const seen = new Set<string>();
    return list.map((part, at): Constant => {
      const where = `constant[${at}]`;
      if (!isMembers(part)) return refuse('invalid', 'A constant is an object with a name and a value.', where);
      const name = this.#text(part, 'name', where) ?? refuse('invalid', 'A constant needs a name.', where);
      if (!namePattern.test(name)) refuse('invalid', 'A constant has a name of letters, digits and _.', `${where}.name`);
      if (seen.has(name)) refuse('invalid', `There are two constants "${name}".`, where);
      seen.add(name);
      const values = Object.keys(part).filter((key) => key.startsWith('value'));
      const [key] = values;
      if (key === undefined || values.length > 1)
        return refuse('invalid', `Constant ${name} needs one value, such as valueString or valueCode.`, where);
      const found = [key.slice(5), key.charAt(5).toLowerCase() + key.slice(6)].find((type) => fhirType(type)?.primitive === true);
      const value = part[key];
      if (found === undefined || value === undefined || value === null || (typeof value === 'object' && !(value instanceof Decimal)))
        return refuse(
          'invalid',
          `Constant ${name} needs a value of a primitive type, such as valueString or valueCode.`,
          `${where}.${shown(key)}`,
        );
      return { name, type: found, value };
    });
  }

  #path(json: Members, name: string, where: string): string {
    return pathText(member(json, name), where === '' ? name : `${where}.${name}`);
  }

  #text(json: Members, name: string, where: string): string | undefined {
    const value = member(json, name);
    if (value === undefined) return undefined;
    if (typeof value !== 'string' || value === '') return refuse('invalid', `${name} is text.`, where === '' ? name : `${where}.${name}`);
    return value;
  }

  #list(json: Members, name: string, where: string): Json[] {
    const value = member(json, name);
    if (value === undefined) return [];
    if (!Array.isArray(value)) return refuse('invalid', `${name} is a list.`, where === '' ? name : `${where}.${name}`);
    return value;
  }
}

function pathText(value: Json | undefined, where: string): string {
  if (typeof value !== 'string' || value.trim() === '')
    return refuse('invalid', 'A path is text in FHIRPath, such as "name.family".', where);
  if (value.length > limits.pathLength) refuse('too-costly', `A path has at most ${limits.pathLength} characters.`, where);
  return value;
}

/** The columns that a row of it has. Refuses two of one name, and alternatives whose columns differ. */
function columnsOf(select: Select, where: string): Column[] {
  const below = select.selects.flatMap((part, at) => columnsOf(part, `${where === '' ? '' : `${where}.`}select[${at}]`));
  const alternatives = select.union.map((part, at) => columnsOf(part, `${where}.unionAll[${at}]`));
  const [first = [], ...others] = alternatives;
  const names = (columns: readonly Column[]): string => columns.map(({ name }) => name).join(', ');
  for (const [at, other] of others.entries()) {
    if (names(other) !== names(first))
      refuse(
        'invalid',
        `All parts of a unionAll have the same columns in the same order: the first has (${names(first)}), this one (${names(other)}).`,
        `${where}.unionAll[${at + 1}]`,
      );
    for (const [index, column] of other.entries()) {
      const same = first[index]!;
      if (column.collection !== same.collection || (column.type !== '' && same.type !== '' && column.type !== same.type))
        refuse(
          'invalid',
          `Column ${column.name} is ${same.type || 'of no type'} in the first part of the unionAll and ${column.type || 'of no type'} here.`,
          `${where}.unionAll[${at + 1}]`,
        );
    }
  }
  const all = [...select.columns, ...below, ...first];
  // SQL does not tell names apart by their case.
  const seen = new Set<string>();
  for (const { name } of all) {
    if (seen.has(name.toLowerCase())) refuse('invalid', `There are two columns "${name}": give one of them another name.`, where);
    seen.add(name.toLowerCase());
  }
  return all;
}
