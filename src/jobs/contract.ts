// Long work that outlives a request and a process: an export, an import, a reindex, the load of a code system. One table, shared
// by all processes on a database; a job is done by one process at a time, under a lease that it renews. What a job has reached
// commits together with the work that reached it, so a job that was killed goes on where it stood, and none is done twice.
import type { Session } from '../database/contract.ts';
import type { Json } from '../fhir/json.ts';
import type { Problem, Result } from '../fhir/result.ts';

export type JobState = 'waiting' | 'running' | 'done' | 'failed' | 'cancelled';

export interface Progress {
  /** In the unit that `note` names or the kind implies. */
  done: number;
  /** Absent as long as it is not known. */
  total?: number;
  note?: string;
}

export interface Job {
  id: string;
  /** Name of its JobKind. */
  kind: string;
  /** Account that asked, for who may see and cancel it. */
  by: string;
  wish: Json;
  state: JobState;
  progress: Progress;
  /** What the work needs to go on; written by `save`. */
  checkpoint: Json;
  /** What came out, of a job that is done. */
  result?: Json;
  /** Why it failed. */
  problem?: Problem;
  asked: Date;
  started?: Date;
  ended?: Date;
}

export interface RunningJob extends Job {
  /** Aborted where it was cancelled, where the program ends, or where another process took it over. */
  signal: AbortSignal;
  /**
   * Keeps how far it came. Within the transaction of `session` where one is given, so that the work and the place commit
   * together; refused where the lease was lost, and then the transaction must be rolled back.
   */
  save(checkpoint: Json, progress: Progress, session?: Session): Promise<Result<void>>;
}

export interface JobKind {
  name: string;
  /** How many of this kind run at the same time in one process. Default 1. */
  together?: number;
  /** Ended jobs of this kind are forgotten after so many hours. Default 720 (30 days). */
  keepHours?: number;
  /**
   * Goes on from `job.checkpoint` (null at first). A failure ends the job; a thrown error is tried again with growing pauses, at
   * most ten times without progress. What it answers after its signal was aborted is not looked at.
   */
  run(job: RunningJob): Promise<Result<Json>>;
  /** Puts away what it left behind, when a job is forgotten or cancelled. May be called more than once. */
  clean?(job: Job): Promise<void>;
}

export interface Jobs {
  /** Asks for work; it begins at once where a process is free. `only`: answers a job of this kind that is under way instead of a second. */
  ask(kind: string, wish: Json, by: string, options?: { only?: boolean }): Promise<Job>;
  get(id: string): Promise<Job | undefined>;
  list(kind?: string): Promise<Job[]>;
  /** False where there is none or it has ended. */
  cancel(id: string): Promise<boolean>;
  /** Removes an ended job and what it left behind. */
  forget(id: string): Promise<void>;
  /** Begins to do jobs of these kinds in this process. */
  work(kinds: readonly JobKind[]): void;
  /** Lets running jobs save and stop; they go on at the next start. */
  close(): Promise<void>;
}
