// Parameters that bind a resource to a patient although the R4 Patient compartment (http://hl7.org/fhir/R4/compartmentdefinition-patient.html)
// leaves its type out. Access control depends on them: without them a patient's task would be kept as nobody's.
import type { ResourceType } from '../generated/types.ts';

export const patientLinks: { type: ResourceType; parameter: string; reason: string }[] = [
  { type: 'Task', parameter: 'patient', reason: 'Task.for: who benefits from the task; R5 added it to the compartment' },
  { type: 'Device', parameter: 'patient', reason: 'Device.patient: an implant or a device given to one patient' },
  { type: 'GuidanceResponse', parameter: 'patient', reason: 'GuidanceResponse.subject: advice computed for one patient' },
  { type: 'Contract', parameter: 'patient', reason: 'Contract.subject: an agreement about one patient, such as a treatment contract' },
  { type: 'VerificationResult', parameter: 'target', reason: 'VerificationResult.target: what was verified of a Patient' },
  { type: 'Linkage', parameter: 'item', reason: 'Linkage.item: says that two Patients are one person' },
];
