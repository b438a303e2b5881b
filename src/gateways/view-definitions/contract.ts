// ViewDefinitions of SQL on FHIR v2 over HTTP: those that are installed, and rows of them or of others, at once ($run) or as files
// ($export). https://build.fhir.org/ig/FHIR/sql-on-fhir-v2/OperationDefinition-ViewDefinitionRun.html, …-ViewDefinitionExport.html
import type { ResourceType } from '../../fhir/generated/types.ts';
import type { CompiledView } from '../../warehouse/contract.ts';

export const formats = ['json', 'ndjson', 'csv', 'parquet', 'fhir'] as const;
export type Format = (typeof formats)[number];

export const mediaTypes: Readonly<Record<Format, string>> = {
  json: 'application/json; charset=utf-8',
  ndjson: 'application/x-ndjson',
  csv: 'text/csv; charset=utf-8',
  parquet: 'application/vnd.apache.parquet',
  fhir: 'application/fhir+json; charset=utf-8',
};

/** How an operation was called: the specification had $run and $export first, which collide with others, and then gave them long names. */
export interface Named {
  name: string;
  /** Form of the rows where nobody says one. */
  otherwise: Format;
  /** What `application/fhir+json` in Accept asks for. */
  ofFhir: Format;
}
export const runAsFirst: Named = { name: '$run', otherwise: 'json', ofFhir: 'json' };
export const runAsNow: Named = { name: '$viewdefinition-run', otherwise: 'ndjson', ofFhir: 'fhir' };

export interface Installed {
  view: CompiledView;
  /** The ViewDefinition as JSON. */
  text: string;
}

/** A view that somebody asks for: compiled here to be refused in time, and by its text where it is run. */
export interface ViewAsked {
  name: string;
  type: ResourceType;
  text: string;
  compiled: CompiledView;
  installed: boolean;
}

/** Whose resources, and since when. */
export interface Which {
  patients?: string[];
  groups?: string[];
  /** RFC 3339. */
  since?: string;
}

export interface RunAsked {
  view: ViewAsked;
  which: Which;
  format: Format;
  /** First line of CSV. */
  header: boolean;
  /** Most rows; the rest is left. Absent: all, or a refusal where they are too many. */
  limit?: number;
  /** JSON of resources to be used in place of the record's. */
  resources?: string[];
}

export interface ExportAsked {
  views: ViewAsked[];
  which: Which;
  format: Exclude<Format, 'json' | 'fhir'>;
  header: boolean;
  tracking?: string;
}
