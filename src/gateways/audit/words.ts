// What the rows of the audit trail say in the words of a records office, and the names by which they are asked for.

/** What was done, by the name that the trail keeps. */
export const actionWords: Record<string, string> = {
  read: 'read',
  vread: 'read an earlier version',
  search: 'searched',
  include: 'was shown with a search',
  history: 'looked at the history',
  create: 'made',
  update: 'changed',
  delete: 'deleted',
  transaction: 'sent several changes together',
  export: 'exported',
  download: 'fetched a file of an export or an import',
  import: 'took over from another record',
  audit: 'looked at the audit trail',
  backup: 'made a backup of everything',
  restore: 'restored everything from a backup',
  'message-search': 'looked for messages of other systems',
  'message-read': 'read a message of another system',
  'message-send': 'sent a message',
  'message-again': 'had messages done again',
  'message-drop': 'left a message out',
  'message-prune': 'gave up old messages',
  'channel-pause': 'paused a channel',
  'channel-resume': 'resumed a channel',
  'warehouse-query': 'asked the tables in SQL',
  'warehouse-summary': 'was shown counts of the tables',
  'question-keep': 'kept a question for everybody',
  'question-remove': 'took a question away',
  'dashboard-keep': 'kept a dashboard for everybody',
  'dashboard-remove': 'took a dashboard away',
  'report-keep': 'kept a report, which runs with the own rights',
  'report-remove': 'took a report away with its files',
  'report-ask': 'had a report made',
  'report-run': 'was asked by a report',
  'report-file': 'took a file of a report',
  'report-pdf': 'took a dashboard or question as PDF',
  'account-list': 'looked at the accounts',
  'account-create': 'made an account',
  'account-disable': 'disabled an account',
  'account-enable': 'enabled an account',
  'account-password': 'set a password',
  'account-role': 'changed a role',
  settings: 'looked at the settings',
  'job-list': 'looked at the jobs',
  'job-cancel': 'cancelled a job',
  'terminology-list': 'looked at the releases of terminology',
  'terminology-use': 'put a release of terminology into use',
  'backup-list': 'looked at the backups',
  'rules-look': 'looked at how rules of medication safety do',
  'rules-replay': 'ran rules of medication safety over past orders',
  'rules-replay-look': 'looked at a replay of rules',
  'rules-change': 'asked for a change of a rule',
  'rules-sign': 'signed or refused a change of a rule',
  'rules-revoke': 'took back a change of a rule',
  'rules-proposal': 'answered a proposal about a rule',
  'surveillance-look': 'looked at surveillance',
  'surveillance-rows': 'looked at the persons behind a number of surveillance',
  'surveillance-note': 'said what became of an alert of surveillance',
  'forecast-look': 'looked at forecasts of the hospital',
  'forecast-plan': 'changed planned staff or from when on to be warned',
  'outcomes-look': 'looked at indicators of the house',
  'outcomes-note': 'wrote beside a chart of an indicator',
  'questionnaire-list': 'looked at the questionnaires that may be loaded',
};

/** Names for several actions at once. */
export const actionGroups: Record<string, string[]> = {
  seen: ['read', 'vread', 'search', 'include', 'history', 'export', 'download'],
  changed: ['create', 'update', 'delete', 'transaction'],
  administered: [
    'account-list',
    'account-create',
    'account-disable',
    'account-enable',
    'account-password',
    'account-role',
    'settings',
    'job-list',
    'job-cancel',
    'terminology-list',
    'terminology-use',
    'backup-list',
    'questionnaire-list',
    'forecast-plan',
    'backup',
    'restore',
  ],
};

/** How it ended, by the status that the trail keeps. */
export const outcomes: Record<string, { words: string; statuses: number[] }> = {
  done: { words: 'done', statuses: [200] },
  refused: { words: 'refused', statuses: [401, 403] },
  missing: { words: 'not there', statuses: [404, 410] },
  conflict: { words: 'not done: another change came before', statuses: [409, 412] },
  failed: { words: 'not done: it could not be accepted', statuses: [400] },
};

const byStatus = new Map(Object.values(outcomes).flatMap(({ words, statuses }) => statuses.map((status) => [status, words] as const)));

export const outcomeWords = (status: number): string => byStatus.get(status) ?? String(status);

/** http://terminology.hl7.org/CodeSystem/v3-ActReason, below PurposeOfUse. */
const purposes: Record<string, string> = {
  TREAT: 'treatment',
  ETREAT: 'emergency treatment',
  BTG: 'break the glass',
  CAREMGT: 'care management',
  COORD: 'coordination of care',
  HPAYMT: 'payment',
  HOPERAT: 'operation of the house',
  HRESCH: 'research',
  HSYSADMIN: 'administration of the system',
  HQUALIMP: 'improvement of quality',
  HLEGAL: 'legal',
  PATRQT: 'wish of the patient',
  PUBHLTH: 'public health',
  HDM: 'donation',
};

export const purposeWords = (code: string): string => purposes[code] ?? code;
