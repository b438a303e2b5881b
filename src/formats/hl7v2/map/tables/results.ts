// Results: HL7 tables 0085 (status of a result), 0123 (status of a report), 0078 (interpretation) and 0074 (section of the service)
// in the words of FHIR (v2-to-FHIR concept maps; rows that these leave open are ours).
import { bare } from '../bare.ts';

/** HL7 table 0085 to http://hl7.org/fhir/observation-status. */
export const observationStatuses: Readonly<Record<string, string>> = {
  F: 'final',
  C: 'corrected',
  P: 'preliminary',
  A: 'amended',
  D: 'entered-in-error',
  I: 'registered',
  X: 'cancelled',
  W: 'entered-in-error',
  B: 'amended',
  N: 'final',
  O: 'registered',
  R: 'preliminary',
  S: 'preliminary',
  U: 'final',
  V: 'final',
};

/** Why there is no value (http://terminology.hl7.org/CodeSystem/data-absent-reason), by HL7 table 0085. */
export const absentByStatus = bare<string>({ N: 'not-asked', X: 'unknown' });

/** HL7 table 0123 to http://hl7.org/fhir/diagnostic-report-status. */
export const reportStatuses: Readonly<Record<string, string>> = {
  F: 'final',
  C: 'corrected',
  P: 'preliminary',
  A: 'partial',
  O: 'registered',
  I: 'registered',
  S: 'registered',
  R: 'partial',
  X: 'cancelled',
  M: 'amended',
  N: 'registered',
  Y: 'unknown',
  Z: 'unknown',
};

/** HL7 table 0078 to http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation, which took most of it over. */
export const interpretations: Readonly<Record<string, string>> = Object.fromEntries(
  ['L', 'H', 'LL', 'HH', '<', '>', 'N', 'A', 'AA', 'U', 'D', 'B', 'W', 'S', 'R', 'I', 'SDD', 'SYN-R', 'SYN-S', 'NS']
    .concat([
      'POS',
      'NEG',
      'IND',
      'DET',
      'ND',
      'AC',
      'QCF',
      'TOX',
      'CAR',
      'RR',
      'WR',
      'NR',
      'HU',
      'LU',
      'EXP',
      'UNE',
      'HX',
      'LX',
      'IE',
      'OBX',
    ])
    .map((code) => [code, code]),
);

const laboratory = 'BG BLB CG CH CP GE HM IMM LAB MB MCB MYC OSL SP SR TX VR'.split(' ');
const imaging = 'CT CTH CUS NMR NMS OUS RAD RUS RX VUS XRC'.split(' ');
const procedures = 'EC EN PF'.split(' ');
const therapies = 'OT PT RC RT'.split(' ');

/** HL7 table 0074 to http://terminology.hl7.org/CodeSystem/observation-category, where it says so. */
export const categories = bare<string>(
  Object.fromEntries(
    [
      [laboratory, 'laboratory'] as const,
      [imaging, 'imaging'] as const,
      [procedures, 'procedure'] as const,
      [therapies, 'therapy'] as const,
      [['ICU'], 'vital-signs'] as const,
      [['PHY'], 'exam'] as const,
    ].flatMap(([codes, category]) => codes.map((code): [string, string] => [code, category])),
  ),
);
