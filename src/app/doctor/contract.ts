// What doctor looks at, and how it says what it found.
import type { Database } from '../../database/contract.ts';
import type { InstanceRecord } from '../../database/instance.ts';
import type { Settings } from '../settings.ts';

/** ok: fine. warn: works, but will or may not. fail: does not work. */
export interface Finding {
  state: 'ok' | 'warn' | 'fail';
  /** In a sentence, without secrets and without patients. */
  says: string;
  /** What to do about it. */
  hint?: string;
}

export interface Subject {
  settings: Settings;
  /** The Lamplight that runs on the data folder. */
  running: InstanceRecord | undefined;
  /** Its database, where it could be opened. */
  database: Database | undefined;
  now: Date;
}

/** Looks at one thing; does not change it. */
export interface Check {
  name: string;
  look(subject: Subject): Promise<Finding[]> | Finding[];
}

export const fine = (says: string): Finding => ({ state: 'ok', says });
export const doubtful = (says: string, hint: string): Finding => ({ state: 'warn', says, hint });
export const broken = (says: string, hint: string): Finding => ({ state: 'fail', says, hint });
