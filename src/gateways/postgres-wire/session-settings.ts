// What a session may set and show: how much of a person its answers show, for what purpose, and what clients of PostgreSQL set when they
// connect. What would change an answer and cannot be had is refused, or told as it stays.
import { type Detail, details } from '../../warehouse/contract.ts';
import { Refused, states } from './fault.ts';
import { schemasOf } from './search-path.ts';

export interface SessionSettings {
  detail: Detail;
  /** HL7 v3 PurposeOfUse; undefined: what the role is for. */
  purpose: string | undefined;
  timeMs: number;
  /** Schemas in which a table without one is looked for, in this order. */
  searchPath: string[];
}

export const usualTimeMs = 120_000;
const timeMsMax = 300_000;

/** As PostgreSQL shows them; those of `reported` are told to the client when it connects and when they change. */
export const usual: Readonly<Record<string, string>> = {
  application_name: '',
  bytea_output: 'hex',
  client_encoding: 'UTF8',
  client_min_messages: 'notice',
  datestyle: 'ISO, MDY',
  default_transaction_isolation: 'repeatable read',
  default_transaction_read_only: 'on',
  extra_float_digits: '1',
  in_hot_standby: 'off',
  integer_datetimes: 'on',
  intervalstyle: 'postgres',
  is_superuser: 'off',
  'lamplight.detail': 'de-identified',
  'lamplight.purpose': '',
  lc_collate: 'C.UTF-8',
  lc_ctype: 'C.UTF-8',
  max_identifier_length: '63',
  max_index_keys: '32',
  search_path: 'public',
  server_encoding: 'UTF8',
  // What clients ask their catalogue for hangs on it.
  server_version: '15.0 (Lamplight)',
  server_version_num: '150000',
  session_authorization: '',
  standard_conforming_strings: 'on',
  statement_timeout: `${usualTimeMs / 1000}s`,
  timezone: 'UTC',
  transaction_isolation: 'repeatable read',
  transaction_read_only: 'on',
};

/** Spelled as PostgreSQL spells them. */
export const reported: Readonly<Record<string, string>> = {
  server_version: 'server_version',
  server_encoding: 'server_encoding',
  client_encoding: 'client_encoding',
  application_name: 'application_name',
  default_transaction_read_only: 'default_transaction_read_only',
  in_hot_standby: 'in_hot_standby',
  is_superuser: 'is_superuser',
  session_authorization: 'session_authorization',
  datestyle: 'DateStyle',
  intervalstyle: 'IntervalStyle',
  timezone: 'TimeZone',
  integer_datetimes: 'integer_datetimes',
  standard_conforming_strings: 'standard_conforming_strings',
};

const fixed = /^(server_|is_superuser|session_authorization|in_hot_standby|integer_datetimes|lc_|max_)/;
const textMax = 64;
const units: Readonly<Record<string, number>> = { '': 1, ms: 1, s: 1_000, min: 60_000, h: 3_600_000 };

export class Variables {
  readonly #values = new Map(Object.entries(usual));
  #first: ReadonlyMap<string, string>;

  constructor(person: string) {
    this.#values.set('session_authorization', person);
    this.#first = new Map(this.#values);
  }

  /** What is set now is what RESET goes back to: it came with the connection. */
  keep(): void {
    this.#first = new Map(this.#values);
  }

  get settings(): SessionSettings {
    const purpose = this.#values.get('lamplight.purpose');
    return {
      detail: details.find((one) => one === this.#values.get('lamplight.detail')) ?? 'de-identified',
      purpose: purpose === '' ? undefined : purpose,
      timeMs: timeOf(this.#values.get('statement_timeout') ?? '') ?? usualTimeMs,
      searchPath: schemasOf(this.#values.get('search_path') ?? ''),
    };
  }

  show(name: string): string {
    const value = this.#values.get(name.toLowerCase());
    if (value === undefined) throw new Refused(states.unknownSetting, `unrecognized configuration parameter "${name.slice(0, 64)}"`);
    return value;
  }

  all(): [string, string][] {
    return [...this.#values].sort(([a], [b]) => (a < b ? -1 : 1));
  }

  /** A sentence where the answers will not be what was asked for. */
  set(spelled: string, value: string): string | undefined {
    const name = spelled.toLowerCase();
    const rule = Object.hasOwn(rules, name) ? rules[name] : undefined;
    if (rule !== undefined) {
      const read = rule(value.trim());
      this.#values.set(name, read.value);
      return read.but;
    }
    if (fixed.test(name)) throw new Refused('55P02', `parameter "${name.slice(0, textMax)}" cannot be changed`);
    // Whatever a client sets for itself changes nothing here; only what is known is kept.
    if (Object.hasOwn(usual, name)) this.#values.set(name, value.replaceAll('\0', '').slice(0, textMax));
    return undefined;
  }

  reset(spelled?: string): void {
    if (spelled === undefined) for (const [name, value] of this.#first) this.#values.set(name, value);
    else this.#values.set(spelled.toLowerCase(), this.#first.get(spelled.toLowerCase()) ?? this.show(spelled));
  }
}

type Rule = (value: string) => { value: string; but?: string };
const keeps =
  (value: string, fits: RegExp, but: string): Rule =>
  (given) =>
    fits.test(given) ? { value } : { value, but };
const no = (message: string): never => {
  throw new Refused(states.badSetting, message);
};

const rules: Readonly<Record<string, Rule>> = {
  'lamplight.detail': (value) => ({
    value:
      details.find((one) => one === value || (value === 'default' && one === 'de-identified')) ??
      no(`lamplight.detail takes one of ${details.join(', ')}`),
  }),
  'lamplight.purpose': (value) =>
    /^([A-Z]{3,12})?$/.test(value) ? { value } : no('lamplight.purpose takes a code of HL7 PurposeOfUse, such as HRESCH'),
  search_path: (value) => ({ value: value === 'default' ? usual['search_path']! : value.replaceAll('\0', '').slice(0, 200) }),
  statement_timeout: (value) => {
    if (value === 'default') return { value: usual['statement_timeout']! };
    const ms = timeOf(value) ?? no('statement_timeout takes milliseconds, or such as 60s');
    // 0 is PostgreSQL's word for no bound; here there is always one.
    const taken = ms === 0 ? timeMsMax : Math.min(ms, timeMsMax);
    return { value: `${taken}ms`, ...(ms > timeMsMax ? { but: `queries end after ${timeMsMax / 1000} s here at most` } : {}) };
  },
  client_encoding: (value) =>
    /^(utf-?8|unicode|sql_ascii|default)$/i.test(value)
      ? { value: 'UTF8' }
      : no(`the client_encoding ${JSON.stringify(value.slice(0, textMax))} is not spoken here: UTF8 is`),
  timezone: keeps(
    'UTC',
    /^(utc|gmt|etc\/utc|etc\/gmt|default|local|zulu|gmt0|\+?0)$/i,
    'times are told in UTC here, with their offset; the setting of the time zone has no effect',
  ),
  datestyle: keeps('ISO, MDY', /^(iso|default)/i, 'dates are told after ISO 8601 here'),
  intervalstyle: keeps('postgres', /^(postgres|default)$/i, 'intervals are told in the style postgres here'),
  standard_conforming_strings: (value) =>
    /^(on|true|1|yes|default)$/i.test(value) ? { value: 'on' } : no('standard_conforming_strings is on here'),
};

function timeOf(text: string): number | undefined {
  const found = /^(\d{1,9})\s*(ms|s|min|h|)$/.exec(text.trim());
  return found === null ? undefined : Number(found[1]) * units[found[2]!]!;
}
