// Who may do what, said once more and plainly: the table against which the running server is held. Written from the words of the
// handbook (README, docs/ARCHITECTURE.md) and not from src/policy, so that a slip there does not excuse itself here.
import type { Rights } from '../../src/people/contract.ts';
import type { Version } from './canaries.ts';

/** r: read, search, history. c, u, d: create, update, delete. */
type Letters = string;
type Kind = 'directory' | 'chart' | 'orders' | 'money' | 'trail' | 'machine';

const list = (names: string): string[] => names.trim().split(/\s+/);

/** Every resource type that is not of the chart. */
const kinds: Record<Exclude<Kind, 'chart'>, string[]> = {
  directory: list(`
    Organization OrganizationAffiliation Practitioner PractitionerRole Location HealthcareService Endpoint Schedule Slot InsurancePlan
    CatalogEntry Medication MedicationKnowledge Substance SubstanceNucleicAcid SubstancePolymer SubstanceProtein
    SubstanceReferenceInformation SubstanceSourceMaterial SubstanceSpecification MedicinalProduct MedicinalProductAuthorization
    MedicinalProductContraindication MedicinalProductIndication MedicinalProductIngredient MedicinalProductInteraction
    MedicinalProductManufactured MedicinalProductPackaged MedicinalProductPharmaceutical MedicinalProductUndesirableEffect
    DeviceDefinition CodeSystem ValueSet ConceptMap NamingSystem StructureDefinition StructureMap SearchParameter OperationDefinition
    CompartmentDefinition GraphDefinition MessageDefinition CapabilityStatement TerminologyCapabilities ImplementationGuide
    ExampleScenario Questionnaire PlanDefinition ActivityDefinition EventDefinition ObservationDefinition SpecimenDefinition
    ChargeItemDefinition Measure Library ResearchStudy ResearchDefinition ResearchElementDefinition Evidence EvidenceVariable
    EffectEvidenceSynthesis RiskEvidenceSynthesis`),
  orders: list(`
    MedicationRequest ServiceRequest DeviceRequest NutritionOrder VisionPrescription SupplyRequest SupplyDelivery CommunicationRequest
    RequestGroup Task`),
  money: list(`
    Account ChargeItem Invoice Claim ClaimResponse ExplanationOfBenefit Coverage CoverageEligibilityRequest CoverageEligibilityResponse
    EnrollmentRequest EnrollmentResponse PaymentNotice PaymentReconciliation Contract`),
  trail: list('AuditEvent Provenance VerificationResult'),
  machine: list('Subscription SubscriptionStatus MessageHeader OperationOutcome Parameters TestReport TestScript'),
};
const kindOf = (type: string): Kind => {
  for (const [kind, types] of Object.entries(kinds)) if (types.includes(type)) return kind as Kind;
  return 'chart';
};

type Row = Partial<Record<Kind, Letters>> & { types?: Record<string, Letters> };
const identity = 'Patient RelatedPerson Person Linkage Consent DocumentReference DocumentManifest Binary List';
const medicines = 'Medication MedicationKnowledge MedicationRequest MedicationDispense MedicationAdministration MedicationStatement';
const each = (names: string, letters: Letters): Record<string, Letters> => Object.fromEntries(list(names).map((name) => [name, letters]));
/** What was written down about who did what stays as it is, for everyone. */
const written = each('AuditEvent Provenance', 'rc');
const provenance = { Provenance: 'rc' };

const table: Record<Rights['role'], Row> = {
  administrator: { directory: 'rcud', chart: 'rcud', orders: 'rcud', money: 'rcud', trail: 'rcud', machine: 'rcud', types: written },
  clinician: { directory: 'r', chart: 'rcud', orders: 'rcud', money: 'r', types: provenance },
  nurse: { directory: 'r', chart: 'rcu', orders: 'rcu', money: 'r', types: { MedicationRequest: 'r', ...provenance } },
  pharmacist: { directory: 'r', chart: 'r', orders: 'r', types: { ...each(`${medicines} DetectedIssue Task`, 'rcu'), ...provenance } },
  analyst: { directory: 'r', chart: 'r', orders: 'r', money: 'r' },
  'records-officer': {
    directory: 'r',
    chart: 'rd',
    orders: 'rd',
    money: 'rd',
    trail: 'r',
    machine: 'r',
    types: { ...each(`${identity} Task`, 'rcud'), ...provenance },
  },
  patient: { directory: 'r', chart: 'r', orders: 'r', money: 'r' },
  system: {
    directory: 'rcud',
    chart: 'rcud',
    orders: 'rcud',
    money: 'rcud',
    types: { ...provenance, AuditEvent: 'c', VerificationResult: 'rcu', ...each('Subscription MessageHeader', 'rcud') },
  },
};

/** Who may carry data out in bulk: those who analyse it, other programs, administrators. */
export const mayExport = (one: Rights, type: string): boolean => {
  const { role } = one;
  if (role === 'analyst' || role === 'administrator') return may(one, 'r', type);
  return role === 'system' && may(one, 'r', type) && kindOf(type) !== 'trail' && kindOf(type) !== 'machine';
};

/** The three patients of the matrix. */
export const patients = ['own', 'other', 'far'] as const;
export type PatientName = (typeof patients)[number];
export const organisationOf: Record<PatientName, string> = { own: 'org-a', other: 'org-a', far: 'org-b' };

/** A Patient of another name has no organisation. */
export const managedBy = (name: string): string | undefined => organisationOf[name as PatientName];

export interface Asker extends Rights {
  /** Name of the token: what the audit trail must say. */
  name: string;
  purpose: string;
}

const purposes: Partial<Record<Rights['role'], string>> = {
  analyst: 'HOPERAT',
  administrator: 'HSYSADMIN',
  'records-officer': 'HOPERAT',
  patient: 'PATRQT',
  system: 'HOPERAT',
};
const asker = (name: string, rights: Rights): Asker => ({ name, ...rights, purpose: purposes[rights.role] ?? 'TREAT' });

export const askers: Asker[] = [
  asker('administrator', { role: 'administrator' }),
  asker('clinician', { role: 'clinician' }),
  asker('nurse', { role: 'nurse' }),
  asker('pharmacist', { role: 'pharmacist' }),
  asker('analyst', { role: 'analyst' }),
  asker('records-officer', { role: 'records-officer' }),
  asker('patient', { role: 'patient', patients: ['own'] }),
  asker('system', { role: 'system' }),
  asker('clinician-of-a', { role: 'clinician', organisations: ['org-a'] }),
  asker('system-of-a', { role: 'system', organisations: ['org-a'] }),
];

/** Bound to one organisation, and may read the audit trail. */
export const officerOfA = asker('officer-of-a', { role: 'records-officer', organisations: ['org-a'] });
/** Who is asked for lists; the cells of single resources would tell of this one what they tell of the others. */
export const everyone = [...askers, officerOfA];

export const may = ({ role }: Rights, letter: 'r' | 'c' | 'u' | 'd', type: string): boolean => {
  const row = table[role];
  return (row.types?.[type] ?? row[kindOf(type)] ?? '').includes(letter);
};

/** Whether what concerns these patients (the first is whose chart it is in) is within the asker's bounds. */
export function within(asker: Rights, type: string, about: readonly string[]): boolean {
  if (kindOf(type) === 'directory') return true;
  if (asker.patients !== undefined && !about.some((one) => asker.patients?.includes(one))) return false;
  if (asker.organisations === undefined) return true;
  const home = patients.find((one) => one === about[0]);
  return home !== undefined && asker.organisations.includes(organisationOf[home]);
}

export const sees = (asker: Rights, type: string, version: Pick<Version, 'about'>): boolean =>
  may(asker, 'r', type) && within(asker, type, version.about);

/** Whether it may put something there: into every chart that it concerns. */
export const mayPut = (asker: Rights, letter: 'c' | 'u', type: string, about: readonly string[]): boolean =>
  may(asker, letter, type) && (about.length === 0 ? within(asker, type, []) : about.every((one) => within(asker, type, [one])));
