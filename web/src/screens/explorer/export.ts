// Everything that a search finds, as a file: page after page as the server gives them, written down piece by piece, with what was asked,
// by whom and when.

import type { Bundle, Resource, ResourceType } from '../../../../src/fhir/generated/types.ts';
import { type Found, nextPage } from '../../api/fhir.ts';
import { ask } from '../../api/http.ts';
import { type FileKind, fileKinds } from './export-kinds.ts';

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
  const file = await fileKinds[wish.kind].open(wish.columns, {
    asked: `${window.location.origin}/fhir/${wish.search}`,
    by: wish.by,
    at: begun.toISOString(),
  });
  let rows = 0;
  for await (const resources of pagesOf(wish, signal)) {
    file.add(resources);
    rows += resources.length;
    progress(rows);
  }
  file.save(`${wish.type}-${begun.toISOString().slice(0, 19).replaceAll(':', '')}`, rows);
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
