// What a load is made of: files, the items in them, and what became of each item.
//
// unit: what the journal counts. A line of NDJSON, an entry of a collection Bundle, or the whole of any other file.
// item: what is sent and acknowledged or refused by itself. A resource, or a transaction or batch Bundle.

export interface Source {
  /** As it was named, for messages; '-' is standard input. */
  name: string;
  path: string;
  /** undefined: a stream (standard input, a pipe), which can be read only once. */
  bytes?: number;
}

export interface Place {
  file: string;
  line?: number;
  /** Index in the Bundle's `entry`. */
  entry?: number;
}

/** `a.ndjson:12`, `b.json entry[3]` */
export const placeText = ({ file, line, entry }: Place): string =>
  `${file}${line === undefined ? '' : `:${line}`}${entry === undefined ? '' : ` entry[${entry}]`}`;

interface Common {
  unit: number;
  place: Place;
}

/** A resource, sent as PUT under its id together with others. */
export interface ResourceItem extends Common {
  kind: 'resource';
  type: string;
  id: string;
  /** It had no id: this one was made from the file's content and the place, so that a second load makes the same. */
  made: boolean;
  /** JSON text with the id in it, digits as in the file. */
  text: string;
  /** It holds references such as `Practitioner?identifier=…`, which only a transaction resolves. */
  conditional: boolean;
}

/** A transaction or batch Bundle, sent as it is but for ids of what it creates. */
export interface BundleItem extends Common {
  kind: 'bundle';
  type: 'transaction' | 'batch';
  text: string;
  resources: number;
  /** `Type/id` of what it writes under known ids. */
  keys: string[];
  /** Entries whose ids were made here, and the first of those ids. */
  madeEntries: ReadonlySet<number>;
  made?: string;
  conditional: boolean;
}

/** What could not even be read. */
export interface UnreadableItem extends Common {
  kind: 'unreadable';
  reason: string;
  resource?: string;
}

export type Item = ResourceItem | BundleItem | UnreadableItem;
export type SendableItem = ResourceItem | BundleItem;

export interface Refused {
  place: Place;
  /** `Type/id` as far as known. */
  resource?: string;
  /** HTTP status; absent where it was not sent. */
  status?: number;
  reason: string;
}

/** What became of an item, in resources. Nothing refused: it is in the record whole. */
export interface Outcome {
  written: number;
  /** Had been written by an earlier load. */
  there: number;
  refused: Refused[];
}

export interface LoadSummary {
  files: number;
  /** Resources that are in the record now through this load. */
  loaded: number;
  /** Of an earlier load, found again. */
  already: number;
  refused: number;
  /** Files of which nothing was left to do. */
  filesSkipped: number;
  /** References that were kept as logical ones. */
  logicalReferences: number;
  seconds: number;
}
