// Where doses of a downtime are kept until they are sent: a draft of a ward, not of a patient, one for each bundle.
export const place = 'ward';
export const formOf = (bundle: string): string => `downtime:${bundle}`;
