// Who takes what waits and lays it into the record: this thread (worker.ts) or one of its own (laying-thread.ts).
import type { Result } from '../fhir/result.ts';
import type { Channel } from './channel.ts';
import type { Declared } from './channels.ts';
import type { ToTry } from './trying.ts';

export interface Laying {
  /** Something may wait. */
  wake(): void;
  /** Resolves when nothing is due any more. */
  idle(): Promise<void>;
  /** Resolves when what is read from then on is read by these channels. */
  change(to: LaidBy): Promise<void>;
  /** What a message would do, as text of JSON; nothing is written. */
  try(wish: ToTry): Promise<Result<string>>;
  close(): Promise<void>;
}

/** The inbound channels; what their files declare is for a thread, which makes its own of it. */
export interface LaidBy {
  inbound: ReadonlyMap<string, Channel>;
  declared: readonly Declared[];
}

/** Who is told of what was done. */
export interface LayingHeard {
  /** Told of what is no message's fault: it will be tried again. */
  failed(channel: string, error: unknown): void;
  /** Told after the commit that messages of outbound channels may wait, and which messages have a result. */
  passedOn(): void;
  settled(ids: readonly string[]): void;
}
