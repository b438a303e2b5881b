// Settings as they are shown, to people and to programs: described, with the value that holds, and of a secret only that it is set.
import { type Setting, type Settings, settingTable } from './settings.ts';

export interface SettingRow {
  name: string;
  env: string;
  takes: string;
  usual: string;
  says: string;
}

/** Never shown: who reads over a shoulder, or a log, should not learn them. */
const isSecret = (name: string): boolean => /password|passphrase|(database|replica|mqtt)Url|token/i.test(name);

const textOf = (value: unknown): string => (value === undefined ? '' : typeof value === 'boolean' ? (value ? 'on' : 'off') : String(value));

export const settingRows = (): SettingRow[] =>
  Object.entries<Setting<unknown>>(settingTable).map(([name, { env, takes, usual, says }]) => ({
    name,
    env,
    takes,
    usual: textOf(usual),
    says,
  }));

/** `values`: the settings that hold; a part of them where some could not be read. */
export function shownValue(values: Partial<Settings>, name: string): string {
  const value = Object.hasOwn(values, name) ? (values as Record<string, unknown>)[name] : undefined;
  return isSecret(name) && value !== undefined ? '(set)' : textOf(value);
}

export const shownSettings = (values: Partial<Settings>): (SettingRow & { value: string })[] =>
  settingRows().map((row) => ({ ...row, value: shownValue(values, row.name) }));
