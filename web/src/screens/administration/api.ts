// Administration as the screen asks for it (src/gateways/accounts, src/gateways/administration, src/gateways/audit).
import { type Criteria, query } from '../../api/fhir.ts';
import { ask } from '../../api/http.ts';
import type { Role } from '../../app/roles.ts';

export interface Account {
  id: string;
  name: string;
  role: Role;
  organisations?: string[];
  patients?: string[];
  practitioner?: string;
  disabled: boolean;
  created: string;
}

export interface Bounds {
  role: Role;
  /** null: the whole site. */
  organisations: string[] | null;
  patients: string[] | null;
}

export interface Setting {
  name: string;
  env: string;
  says: string;
  takes: string;
  usual: string;
  value: string;
}

export interface Job {
  id: string;
  kind: string;
  by: string;
  state: 'waiting' | 'running' | 'done' | 'failed' | 'cancelled';
  progress: { done: number; total?: number; note?: string };
  problem?: string;
  asked: string;
  started?: string;
  ended?: string;
}

export interface Release {
  system: string;
  version: string;
  kind: string;
  state: string;
  inUse: boolean;
  size: number;
  begun: string;
  completed?: string;
}

export interface Backup {
  made: string;
  file: string;
  verified: boolean;
  there: boolean;
}

export interface TrailRow {
  when: string;
  who: string;
  role: string;
  purposeText: string;
  from: string;
  action: string;
  actionText: string;
  resource?: string;
  patients: string[];
  morePatients?: true;
  outcome: number;
  outcomeText: string;
  query?: string;
  request: string;
}

export interface TrailPage {
  rows: TrailRow[];
  next?: string;
}

const account = (name: string, deed: string): string => `/accounts/${encodeURIComponent(name)}/${deed}`;

export const accounts = async (): Promise<Account[]> => (await ask<{ accounts: Account[] }>('/accounts')).accounts;
export const makeAccount = (wish: Bounds & { name: string; password: string }): Promise<Account> =>
  ask('/accounts', { method: 'POST', body: wish });
export const turnAccount = (name: string, disabled: boolean): Promise<Account> =>
  ask(account(name, disabled ? 'disable' : 'enable'), { method: 'POST' });
export const setPassword = (name: string, password: string): Promise<unknown> =>
  ask(account(name, 'password'), { method: 'POST', body: { password } });
export const setRole = (name: string, bounds: Bounds): Promise<Account> => ask(account(name, 'role'), { method: 'POST', body: bounds });

export const settings = async (): Promise<Setting[]> => (await ask<{ settings: Setting[] }>('/settings')).settings;
export const jobs = async (): Promise<Job[]> => (await ask<{ jobs: Job[] }>('/jobs')).jobs;
export const cancelJob = (id: string): Promise<unknown> => ask(`/jobs/${encodeURIComponent(id)}/cancel`, { method: 'POST' });
export const releases = async (): Promise<Release[]> => (await ask<{ releases: Release[] }>('/terminology')).releases;
export const putIntoUse = (system: string, version: string): Promise<unknown> =>
  ask(`/terminology/use${query({ system, version })}`, { method: 'POST' });
export const lastBackup = async (): Promise<Backup | null> => (await ask<{ last?: Backup }>('/backups')).last ?? null;
export const trail = (criteria: Criteria, signal?: AbortSignal): Promise<TrailPage> =>
  ask(`/audit${query(criteria)}`, signal === undefined ? {} : { signal });
