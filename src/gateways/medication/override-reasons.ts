// Why an order is signed although an alert interrupted: coded, so that rules can be judged by it.
export const overrideReasons = [
  { code: 'benefit-outweighs-risk', display: 'Benefit outweighs the risk' },
  { code: 'will-monitor', display: 'Will monitor' },
  { code: 'tolerated-before', display: 'Tolerated before' },
  { code: 'dose-adjusted', display: 'Dose is adjusted' },
  { code: 'not-accurate', display: 'The alert is not right for this patient' },
  { code: 'no-alternative', display: 'No alternative' },
  { code: 'palliative', display: 'Palliative care' },
] as const;
