// Administration as the screen asks for it (src/gateways/accounts, src/gateways/administration, src/gateways/audit).
import type { ShownAccount, ShownBackup, ShownJob, ShownRelease, ShownSetting } from '../../../../src/gateways/administration/answers.ts';
import type { ShownPage, ShownRow } from '../../../../src/gateways/audit/page.ts';
import { type Criteria, query } from '../../api/fhir.ts';
import { ask } from '../../api/http.ts';
import type { Role } from '../../app/roles.ts';

export type { ShownAccount, ShownBackup, ShownJob, ShownPage, ShownRow };

export interface Bounds {
  role: Role;
  /** null: the whole site. */
  organisations: string[] | null;
  patients: string[] | null;
}

const account = (name: string, deed: string): string => `/accounts/${encodeURIComponent(name)}/${deed}`;

export const accounts = async (): Promise<ShownAccount[]> => (await ask<{ accounts: ShownAccount[] }>('/accounts')).accounts;
export const makeAccount = (wish: Bounds & { name: string; password: string }): Promise<ShownAccount> =>
  ask('/accounts', { method: 'POST', body: wish });
export const turnAccount = (name: string, disabled: boolean): Promise<ShownAccount> =>
  ask(account(name, disabled ? 'disable' : 'enable'), { method: 'POST' });
export const setPassword = (name: string, password: string): Promise<unknown> =>
  ask(account(name, 'password'), { method: 'POST', body: { password } });
export const setRole = (name: string, bounds: Bounds): Promise<ShownAccount> =>
  ask(account(name, 'role'), { method: 'POST', body: bounds });

export const settings = async (): Promise<ShownSetting[]> => (await ask<{ settings: ShownSetting[] }>('/settings')).settings;
export const jobs = async (): Promise<ShownJob[]> => (await ask<{ jobs: ShownJob[] }>('/jobs')).jobs;
export const cancelJob = (id: string): Promise<unknown> => ask(`/jobs/${encodeURIComponent(id)}/cancel`, { method: 'POST' });
export const releases = async (): Promise<ShownRelease[]> => (await ask<{ releases: ShownRelease[] }>('/terminology')).releases;
export const putIntoUse = (system: string, version: string): Promise<unknown> =>
  ask(`/terminology/use${query({ system, version })}`, { method: 'POST' });
export const lastBackup = async (): Promise<ShownBackup | null> => (await ask<{ last?: ShownBackup }>('/backups')).last ?? null;
export const trail = (criteria: Criteria, signal?: AbortSignal): Promise<ShownPage> =>
  ask(`/audit${query(criteria)}`, signal === undefined ? {} : { signal });
