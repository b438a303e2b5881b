// The closed loop and recalls as the screen asks for them (src/gateways/medication/loop-ward.ts, recall.ts).
import type {
  ShownDiscrepancy as Discrepancy,
  LoopOrder,
  PatientLoop as PatientAlone,
  PatientInBed,
  Recall,
  RecalledDose,
  WardLoop,
} from '../../../../src/gateways/medication/loop-answers.ts';
import type { RecalledPerson } from '../../../../src/gateways/medication/recall-people.ts';
import type { DiscrepancyKind } from '../../../../src/modules/medication-administration/loop.ts';
import { query } from '../../api/fhir.ts';
import { ask } from '../../api/http.ts';

export type { Discrepancy, DiscrepancyKind, LoopOrder, Recall, RecalledDose, RecalledPerson };
/** Of a ward, or asked for alone. */
export type PatientLoop = PatientAlone & Partial<PatientInBed>;

/** A ward is read whole: it is asked again when somebody asks, not with every change. */
export const wardLoop = (ward: string) => ({
  queryKey: ['medication-loop', 'ward', ward],
  staleTime: 60_000,
  queryFn: ({ signal }: { signal: AbortSignal }) => ask<WardLoop>(`/medication/loop${query({ ward: `Location/${ward}` })}`, { signal }),
});
export const patientLoop = (patient: string) => ({
  queryKey: ['medication-loop', 'patient', patient],
  staleTime: 60_000,
  queryFn: ({ signal }: { signal: AbortSignal }) => ask<PatientAlone>(`/medication/loop${query({ patient })}`, { signal }),
});

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
