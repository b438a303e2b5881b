// Role × resource class × action: what each role may do, before the person's own limits. One page to be read and argued
// about by people who are not programmers; a site's changes to it start here.
//
// Invariant: nobody updates or deletes an AuditEvent or a Provenance, administrators neither: what was written down about who
// did what is worth nothing once it can be mended. A mistake in it is answered by a further entry.
import type { ResourceType } from '../fhir/generated/types.ts';
import type { Action, Role } from './contract.ts';
import type { ResourceClass } from './resource-classes.ts';

type Grants = Partial<Record<ResourceClass, readonly Action[]>>;

export interface RoleRow {
  classes: Grants;
  /** Types for which something else holds than for their class. */
  types?: Partial<Record<ResourceType, readonly Action[]>>;
}

const read: readonly Action[] = ['read', 'search', 'history'];
const readAndExport: readonly Action[] = [...read, 'export'];
const readAndCreate: readonly Action[] = [...read, 'create'];
const readCreateExportImport: readonly Action[] = [...readAndCreate, 'export', 'import'];
const readAndUpdate: readonly Action[] = [...read, 'create', 'update'];
const readAndDelete: readonly Action[] = [...read, 'delete'];
const readAndWrite: readonly Action[] = [...readAndUpdate, 'delete'];
const everything: readonly Action[] = [...readAndWrite, 'export'];
const all: readonly Action[] = [...everything, 'import'];

export const roleTable: Record<Role, RoleRow> = {
  administrator: {
    classes: { shared: all, clinical: all, orders: all, financial: all, trail: all, system: all },
    types: { AuditEvent: readCreateExportImport, Provenance: readCreateExportImport },
  },
  clinician: {
    classes: { shared: read, clinical: readAndWrite, orders: readAndWrite, financial: read },
    types: { Provenance: readAndCreate },
  },
  // As a clinician, without prescribing and without deleting.
  nurse: {
    classes: { shared: read, clinical: readAndUpdate, orders: readAndUpdate, financial: read },
    types: { MedicationRequest: read, Provenance: readAndCreate },
  },
  pharmacist: {
    classes: { shared: read, clinical: read, orders: read },
    types: {
      Medication: readAndUpdate,
      MedicationKnowledge: readAndUpdate,
      MedicationRequest: readAndUpdate,
      MedicationDispense: readAndUpdate,
      MedicationAdministration: readAndUpdate,
      MedicationStatement: readAndUpdate,
      DetectedIssue: readAndUpdate,
      // What waits for verification, and what is to be monitored.
      Task: readAndUpdate,
      Provenance: readAndCreate,
    },
  },
  analyst: { classes: { shared: readAndExport, clinical: readAndExport, orders: readAndExport, financial: readAndExport } },
  'records-officer': {
    classes: { shared: read, clinical: readAndDelete, orders: readAndDelete, financial: readAndDelete, trail: read, system: read },
    types: {
      Patient: readAndWrite,
      RelatedPerson: readAndWrite,
      Person: readAndWrite,
      Linkage: readAndWrite,
      Consent: readAndWrite,
      DocumentReference: readAndWrite,
      DocumentManifest: readAndWrite,
      Binary: readAndWrite,
      List: readAndWrite,
      // What messages leave open about identities: theirs to settle.
      Task: readAndWrite,
      Provenance: readAndCreate,
    },
  },
  // Their own compartment only: see decide.ts.
  patient: { classes: { shared: read, clinical: read, orders: read, financial: read } },
  // Other programs: devices, laboratories, gateways, modules. They say what they did and cannot look at what others did.
  system: {
    classes: { shared: everything, clinical: everything, orders: everything, financial: everything },
    types: {
      Provenance: readAndCreate,
      AuditEvent: ['create'],
      // That a cover was verified, as a message says it.
      VerificationResult: readAndUpdate,
      Subscription: readAndWrite,
      MessageHeader: readAndWrite,
    },
  },
};
