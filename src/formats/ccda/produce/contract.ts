// What is asked for where a document is written from the record, and what a section kind is.
import type { Device, Organization, Patient, Practitioner, Resource } from '../../../fhir/generated/types.ts';
import type { Node } from './xml.ts';

export type DocumentKind =
  | 'continuity-of-care'
  | 'discharge-summary'
  | 'referral-note'
  | 'progress-note'
  | 'consultation-note'
  | 'operative-note'
  | 'history-and-physical'
  | 'case-report'
  | 'unstructured';

/** Which document, of whom, when. */
export interface Wish {
  kind: DocumentKind;
  author: Practitioner | Organization | Device;
  /** Who keeps it. */
  custodian: Organization;
  /** FHIR dateTime with an offset. */
  time: string;
  /** Names the document: the same name and time give the same id. */
  sender: string;
  title?: string;
  /** Words for sections that have no entries, by LOINC code (`8648-8`: the hospital course). */
  texts?: Readonly<Record<string, string>>;
  /** The encounter that the document is about, by its id among the resources. */
  encounter?: string;
  /** For whom (a referral). */
  recipient?: Practitioner | Organization;
  /** The content of an unstructured document. */
  content?: { contentType: string; bytes: Uint8Array };
  /** What a case report (eICR) says besides. */
  caseReport?: CaseReport;
}

/** An initial case report is one of a series: later ones of the same case replace the one before. */
export interface CaseReport {
  /** A UUID: the same in all versions. */
  setId: string;
  /** From 1. */
  version: number;
  /** What made it a case, `Condition/1`, and which of its codes are trigger codes. */
  triggers: readonly string[];
  isTrigger(code: string): boolean;
  /** Which list the codes were found in: an OID, and its version. */
  valueSet: { oid: string; version: string };
}

export interface Chart {
  patient: Patient;
  resources: readonly Resource[];
  wish: Wish;
  find(reference: string | undefined): Resource | undefined;
}

/** A kind of section: what it holds, how it reads, what its entries are. */
export interface SectionKind {
  code: string;
  title: string;
  templates: readonly (readonly [root: string, extension?: string])[];
  /** Heads of the columns of its table. */
  columns: readonly string[];
  /** One for each thing that it says. */
  items(chart: Chart): { cells: string[]; entry?: (link: string) => Node }[];
}
