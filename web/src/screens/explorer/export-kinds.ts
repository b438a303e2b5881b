// The kinds of files that an export can be. Each says in its own way what was asked, by whom and when: CSV in its first lines, Parquet in
// its metadata; NDJSON holds resources and nothing else, so a second file says it.
import type { Resource } from '../../../../src/fhir/generated/types.ts';
import { csvAbout, csvRow } from '../../parts/csv.ts';
import { FileOfParts } from '../../parts/file-of-parts.ts';
import { jsonText } from '../../parts/json-lines.ts';
import { cellsOf } from './columns.ts';

/** What stands in or beside the file: the address that was asked, by whom, and when it was begun (ISO 8601). */
export interface About {
  asked: string;
  by: string;
  at: string;
}

export interface OpenFile {
  add(resources: readonly Resource[]): void;
  /** Its name without the ending. */
  save(name: string, rows: number): void;
}

interface Kind {
  /** What the reader chooses by. */
  says: string;
  /** It has columns that can be chosen. */
  table: boolean;
  open(columns: readonly string[], about: About): OpenFile | Promise<OpenFile>;
}

const sentences = ({ asked, by, at }: About, rows?: number): string[] => [
  `Lamplight, data explorer: everything found by ${asked}`,
  `by ${by}, ${at}${rows === undefined ? '' : `, ${rows} resources`}`,
];

export const fileKinds = {
  csv: {
    says: 'CSV: the columns below, one resource a line; the search, you and the time in its first lines',
    table: true,
    open(columns, about) {
      const file = new FileOfParts('text/csv;charset=utf-8');
      const joined =
        "one resource a line; what an element says several times is joined by '; '; texts that begin like a formula have an apostrophe before them";
      file.add(csvAbout([...sentences(about), joined]) + csvRow(columns));
      return {
        add(resources) {
          for (const resource of resources) {
            const cells = cellsOf(resource);
            file.add(csvRow(columns.map((column) => cells.get(column) ?? '')));
          }
        },
        save: (name) => file.save(`${name}.csv`),
      };
    },
  },
  parquet: {
    says: 'Parquet: the columns below and each whole resource as JSON; the search, you and the time in its metadata',
    table: true,
    async open(columns, about) {
      const file = new FileOfParts('application/vnd.apache.parquet');
      const { ResourceParquet } = await import('./parquet.ts');
      const table = new ResourceParquet(columns, about, (bytes) => file.add(bytes));
      return {
        add: (resources) => table.add(resources),
        save(name, rows) {
          table.finish(rows);
          file.save(`${name}.parquet`);
        },
      };
    },
  },
  ndjson: {
    says: 'NDJSON: the whole resources, with the digits that were recorded; a second file holds the search, you and the time',
    table: false,
    open(_columns, about) {
      const file = new FileOfParts('application/fhir+ndjson');
      return {
        add(resources) {
          for (const resource of resources) file.add(`${jsonText(resource)}\n`);
        },
        save(name, rows) {
          file.save(`${name}.ndjson`);
          const beside = new FileOfParts('text/plain;charset=utf-8');
          beside.add(`${sentences(about, rows).join('\n')}\n`);
          beside.save(`${name}.about.txt`);
        },
      };
    },
  },
} satisfies Record<string, Kind>;

export type FileKind = keyof typeof fileKinds;
