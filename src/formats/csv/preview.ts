// The first rows of a file as its mapping reads them: cells, the elements that they fill, the resources that come of them, and what
// is wrong, for whoever writes the mapping. Nothing is stored.
import type { Resource } from '../../fhir/generated/types.ts';
import type { Problem } from '../../fhir/result.ts';
import type { TranslationContext } from '../contract.ts';
import { decoded, headOf, rowsOf, sentence, tell } from './csv.ts';
import type { Compiled } from './mapping.ts';

export interface CsvPreview {
  /** Columns of the file that the mapping names, of the mapping that the file lacks, and of the file that it does not name. */
  columns: { column: string; to: string[]; in: 'both' | 'mapping' | 'file' }[];
  rows: {
    line: number;
    cells: { column: string; text: string; elements: string[] }[];
    resources: { how: string; resource: Resource }[];
    problems: Problem[];
  }[];
  /** What is wrong with the file as a whole. */
  problems: Problem[];
  /** Whether rows stand behind these. */
  more: boolean;
}

export function* previewInSteps(
  compiled: Compiled,
  raw: Uint8Array,
  rowsMost: number,
  context: TranslationContext,
): Generator<undefined, CsvPreview> {
  const text = Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength).toString('latin1');
  const head = headOf(compiled, text, true);
  const preview: CsvPreview = { columns: [], rows: [], problems: [], more: false };
  if (head === undefined) return preview;
  for (const [at, { name, declared }] of compiled.columns.entries()) {
    const place = head.places[at] ?? -1;
    const there = place >= 0 && (head.width === undefined || place < head.width);
    preview.columns.push({ column: name, to: [declared.to ?? []].flat(), in: there ? 'both' : 'mapping' });
  }
  for (const [at, name] of head.names.entries())
    if (!head.places.includes(at)) preview.columns.push({ column: name.slice(0, 200), to: [], in: 'file' });
  if (head.fault !== undefined) {
    preview.problems.push({ kind: 'invalid', message: head.fault, where: 'line 1' });
    return preview;
  }
  for (const { row, line } of rowsOf(compiled, text, head)) {
    yield;
    if (preview.rows.length === rowsMost) {
      preview.more = true;
      break;
    }
    const told = tell(compiled, head, row, context);
    preview.rows.push({
      line,
      cells: row.cells.map(({ bytes }, at) => {
        const column = head.places.indexOf(at);
        const name = compiled.columns[column]?.name ?? head.names[at] ?? String(at + 1);
        return { column: name, text: decoded(bytes, compiled).slice(0, 1000), elements: told.elements.get(column) ?? [] };
      }),
      resources: told.wrong.length > 0 ? [] : told.said.map(({ how, resource }) => ({ how, resource })),
      problems: told.wrong.map((wrong) => sentence(line, wrong)),
    });
  }
  if (preview.rows.length === 0)
    preview.problems.push({ kind: 'invalid', message: 'The file holds no rows below its header', where: 'line 2' });
  return preview;
}
