// What a visit is by its class and by what happened to it: HL7 tables 0004 and 0003 (v2-to-FHIR concept maps PatientClass and Event;
// where those have no row, HL7 v2.8, chapter 3, says what the event means).

import { bare } from '../bare.ts';

export const actCodes = 'http://terminology.hl7.org/CodeSystem/v3-ActCode';

/** HL7 table 0004 as v3-ActCode; the others keep their v2 code. */
export const classes = { E: 'EMER', I: 'IMP', O: 'AMB', P: 'PRENC', V: 'VR' };

/** Status of the visit after the event. Those that are not here say nothing of it. */
export const statusAfter = bare<string>({
  A01: 'in-progress',
  A02: 'in-progress',
  A03: 'finished',
  A04: 'arrived',
  A05: 'planned',
  A06: 'in-progress',
  A07: 'in-progress',
  A11: 'cancelled',
  A12: 'in-progress',
  A13: 'in-progress',
  A14: 'planned',
  A21: 'onleave',
  A22: 'in-progress',
  A23: 'entered-in-error',
  A27: 'cancelled',
  A38: 'cancelled',
  A52: 'in-progress',
  A53: 'onleave',
});

/** What the event takes back beyond what it says. */
export const removedBy = bare<readonly string[]>({
  A01: ["location.where(status='planned')"],
  A02: ["location.where(status='reserved')"],
  A04: ["location.where(status='planned')"],
  A12: ["location.where(status='completed')"],
  A13: ['period.end', 'hospitalization.dischargeDisposition', 'hospitalization.destination', 'length'],
  A25: ["extension.where(url='http://hl7.org/fhir/5.0/StructureDefinition/extension-Encounter.plannedEndDate')"],
  A26: ["location.where(status='reserved')"],
});

/** Status by the class alone, for messages that say nothing of what happened to the visit. */
export const statusOfClass = bare<string>({ P: 'planned', U: 'unknown' });
