// Names of resource types as clinicians say them; the others are put into words from their own names.
const names: Readonly<Record<string, string>> = {
  AllergyIntolerance: 'allergy',
  Condition: 'problem',
  DocumentReference: 'note or document',
  MedicationRequest: 'prescription',
  MedicationStatement: 'medication as told',
  MedicationAdministration: 'dose given',
  Observation: 'observation',
  DiagnosticReport: 'report',
  ServiceRequest: 'order',
  Encounter: 'encounter',
};

export const nameOfResource = (type: string): string =>
  Object.hasOwn(names, type) ? (names[type] ?? type) : type.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();
