// HL7 tables 0443 (provider role) and 0912 (participation) as v3-ParticipationType, where one of its codes means the same
// (v2-to-FHIR concept maps ProviderRole and Participation). The others keep their own code.
export const participationTypes = 'http://terminology.hl7.org/CodeSystem/v3-ParticipationType';

export const roleTypes: Readonly<Record<string, string>> = {
  AD: 'ADM',
  AT: 'ATND',
  CP: 'CON',
  RP: 'REF',
  AUT: 'AUT',
  TR: 'TRANS',
  VP: 'VRF',
  DP: 'DIST',
  AP: 'PRF',
  EP: 'ENT',
  RT: 'REFT',
};
