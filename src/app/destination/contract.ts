// Where a command's requests go: a Lamplight over HTTP, or the record itself where none runs. Commands see no difference.
import type { Result } from '../../fhir/result.ts';
import type { ShownPage } from '../../gateways/audit/page.ts';
import type { ShownLine } from '../../gateways/bulk/take-lines.ts';

export interface Ask {
  method: 'GET' | 'POST' | 'PUT';
  /** Below the FHIR base, encoded: `Patient/1`, `Patient?name=a`, '' for the base itself. */
  target: string;
  /** JSON text. */
  body?: string;
  headers?: Partial<Record<'prefer' | 'if-none-match', string>>;
}

export interface Answer {
  status: number;
  headers: Partial<Record<string, string>>;
  body: string;
}

/** One page of the change feed: each change as JSON text, and the position after which the next page begins. */
export interface FeedPage {
  changes: string[];
  next: string;
}

export interface FeedWish {
  /** A position, or 'now' for what comes from here on. */
  after: string;
  types?: string;
  limit: number;
}

/** What an export holds; all absent: everything. */
export interface ExportAsk {
  types?: string;
  since?: string;
  filters?: string[];
  /** `Patient`, `Group/1`; absent: the whole record. */
  of?: string;
}

/** What came of an export: files of NDJSON in the folder. */
export interface ExportDone {
  transactionTime: string;
  files: { file: string; type: string; count: number; deleted: boolean }[];
}

export interface Destination {
  /** For messages. */
  name: string;
  /** Names the record behind it when a load is resumed: the same whether its server runs or not. Holds no secret. */
  key: string;
  /** Where loads into it are noted down. */
  journal: string;
  /** Problem of kind busy: it could not be reached, and trying again later is sensible. */
  fhir(ask: Ask): Promise<Result<Answer>>;
  feed(wish: FeedWish): Promise<Result<FeedPage>>;
  /** A page of the audit trail; `query` as of GET /audit (gateways/audit/wish.ts). */
  audit(query: string): Promise<Result<ShownPage>>;
  /** Into files of this folder, which is empty. `hear`: how far it is. */
  exportTo(ask: ExportAsk, folder: string, hear: (note: string) => void): Promise<Result<ExportDone>>;
  /** Lines of NDJSON, each by itself; `first`: the number of the first one. */
  takeLines(lines: readonly string[], first: number, keepVersions: boolean): Promise<Result<ShownLine[]>>;
  /** Changes as they come, from `after` on, until `signal`. Each call of `hear` is awaited. */
  follow(wish: FeedWish, hear: (change: string) => Promise<void>, signal: AbortSignal): Promise<Result<void>>;
}
