// Bulk Data Access (https://hl7.org/fhir/uv/bulkdata/STU2/export.html): what is kept of an export and an import between the request
// that asked for it and the client that comes back for it.
import type { ResourceType } from '../../fhir/generated/types.ts';
import type { Caller } from '../../record/contract.ts';

/** Kinds of jobs (src/jobs). */
export const exportKind = 'bulk-export';
export const importKind = 'bulk-import';
/** Views over the record as files. */
export const viewExportKind = 'view-export';
/** An import that the command line does itself. */
export const commandImportKind = 'bulk-import-command';

/** Ended exports and imports with their files are kept so long. */
export const keepHours = 24;

export interface ExportAsked {
  /** With the rights that the caller had then. */
  caller: Caller;
  /** The whole address, for the manifest. */
  request: string;
  types?: ResourceType[];
  /** Searches of one type each, checked when they were asked. */
  filters: { type: ResourceType; query: string }[];
  /** RFC 3339. */
  since?: string;
  patients?: string[] | 'all';
  /** Elements by type; `*`: of every type. */
  elements?: [type: string, element: string][];
}

export interface ImportAsked {
  caller: Caller;
  request: string;
  sources: ImportSource[];
  /** Another server's $export, whose files are the sources; `sources` is empty then. */
  exportUrl?: string;
  /** Takes versions and times over instead of making new ones. */
  keepVersions: boolean;
}

export interface ImportSource {
  type?: ResourceType;
  url: string;
}

/** One NDJSON file of a job. */
export interface BulkFile {
  type: string;
  /** From the folder that was asked for; in the result of a job from the folder of the job, with that of the attempt before it. */
  file: string;
  count: number;
  /** Of a view (src/gateways/view-definitions/): as it was asked for; `count` are rows of it then. */
  name?: string;
}

export interface BulkResult {
  transactionTime: string;
  request: string;
  output: BulkFile[];
  deleted: BulkFile[];
  error: BulkFile[];
}
