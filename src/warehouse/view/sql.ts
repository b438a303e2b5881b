// From a plan to one SELECT for DuckDB over a table of resources as JSON: the same rows as the closure's. Lists are followed with
// list functions and lambdas, so that a view is one expression a resource and needs no join (https://duckdb.org/docs/stable/sql/functions/list).
//
// Numbers are what DuckDB reads in JSON: 1.10 becomes 1.1 here, where the closure keeps the digits.
import { attempt, refuse } from '../../fhir/fhirpath/failure.ts';
import type { Result } from '../../fhir/result.ts';
import type { Column, View } from '../contract.ts';
import { type ColumnKind, columnKind, kindOf } from './column-kind.ts';
import { type Plan, type PlannedSelect, plan } from './plan.ts';
import { computedDigits } from './runtime.ts';
import { identifier, literal } from './sql-text.ts';
import type { Term } from './term.ts';
import { boundarySql, momentSql } from './time-sql.ts';

export interface Source {
  /** Table, view or table function, as SQL. */
  table: string;
  /** Its column with the resource, of the type JSON. */
  column: string;
}

/** The view as a SELECT. Unsupported: a path that only the interpreter evaluates. */
export const viewSql = (view: View, source: Source, { strict = false } = {}): Result<string> =>
  attempt(() => sqlOf(plan(view, strict), source));

/** Throws a Failure where a path is not among those that become code. */
export function sqlOf(of: Plan, { table, column }: Source): string {
  const writer = new Writer(of);
  const resource = identifier(column);
  const focus: Focus = { item: resource, row: '0' };
  const conditions = [
    `json_extract_string(${resource}, '$.resourceType') = ${literal(of.view.resource)}`,
    ...of.where.map((term) => `coalesce(${writer.value(term, focus)}, false)`),
  ];
  const rows = writer.rows(of, focus);
  const cells = of.columns.map(({ name }) => `row.${identifier(name)} as ${identifier(name)}`).join(', ');
  return `select ${cells} from (select unnest(${rows}) as row from ${table} where ${conditions.join(' and ')})`;
}

interface Focus {
  item: string;
  row: string;
}

type Cells = readonly (readonly [name: string, sql: string])[];

/** Types of DuckDB for what a column holds. */
export const sqlTypes: Record<ColumnKind, string> = {
  boolean: 'BOOLEAN',
  integer: 'BIGINT',
  decimal: 'DOUBLE',
  text: 'VARCHAR',
  date: 'VARCHAR',
  moment: 'VARCHAR',
  complex: 'JSON',
};

const sqlType = (column: Column): string => `${sqlTypes[columnKind(column)]}${column.collection ? '[]' : ''}`;

/** How deep a repeat goes: as deep as JSON in the record may be, each level being an object in a list. */
const repeatMost = 32;

class Writer {
  readonly plan: Plan;
  #next = 0;

  constructor(of: Plan) {
    this.plan = of;
  }

  #variable(): string {
    return `x${this.#next++}`;
  }

  /** A list of structs. */
  rows(of: Plan, focus: Focus): string {
    return this.#select(of.select, focus, [], (cells) => {
      const byName = new Map(cells);
      const fields = of.columns.map((column) => `${identifier(column.name)} := cast(${byName.get(column.name)} as ${sqlType(column)})`);
      return `[struct_pack(${fields.join(', ')})]`;
    });
  }

  #select(select: PlannedSelect, focus: Focus, before: Cells, then: (cells: Cells) => string): string {
    const { each } = select;
    if (each === undefined) return this.#inside(select, focus, before, then);
    const [item, row] = [this.#variable(), this.#variable()];
    const body = this.#inside(select, { item, row: `(${row} - 1)` }, before, then);
    const list = each.kind === 'repeat' ? this.#repeat(each, focus) : this.list(each.term, focus);
    const items = each.kind === 'forEachOrNull' ? `(case when len(${list}) = 0 then [null::JSON] else ${list} end)` : list;
    return `flatten(list_transform(${items}, lambda ${item}, ${row}: ${body}))`;
  }

  #inside(select: PlannedSelect, focus: Focus, before: Cells, then: (cells: Cells) => string): string {
    const own = select.columns.map((column): readonly [string, string] => [
      column.name,
      column.collection ? this.#typedList(column.term, focus, columnKind(column)) : this.#single(column.term, focus, column),
    ]);
    const next = (at: number, cells: Cells): string => {
      const part = select.selects[at];
      if (part !== undefined) return this.#select(part, focus, cells, (more) => next(at + 1, more));
      if (select.union.length === 0) return then(cells);
      const parts = select.union.map((alternative) => this.#select(alternative, focus, cells, then));
      return parts.length === 1 ? parts[0]! : `flatten([${parts.join(', ')}])`;
    };
    return next(0, [...before, ...own]);
  }

  /**
   * Level after level is appended with the place of each item, [2, 0, 1], and sorting by place gives the order of the document.
   * A level is told from those before by the length of the places.
   */
  #repeat(each: { first: Term[]; next: Term[] }, focus: Focus): string {
    const type = 'STRUCT(place INTEGER[], item JSON)[]';
    const placed = (terms: readonly Term[], of: Focus, place: string): string => {
      const lists = terms.map((term) => this.list(term, of));
      const [item, index] = [this.#variable(), this.#variable()];
      const all = lists.length === 0 ? '[]::JSON[]' : `flatten([${lists.join(', ')}])`;
      return `list_transform(${all}, lambda ${item}, ${index}: struct_pack(place := list_append(${place}, ${index}::INTEGER), item := ${item}))`;
    };
    const [all, level, last, one, found] = [this.#variable(), this.#variable(), this.#variable(), this.#variable(), this.#variable()];
    const below = placed(each.next, { item: `${one}.item`, row: '0' }, `${one}.place`);
    const step = `list_concat(${all}, flatten(list_transform(list_filter(${all}, lambda ${last}: len(${last}.place) = len(${all}[-1].place)), lambda ${one}: ${below})))`;
    const start = placed(each.first, focus, '[]::INTEGER[]');
    const reduced = `list_reduce(list_concat([cast(${start} as ${type})], list_resize([]::${type}[], ${repeatMost - 1}, []::${type})), lambda ${all}, ${level}: ${step})`;
    return `list_transform(list_sort(${reduced}), lambda ${found}: ${found}.item)`;
  }

  /** All items: JSON where they are elements, otherwise what they are; never null. */
  list(term: Term, focus: Focus): string {
    switch (term.kind) {
      case 'none':
        return '[]::JSON[]';
      case 'focus':
        return present(`[${focus.item}]`, this.#variable());
      case 'resource':
        return `[${focus.item}]`;
      case 'member': {
        const path = pathOf(term);
        if (path !== undefined) {
          const value = `json_extract(${focus.item}, ${literal(path)})`;
          return term.many
            ? present(`coalesce(${value}, [])`, this.#variable(), term.type?.primitive)
            : present(`[${value}]`, this.#variable(), true);
        }
        return this.#through(term.of, focus, (item) =>
          this.list({ ...term, many: term.list, of: { kind: 'focus', type: term.of.type, many: false } }, item),
        );
      }
      case 'choice':
        return this.#through(term.of, focus, ({ item }) =>
          present(`[coalesce(${term.names.map((name) => `json_extract(${item}, ${literal(`$.${name}`)})`).join(', ')})]`, this.#variable()),
        );
      case 'where': {
        const item = this.#variable();
        const test = this.value(term.test, { item, row: '0' });
        return `list_filter(${this.list(term.of, focus)}, lambda ${item}: coalesce(${test}, false))`;
      }
      case 'referenceKey':
        return this.#through(term.of, focus, (item) => present(`[${referenceKey(item.item, term.target)}]`, this.#variable()));
      case 'item':
      case 'last':
        return present(`[${this.#picked(term, focus)}]`, this.#variable());
      case 'interpreted':
        return refuse('unsupported', `This path is not among those that become SQL: ${term.text.slice(0, 200)}`);
      default:
        return present(`[${this.value(term, focus)}]`, this.#variable());
    }
  }

  #through(of: Term, focus: Focus, found: (focus: Focus) => string): string {
    const item = this.#variable();
    return `flatten(list_transform(${this.list(of, focus)}, lambda ${item}: ${found({ item, row: '0' })}))`;
  }

  #picked(term: Extract<Term, { kind: 'item' | 'last' }>, focus: Focus): string {
    return `${this.list(term.of, focus)}[${term.kind === 'last' ? -1 : term.index + 1}]`;
  }

  /** The one item as a value of DuckDB. */
  value(term: Term, focus: Focus, kind: ColumnKind = kindOf(term.type)): string {
    switch (term.kind) {
      case 'none':
        return 'null';
      case 'literal':
        return typeof term.value === 'string' ? literal(term.value) : String(term.value);
      case 'decimal':
        return `cast(${literal(term.text)} as DOUBLE)`;
      case 'rowIndex':
        return focus.row;
      case 'resourceKey':
        return `json_extract_string(${identifier('resource')}, '$.id')`;
      case 'item':
      case 'last':
        return isElement(term) ? fromJson(this.#picked(term, focus), kind) : this.#picked(term, focus);
      case 'exists':
        return `(len(${this.list(term.of, focus)}) ${term.negated ? '=' : '>'} 0)`;
      case 'count':
        return `len(${this.list(term.of, focus)})`;
      case 'not':
        return `(not ${this.value(term.of, focus)})`;
      case 'logic':
        return this.#logic(term, focus);
      case 'join': {
        const list = this.#typedList(term.of, focus, 'text');
        return `coalesce(array_to_string(${list}, ${literal(term.separator)}), '')`;
      }
      case 'compare':
        return this.#compare(term, focus);
      case 'arithmetic': {
        const [left, right] = [this.value(term.left, focus), this.value(term.right, focus)];
        if (term.as === 'text') return `(${left} || ${right})`;
        const sum = `(${left} ${term.operator} ${right})`;
        const divided = term.operator === '/' ? `(case when ${right} <> 0 then ${left} / ${right} end)` : sum;
        return kind === 'integer' ? divided : `round(${divided}, ${computedDigits})`;
      }
      case 'boundary':
        return boundarySql(this.#text(term.of, focus), term.side, term.of.type?.system ?? 'String');
      case 'referenceKey': {
        if (term.many) break;
        const path = pathOf(term.of);
        if (path === undefined) break;
        return referenceKey(path === '$' ? focus.item : `json_extract(${focus.item}, ${literal(path)})`, term.target);
      }
      case 'focus':
        return fromJson(focus.item, kind);
      case 'member': {
        const path = term.many ? undefined : pathOf(term);
        if (path !== undefined) return fromJson(focus.item, kind, path);
        break;
      }
      default:
        break;
    }
    const first = `${this.list(term, focus)}[1]`;
    return isElement(term) ? fromJson(first, kind) : first;
  }

  /** As it is written: for what depends on how many digits there are. */
  #text(term: Term, focus: Focus): string {
    return isElement(term) ? this.value(term, focus, 'text') : `cast(${this.value(term, focus)} as VARCHAR)`;
  }

  #single(term: Term, focus: Focus, column: Column): string {
    const value = this.value(term, focus, columnKind(column));
    if (!term.many) return value;
    const message = `Column ${column.name} has more than one value here: add first(), join(), or "collection": true`;
    return `(case when len(${this.list(term, focus)}) > 1 then error(${literal(message)}) else ${value} end)`;
  }

  #typedList(term: Term, focus: Focus, kind: ColumnKind = kindOf(term.type)): string {
    const list = this.list(term, focus);
    if (!isElement(term)) return list;
    const item = this.#variable();
    return `list_transform(${list}, lambda ${item}: ${fromJson(item, kind)})`;
  }

  #logic({ operator, left, right }: Extract<Term, { kind: 'logic' }>, focus: Focus): string {
    const [a, b] = [`cast(${this.value(left, focus)} as BOOLEAN)`, `cast(${this.value(right, focus)} as BOOLEAN)`];
    if (operator === 'xor') return `(${a} <> ${b})`;
    return operator === 'implies' ? `((not ${a}) or ${b})` : `(${a} ${operator} ${b})`;
  }

  #compare(term: Extract<Term, { kind: 'compare' }>, focus: Focus): string {
    const { operator, left, right, as } = term;
    if (left.many || right.many) {
      const kind: ColumnKind = as === 'boolean' ? 'boolean' : as === 'number' ? 'decimal' : 'text';
      const [a, b] = [this.#typedList(left, focus, kind), this.#typedList(right, focus, kind)];
      return `(case when len(${a}) > 0 and len(${b}) > 0 then ${a} ${operator} ${b} end)`;
    }
    const [a, b] = [this.value(left, focus), this.value(right, focus)];
    if (as === 'temporal') return momentSql(a, b, operator);
    return `(${a} ${operator === '!=' ? '<>' : operator} ${b})`;
  }
}

/** Whether its items come out of the resource as JSON. */
function isElement(term: Term): boolean {
  switch (term.kind) {
    case 'focus':
    case 'resource':
    case 'member':
    case 'choice':
    case 'none':
      return true;
    case 'where':
    case 'item':
    case 'last':
      return isElement(term.of);
    default:
      return false;
  }
}

/** A path of names only, as DuckDB's JSON path. Names are those of R4's elements. */
function pathOf(term: Term): string | undefined {
  if (term.kind === 'focus') return '$';
  if (term.kind !== 'member') return undefined;
  const before = pathOf(term.of);
  return before === undefined ? undefined : `${before}.${term.json}${term.list ? '[*]' : ''}`;
}

/** Without null, and without JSON's null where it may be. */
const present = (list: string, item: string, jsonNull = false): string =>
  `list_filter(${list}, lambda ${item}: ${item} is not null${jsonNull ? ` and json_type(${item}) <> 'NULL'` : ''})`;

function fromJson(json: string, kind: ColumnKind, path = '$'): string {
  if (kind === 'complex') return path === '$' ? json : `json_extract(${json}, ${literal(path)})`;
  const text = `json_extract_string(${json}, ${literal(path)})`;
  const cast = sqlTypes[kind];
  return cast === 'VARCHAR' ? text : `try_cast(${text} as ${cast})`;
}

const referenceKey = (json: string, target: string | undefined): string =>
  `nullif(regexp_extract(json_extract_string(${json}, '$.reference'), ${literal(`^${target ?? '[A-Za-z]{1,64}'}/([A-Za-z0-9.-]{1,64})(/_history/[A-Za-z0-9.-]{1,64})?$`)}, 1), '')`;
