// Why an order is signed although an alert interrupted: the codes that the server knows (POST /medication/sign), in words.
export const overrideReasons = [
  { value: 'benefit-outweighs-risk', label: 'Benefit outweighs the risk' },
  { value: 'will-monitor', label: 'Will monitor' },
  { value: 'tolerated-before', label: 'Tolerated before' },
  { value: 'dose-adjusted', label: 'Dose is adjusted' },
  { value: 'not-accurate', label: 'The alert is not right for this patient' },
  { value: 'no-alternative', label: 'No alternative' },
  { value: 'palliative', label: 'Palliative care' },
] as const;
