// Where a resource refers to what was said inside its statement (http://hl7.org/fhir/R4: the elements of each type and their targets).

type Link = readonly [path: string, types: readonly string[] | '*'];

/** The visit at which it was. */
const during: Link = ['encounter', ['Encounter']];
const why = ['Condition', 'Observation', 'DiagnosticReport', 'DocumentReference'];

export const links: Record<string, readonly Link[]> = {
  AllergyIntolerance: [during],
  Observation: [during, ['hasMember[]', ['Observation']], ['derivedFrom[]', ['Media', 'DocumentReference', 'ImagingStudy']]],
  DiagnosticReport: [
    ['result[]', ['Observation']],
    ['media[].link', ['Media']],
  ],
  Condition: [during, ['evidence[].detail[]', '*']],
  Procedure: [
    during,
    ['reasonReference[]', ['Condition']],
    ['report[]', ['DiagnosticReport', 'DocumentReference']],
    ['complicationDetail[]', []],
  ],
  Encounter: [
    ['diagnosis[].condition', ['Condition', 'Procedure']],
    ['reasonReference[]', ['Observation']],
  ],
  MedicationRequest: [during, ['reasonReference[]', ['Condition', 'Observation']], ['supportingInformation[]', '*']],
  MedicationStatement: [
    ['reasonReference[]', ['Condition', 'Observation', 'DiagnosticReport']],
    ['derivedFrom[]', '*'],
  ],
  MedicationDispense: [['supportingInformation[]', '*']],
  Immunization: [during, ['reasonReference[]', ['Condition', 'Observation', 'DiagnosticReport']]],
  ServiceRequest: [during, ['reasonReference[]', why], ['supportingInfo[]', '*']],
  Goal: [
    ['addresses[]', ['Condition', 'Observation', 'MedicationStatement', 'NutritionOrder', 'ServiceRequest', 'RiskAssessment']],
    ['outcomeReference[]', '*'],
  ],
  CommunicationRequest: [['about[]', '*']],
  DocumentReference: [['context.related[]', '*']],
  DeviceUseStatement: [['derivedFrom[]', ['Procedure', 'ServiceRequest', 'Observation', 'QuestionnaireResponse', 'Claim']]],
};
