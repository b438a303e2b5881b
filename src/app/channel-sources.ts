// What listens and watches for channels that come in: begun at the start, and begun, changed and ended while the program runs. A port
// that stays keeps its connections.
import type { Declared } from '../exchange/channels.ts';
import type { Exchange } from '../exchange/contract.ts';
import { fail, ok, type Result } from '../fhir/result.ts';
import { watchFolder } from '../gateways/folder/source.ts';
import { listenMllp, type MllpManner } from '../gateways/mllp/listener.ts';
import { unpackExports } from './apple-health-folder.ts';
import { type FollowedPems, pemsOf } from './certificates.ts';
import { pathIn, pemFilesOf, pemsIn } from './channels.ts';

export interface SourceSettings {
  host: string;
  /** Where a channel names none. */
  timeZone: string;
  bytesMax: number;
  frameSeconds: number;
  now(): Date;
  failed(channel: string, error: unknown): void;
}

/** Something that is open by the words of a channel. */
interface Open {
  note: string;
  begin(): void;
  /** Other words for the same port; absent: there is nothing about it that its key does not say. */
  change?(one: Declared): void;
  /** Of a port with TLS. */
  pems?: FollowedPems | undefined;
  close(): Promise<void>;
}

export interface PreparedSources {
  notes: string[];
  /** In the step in which the channels change. Resolves when what ends has ended, and what must wait for that has begun. */
  take(): Promise<void>;
}

export class Sources {
  readonly #exchange: Exchange;
  readonly #settings: SourceSettings;
  #open = new Map<string, Open>();

  constructor(exchange: Exchange, settings: SourceSettings) {
    this.#exchange = exchange;
    this.#settings = settings;
  }

  /** What would begin and end, in words. */
  plan(declared: readonly Declared[]): string[] {
    const wanted = this.#wanted(declared);
    return [
      ...[...this.#open].flatMap(([key, { note }]) => (wanted.has(key) ? [] : [`ends: ${note}`])),
      ...[...wanted].flatMap(([key, one]) => (this.#open.has(key) ? [] : [`begins: ${this.#wordsFor(one)}`])),
    ];
  }

  /** Takes the ports that are new: the one thing that may fail, and then nothing is otherwise than before. */
  async prepare(declared: readonly Declared[]): Promise<Result<PreparedSources>> {
    const wanted = this.#wanted(declared);
    const fresh = new Map<string, Open>();
    for (const [key, one] of wanted) {
      if (this.#open.has(key)) continue;
      const opened = await this.#begin(one);
      if (!opened.ok) {
        await Promise.all([...fresh.values()].map(({ close }) => close()));
        return opened;
      }
      fresh.set(key, opened.value);
    }
    const ended = [...this.#open].filter(([key]) => !wanted.has(key)).map(([, open]) => open);
    return ok({
      notes: [...ended.map(({ note }) => `ends: ${note}`), ...[...fresh.values()].map(({ note }) => `begins: ${note}`)],
      take: async () => {
        const kept = [...this.#open].filter(([key]) => wanted.has(key));
        for (const [key, open] of kept) {
          const one = wanted.get(key);
          if (one !== undefined) open.change?.(one);
        }
        this.#open = new Map([...kept, ...fresh]);
        // What was watched by others is left first: no file is taken twice.
        await Promise.all(ended.map(({ close }) => close()));
        for (const { begin } of fresh.values()) begin();
      },
    });
  }

  /** Certificates of the ports that are open. */
  pems(): FollowedPems[] {
    return [...this.#open.values()].flatMap(({ pems }) => pems ?? []);
  }

  /** What is open, in words. */
  notes(): string[] {
    return [...this.#open.values()].map(({ note }) => note);
  }

  async close(): Promise<void> {
    for (const open of [...this.#open.values()].reverse()) await open.close();
  }

  /** By what makes each another: the address of a port, everything of a folder. */
  #wanted(declared: readonly Declared[]): Map<string, Declared> {
    return new Map(
      declared.flatMap((one): [string, Declared][] => {
        const { name, source, format, timeZone } = one.declares;
        if (source !== undefined && 'mllp' in source) {
          const { port } = source.mllp;
          return [[`mllp ${this.#hostOf(one)}:${port === 0 ? `any of ${name}` : port}`, one]];
        }
        if (source === undefined || !('folder' in source)) return [];
        return [[`folder ${JSON.stringify([name, format, timeZone, source.folder, pathIn(one, '.')])}`, one]];
      }),
    );
  }

  #hostOf({ declares: { source } }: Declared): string {
    return (source !== undefined && 'mllp' in source ? source.mllp.host : undefined) ?? this.#settings.host;
  }

  #wordsFor(one: Declared, port?: number): string {
    const { name, source } = one.declares;
    if (source !== undefined && 'mllp' in source)
      return `channel ${name}: HL7 v2 over MLLP${source.mllp.tls === undefined ? '' : ' with TLS'}, ${this.#hostOf(one)}:${port ?? (source.mllp.port || 'any free port')}`;
    return `channel ${name}: files of ${source !== undefined && 'folder' in source ? pathIn(one, source.folder.path) : ''}`;
  }

  async #begin(one: Declared): Promise<Result<Open>> {
    const { name, source } = one.declares;
    const failed = (error: unknown): void => this.#settings.failed(name, error);
    if (source !== undefined && 'mllp' in source) return this.#listen(one, source.mllp.port, failed);
    if (source !== undefined && 'folder' in source) return ok(this.#watch(one, failed));
    throw new Error(`the channel ${name} neither listens nor watches`);
  }

  async #listen(one: Declared, port: number, failed: (error: unknown) => void): Promise<Result<Open>> {
    const { bytesMax, frameSeconds, now } = this.#settings;
    const host = this.#hostOf(one);
    const manner = mannerOf(one);
    const listener = await listenMllp(this.#exchange, {
      ...manner,
      held: true,
      host,
      port,
      portSetting: `source.mllp.port in ${one.file}`,
      bytesMax,
      connectionsMax: 1000,
      frameSeconds,
      application: 'LAMPLIGHT',
      now,
      failed,
    });
    if (!listener.ok) {
      const clash = [...this.#open.keys()].find((key) => key.startsWith('mllp ') && key.endsWith(`:${port}`));
      return clash === undefined
        ? listener
        : fail(
            'conflict',
            `The port ${port} is open for another address of this machine (${clash.slice('mllp '.length)}), and cannot go from one to the other while Lamplight runs: start it again, or choose another source.mllp.port in ${one.file}`,
          );
    }
    const { begin, change, close } = listener.value;
    const open: Open = {
      note: this.#wordsFor(one, listener.value.port),
      begin,
      change: (other) => {
        open.note = this.#wordsFor(other, listener.value.port);
        const next = mannerOf(other);
        open.pems = followedOf(other, next, change);
        change(next);
      },
      pems: followedOf(one, manner, change),
      close,
    };
    return ok(open);
  }

  #watch(one: Declared, failed: (error: unknown) => void): Open {
    const { declares } = one;
    const { name, format, source } = declares;
    if (source === undefined || !('folder' in source)) throw new Error(`the channel ${name} watches no folder`);
    const { path, pattern, after, acknowledge, patientSystem } = source.folder;
    const { bytesMax, now, timeZone } = this.#settings;
    let watching: { close(): Promise<void> } | undefined;
    return {
      note: this.#wordsFor(one),
      begin: () => {
        watching = watchFolder(this.#exchange, {
          channel: name,
          format,
          path: pathIn(one, path),
          pattern,
          acknowledgeTo: acknowledge === undefined ? undefined : pathIn(one, acknowledge.folder),
          timeZone: declares.timeZone ?? timeZone,
          moveTo: after?.startsWith('move to ') === true ? pathIn(one, after.slice('move to '.length).trim()) : undefined,
          rows: () => this.#exchange.rowsOf(name),
          unpack: unpackExports(patientSystem),
          everyMs: 1000,
          restMs: 1000,
          bytesMax,
          now,
          failed,
        });
      },
      close: async () => watching?.close(),
    };
  }
}

function mannerOf(one: Declared): MllpManner {
  const { name, source } = one.declares;
  if (source === undefined || !('mllp' in source)) return { channel: name };
  const { tls, mode } = source.mllp;
  return { channel: name, mode: mode ?? 'auto', ...(tls === undefined ? {} : { tls: pemsIn(one, tls) }) };
}

function followedOf(one: Declared, manner: MllpManner, change: (manner: MllpManner) => void): FollowedPems | undefined {
  const { source } = one.declares;
  if (manner.tls === undefined || source === undefined || !('mllp' in source) || source.mllp.tls === undefined) return undefined;
  const where = (name: string): string => `${one.file}: source.mllp.tls.${name}`;
  const named = { files: pemFilesOf(one, source.mllp.tls), settings: { key: where('key'), cert: where('cert'), ca: where('ca') } };
  return { read: () => pemsOf(named), served: manner.tls, take: (tls) => change({ ...manner, tls }) };
}
