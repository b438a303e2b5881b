// Everything that a search finds, as a file: page after page as the server gives them, written down piece by piece, with what was asked,
// by whom and when. CSV says that in its first lines; NDJSON holds resources and nothing else, so a second file says it.

import type { Bundle, Resource, ResourceType } from '../../../../src/fhir/generated/types.ts';
import { type Found, nextPage } from '../../api/fhir.ts';
import { ask } from '../../api/http.ts';
import { csvAbout, csvRow } from '../../parts/csv.ts';
import { FileOfParts } from '../../parts/file-of-parts.ts';
import { jsonText } from '../../parts/json-lines.ts';
import { cellsOf } from './columns.ts';

export type FileKind = 'csv' | 'ndjson';

export interface ExportWish {
  kind: FileKind;
  type: ResourceType;
  /** `Patient?name=ada` below the FHIR base, without paging. */
  search: string;
  columns: readonly string[];
  by: string;
}

/** Told after each page. */
export type Progress = (rows: number) => void;

const pageRows = 500;

/** Answers how many were written. An abort leaves no file. */
export async function exportAll(wish: ExportWish, signal: AbortSignal, progress: Progress): Promise<number> {
  const begun = new Date();
  const file = new FileOfParts(wish.kind === 'csv' ? 'text/csv;charset=utf-8' : 'application/fhir+ndjson');
  const about = (rows?: number): string[] => [
    `Lamplight, data explorer: everything found by ${window.location.origin}/fhir/${wish.search}`,
    `by ${wish.by}, ${begun.toISOString()}${rows === undefined ? '' : `, ${rows} resources`}`,
    ...(wish.kind === 'csv'
      ? [
          "one resource a line; what an element says several times is joined by '; '; texts that begin like a formula have an apostrophe before them",
        ]
      : []),
  ];
  if (wish.kind === 'csv') file.add(csvAbout(about()) + csvRow(wish.columns));
  let rows = 0;
  for await (const resources of pagesOf(wish, signal)) {
    for (const resource of resources) file.add(wish.kind === 'csv' ? csvLine(resource, wish.columns) : `${jsonText(resource)}\n`);
    rows += resources.length;
    progress(rows);
  }
  const name = `${wish.type}-${begun.toISOString().slice(0, 19).replaceAll(':', '')}`;
  file.save(`${name}.${wish.kind}`);
  if (wish.kind === 'ndjson') {
    const beside = new FileOfParts('text/plain;charset=utf-8');
    beside.add(`${about(rows).join('\n')}\n`);
    beside.save(`${name}.about.txt`);
  }
  return rows;
}

/** One page is held at a time. The server pins the pages to one position: what changes meanwhile changes none of them. */
async function* pagesOf({ search }: ExportWish, signal: AbortSignal): AsyncGenerator<readonly Resource[]> {
  const joint = search.includes('?') ? '&' : '?';
  const first = await ask<Bundle>(`/fhir/${search}${joint}_count=${pageRows}`, { signal });
  yield (first.entry ?? []).flatMap(({ resource, search: mode }) => (resource === undefined || mode?.mode === 'outcome' ? [] : [resource]));
  let next = first.link?.find(({ relation }) => relation === 'next')?.url;
  while (next !== undefined) {
    signal.throwIfAborted();
    const page: Found<Resource> = await nextPage<ResourceType>(next);
    yield [...page.resources, ...page.included.values()];
    next = page.next;
  }
}

function csvLine(resource: Resource, columns: readonly string[]): string {
  const cells = cellsOf(resource);
  return csvRow(columns.map((column) => cells.get(column) ?? ''));
}
