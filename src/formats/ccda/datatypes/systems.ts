// Code systems and identifier systems by OID (CDA) and by URI (FHIR): https://terminology.hl7.org/identifiers.html. Names, no content.

const v3 = (oid: string, name: string): [string, string] => [
  `2.16.840.1.113883.${oid}`,
  `http://terminology.hl7.org/CodeSystem/v3-${name}`,
];
const v2 = (table: string): [string, string] => [
  `2.16.840.1.113883.12.${Number(table)}`,
  `http://terminology.hl7.org/CodeSystem/v2-${table}`,
];

/** The first OID of a URI is the one that is written. */
const rows: [oid: string, uri: string][] = [
  ['2.16.840.1.113883.6.1', 'http://loinc.org'],
  ['2.16.840.1.113883.6.96', 'http://snomed.info/sct'],
  ['2.16.840.1.113883.6.88', 'http://www.nlm.nih.gov/research/umls/rxnorm'],
  ['2.16.840.1.113883.6.8', 'http://unitsofmeasure.org'],
  ['2.16.840.1.113883.6.69', 'http://hl7.org/fhir/sid/ndc'],
  ['2.16.840.1.113883.12.292', 'http://hl7.org/fhir/sid/cvx'],
  ['2.16.840.1.113883.6.59', 'http://hl7.org/fhir/sid/cvx'],
  ['2.16.840.1.113883.12.227', 'http://hl7.org/fhir/sid/mvx'],
  ['2.16.840.1.113883.6.60', 'http://hl7.org/fhir/sid/mvx'],
  ['2.16.840.1.113883.6.90', 'http://hl7.org/fhir/sid/icd-10-cm'],
  ['2.16.840.1.113883.6.4', 'http://www.cms.gov/Medicare/Coding/ICD10'],
  ['2.16.840.1.113883.6.3', 'http://hl7.org/fhir/sid/icd-10'],
  ['2.16.840.1.113883.6.103', 'http://hl7.org/fhir/sid/icd-9-cm'],
  ['2.16.840.1.113883.6.104', 'http://terminology.hl7.org/CodeSystem/icd9cm'],
  ['2.16.840.1.113883.6.12', 'http://www.ama-assn.org/go/cpt'],
  ['2.16.840.1.113883.6.285', 'https://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets'],
  ['2.16.840.1.113883.6.14', 'http://terminology.hl7.org/CodeSystem/HCPCS-all-codes'],
  ['2.16.840.1.113883.6.13', 'http://www.ada.org/cdt'],
  ['2.16.840.1.113883.6.101', 'http://nucc.org/provider-taxonomy'],
  ['2.16.840.1.113883.3.26.1.1', 'http://ncicb.nci.nih.gov/xml/owl/EVS/Thesaurus.owl'],
  ['2.16.840.1.113883.4.9', 'http://fdasis.nlm.nih.gov'],
  ['2.16.840.1.113883.3.26.1.5', 'http://hl7.org/fhir/ndfrt'],
  ['2.16.840.1.113883.6.209', 'http://hl7.org/fhir/ndfrt'],
  ['2.16.840.1.113883.6.238', 'urn:oid:2.16.840.1.113883.6.238'],
  ['2.16.840.1.113883.6.259', 'https://www.cdc.gov/nhsn/cdaportal/terminology/codesystem/hsloc.html'],
  ['2.16.840.1.113883.6.301.5', 'https://www.nubc.org/CodeSystem/PatDischargeStatus'],
  ['2.16.840.1.113883.6.254', 'http://hl7.org/fhir/sid/icf-nl'],
  ['2.16.840.1.113883.3.221.5', 'https://nahdo.org/sopt'],
  ['2.16.840.1.113883.6.92', 'urn:oid:2.16.840.1.113883.6.92'],
  ['2.16.840.1.113883.6.121', 'urn:ietf:bcp:47'],
  ['2.16.840.1.113883.6.316', 'urn:ietf:bcp:47'],
  ['1.2.840.10008.2.16.4', 'http://dicom.nema.org/resources/ontology/DCM'],
  ['1.0.3166.1.2.2', 'urn:iso:std:iso:3166'],
  ['2.16.840.1.113883.5.1008', 'http://terminology.hl7.org/CodeSystem/v3-NullFlavor'],
  v3('5.1', 'AdministrativeGender'),
  v3('5.2', 'MaritalStatus'),
  v3('5.4', 'ActCode'),
  v3('5.6', 'ActClass'),
  v3('5.7', 'ActPriority'),
  v3('5.8', 'ActReason'),
  v3('5.14', 'ActStatus'),
  v3('5.25', 'Confidentiality'),
  v3('5.43', 'EntityNamePartQualifier'),
  v3('5.45', 'EntityNameUse'),
  v3('5.60', 'LanguageAbilityMode'),
  v3('5.61', 'LanguageAbilityProficiency'),
  v3('5.83', 'ObservationInterpretation'),
  v3('5.84', 'ObservationMethod'),
  v3('5.85', 'ObservationValue'),
  v3('5.88', 'ParticipationFunction'),
  v3('5.89', 'ParticipationMode'),
  v3('5.90', 'ParticipationType'),
  v3('5.110', 'RoleClass'),
  v3('5.111', 'RoleCode'),
  v3('5.112', 'RouteOfAdministration'),
  v3('5.129', 'SpecimenType'),
  v3('5.139', 'TimingEvent'),
  v3('5.140', 'TriggerEventID'),
  v3('5.1001', 'ActMood'),
  v3('5.1002', 'ActRelationshipType'),
  v3('5.1052', 'ActSite'),
  v3('5.1063', 'ObservationValue'),
  v3('5.1076', 'ReligiousAffiliation'),
  v3('5.1077', 'EducationLevel'),
  v2('0001'),
  v2('0003'),
  v2('0104'),
  v2('0112'),
  v2('0131'),
  v2('0203'),
  v2('0443'),
  v2('0487'),
];

/** Only for identifiers. */
const identifierRows: [oid: string, uri: string][] = [
  ['2.16.840.1.113883.4.6', 'http://hl7.org/fhir/sid/us-npi'],
  ['2.16.840.1.113883.4.1', 'http://hl7.org/fhir/sid/us-ssn'],
  ['2.16.840.1.113883.4.572', 'http://hl7.org/fhir/sid/us-medicare'],
];

const all = [...rows, ...identifierRows];
const byOid = new Map(all);
const byUri = new Map([...all].reverse().map(([oid, uri]) => [uri, oid]));

const oidForm = /^[0-2](\.(0|[1-9][0-9]*))+$/;
const uuidForm = /^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$/;

export const isOid = (text: string): boolean => oidForm.test(text);
export const isUuid = (text: string): boolean => uuidForm.test(text);

/** `http://loinc.org`; `urn:oid:…` for one without a URI of its own; undefined for what is no OID, UUID or name at all. */
export function uriOf(root: string): string | undefined {
  const known = byOid.get(root);
  if (known !== undefined) return known;
  if (isOid(root)) return `urn:oid:${root}`;
  if (isUuid(root)) return `urn:uuid:${root.toLowerCase()}`;
  // RFC 3986 names, and what some write instead of an OID.
  return /^[A-Za-z][A-Za-z0-9+.-]*:[^\s<>"]+$/.test(root) ? root : undefined;
}

/** The other way; undefined where a URI has no OID. */
export function oidOf(uri: string): string | undefined {
  const known = byUri.get(uri);
  if (known !== undefined) return known;
  if (uri.startsWith('urn:oid:')) return uri.slice(8);
  return uri.startsWith('urn:uuid:') ? uri.slice(9) : undefined;
}

/** Names that CDA writes beside the OID (codeSystemName). */
export const systemNames: Record<string, string> = {
  'http://loinc.org': 'LOINC',
  'http://snomed.info/sct': 'SNOMED CT',
  'http://www.nlm.nih.gov/research/umls/rxnorm': 'RxNorm',
  'http://hl7.org/fhir/sid/cvx': 'CVX',
  'http://hl7.org/fhir/sid/icd-10-cm': 'ICD-10-CM',
  'http://hl7.org/fhir/sid/ndc': 'NDC',
};
