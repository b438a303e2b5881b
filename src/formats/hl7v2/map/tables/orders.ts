// Orders: HL7 tables 0119 (order control), 0038 (order status) and 0485 (priority) in the words of FHIR's requests
// (v2-to-FHIR concept maps OrderControlCode, OrderStatus, ExtendedPriorityCodes; rows that these leave open are ours).

/** HL7 table 0119 to http://hl7.org/fhir/request-status. Codes that only ask or answer say nothing of the order. */
export const controlToRequestStatus: Readonly<Record<string, string>> = {
  NW: 'active',
  OK: 'active',
  CA: 'revoked',
  OC: 'revoked',
  CR: 'revoked',
  DC: 'revoked',
  OD: 'revoked',
  DR: 'revoked',
  DF: 'revoked',
  HD: 'on-hold',
  OH: 'on-hold',
  HR: 'on-hold',
  AF: 'active',
  PR: 'active',
  RL: 'active',
  OE: 'active',
  OR: 'active',
  RO: 'active',
  RQ: 'active',
  PY: 'active',
  XO: 'active',
  XX: 'active',
  XR: 'active',
  RP: 'revoked',
  RU: 'revoked',
  FU: 'completed',
  OF: 'completed',
};

/** HL7 table 0038 to http://hl7.org/fhir/request-status. */
export const orderToRequestStatus: Readonly<Record<string, string>> = {
  IP: 'active',
  SC: 'active',
  A: 'active',
  CM: 'completed',
  CA: 'revoked',
  DC: 'revoked',
  RP: 'revoked',
  HD: 'on-hold',
  ER: 'entered-in-error',
};

/** The same for http://hl7.org/fhir/CodeSystem/medicationrequest-status, which says cancelled and stopped. */
const medicationWords: Readonly<Record<string, string>> = { revoked: 'cancelled' };
const reworded = (table: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(table).map(([code, status]) => [code, medicationWords[status] ?? status]));

export const controlToMedicationStatus: Readonly<Record<string, string>> = {
  ...reworded(controlToRequestStatus),
  DC: 'stopped',
  OD: 'stopped',
  DR: 'stopped',
  FU: 'active',
  OF: 'active',
};
export const orderToMedicationStatus: Readonly<Record<string, string>> = {
  ...reworded(orderToRequestStatus),
  DC: 'stopped',
  RP: 'stopped',
};

/** HL7 tables 0485 and 0027 to http://hl7.org/fhir/request-priority. */
export const priorities: Readonly<Record<string, string>> = {
  S: 'stat',
  STAT: 'stat',
  A: 'asap',
  ASAP: 'asap',
  R: 'routine',
  ROUTINE: 'routine',
  U: 'urgent',
  URGENT: 'urgent',
};
