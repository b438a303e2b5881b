// Where a resource refers to what was said inside its statement (http://hl7.org/fhir/R4: the elements of each type and their targets).

type Link = readonly [path: string, types: readonly string[] | '*'];

const why = ['Condition', 'Observation', 'DiagnosticReport', 'DocumentReference'];

export const links: Record<string, readonly Link[]> = {
  Observation: [
    ['hasMember[]', ['Observation']],
    ['derivedFrom[]', ['Media', 'DocumentReference', 'ImagingStudy']],
  ],
  DiagnosticReport: [
    ['result[]', ['Observation']],
    ['media[].link', ['Media']],
  ],
  Condition: [['evidence[].detail[]', '*']],
  Procedure: [
    ['reasonReference[]', ['Condition']],
    ['report[]', ['DiagnosticReport', 'DocumentReference']],
    ['complicationDetail[]', []],
  ],
  Encounter: [
    ['diagnosis[].condition', ['Condition', 'Procedure']],
    ['reasonReference[]', ['Observation']],
  ],
  MedicationRequest: [
    ['reasonReference[]', ['Condition', 'Observation']],
    ['supportingInformation[]', '*'],
  ],
  MedicationStatement: [
    ['reasonReference[]', ['Condition', 'Observation', 'DiagnosticReport']],
    ['derivedFrom[]', '*'],
  ],
  MedicationDispense: [['supportingInformation[]', '*']],
  Immunization: [['reasonReference[]', ['Condition', 'Observation', 'DiagnosticReport']]],
  ServiceRequest: [
    ['reasonReference[]', why],
    ['supportingInfo[]', '*'],
  ],
  Goal: [
    ['addresses[]', ['Condition', 'Observation', 'MedicationStatement', 'NutritionOrder', 'ServiceRequest', 'RiskAssessment']],
    ['outcomeReference[]', '*'],
  ],
  CommunicationRequest: [['about[]', '*']],
  DocumentReference: [['context.related[]', '*']],
  DeviceUseStatement: [['derivedFrom[]', ['Procedure', 'ServiceRequest', 'Observation', 'QuestionnaireResponse', 'Claim']]],
};
