// Resources in, lines of rows out: views compiled once and run over bodies as the record keeps them. Runs in a thread of its own
// (thread.ts), since a view that comes from outside may make a great many rows of one resource.
import { Failure } from '../../fhir/fhirpath/failure.ts';
import { type Json, readJsonNow, writeJson } from '../../fhir/json.ts';
import { fail, ok, type Result } from '../../fhir/result.ts';
import { type CompiledView, type Row, ViewFault } from '../../warehouse/contract.ts';
import { formulaStart } from '../../warehouse/query/file.ts';
import { compileView } from '../../warehouse/view/closure.ts';
import { readView } from '../../warehouse/view/read.ts';
import { rowOfView } from './fhir-rows.ts';

/** What a line is: CSV, a JSON object, or a parameter `row` of FHIR. */
export type LineForm = 'csv' | 'object' | 'row';

export interface Plan {
  /** ViewDefinitions as JSON. */
  views: readonly string[];
  form: LineForm;
}

/** Of one view and one set of bodies: lines, each with its end. */
export interface Lines {
  view: number;
  text: string;
  rows: number;
}

export class Evaluation {
  readonly #views: CompiledView[];
  readonly #form: LineForm;

  constructor({ views, form }: Plan) {
    this.#form = form;
    this.#views = views.map((text) => {
      const json = readJsonNow(text);
      const view = json.ok ? readView(json.value) : json;
      const compiled = view.ok ? compileView(view.value, { strict: true }) : view;
      // They were compiled before they came here.
      if (!compiled.ok) throw new Error(compiled.problem.message);
      return compiled.value;
    });
  }

  /** `most`: rows of each view after which the rest is left. */
  lines(bodies: readonly string[], most: number): Result<Lines[]> {
    const lines = this.#views.map((_, view): Lines => ({ view, text: '', rows: 0 }));
    for (const body of bodies) {
      const json = readJsonNow(body, { maxValues: 50_000_000, maxEntryValues: 50_000_000 });
      if (!json.ok) return json;
      for (const [at, view] of this.#views.entries()) {
        const into = lines[at]!;
        if (into.rows >= most) continue;
        const rows = rowsOf(view, json.value);
        if (!rows.ok) return rows;
        for (const row of rows.value.slice(0, most - into.rows)) {
          into.text += lineOf[this.#form](view, row);
          into.rows++;
        }
      }
    }
    return ok(lines.filter(({ rows }) => rows > 0));
  }
}

function rowsOf(view: CompiledView, resource: Json): Result<Row[]> {
  try {
    return ok(view.rows(resource));
  } catch (error) {
    if (error instanceof ViewFault) return fail('invalid', `A resource does not fit the view ${view.view.name}: ${error.message}`);
    if (error instanceof Failure) return { ok: false, problem: error.problem };
    throw error;
  }
}

const lineOf: Record<LineForm, (view: CompiledView, row: Row) => string> = {
  csv: (view, row) => csvLine(view, row),
  object: (_, row) => `${writeJson(row)}\n`,
  row: ({ columns }, row) => `${rowOfView(columns, row)}\n`,
};

const csvLine = ({ columns }: CompiledView, row: Row): string => `${columns.map(({ name }) => csvCell(row[name] ?? null)).join(',')}\n`;

export const csvHeader = ({ columns }: CompiledView): string => `${columns.map(({ name }) => name).join(',')}\n`;

/** RFC 4180; a text that a spreadsheet would take for a formula begins with an apostrophe. */
function csvCell(cell: Json): string {
  if (cell === null) return '';
  if (typeof cell !== 'string') return quoted(writeJson(cell));
  return quoted(formulaStart.test(cell) ? `'${cell}` : cell);
}
const quoted = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
