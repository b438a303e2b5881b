// An export as both destinations ask for it, and as both answer.
import type { BulkFile } from '../../gateways/bulk/contract.ts';
import type { ExportAsk, ExportDone } from './contract.ts';

/** Below the FHIR base. */
export function exportTarget({ types, since, filters = [], of }: ExportAsk): string {
  const query = new URLSearchParams();
  if (types !== undefined) query.append('_type', types);
  if (since !== undefined) query.append('_since', since);
  for (const filter of filters) query.append('_typeFilter', filter);
  return `${of === undefined ? '' : `${of}/`}$export${query.size === 0 ? '' : `?${query}`}`;
}

export function exportDone({
  transactionTime,
  output,
  deleted,
}: {
  transactionTime: string;
  output: BulkFile[];
  deleted: BulkFile[];
}): ExportDone {
  const listed = (files: BulkFile[], gone: boolean) => files.map((file) => ({ ...file, deleted: gone }));
  return { transactionTime, files: [...listed(output, false), ...listed(deleted, true)] };
}
