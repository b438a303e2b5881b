// Bounds on what one answer may weigh: a page of thirty documents of 20 MB would be more than the process has memory for. A
// row whose body is longer than its share of the page comes without it; such bodies are read one by one until the page is
// full, and the page ends there, with a link to the rest.
import type { Runner } from './search/lanes.ts';

/** Bytes of the bodies of a page, beside one that is longer by itself. */
export const pageBytes = 16 * 1024 * 1024;

/** SQL: the body of `r`, or null where it is longer than its share of a page of `most` (SQL too). Knowing the length reads nothing. */
export const lightBody = (r: string, most: string): string =>
  `case when octet_length(${r}.body) <= ${pageBytes} / greatest(${most}, 1) then ${r}.body end`;

export interface MaybeHeavy {
  type: number;
  id: string;
  version: number;
  /** Null: to be read by itself. */
  body: string | null;
}

const bodyText = `
select body from resource where type = $1 and id = $2 and version = $3
union all
select body from history where type = $1 and id = $2 and version = $3`;

/** The body of one version; empty where there is none. */
export async function bodyOf(runner: Runner, type: number, key: string, version: number): Promise<string> {
  const { rows } = await runner.query<{ body: string }>({ name: 'heavy-body', text: bodyText, values: [type, key, version] });
  return rows[0]?.body ?? '';
}

/** The rows from the first on, with their bodies, as far as a page may weigh: at least one. */
export async function asFarAsItFits<Row extends MaybeHeavy>(runner: Runner, rows: readonly Row[]): Promise<(Row & { body: string })[]> {
  const whole: (Row & { body: string })[] = [];
  let bytes = 0;
  for (const row of rows) {
    if (row.body !== null) {
      whole.push(row as Row & { body: string });
      continue;
    }
    const body = await bodyOf(runner, row.type, row.id, row.version);
    bytes += body.length;
    if (bytes > pageBytes && whole.length > 0) break;
    whole.push({ ...row, body });
  }
  return whole;
}
