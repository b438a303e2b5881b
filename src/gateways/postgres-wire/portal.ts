// A query with its values, of which rows are taken: all at once, or so many at a time.
import { dataRow, type ShownColumn } from './backend.ts';
import { textWriter, writerOf } from './binary.ts';
import { type Cells, cellRows } from './cell-rows.ts';
import type { Connection } from './connection.ts';
import { Refused, states } from './fault.ts';
import type { CellsFile, Column } from './questions.ts';

export interface Source {
  columns: readonly Column[];
  rows: AsyncIterator<readonly Cells[]>;
  close(): void;
}

/** From the file of an answer, which goes when it is read or no longer wanted. */
export function sourceOf(file: CellsFile & { shown: Column[] }): Source {
  const rows = cellRows(file.path);
  return {
    columns: file.shown,
    rows,
    close() {
      file.remove();
      void rows.return(undefined).catch(() => {});
    },
  };
}

/** Of what this program knows itself. */
export function sourceOfRows(columns: readonly Column[], known: readonly Cells[]): Source {
  return {
    columns,
    rows: (async function* () {
      yield known;
    })(),
    close() {},
  };
}

/** Forms as Bind gives them: none for text, one for all, or one for each. */
export function formOf(forms: readonly number[], at: number): number {
  const form = forms.length === 1 ? forms[0]! : (forms[at] ?? 0);
  if (form !== 0 && form !== 1) throw new Refused(states.protocol, `unsupported format code: ${form}`);
  return form;
}

export function shownColumns(columns: readonly Column[], forms: readonly number[]): ShownColumn[] {
  if (forms.length > 1 && forms.length !== columns.length)
    throw new Refused(states.protocol, `bind message has ${forms.length} result formats but query has ${columns.length} columns`);
  return columns.map(({ name, type }, at) => {
    const form = formOf(forms, at);
    if (form === 1 && writerOf(type.name) === undefined)
      throw new Refused(states.unsupported, `The type ${type.title} has no binary form here: ask for text`);
    return { name, type: type.oid, size: type.size, form };
  });
}

export class Taking {
  readonly #source: Source;
  #write: ((text: string) => Buffer)[] = [];
  #left: readonly Cells[] = [];
  #at = 0;
  #ended = false;
  /** Rows that were sent. */
  sent = 0;

  constructor(source: Source, forms: readonly number[]) {
    this.#source = source;
    this.form(forms);
  }

  /** From now on rows are told in these forms. */
  form(forms: readonly number[]): void {
    shownColumns(this.columns, forms);
    this.#write = this.columns.map(({ type }, at) => (formOf(forms, at) === 1 ? (writerOf(type.name) ?? textWriter) : textWriter));
  }

  get columns(): readonly Column[] {
    return this.#source.columns;
  }

  /** Sends `most` rows (0: all); true: there may be more. `signal` ends it between two pieces. */
  async send(connection: Connection, most: number, signal: AbortSignal): Promise<boolean> {
    let still = most <= 0 ? Infinity : most;
    while (still > 0) {
      if (signal.aborted) throw new Refused(states.cancelled, 'The query was stopped');
      if (this.#at >= this.#left.length && !(await this.#read())) return false;
      const part = this.#left.slice(this.#at, Math.min(this.#left.length, this.#at + still));
      this.#at += part.length;
      still -= part.length;
      this.sent += part.length;
      await connection.send(...part.map((cells) => dataRow(cells.map((cell, at) => (cell === null ? null : this.#write[at]!(cell))))));
    }
    return this.#at < this.#left.length || (await this.#read());
  }

  async #read(): Promise<boolean> {
    if (this.#ended) return false;
    const next = await this.#source.rows.next();
    if (next.done === true) {
      this.close();
      return false;
    }
    [this.#left, this.#at] = [next.value, 0];
    return next.value.length > 0 || this.#read();
  }

  close(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#source.close();
  }
}
