// Documents: HL7 tables 0271 (how far it is), 0273 (whether it can be had), 0272 (who may see it) and the MDM events in the words of
// FHIR (HL7 v2.8, chapter 9; v2-to-FHIR maps TXA[DocumentReference], DocumentConfidentialityStatus).
import { bare } from '../bare.ts';

/** HL7 table 0271 to http://hl7.org/fhir/composition-status. */
export const completion: Readonly<Record<string, string>> = {
  AU: 'final',
  LA: 'final',
  PA: 'preliminary',
  DI: 'preliminary',
  DO: 'preliminary',
  IN: 'preliminary',
  IP: 'preliminary',
};

/** HL7 table 0273 to http://hl7.org/fhir/document-reference-status. */
export const availability: Readonly<Record<string, string>> = { AV: 'current', OB: 'superseded', CA: 'entered-in-error', UN: 'current' };

/** MDM events that say what a document is to its parent (http://hl7.org/fhir/document-relationship-type). */
export const relations = bare<string>({ T05: 'appends', T06: 'appends', T09: 'replaces', T10: 'replaces' });

/** MDM events that take a document back. */
export const cancels: ReadonlySet<string> = new Set(['T11']);
