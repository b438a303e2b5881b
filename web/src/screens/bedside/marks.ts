// Each state of a dose by shape and word, so that neither colour nor eyesight has to tell them apart; and outcomes with the coded
// reasons that the server asks for (src/modules/medication-administration/recording.ts, which marks.test.ts holds it to).
import type { Outcome } from '../../../../src/modules/medication-administration/contract.ts';

export type DoseState = Outcome | 'planned' | 'due' | 'overdue' | 'unrecorded';

export interface Mark {
  shape: string;
  word: string;
}

export const marks: Readonly<Record<DoseState, Mark>> = {
  planned: { shape: '○', word: 'Planned' },
  due: { shape: '◆', word: 'Due now' },
  overdue: { shape: '▲', word: 'Overdue' },
  unrecorded: { shape: '?', word: 'No record' },
  given: { shape: '✓', word: 'Given' },
  'partly-given': { shape: '◐', word: 'Partly given' },
  'self-administered': { shape: '✓', word: 'Self-administered' },
  hung: { shape: '◇', word: 'On a pump' },
  infusing: { shape: '▶', word: 'Infusing' },
  completed: { shape: '■', word: 'Completed' },
  stopped: { shape: '■', word: 'Stopped' },
  removed: { shape: '↥', word: 'Removed' },
  held: { shape: '‖', word: 'Held' },
  refused: { shape: '✕', word: 'Refused' },
  'not-given': { shape: '⊘', word: 'Not given' },
  'missing-dose': { shape: '!', word: 'Dose missing' },
};

/** What can be recorded, as it is offered. */
export const outcomeChoices: readonly { title: string; outcomes: readonly Outcome[] }[] = [
  { title: 'It was taken', outcomes: ['given', 'partly-given', 'self-administered'] },
  { title: 'It was not', outcomes: ['held', 'refused', 'not-given', 'missing-dose'] },
  { title: 'It runs, or is in place', outcomes: ['hung', 'infusing', 'completed', 'stopped', 'removed'] },
];

export const takes: readonly Outcome[] = ['given', 'partly-given', 'self-administered', 'hung', 'infusing'];

/** Code → in words. `other` needs words of one's own. */
export const outcomeReasons: Readonly<Partial<Record<Outcome, Readonly<Record<string, string>>>>> = {
  'not-given': {
    'patient-away': 'Patient is away',
    'no-access': 'No line or tube',
    'nothing-by-mouth': 'Nothing by mouth',
    'not-needed': 'Not needed',
    'clinical-judgement': 'Clinical judgement',
    'order-changed': 'Order was changed',
    other: 'Other',
  },
  held: {
    'vital-sign': 'Vital sign',
    'laboratory-value': 'Laboratory value',
    'nothing-by-mouth': 'Nothing by mouth',
    procedure: 'Procedure',
    'prescriber-asked': 'Prescriber asked',
    'clinical-judgement': 'Clinical judgement',
    other: 'Other',
  },
  refused: {
    'patient-refused': 'Patient refused',
    'relative-refused': 'Relative refused',
    'side-effects-feared': 'Side effects feared',
    other: 'Other',
  },
  'missing-dose': {
    'not-delivered': 'Not delivered',
    damaged: 'Damaged',
    expired: 'Expired',
    recalled: 'Recalled',
    other: 'Other',
  },
  stopped: {
    'prescriber-asked': 'Prescriber asked',
    reaction: 'Reaction',
    'line-lost': 'Line was lost',
    procedure: 'Procedure',
    other: 'Other',
  },
};

/** Why it is given although there is a warning. */
export const warningReasons: Readonly<Record<string, string>> = {
  'prescriber-informed': 'Prescriber knows and agrees',
  'pharmacist-informed': 'Pharmacist knows and agrees',
  'checked-by-hand': 'Checked by hand',
  'patient-was-away': 'Patient was away',
  'was-delayed': 'It could not be sooner',
  'patient-needs-it-now': 'Patient needs it now',
  other: 'Other',
};

/** Why something cannot be scanned. */
export const notScannedReasons: Readonly<Record<string, string>> = {
  'damaged-wristband': 'Wristband damaged',
  'damaged-label': 'Label damaged',
  'no-barcode': 'No barcode on it',
  'product-not-in-directory': 'Product is not known',
  'scanner-failure': 'Scanner does not work',
  'patient-isolated': 'Patient is isolated',
  emergency: 'Emergency',
  downtime: 'System was down',
};

export const indications = ['pain', 'nausea', 'fever', 'anxiety', 'sleep', 'breathlessness', 'constipation'];

export const sites = [
  'left arm',
  'right arm',
  'left abdomen',
  'right abdomen',
  'left thigh',
  'right thigh',
  'left buttock',
  'right buttock',
];

/** Routes where the place matters: it is changed from dose to dose. */
export const routesWithSite = ['subcutaneous', 'intramuscular', 'transdermal', 'intradermal'];
export const otherRoutes = ['oral', 'enteral-tube', 'intravenous', 'subcutaneous', 'intramuscular', 'inhaled', 'rectal', 'topical'];
