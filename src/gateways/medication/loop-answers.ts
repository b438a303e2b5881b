// What is answered of orders and what became of them, and of recalls. The JSON is these interfaces as they stand, and the workbench reads them by them.
import type { GivenDose } from '../../modules/medication-administration/contract.ts';
import type { Discrepancy, Dispensed } from '../../modules/medication-administration/loop.ts';
import type { RecalledPerson } from './recall-people.ts';

export interface ShownDiscrepancy extends Omit<Discrepancy, 'atMs'> {
  at?: string;
}

export interface ShownDose extends Pick<GivenDose, 'ref' | 'outcome' | 'dose'> {
  at: string;
  /** Those that were scanned. */
  lots?: { lot: string; product: string }[];
}

export interface ShownDispense extends Pick<Dispensed, 'ref' | 'title' | 'lot'> {
  at?: string;
}

export interface LoopOrder {
  order: string;
  title: string;
  status: string;
  signed: { at?: string; by?: string };
  verified?: { at?: string; by?: string };
  ended?: { at?: string; reason?: string };
  dispensed: ShownDispense[];
  given: ShownDose[];
  effects: { ref: string; dose?: string; done: boolean; due?: string }[];
}

export interface PatientLoop {
  patient: string;
  since: string;
  discrepancies: ShownDiscrepancy[];
  loops: LoopOrder[];
  strays: { given: ShownDose[]; dispensed: ShownDispense[] };
  notRead: string[];
}

export interface PatientInBed extends PatientLoop {
  bed: string;
  name: string;
  /** Ended orders of which nothing is said. */
  leftOut: number;
}

export interface WardLoop {
  ward: string;
  name: string;
  patients: PatientInBed[];
  notRead: { patient: string; bed: string; why: string }[];
}

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
  patients: string[];
  people: RecalledPerson[];
  doses: RecalledDose[];
  /** There are more than were read: `stops` says of what. */
  more?: true;
  stops: string[];
  notRead: string[];
  says: string;
}
