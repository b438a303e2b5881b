// What is answered of accounts, settings, jobs, releases and backups. The JSON is these interfaces as they stand, and the workbench reads them by them:
// moments are text, and of a job nothing that may name a patient.
import type { Job } from '../../jobs/contract.ts';
import type { Account } from '../../people/contract.ts';
import type { Release } from '../../terminology/contract.ts';

export interface ShownAccount extends Omit<Account, 'created'> {
  created: string;
}

export interface ShownSetting {
  name: string;
  env: string;
  says: string;
  takes: string;
  usual: string;
  /** As it holds now; of a secret only whether there is one. */
  value: string;
}

export interface ShownJob extends Pick<Job, 'id' | 'kind' | 'state' | 'progress'> {
  /** The name of the account, where there is one. */
  by: string;
  problem?: string;
  asked: string;
  started?: string;
  ended?: string;
}

export interface ShownRelease extends Pick<Release, 'system' | 'version' | 'kind' | 'state' | 'inUse' | 'size'> {
  begun: string;
  completed?: string;
}

export interface ShownBackup {
  /** Moment of its snapshot, ISO 8601. */
  made: string;
  /** `-`: it went to standard output. */
  file: string;
  /** Read again and found right when it was made; what went to standard output was not. */
  verified: boolean;
  /** Whether the file is still there. */
  there: boolean;
}
