// From a plan to one JavaScript function of straight-line code: loops over the lists that the paths go through, and one object
// a row. Text of the view enters the code only as JSON literals and numbered variables, never as code.
import { compile as compileExpression } from '../../fhir/fhirpath/compile.ts';
import { attempt } from '../../fhir/fhirpath/failure.ts';
import type { Json } from '../../fhir/json.ts';
import { ok, type Result } from '../../fhir/result.ts';
import type { CompiledView, CompileView, Row, View } from '../contract.ts';
import { type Plan, type PlannedSelect, plan } from './plan.ts';
import { runtime } from './runtime.ts';
import type { Comparison, Term } from './term.ts';

export const compileView: CompileView = (view: View, { strict = false } = {}): Result<CompiledView> => {
  const planned = attempt(() => plan(view, strict));
  return planned.ok ? ok(closureOf(planned.value)) : planned;
};

/** Rows of one resource. */
type Rows = (resource: Json) => Row[];

export function closureOf(of: Plan): CompiledView {
  const writer = new Writer(of);
  const code = writer.whole();
  // The code is made of the tables above and of literals (see `quoted`); the names it may use are its parameters.
  const make = new Function('run', 'expressions', code) as (run: typeof runtime, expressions: Writer['expressions']) => Rows;
  return { view: of.view, columns: of.columns, rows: make(runtime, writer.expressions), notes: of.notes, interpreted: of.interpreted };
}

/** A literal of JavaScript: JSON, with the two characters that end a line in code but not in JSON. */
const quoted = (value: string | number | boolean): string =>
  JSON.stringify(value).replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029');

/** Where a path begins: the variable that holds the item (null in the empty row of forEachOrNull) and that of its row. */
interface Focus {
  item: string;
  row: string;
}

/** What is written when all columns of a row are known: variables by name. */
type Then = (cells: readonly (readonly [name: string, variable: string])[]) => void;

class Writer {
  readonly plan: Plan;
  readonly expressions: ((focus: Json, resource: Json, row: number) => Json[])[] = [];
  readonly lines: string[] = [];
  #next = 0;

  constructor(of: Plan) {
    this.plan = of;
  }

  whole(): string {
    const { view, where, select, columns } = this.plan;
    this.lines.push("'use strict';", 'return function rows(resource) {', 'const out = [];');
    this.lines.push(
      `if (resource === null || typeof resource !== 'object' || resource.resourceType !== ${quoted(view.resource)}) return out;`,
    );
    const focus: Focus = { item: 'resource', row: '0' };
    for (const term of where) {
      const test = this.#scalar(term, focus, () => 'run.severalTruths()');
      this.lines.push(`if (${test} !== true) { ${term.kind === 'interpreted' ? `run.truth(${test});` : ''} return out; }`);
    }
    this.#select(select, focus, [], (cells) => {
      const byName = new Map(cells);
      this.lines.push(`out.push({ ${columns.map(({ name }) => `${quoted(name)}: ${byName.get(name)}`).join(', ')} });`);
    });
    this.lines.push('return out;', '};');
    return this.lines.join('\n');
  }

  #variable(): string {
    return `v${this.#next++}`;
  }

  #select(select: PlannedSelect, focus: Focus, before: Parameters<Then>[0], then: Then): void {
    const { each } = select;
    if (each === undefined) return this.#inside(select, focus, before, then);
    if (each.kind === 'repeat') {
      const [list, walk, index, item] = [this.#variable(), this.#variable(), this.#variable(), this.#variable()];
      this.lines.push(`const ${list} = [];`, `const ${walk} = (${item}) => {`);
      for (const term of each.next)
        this.#each(term, { item, row: '0' }, (found) => this.lines.push(`${list}.push(${found}); ${walk}(${found});`));
      this.lines.push('};');
      for (const term of each.first) this.#each(term, focus, (found) => this.lines.push(`${list}.push(${found}); ${walk}(${found});`));
      const inner = this.#variable();
      this.lines.push(`for (let ${index} = 0; ${index} < ${list}.length; ${index}++) {`, `const ${inner} = ${list}[${index}];`);
      this.#inside(select, { item: inner, row: index }, before, then);
      this.lines.push('}');
      return;
    }
    const row = this.#variable();
    if (each.kind === 'forEachOrNull') {
      // The items are gathered first, so that what is done with each is written once.
      const [list, inner] = [this.#variable(), this.#variable()];
      this.lines.push(`const ${list} = [];`);
      this.#each(each.term, focus, (found) => this.lines.push(`${list}.push(${found});`));
      this.lines.push(`if (${list}.length === 0) ${list}.push(null);`);
      this.lines.push(`for (let ${row} = 0; ${row} < ${list}.length; ${row}++) {`, `const ${inner} = ${list}[${row}];`);
      this.#inside(select, { item: inner, row }, before, then);
      this.lines.push('}');
      return;
    }
    this.lines.push(`let ${row} = -1;`);
    this.#each(each.term, focus, (item) => {
      this.lines.push(`${row}++;`);
      this.#inside(select, { item, row }, before, then);
    });
  }

  #inside(select: PlannedSelect, focus: Focus, before: Parameters<Then>[0], then: Then): void {
    const own = select.columns.map(({ name, term, collection }) => {
      const value = collection ? this.#list(term, focus) : this.#scalar(term, focus, () => `run.several(${quoted(name)})`);
      return [name, value] as const;
    });
    const next = (at: number, cells: Parameters<Then>[0]): void => {
      const part = select.selects[at];
      if (part !== undefined) return this.#select(part, focus, cells, (more) => next(at + 1, more));
      if (select.union.length === 0) return then(cells);
      for (const alternative of select.union) {
        this.lines.push('{');
        this.#select(alternative, focus, cells, then);
        this.lines.push('}');
      }
    };
    next(0, [...before, ...own]);
  }

  /** Writes `body` so that it is done with every item, in order; `stop`: the statement that ends it early. */
  #each(term: Term, focus: Focus, body: (item: string) => void): void {
    switch (term.kind) {
      case 'none':
        return;
      case 'focus':
        if (focus.item === 'resource') return body('resource');
        this.lines.push(`if (${focus.item} !== null && ${focus.item} !== undefined) {`);
        body(focus.item);
        this.lines.push('}');
        return;
      case 'resource':
        return body('resource');
      case 'member':
        return this.#each(term.of, focus, (of) => {
          const value = this.#variable();
          this.lines.push(`const ${value} = ${of}[${quoted(term.json)}];`);
          if (!term.list) {
            this.lines.push(`if (${value} !== undefined && ${value} !== null) {`);
            body(value);
            this.lines.push('}');
            return;
          }
          const [index, item] = [this.#variable(), this.#variable()];
          this.lines.push(`if (Array.isArray(${value})) for (let ${index} = 0; ${index} < ${value}.length; ${index}++) {`);
          this.lines.push(`const ${item} = ${value}[${index}];`, `if (${item} === null || ${item} === undefined) continue;`);
          body(item);
          this.lines.push('}');
        });
      case 'choice':
        return this.#each(term.of, focus, (of) => {
          const value = this.#variable();
          this.lines.push(`const ${value} = ${term.names.map((name) => `${of}[${quoted(name)}]`).join(' ?? ')} ?? null;`);
          this.lines.push(`if (${value} !== null) {`);
          body(value);
          this.lines.push('}');
        });
      case 'where':
        return this.#each(term.of, focus, (of) => {
          const test = this.#scalar(term.test, { item: of, row: '0' });
          this.lines.push(`if (${test} === true) {`);
          body(of);
          this.lines.push('}');
        });
      case 'referenceKey':
        return this.#each(term.of, focus, (of) => {
          const key = this.#variable();
          this.lines.push(`const ${key} = run.referenceKey(${of}, ${term.target === undefined ? 'undefined' : quoted(term.target)});`);
          this.lines.push(`if (${key} !== null) {`);
          body(key);
          this.lines.push('}');
        });
      case 'interpreted': {
        const [list, index, item] = [this.#variable(), this.#variable(), this.#variable()];
        this.lines.push(`const ${list} = ${this.#interpreted(term.text, term.focus?.name ?? '', focus)};`);
        this.lines.push(`for (let ${index} = 0; ${index} < ${list}.length; ${index}++) {`, `const ${item} = ${list}[${index}];`);
        body(item);
        this.lines.push('}');
        return;
      }
      default: {
        const value = this.#scalar(term, focus);
        this.lines.push(`if (${value} !== null) {`);
        body(value);
        this.lines.push('}');
      }
    }
  }

  /** Writes what makes a list of the items, and answers with the variable. */
  #list(term: Term, focus: Focus): string {
    const list = this.#variable();
    this.lines.push(`const ${list} = [];`);
    this.#each(term, focus, (item) => this.lines.push(`${list}.push(${item});`));
    return list;
  }

  /** An expression or variable with the one item, or null; `several`: the statement where there is another. */
  #scalar(term: Term, focus: Focus, several?: () => string): string {
    const direct = this.#direct(term, focus);
    const value = this.#variable();
    if (direct !== undefined) {
      this.lines.push(`const ${value} = ${direct};`);
      return value;
    }
    switch (term.kind) {
      case 'item':
      case 'last': {
        const [label, count] = [this.#variable(), this.#variable()];
        this.lines.push(`let ${value} = null;`, `let ${count} = 0;`, `${label}: {`);
        this.#each(term.of, focus, (item) =>
          this.lines.push(
            term.kind === 'last'
              ? `${value} = ${item};`
              : `if (${count}++ === ${quoted(term.index)}) { ${value} = ${item}; break ${label}; }`,
          ),
        );
        this.lines.push('}');
        return value;
      }
      case 'exists': {
        const label = this.#variable();
        this.lines.push(`let ${value} = ${term.negated};`, `${label}: {`);
        this.#each(term.of, focus, () => this.lines.push(`${value} = ${!term.negated}; break ${label};`));
        this.lines.push('}');
        return value;
      }
      case 'count':
        this.lines.push(`let ${value} = 0;`);
        this.#each(term.of, focus, () => this.lines.push(`${value}++;`));
        return value;
      case 'join': {
        const list = this.#list(term.of, focus);
        this.lines.push(`const ${value} = ${list}.join(${quoted(term.separator)});`);
        return value;
      }
      case 'not': {
        const of = this.#scalar(term.of, focus);
        this.lines.push(`const ${value} = ${of} === null ? null : !${of};`);
        return value;
      }
      case 'logic': {
        const [left, right] = [this.#scalar(term.left, focus), this.#scalar(term.right, focus)];
        this.lines.push(`const ${value} = ${logic[term.operator](left, right)};`);
        return value;
      }
      case 'compare':
        return this.#compare(term, focus, value);
      case 'arithmetic': {
        const [left, right] = [this.#scalar(term.left, focus), this.#scalar(term.right, focus)];
        this.lines.push(`const ${value} = ${left} === null || ${right} === null ? null : ${arithmetic(term, left, right)};`);
        return value;
      }
      case 'boundary': {
        const of = this.#scalar(term.of, focus);
        this.lines.push(
          `const ${value} = ${of} === null ? null : run.boundary(${of}, ${quoted(term.side)}, ${quoted(term.of.type?.system ?? '')});`,
        );
        return value;
      }
      default: {
        this.lines.push(`let ${value} = null;`);
        const again = several?.();
        this.#each(term, focus, (item) =>
          this.lines.push(
            term.many && again !== undefined ? `if (${value} !== null) ${again}; ${value} = ${item};` : `${value} = ${item};`,
          ),
        );
        return value;
      }
    }
  }

  /** One expression, for what needs no statement: a path of single elements, a literal. */
  #direct(term: Term, focus: Focus): string | undefined {
    const chain = (of: Term): string | undefined => {
      if (of.kind === 'focus') return focus.item;
      if (of.kind !== 'member' || of.list) return undefined;
      const before = chain(of.of);
      return before === undefined ? undefined : `${before}${before === 'resource' ? '' : '?.'}[${quoted(of.json)}]`;
    };
    switch (term.kind) {
      case 'none':
        return 'null';
      case 'literal':
        return quoted(term.value);
      case 'decimal':
        return `run.decimal(${quoted(term.text)})`;
      case 'rowIndex':
        return focus.row;
      case 'resourceKey':
        return 'resource.id ?? null';
      case 'focus':
      case 'member': {
        const path = chain(term);
        return path === undefined ? undefined : `${path} ?? null`;
      }
      default:
        return undefined;
    }
  }

  #compare(term: Extract<Term, { kind: 'compare' }>, focus: Focus, value: string): string {
    if (term.left.many || term.right.many) {
      const [left, right] = [this.#list(term.left, focus), this.#list(term.right, focus)];
      this.lines.push(`const ${value} = run.sameLists(${left}, ${right}, ${quoted(term.as)}, ${term.operator === '!='});`);
      return value;
    }
    const [left, right] = [this.#scalar(term.left, focus), this.#scalar(term.right, focus)];
    this.lines.push(`const ${value} = ${left} === null || ${right} === null ? null : ${comparison(term, left, right)};`);
    return value;
  }

  #interpreted(text: string, type: string, focus: Focus): string {
    const expression = compileExpression(text, { type });
    // It was compiled when the path was read.
    if (!expression.ok) throw new Error('an expression compiles once and not again');
    const constants = Object.fromEntries(this.plan.view.constants.map((one) => [one.name, [{ type: one.type, value: one.value }]]));
    const at = this.expressions.push(runtime.interpreter(expression.value, type, this.plan.view.resource, constants)) - 1;
    return `${focus.item} === null ? [] : expressions[${at}](${focus.item}, resource, ${focus.row})`;
  }
}

/** Of booleans and null, in three values (http://hl7.org/fhirpath/N1/#boolean-logic). */
const logic = {
  and: (a: string, b: string) => `${a} === false || ${b} === false ? false : ${a} === null || ${b} === null ? null : true`,
  or: (a: string, b: string) => `${a} === true || ${b} === true ? true : ${a} === null || ${b} === null ? null : false`,
  xor: (a: string, b: string) => `${a} === null || ${b} === null ? null : ${a} !== ${b}`,
  implies: (a: string, b: string) => `${a} === false || ${b} === true ? true : ${a} === null || ${b} === null ? null : false`,
};

const sign: Record<Comparison, string> = { '=': '===', '!=': '!==', '<': '<', '>': '>', '<=': '<=', '>=': '>=' };

function comparison({ as, operator }: Extract<Term, { kind: 'compare' }>, left: string, right: string): string {
  if (as === 'number') return `Number(${left}) ${sign[operator]} Number(${right})`;
  if (as === 'temporal') return `run.compareMoments(${left}, ${right}, ${quoted(operator)})`;
  return `${left} ${sign[operator]} ${right}`;
}

function arithmetic({ as, operator }: Extract<Term, { kind: 'arithmetic' }>, left: string, right: string): string {
  return as === 'text' ? `${left} + ${right}` : `run.computed(Number(${left}) ${operator} Number(${right}))`;
}
