// Every setting of Lamplight, described in this one place. A value comes from the environment, otherwise from the file
// `lamplight.config.json` (or the one that LAMPLIGHT_CONFIG names), otherwise from the default here.
import { readFileSync } from 'node:fs';
import { fail, ok, type Result } from '../fhir/result.ts';
import { isAddress, isDomain } from '../gateways/reports/mail/addresses.ts';

export interface Setting<T> {
  env: string;
  says: string;
  /** undefined: no default; the setting may be absent. */
  usual: T;
  read(text: string): T | undefined;
  /** What a value looks like, for messages and documentation. */
  takes: string;
}

const text = (env: string, usual: string, says: string): Setting<string> => ({ env, says, usual, takes: 'text', read: (value) => value });
const optional = (env: string, says: string): Setting<string | undefined> => ({
  env,
  says,
  usual: undefined,
  takes: 'text',
  read: (value) => value,
});
const whole = (env: string, usual: number, min: number, max: number, says: string): Setting<number> => ({
  env,
  says,
  usual,
  takes: `a whole number from ${min} to ${max}`,
  read: (value) => (/^\d{1,12}$/.test(value) && Number(value) >= min && Number(value) <= max ? Number(value) : undefined),
});
const oneOf = <T extends string>(env: string, usual: T, values: readonly T[], says: string): Setting<T> => ({
  env,
  says,
  usual,
  takes: values.join(' or '),
  read: (value) => values.find((one) => one === value),
});
const onOff = (env: string, usual: boolean, says: string): Setting<boolean> => ({
  env,
  says,
  usual,
  takes: 'on or off',
  read: (value) => (['on', 'true', '1'].includes(value) ? true : ['off', 'false', '0'].includes(value) ? false : undefined),
});

/** A port, 0 for a free one, or off. Without a value it is `usual` where that is free. */
const portOrOff = (env: string, port: number, says: string): Setting<number | 'off' | undefined> => ({
  env,
  says: `${says}; without it ${port} where that is free`,
  usual: undefined,
  takes: 'a port, 0 for a free one, or off',
  read: (value) => (value === 'off' ? value : /^\d{1,5}$/.test(value) && Number(value) <= 65535 ? Number(value) : undefined),
});

const portOrOffUsually = (env: string, says: string): Setting<number | 'off'> => ({
  env,
  says,
  usual: 'off',
  takes: 'a port, 0 for a free one, or off',
  read: (value) => (value === 'off' ? value : /^\d{1,5}$/.test(value) && Number(value) <= 65535 ? Number(value) : undefined),
});

const isTimeZone = (name: string): boolean => {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name }).format(0);
    return true;
  } catch {
    return false;
  }
};

const consequences = ['refuse', 'warn', 'off'];
const ruleKinds = 'cardinality type fixed slicing binding invariant reference bundle profile extension profiles codes'.split(' ');
/** `kind=refuse|warn|off`, separated by commas. */
const rules = (env: string, usual: string, says: string): Setting<string> => ({
  env,
  says,
  usual,
  takes: 'such as profiles=refuse,binding=warn (refuse, warn or off for each kind)',
  read: (value) => {
    const fits = value.split(',').every((one) => {
      const [kind = '', consequence = '', ...more] = one.trim().split('=');
      return ruleKinds.includes(kind) && consequences.includes(consequence) && more.length === 0;
    });
    return fits ? value : undefined;
  },
});

export const settingTable = {
  port: whole('LAMPLIGHT_PORT', 8080, 0, 65535, 'Port on which it serves; 0 takes a free one'),
  host: text(
    'LAMPLIGHT_HOST',
    '127.0.0.1',
    'Address on which it listens. Beyond this machine (0.0.0.0) use TLS, here or in a proxy in front',
  ),
  dataDir: text('LAMPLIGHT_DATA_DIR', '.lamplight', 'Folder for everything that is kept: the embedded database, keys, logs'),
  adminPassword: optional('LAMPLIGHT_ADMIN_PASSWORD', 'Password of the first administrator; without it one is made and shown once'),
  databaseUrl: optional('DATABASE_URL', 'A PostgreSQL to use (14 or newer); without it Lamplight starts one of its own'),
  databaseConnections: whole('LAMPLIGHT_DATABASE_CONNECTIONS', 8, 2, 200, 'Connections to PostgreSQL'),
  replicaUrl: optional(
    'LAMPLIGHT_REPLICA_URL',
    'A hot standby of DATABASE_URL: bulk exports and the searches of analysts are read there (docs/decisions/0011)',
  ),
  replicaLagSeconds: whole(
    'LAMPLIGHT_REPLICA_LAG_SECONDS',
    10,
    2,
    3600,
    'A replica that is further behind is passed over: the primary answers',
  ),
  mllpPort: portOrOff('LAMPLIGHT_MLLP_PORT', 2575, 'Port on which HL7 v2 messages are heard (MLLP)'),
  channels: optional('LAMPLIGHT_CHANNELS', 'Folder with the files of the channels by which messages come and go (docs/channels.md)'),
  exchangeKeepDays: whole(
    'LAMPLIGHT_EXCHANGE_KEEP_DAYS',
    0,
    0,
    100_000,
    'Messages of other systems are kept this many days after they were done; 0 keeps them for ever. A channel may say otherwise',
  ),
  mqttPort: portOrOff('LAMPLIGHT_MQTT_PORT', 1883, 'Port on which devices publish what they measure (MQTT)'),
  mqttAnonymous: onOff(
    'LAMPLIGHT_MQTT_ANONYMOUS',
    false,
    'Whether programs on this machine may publish for any device without signing in; for trying things out',
  ),
  mqttUrl: optional(
    'LAMPLIGHT_MQTT_URL',
    'An MQTT broker of the site from which what devices publish is taken over, such as mqtts://user:password@host:8883; beside the one that Lamplight opens itself',
  ),
  mqttTlsKey: optional(
    'LAMPLIGHT_MQTT_TLS_KEY',
    'File with the private key (PEM) of MQTT; with LAMPLIGHT_MQTT_TLS_CERT devices connect by mqtts, usually on port 8883',
  ),
  mqttTlsCert: optional('LAMPLIGHT_MQTT_TLS_CERT', 'File with the certificate chain (PEM) of MQTT'),
  mqttTlsCa: optional(
    'LAMPLIGHT_MQTT_TLS_CA',
    'File with certificates (PEM) of which one must have signed that of a device; without it devices need none',
  ),
  timeZone: {
    env: 'LAMPLIGHT_TIME_ZONE',
    says: 'Zone of the site, by its IANA name: of times that messages give without an offset, and of the days and hours of analytics',
    usual: 'UTC',
    takes: 'a zone such as Europe/London',
    read: (value) => (isTimeZone(value) ? value : undefined),
  } satisfies Setting<string>,
  demo: oneOf(
    'LAMPLIGHT_DEMO',
    'auto',
    ['auto', 'on', 'off'] as const,
    'Demonstration patients in an empty record: auto loads them only into the embedded database',
  ),
  demoLive: onOff(
    'LAMPLIGHT_DEMO_LIVE',
    true,
    'Whether the demonstration hospital lives on in real time, from a process of its own, where LAMPLIGHT_DEMO has loaded it',
  ),
  analytics: optional(
    'LAMPLIGHT_ANALYTICS',
    'Folder of the site’s own questions and dashboards, which may be a git checkout; without it "analytics" in the data folder',
  ),
  boundaries: optional(
    'LAMPLIGHT_BOUNDARIES',
    'GeoJSON file with the boundaries of the site’s postal areas, for the maps of surveillance and of registries (docs/surveillance.md)',
  ),
  surveillanceChannel: optional(
    'LAMPLIGHT_SURVEILLANCE_CHANNEL',
    'Outbound channel of HL7 v2 by which suspected cases of notifiable conditions go to public health, each when a person says so',
  ),
  caseReportChannel: optional(
    'LAMPLIGHT_CASE_REPORT_CHANNEL',
    'Outbound channel of the format ccda by which initial case reports (eICR) go to public health, each when a person says so',
  ),
  reports: optional('LAMPLIGHT_REPORTS', 'Folder into which reports are written; without it "reports" in the data folder'),
  mailHost: optional('LAMPLIGHT_MAIL_HOST', 'Mail server (SMTP) by which reports tell that they are ready; without it no e-mail is sent'),
  mailPort: whole('LAMPLIGHT_MAIL_PORT', 587, 1, 65535, 'Port of the mail server'),
  mailTls: oneOf(
    'LAMPLIGHT_MAIL_TLS',
    'starttls',
    ['starttls', 'tls'] as const,
    'How the mail server is spoken to in secret: starttls, which only a server on this machine may lack, or tls from the first byte (port 465)',
  ),
  mailUser: optional('LAMPLIGHT_MAIL_USER', 'Account at the mail server; without it nobody signs in'),
  mailPassword: optional('LAMPLIGHT_MAIL_PASSWORD', 'Password of that account'),
  mailFrom: {
    env: 'LAMPLIGHT_MAIL_FROM',
    says: 'Address from which messages come',
    usual: undefined,
    takes: 'an address such as lamplight@example.org',
    read: (value) => (isAddress(value) ? value : undefined),
  } as Setting<string | undefined>,
  mailDomains: {
    env: 'LAMPLIGHT_MAIL_DOMAINS',
    says: 'Domains to which messages may go, separated by commas; without it to any',
    usual: undefined,
    takes: 'domains with commas between, such as example.org,example.net',
    read: (value) => (value.split(',').every((one) => isDomain(one.trim())) ? value.toLowerCase() : undefined),
  } as Setting<string | undefined>,
  warehouse: onOff('LAMPLIGHT_WAREHOUSE', true, 'Whether the record is also kept as tables, within seconds, for SQL (docs/warehouse.md)'),
  warehouseQueries: whole(
    'LAMPLIGHT_WAREHOUSE_QUERIES',
    2,
    1,
    16,
    'Queries of the tables that run at once, each with up to 512 MB of memory; others wait for their turn',
  ),
  sqlPort: portOrOffUsually(
    'LAMPLIGHT_SQL_PORT',
    'Port on which the tables are asked by PostgreSQL’s protocol, from psql, R, Python and BI tools; 5433 is a good one (docs/sql.md)',
  ),
  publicUrl: optional('LAMPLIGHT_PUBLIC_URL', 'Address under which clients reach it, for links; without it the Host header counts'),
  tlsKey: optional('LAMPLIGHT_TLS_KEY', 'File with the private key (PEM); with LAMPLIGHT_TLS_CERT it serves https'),
  tlsCert: optional('LAMPLIGHT_TLS_CERT', 'File with the certificate chain (PEM)'),
  trustProxy: onOff('LAMPLIGHT_TRUST_PROXY', false, 'Believe X-Forwarded-For and X-Forwarded-Proto of a proxy in front'),
  logLevel: oneOf(
    'LAMPLIGHT_LOG_LEVEL',
    'info',
    ['debug', 'info', 'warn', 'error', 'silent'] as const,
    'How much is logged; never patient data',
  ),
  readAudit: oneOf(
    'LAMPLIGHT_READ_AUDIT',
    'prompt',
    ['prompt', 'durable'] as const,
    'Whether a read is answered when its audit row is committed, or only when that is on disk (docs/decisions/0008)',
  ),
  bodyMegabytesMax: whole('LAMPLIGHT_BODY_MEGABYTES_MAX', 32, 1, 1024, 'Largest request body, also after unpacking, in megabytes'),
  bundleEntriesMax: whole('LAMPLIGHT_BUNDLE_ENTRIES_MAX', 20_000, 1, 1_000_000, 'Most entries of a batch or transaction'),
  pageSize: whole('LAMPLIGHT_PAGE_SIZE', 20, 1, 1000, 'Entries of a page where a search names no _count'),
  pageSizeMax: whole('LAMPLIGHT_PAGE_SIZE_MAX', 1000, 1, 10_000, 'Largest page that is given'),
  requestSeconds: whole('LAMPLIGHT_REQUEST_SECONDS', 120, 5, 3600, 'A request that takes longer to arrive is cut off'),
  statementSeconds: whole('LAMPLIGHT_STATEMENT_SECONDS', 30, 1, 3600, 'A search that runs longer is stopped'),
  ratePerMinute: whole(
    'LAMPLIGHT_RATE_PER_MINUTE',
    0,
    0,
    10_000_000,
    'Requests a minute of one address; 0 does not limit those that are signed in',
  ),
  signInRatePerMinute: whole(
    'LAMPLIGHT_SIGN_IN_RATE_PER_MINUTE',
    60,
    1,
    100_000,
    'Attempts a minute of one address to sign in or to fetch a token',
  ),
  cdsServices: optional(
    'LAMPLIGHT_CDS_SERVICES',
    'CDS Hooks services of others that are asked when orders are signed: base addresses with commas between. They get the order and what they prefetch of the patient',
  ),
  cdsToken: optional('LAMPLIGHT_CDS_TOKEN', 'Bearer token that is sent to them'),
  secondPerson: oneOf(
    'LAMPLIGHT_SECOND_PERSON',
    'sign-in',
    ['sign-in', 'badge'],
    'How the second person of a high-alert drug proves who they are: their own name and password or token, or a scanned badge as well',
  ),
  onTimeCriticalMinutes: whole(
    'LAMPLIGHT_ON_TIME_CRITICAL_MINUTES',
    30,
    1,
    1440,
    'How many minutes before and after its time a dose of a time-critical order is on time',
  ),
  onTimeOftenMinutes: whole(
    'LAMPLIGHT_ON_TIME_OFTEN_MINUTES',
    60,
    1,
    1440,
    'How many minutes before and after its time a dose is on time that is given more often than daily',
  ),
  onTimeDailyMinutes: whole(
    'LAMPLIGHT_ON_TIME_DAILY_MINUTES',
    120,
    1,
    1440,
    'How many minutes before and after its time a dose is on time that is given daily or less often',
  ),
  pumpTolerancePercent: whole(
    'LAMPLIGHT_PUMP_TOLERANCE_PERCENT',
    5,
    0,
    50,
    'By how much of a hundred the rate of an infusion pump may differ from what was ordered before it is told',
  ),
  pumpSilentMinutes: whole(
    'LAMPLIGHT_PUMP_SILENT_MINUTES',
    10,
    1,
    1440,
    'A pump with an infusion that was not heard of for so many minutes is said to be silent: what it does could not be checked',
  ),
  sessionHours: whole('LAMPLIGHT_SESSION_HOURS', 12, 1, 168, 'A session ends this long after sign-in'),
  idleMinutes: whole('LAMPLIGHT_IDLE_MINUTES', 30, 1, 1440, 'A session ends when it was not used for this long'),
  packages: optional(
    'LAMPLIGHT_PACKAGES',
    'FHIR packages with profiles of the site, separated by commas: folders of JSON, or .tgz as they are published (US Core, a national core)',
  ),
  validation: rules(
    'LAMPLIGHT_VALIDATION',
    'profiles=warn,binding=warn',
    'What a write that breaks a rule meets, by kind of rule: cardinality, type, fixed, slicing, binding, invariant, reference, bundle, profile, extension; profiles: all that the profiles in meta.profile ask for; codes: whether codes that are not at hand are looked up before a write. What is not named refuses; structure always does',
  ),
  exportDir: optional(
    'LAMPLIGHT_EXPORT_DIR',
    'Folder for the files of bulk exports; without it "exports" in the data folder. Several machines on one database must share it',
  ),
  importFrom: optional(
    'LAMPLIGHT_IMPORT_FROM',
    'Addresses from which $import may fetch, separated by commas, each with all that is below it; without it nothing is fetched',
  ),
  importToken: optional(
    'LAMPLIGHT_IMPORT_TOKEN',
    'Bearer token for the server whose export is taken over ($import with exportUrl, import --from)',
  ),
  importClient: optional(
    'LAMPLIGHT_IMPORT_CLIENT',
    'client_id at the server whose export is taken over (SMART Backend Services), in place of a token',
  ),
  importKey: optional('LAMPLIGHT_IMPORT_KEY', 'File with the private key of that client: PEM or one JWK; RSA, or EC on P-384'),
  importScope: text('LAMPLIGHT_IMPORT_SCOPE', 'system/*.read', 'What that client asks for'),
  importTokenUrl: optional(
    'LAMPLIGHT_IMPORT_TOKEN_URL',
    'Where that client gets its token; without it as .well-known/smart-configuration of the other server says',
  ),
  subscriptionTopics: optional(
    'LAMPLIGHT_SUBSCRIPTION_TOPICS',
    'Folder with further topics to subscribe to, as SubscriptionTopic of R5 in JSON (docs/subscriptions.md)',
  ),
  subscriptionEndpoints: optional(
    'LAMPLIGHT_SUBSCRIPTION_ENDPOINTS',
    'Addresses to which notifications of Subscriptions may go, separated by commas, each with all that is below it; without it all, also in private networks, but never link-local ones, where clouds keep their credentials',
  ),
  subscriptionsMax: whole('LAMPLIGHT_SUBSCRIPTIONS_MAX', 1000, 0, 100_000, 'Subscriptions that listen at once'),
  subscriptionPatienceMinutes: whole(
    'LAMPLIGHT_SUBSCRIPTION_PATIENCE_MINUTES',
    60,
    1,
    10_080,
    'A receiver that takes no notification for so long makes an error of its Subscription; $events tells it later what it missed',
  ),
  subscriptionKeepDays: whole(
    'LAMPLIGHT_SUBSCRIPTION_KEEP_DAYS',
    14,
    1,
    3650,
    'Events of Subscriptions are kept this many days for $events',
  ),
  backupPassphrase: optional(
    'LAMPLIGHT_BACKUP_PASSPHRASE',
    'For backup and restore: the passphrase of the backup, at least 12 characters; without it backups are not encrypted',
  ),
  knowledge: optional('LAMPLIGHT_KNOWLEDGE', 'Further folders of knowledge, separated by commas: they replace or extend what is built in'),
  simulateSeed: whole('LAMPLIGHT_DEMO_SEED', 1, 0, 2_000_000_000, 'Seed of the demonstration population'),
  demoPastDays: whole(
    'LAMPLIGHT_DEMO_PAST_DAYS',
    400,
    0,
    3660,
    'Days before its first start of which the living demonstration tells the visits, for forecasts and surveillance; 0: none',
  ),
  demoPatients: whole('LAMPLIGHT_DEMO_PATIENTS', 100, 1, 100_000, 'Patients of the demonstration population'),
  url: optional(
    'LAMPLIGHT_URL',
    'For load, search, get and feed: FHIR base of the server to speak to, in place of the one of the data folder',
  ),
  token: optional('LAMPLIGHT_TOKEN', 'For load, search, get and feed: bearer token for LAMPLIGHT_URL'),
} as const;

export type Settings = {
  -readonly [Name in keyof typeof settingTable]: (typeof settingTable)[Name] extends Setting<infer Value> ? Value : never;
};

const usualFile = 'lamplight.config.json';

/** Reads all settings. A wrong one is refused with its name, what was given and what it takes. */
export function readSettings(env: NodeJS.ProcessEnv = process.env): Result<Settings> {
  const file = readFile(env['LAMPLIGHT_CONFIG']);
  if (!file.ok) return file;
  const unknown = Object.keys(file.value.values).find((name) => !Object.hasOwn(settingTable, name));
  if (unknown !== undefined)
    return fail('invalid', `${file.value.path} holds the unknown setting "${unknown}": "lamplight settings" lists those that there are`);
  const found: Record<string, unknown> = {};
  for (const [name, setting] of Object.entries(settingTable) as [string, Setting<unknown>][]) {
    const given = env[setting.env] ?? file.value.values[name];
    if (given === undefined || given === '') {
      found[name] = setting.usual;
      continue;
    }
    const value = setting.read(String(given));
    if (value === undefined) {
      const shown = /password|passphrase|url|key|token/i.test(name) ? 'the value' : JSON.stringify(String(given).slice(0, 60));
      return fail(
        'invalid',
        `${env[setting.env] === undefined ? `${file.value.path}: ${name}` : setting.env} takes ${setting.takes}, not ${shown}`,
      );
    }
    found[name] = value;
  }
  const settings = found as Settings;
  if ((settings.tlsKey === undefined) !== (settings.tlsCert === undefined))
    return fail('invalid', 'LAMPLIGHT_TLS_KEY and LAMPLIGHT_TLS_CERT belong together: set both or neither');
  if ((settings.importClient === undefined) !== (settings.importKey === undefined))
    return fail('invalid', 'LAMPLIGHT_IMPORT_CLIENT and LAMPLIGHT_IMPORT_KEY belong together: set both or neither');
  if (
    (settings.mqttTlsKey === undefined) !== (settings.mqttTlsCert === undefined) ||
    (settings.mqttTlsCa !== undefined && settings.mqttTlsKey === undefined)
  )
    return fail('invalid', 'LAMPLIGHT_MQTT_TLS_KEY and LAMPLIGHT_MQTT_TLS_CERT belong together, and LAMPLIGHT_MQTT_TLS_CA needs both');
  if (settings.mailHost !== undefined && (settings.mailFrom === undefined || settings.publicUrl === undefined))
    return fail(
      'invalid',
      'LAMPLIGHT_MAIL_HOST needs LAMPLIGHT_MAIL_FROM, and LAMPLIGHT_PUBLIC_URL for the links in messages: set all three',
    );
  if ((settings.mailUser === undefined) !== (settings.mailPassword === undefined))
    return fail('invalid', 'LAMPLIGHT_MAIL_USER and LAMPLIGHT_MAIL_PASSWORD belong together: set both or neither');
  if (settings.sqlPort !== 'off' && !settings.warehouse)
    return fail('invalid', 'LAMPLIGHT_SQL_PORT asks the tables of the warehouse: leave out LAMPLIGHT_WAREHOUSE=off');
  if (settings.replicaUrl !== undefined && settings.databaseUrl === undefined)
    return fail('invalid', 'LAMPLIGHT_REPLICA_URL names a standby of the database that DATABASE_URL names: set that too');
  return ok(settings);
}

function readFile(named: string | undefined): Result<{ path: string; values: Record<string, unknown> }> {
  const path = named ?? usualFile;
  let content: string;
  try {
    content = readFileSync(path, 'utf8');
  } catch {
    return named === undefined ? ok({ path, values: {} }) : fail('not-found', `LAMPLIGHT_CONFIG names ${path}, which cannot be read`);
  }
  try {
    const values: unknown = JSON.parse(content);
    if (typeof values === 'object' && values !== null && !Array.isArray(values))
      return ok({ path, values: values as Record<string, unknown> });
    return fail('invalid', `${path} must hold one JSON object`);
  } catch (error) {
    return fail('invalid', `${path} is not valid JSON: ${(error as Error).message}`);
  }
}
