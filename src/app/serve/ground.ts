// What every step of the start stands on: settings, log, clock, and the list of what undoes what it has begun.
import type { Logger } from 'pino';
import type { Settings } from '../settings.ts';

export interface Ground {
  settings: Settings;
  log: Logger;
  now(): Date;
}

/** A step adds how it is ended as soon as it has begun something; what began last is ended first. */
export type Undo = (() => Promise<void> | void)[];

/** The log names the kind of an error and none of its words: those may hold what a patient's record says. */
export const faultOf = (error: unknown): { error: string } => ({ error: error instanceof Error ? error.name : 'unknown' });

export const bodyBytesMax = (settings: Settings): number => settings.bodyMegabytesMax * 1024 * 1024;
