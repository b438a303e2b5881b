// Resources as a Parquet file (https://parquet.apache.org/docs/file-format/), written group of rows by group of rows, so that however
// much is found only one group is held. Cells are texts with the digits that were recorded, as in CSV; a column that holds numbers gets a
// second one of numbers beside it, and `resource` is the whole, so that nothing is lost by the choice of columns.
import { ByteWriter, ParquetWriter, schemaFromColumnData } from 'hyparquet-writer';
import type { Resource } from '../../../../src/fhir/generated/types.ts';
import { jsonText } from '../../parts/json-lines.ts';
import { cellsOf, numericColumns } from './columns.ts';
import type { About } from './export-kinds.ts';

/** A group is written when it has so many rows or so much text: what a reader skips by, and about 50 ms of work here. */
const groupRows = 5000;
const groupLength = 6_000_000;

const number = /^-?\d+(\.\d+)?([eE][-+]?\d+)?$/;
const numbersOf = (column: string): string => `${column} (number)`;

interface Row {
  cells: Map<string, string>;
  text: string;
}

export class ResourceParquet {
  readonly #columns: readonly string[];
  readonly #about: About;
  readonly #bytes: ByteWriter;
  readonly #handOver: () => void;
  readonly #numbers = new Set<string>();
  #rows: Row[] = [];
  #length = 0;
  #file: ParquetWriter | undefined;

  /** `write` is told the bytes of the file in their order. */
  constructor(columns: readonly string[], about: About, write: (bytes: Uint8Array<ArrayBuffer>) => void) {
    this.#columns = columns.filter((column) => column !== 'resource');
    this.#about = about;
    const bytes = new ByteWriter();
    this.#bytes = bytes;
    this.#handOver = () => {
      write(bytes.getBytes().slice());
      bytes.index = 0;
    };
  }

  add(resources: readonly Resource[]): void {
    for (const resource of resources) {
      const text = jsonText(resource);
      this.#rows.push({ cells: cellsOf(resource), text });
      this.#length += text.length;
      // What holds a number in the first group is a column of numbers in all of them: a file has one list of columns.
      if (this.#file === undefined) for (const column of numericColumns(resource)) this.#numbers.add(column);
      if (this.#rows.length >= groupRows || this.#length >= groupLength) this.#settle();
    }
  }

  /** Writes the end of the file, which says what it is. */
  finish(rows: number): void {
    // A file of no rows has its columns too.
    if (this.#rows.length > 0 || this.#file === undefined) this.#settle();
    const file = this.#file;
    if (file === undefined) throw new Error('a file was ended that was not begun');
    file.kvMetadata = [
      { key: 'lamplight.search', value: this.#about.asked },
      { key: 'lamplight.by', value: this.#about.by },
      { key: 'lamplight.at', value: this.#about.at },
      { key: 'lamplight.rows', value: String(rows) },
      { key: 'lamplight.cells', value: "what an element says several times is joined by '; '; (number): where it is one number" },
    ];
    void file.finish();
    this.#handOver();
  }

  #settle(): void {
    const rows = this.#rows;
    const columnData = [
      ...this.#columns.flatMap((column) => [
        { name: column, type: 'STRING' as const, data: rows.map(({ cells }) => cells.get(column) ?? null) },
        ...(this.#numbers.has(column)
          ? [{ name: numbersOf(column), type: 'DOUBLE' as const, data: rows.map(({ cells }) => numberIn(cells.get(column))) }]
          : []),
      ]),
      { name: 'resource', type: 'STRING' as const, data: rows.map(({ text }) => text) },
    ];
    this.#file ??= new ParquetWriter({ writer: this.#bytes, schema: schemaFromColumnData({ columnData }), createdBy: 'Lamplight' });
    if (rows.length > 0) void this.#file.write({ columnData, rowGroupSize: groupRows });
    this.#rows = [];
    this.#length = 0;
    this.#handOver();
  }
}

const numberIn = (text: string | undefined): number | null => (text !== undefined && number.test(text) ? Number(text) : null);
