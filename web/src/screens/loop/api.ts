// The closed loop and recalls as the screen asks for them (src/gateways/medication/loop-ward.ts, recall.ts).

import type { RecalledPerson } from '../../../../src/gateways/medication/recall-people.ts';
import type { DiscrepancyKind } from '../../../../src/modules/medication-administration/loop.ts';
import { query } from '../../api/fhir.ts';
import { ask } from '../../api/http.ts';

export type { DiscrepancyKind, RecalledPerson };

export interface Discrepancy {
  kind: DiscrepancyKind;
  says: string;
  /** The order first, where there is one. */
  refs: string[];
  at?: string;
}
export interface Given {
  ref: string;
  at: string;
  outcome: string;
  dose?: { value: number; unit: string };
  lots?: { lot: string; product: string }[];
}
export interface Dispensed {
  ref: string;
  title: string;
  at?: string;
  lot?: string;
}
export interface LoopOrder {
  order: string;
  title: string;
  status: string;
  signed: { at?: string; by?: string };
  verified?: { at?: string; by?: string };
  ended?: { at?: string; reason?: string };
  dispensed: Dispensed[];
  given: Given[];
  effects: { ref: string; dose?: string; done: boolean; due?: string }[];
}
export interface PatientLoop {
  patient: string;
  /** Of a ward. */
  bed?: string;
  name?: string;
  since: string;
  discrepancies: Discrepancy[];
  loops: LoopOrder[];
  strays: { given: Given[]; dispensed: Dispensed[] };
  notRead: string[];
  /** Ended orders of which nothing is said. */
  leftOut?: number;
}
export interface WardLoop {
  ward: string;
  name: string;
  patients: PatientLoop[];
  notRead: { patient: string; bed: string; why: string }[];
}

/** A ward is read whole: it is asked again when somebody asks, not with every change. */
export const wardLoop = (ward: string) => ({
  queryKey: ['medication-loop', 'ward', ward],
  staleTime: 60_000,
  queryFn: ({ signal }: { signal: AbortSignal }) => ask<WardLoop>(`/medication/loop${query({ ward: `Location/${ward}` })}`, { signal }),
});
export const patientLoop = (patient: string) => ({
  queryKey: ['medication-loop', 'patient', patient],
  staleTime: 60_000,
  queryFn: ({ signal }: { signal: AbortSignal }) => ask<PatientLoop>(`/medication/loop${query({ patient })}`, { signal }),
});

export interface RecalledDose {
  ref: string;
  patient?: string;
  at?: string;
  how: 'given' | 'dispensed';
  product?: string;
  lots?: string[];
}
export interface Recall {
  lot?: string;
  ndc?: string;
  /** Codes that the number can mean, where it can mean several. */
  means?: string[];
  people: RecalledPerson[];
  doses: RecalledDose[];
  stops: string[];
  notRead: string[];
  says: string;
}
export interface RecallAsked {
  lot?: string | undefined;
  ndc?: string | undefined;
  product?: string | undefined;
  since?: string | undefined;
}
/** By the code of a package; the answer says the lot and the number in it. */
export const recallOfPackage = (scan: string, since: string | undefined): Promise<Recall> =>
  ask<Recall>(`/medication/recall${query({ scan, since })}`);
export const recallQuery = (asked: RecallAsked) => ({
  queryKey: ['medication-recall', asked.lot, asked.ndc, asked.product, asked.since],
  queryFn: ({ signal }: { signal: AbortSignal }) => ask<Recall>(`/medication/recall${query({ ...asked })}`, { signal }),
});
