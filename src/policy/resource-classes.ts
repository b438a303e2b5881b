// What kind of thing each resource type is, as far as access goes. Every R4 type stands here exactly once.
// Where R4 lets a type be about a patient (Device.patient, MeasureReport.subject, Group.member), it is bound to patients
// here: shared is only what can never tell anything about one.
import type { ResourceType } from '../fhir/generated/types.ts';

// biome-ignore format: a table, to be read by class
export const resourceClasses = {
  /** Directory and knowledge: not about any patient; no compartment, no organisation restricts reading it. */
  shared: [
    // the directory
    'Organization', 'OrganizationAffiliation', 'Practitioner', 'PractitionerRole', 'Location', 'HealthcareService', 'Endpoint',
    'Schedule', 'Slot', 'InsurancePlan', 'CatalogEntry',
    // products and substances
    'Medication', 'MedicationKnowledge', 'Substance', 'SubstanceNucleicAcid', 'SubstancePolymer', 'SubstanceProtein',
    'SubstanceReferenceInformation', 'SubstanceSourceMaterial', 'SubstanceSpecification', 'MedicinalProduct',
    'MedicinalProductAuthorization', 'MedicinalProductContraindication', 'MedicinalProductIndication', 'MedicinalProductIngredient',
    'MedicinalProductInteraction', 'MedicinalProductManufactured', 'MedicinalProductPackaged', 'MedicinalProductPharmaceutical',
    'MedicinalProductUndesirableEffect', 'DeviceDefinition',
    // terminology and definitions
    'CodeSystem', 'ValueSet', 'ConceptMap', 'NamingSystem', 'StructureDefinition', 'StructureMap', 'SearchParameter',
    'OperationDefinition', 'CompartmentDefinition', 'GraphDefinition', 'MessageDefinition', 'CapabilityStatement',
    'TerminologyCapabilities', 'ImplementationGuide', 'ExampleScenario', 'Questionnaire', 'PlanDefinition', 'ActivityDefinition',
    'EventDefinition', 'ObservationDefinition', 'SpecimenDefinition', 'ChargeItemDefinition', 'Measure', 'Library',
    // research and evidence
    'ResearchStudy', 'ResearchDefinition', 'ResearchElementDefinition', 'Evidence', 'EvidenceVariable', 'EffectEvidenceSynthesis',
    'RiskEvidenceSynthesis',
  ],
  /** What is known about a patient, and who the patient is. */
  clinical: [
    'Patient', 'RelatedPerson', 'Person', 'Group', 'Linkage', 'Consent', 'Encounter', 'EpisodeOfCare', 'Appointment',
    'AppointmentResponse', 'CareTeam', 'CarePlan', 'Goal', 'Flag', 'List', 'Basic', 'AllergyIntolerance', 'AdverseEvent', 'Condition',
    'ClinicalImpression', 'DetectedIssue', 'FamilyMemberHistory', 'Procedure', 'RiskAssessment', 'GuidanceResponse', 'Observation',
    'DiagnosticReport', 'ImagingStudy', 'Media', 'MolecularSequence', 'Specimen', 'BodyStructure', 'BiologicallyDerivedProduct', 'Device',
    'DeviceMetric', 'DeviceUseStatement', 'Immunization', 'ImmunizationEvaluation', 'ImmunizationRecommendation',
    'MedicationAdministration', 'MedicationDispense', 'MedicationStatement', 'Communication', 'Composition', 'DocumentReference',
    'DocumentManifest', 'Binary', 'Bundle', 'QuestionnaireResponse', 'MeasureReport', 'ResearchSubject',
  ],
  /** What is asked to be done for a patient. */
  orders: [
    'MedicationRequest', 'ServiceRequest', 'DeviceRequest', 'NutritionOrder', 'VisionPrescription', 'SupplyRequest', 'SupplyDelivery',
    'CommunicationRequest', 'RequestGroup', 'Task',
  ],
  /** What it costs and who pays. */
  financial: [
    'Account', 'ChargeItem', 'Invoice', 'Claim', 'ClaimResponse', 'ExplanationOfBenefit', 'Coverage', 'CoverageEligibilityRequest',
    'CoverageEligibilityResponse', 'EnrollmentRequest', 'EnrollmentResponse', 'PaymentNotice', 'PaymentReconciliation', 'Contract',
  ],
  /** Who did what, and on what it rests. */
  trail: ['AuditEvent', 'Provenance', 'VerificationResult'],
  /** How the software itself runs. */
  system: ['Subscription', 'MessageHeader', 'OperationOutcome', 'Parameters', 'TestReport', 'TestScript'],
} as const satisfies Record<string, readonly ResourceType[]>;

export type ResourceClass = keyof typeof resourceClasses;

const isClass = (name: string): name is ResourceClass => name in resourceClasses;
const classes = new Map<ResourceType, ResourceClass>(
  Object.entries(resourceClasses).flatMap(([name, types]) =>
    isClass(name) ? types.map((type): [ResourceType, ResourceClass] => [type, name]) : [],
  ),
);

/** A type that nobody placed is closed to all but administrators. */
export const classOf = (type: ResourceType): ResourceClass => classes.get(type) ?? 'system';

/** Rows of these types pass every scope: they belong to no patient and no organisation. */
export const isShared = (type: ResourceType): boolean => classOf(type) === 'shared';
