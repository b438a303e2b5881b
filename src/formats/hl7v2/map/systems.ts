// Names of code systems and of assigning authorities as URIs, and back. Coding systems: HL7 table 0396 and what FHIR calls them
// (http://terminology.hl7.org/ExternalSystems.html). Authorities: HD (v2.8, chapter 2A). What has no URI of its own gets one that
// keeps its words, `urn:id:…`, so that two senders' names never become one system by accident and the way back is exact.

const systems: Readonly<Record<string, string>> = {
  LN: 'http://loinc.org',
  MDC: 'urn:iso:std:iso:11073:10101',
  LNC: 'http://loinc.org',
  LOINC: 'http://loinc.org',
  SCT: 'http://snomed.info/sct',
  SNM3: 'http://snomed.info/sct',
  SNOMED: 'http://snomed.info/sct',
  'SNOMED-CT': 'http://snomed.info/sct',
  SNOMEDCT: 'http://snomed.info/sct',
  'SNM-CT': 'http://snomed.info/sct',
  I10: 'http://hl7.org/fhir/sid/icd-10',
  ICD10: 'http://hl7.org/fhir/sid/icd-10',
  ICD10DX: 'http://hl7.org/fhir/sid/icd-10',
  I10C: 'http://hl7.org/fhir/sid/icd-10-cm',
  I10CM: 'http://hl7.org/fhir/sid/icd-10-cm',
  ICD10CM: 'http://hl7.org/fhir/sid/icd-10-cm',
  I10P: 'http://www.cms.gov/Medicare/Coding/ICD10',
  ICD10PCS: 'http://www.cms.gov/Medicare/Coding/ICD10',
  I10PCS: 'http://www.cms.gov/Medicare/Coding/ICD10',
  I10G: 'http://fhir.de/CodeSystem/bfarm/icd-10-gm',
  ICD10GM: 'http://fhir.de/CodeSystem/bfarm/icd-10-gm',
  I10AM: 'http://hl7.org/fhir/sid/icd-10-am',
  ICD10AM: 'http://hl7.org/fhir/sid/icd-10-am',
  I9: 'http://hl7.org/fhir/sid/icd-9-cm',
  ICD9: 'http://hl7.org/fhir/sid/icd-9-cm',
  ICD9CM: 'http://hl7.org/fhir/sid/icd-9-cm',
  I9C: 'http://hl7.org/fhir/sid/icd-9-cm',
  I9CDX: 'http://hl7.org/fhir/sid/icd-9-cm',
  I9CP: 'http://hl7.org/fhir/sid/icd-9-cm',
  CVX: 'http://hl7.org/fhir/sid/cvx',
  MVX: 'http://hl7.org/fhir/sid/mvx',
  NDC: 'http://hl7.org/fhir/sid/ndc',
  RXNORM: 'http://www.nlm.nih.gov/research/umls/rxnorm',
  RXN: 'http://www.nlm.nih.gov/research/umls/rxnorm',
  ATC: 'http://www.whocc.no/atc',
  C4: 'http://www.ama-assn.org/go/cpt',
  CPT: 'http://www.ama-assn.org/go/cpt',
  CPT4: 'http://www.ama-assn.org/go/cpt',
  CPT5: 'http://www.ama-assn.org/go/cpt',
  CPTM: 'http://www.ama-assn.org/go/cpt',
  C5: 'http://www.ama-assn.org/go/cpt',
  HCPCS: 'https://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets',
  HCPC: 'https://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets',
  HPC: 'https://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets',
  UCUM: 'http://unitsofmeasure.org',
  ISO3166_1: 'urn:iso:std:iso:3166',
  ISO3166: 'urn:iso:std:iso:3166',
  ISO4217: 'urn:iso:std:iso:4217',
  CDCREC: 'urn:oid:2.16.840.1.113883.6.238',
  DCM: 'http://dicom.nema.org/resources/ontology/DCM',
  UNII: 'http://fdasis.nlm.nih.gov',
  NUBC: 'https://www.nubc.org/CodeSystem/RevenueCodes',
};
const names = new Map<string, string>();
for (const [name, uri] of Object.entries(systems)) if (!names.has(uri)) names.set(uri, name);

const v2Table = 'http://terminology.hl7.org/CodeSystem/v2-';

/** CWE.3 and its like. Senders write the same name with and without its hyphens and blanks. */
export function systemOf(name: string): string {
  const trimmed = name.trim();
  const known = systems[trimmed.toUpperCase()] ?? systems[trimmed.toUpperCase().replace(/[-\s]/g, '')];
  if (known !== undefined) return known;
  const table = /^HL7[-_ ]?(\d{1,4})$/.exec(trimmed);
  if (table !== null) return v2Table + (table[1] ?? '').padStart(4, '0');
  if (/^[a-z]+:\S+$/.test(trimmed)) return trimmed;
  if (isOid(trimmed)) return `urn:oid:${trimmed}`;
  return `urn:id:${encodeURIComponent(trimmed)}`;
}

/** Undefined: no system. */
export function systemName(uri: unknown): string | undefined {
  if (typeof uri !== 'string') return undefined;
  const known = names.get(uri);
  if (known !== undefined) return known;
  if (uri.startsWith(v2Table)) return `HL7${uri.slice(v2Table.length)}`;
  if (uri.startsWith('urn:oid:')) return uri.slice(8);
  return uri.startsWith('urn:id:') ? decoded(uri.slice(7)) : uri;
}

const isOid = (text: string): boolean => /^[0-2](\.(0|[1-9]\d*)){2,}$/.test(text);
const isUuid = (text: string): boolean => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

/**
 * Authorities whose numbers FHIR has a system for, by name and by OID: the same number from a document or a claim is then the same
 * number. http://hl7.org/fhir/R4/identifier-registry.html
 */
const registered: Readonly<Record<string, Authority & { uri: string }>> = {
  NPI: { namespace: 'NPI', universalId: '2.16.840.1.113883.4.6', universalType: 'ISO', uri: 'http://hl7.org/fhir/sid/us-npi' },
  SSA: { namespace: 'SSA', universalId: '2.16.840.1.113883.4.1', universalType: 'ISO', uri: 'http://hl7.org/fhir/sid/us-ssn' },
  NHS: { namespace: 'NHS', universalId: '2.16.840.1.113883.2.1.4.1', universalType: 'ISO', uri: 'https://fhir.nhs.uk/Id/nhs-number' },
};
const alsoNamed: Readonly<Record<string, string>> = { USSSA: 'SSA', USNPI: 'NPI' };
const registeredOids = new Map(Object.values(registered).map(({ universalId, uri }) => [universalId, uri]));
const registeredUris = new Map(Object.values(registered).map((one) => [one.uri, one]));

function registeredUri({ namespace, universalId, universalType }: Authority): string | undefined {
  if (universalId !== '') return universalType === 'ISO' ? registeredOids.get(universalId) : undefined;
  const name = namespace.trim().toUpperCase();
  const known = alsoNamed[name] ?? name;
  return Object.hasOwn(registered, known) ? registered[known]?.uri : undefined;
}

/** What the numbers of an authority look like that other authorities share the name of. */
const numbers: Readonly<Record<string, RegExp>> = {
  SSA: /^\d{3}-?\d{2}-?\d{4}$/,
  NHS: /^\d{3}[ -]?\d{3}[ -]?\d{4}$/,
};

/** A number, and the kind it is said to be, that the registered authority of this name does not give: a house has the same name. */
export function namesake(name: string, number: string, kind: string): boolean {
  const known = alsoNamed[name.trim().toUpperCase()] ?? name.trim().toUpperCase();
  if (!Object.hasOwn(numbers, known)) return false;
  return ['MR', 'PI', 'PT', 'AN', 'VN'].includes(kind) || numbers[known]?.test(number.trim()) !== true;
}

export interface Authority {
  namespace: string;
  universalId: string;
  /** HL7 table 0301. */
  universalType: string;
}

/**
 * HD as the system of identifiers; the universal id decides where there is one. Undefined: it says nothing. `ofItsOwn`: a name that a
 * registered authority has too is not that one's.
 */
export function authorityUri(authority: Authority, ofItsOwn = false): string | undefined {
  const { namespace, universalId, universalType } = authority;
  const known = ofItsOwn ? undefined : registeredUri(authority);
  if (known !== undefined) return known;
  if (universalId === '') return namespace === '' ? undefined : `urn:id:${encodeURIComponent(namespace)}`;
  if (universalType === 'ISO' && isOid(universalId)) return `urn:oid:${universalId}`;
  if ((universalType === 'UUID' || universalType === 'GUID') && isUuid(universalId)) return `urn:uuid:${universalId.toLowerCase()}`;
  if ((universalType === 'URI' || universalType === 'URL') && /^[a-z][\w+.-]*:[^\s]+$/i.test(universalId)) return universalId;
  return `urn:id:${encodeURIComponent(universalType)}:${encodeURIComponent(universalId)}`;
}

/** The authority that `authorityUri` gives this for; a namespace beside a universal id is not in it. */
export function authorityOf(uri: unknown): Authority {
  const none = { namespace: '', universalId: '', universalType: '' };
  if (typeof uri !== 'string') return none;
  const known = registeredUris.get(uri);
  if (known !== undefined) return { namespace: known.namespace, universalId: known.universalId, universalType: known.universalType };
  if (uri.startsWith('urn:oid:')) return { ...none, universalId: uri.slice(8), universalType: 'ISO' };
  if (uri.startsWith('urn:uuid:')) return { ...none, universalId: uri.slice(9), universalType: 'UUID' };
  if (!uri.startsWith('urn:id:')) return { ...none, universalId: uri, universalType: 'URI' };
  const [one = '', two] = uri.slice(7).split(':');
  return two === undefined ? { ...none, namespace: decoded(one) } : { ...none, universalId: decoded(two), universalType: decoded(one) };
}
