// Code systems and identifier namespaces that X12 speaks of, by the URIs under which FHIR knows them: X12's data elements as
// https://terminology.hl7.org names them, external code lists by their publishers' URIs.

/** A data element of the X12 dictionary as a code system: 128 is the qualifier of a reference, 1032 the kind of a claim filing, I17 what a TA1 says. */
export const de = (element: number | string): string => `https://codesystem.x12.org/005010/${element}`;

export const systems = {
  npi: 'http://hl7.org/fhir/sid/us-npi',
  ssn: 'http://hl7.org/fhir/sid/us-ssn',
  ein: 'urn:oid:2.16.840.1.113883.4.4',
  taxonomy: 'http://nucc.org/provider-taxonomy',
  placeOfService: 'https://www.cms.gov/Medicare/Coding/place-of-service-codes/Place_of_Service_Code_Set',
  billType: 'https://www.nubc.org/CodeSystem/TypeOfBill',
  revenue: 'https://www.nubc.org/CodeSystem/RevenueCodes',
  cpt: 'http://www.ama-assn.org/go/cpt',
  hcpcs: 'http://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets',
  cdt: 'http://www.ada.org/cdt',
  ndc: 'http://hl7.org/fhir/sid/ndc',
  icd9: 'http://hl7.org/fhir/sid/icd-9-cm',
  icd10: 'http://hl7.org/fhir/sid/icd-10-cm',
  icd9Procedure: 'http://hl7.org/fhir/sid/icd-9-cm/procedure',
  icd10Procedure: 'http://www.cms.gov/Medicare/Coding/ICD10',
  adjustmentGroup: 'https://x12.org/codes/claim-adjustment-group-codes',
  adjustmentReason: 'https://x12.org/codes/claim-adjustment-reason-codes',
  remark: 'https://x12.org/codes/remittance-advice-remark-codes',
  statusCategory: 'https://x12.org/codes/claim-status-category-codes',
  status: 'https://x12.org/codes/claim-status-codes',
  serviceType: 'https://x12.org/codes/service-type-codes',
  units: de(355),
  adjudication: 'http://terminology.hl7.org/CodeSystem/adjudication',
  claimType: 'http://terminology.hl7.org/CodeSystem/claim-type',
  relationship: 'http://terminology.hl7.org/CodeSystem/subscriber-relationship',
  coverageClass: 'http://terminology.hl7.org/CodeSystem/coverage-class',
} as const;
