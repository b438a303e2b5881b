// HL7 table 0063, relationship, as http://terminology.hl7.org/CodeSystem/v3-RoleCode (v2-to-FHIR concept map Relationship). Those
// that are no relationship of a person keep their v2 code alone.
export const roleCodes = 'http://terminology.hl7.org/CodeSystem/v3-RoleCode';

export const relationships: Readonly<Record<string, string>> = {
  SEL: 'ONESELF',
  SPO: 'SPS',
  DOM: 'SIGOTHR',
  CHD: 'CHILD',
  GCH: 'GRNDCHILD',
  NCH: 'NCHILD',
  SCH: 'STPCHLD',
  FCH: 'CHLDFOST',
  PAR: 'PRN',
  MTH: 'MTH',
  FTH: 'FTH',
  GRD: 'GUARD',
  GRP: 'GRPRN',
  EXF: 'EXT',
  SIB: 'SIB',
  BRO: 'BRO',
  SIS: 'SIS',
  FND: 'FRND',
  NBR: 'NBOR',
  ROO: 'ROOM',
};

/** Of a subscriber, http://terminology.hl7.org/CodeSystem/subscriber-relationship. */
export const subscriberRelationships: Readonly<Record<string, string>> = {
  SEL: 'self',
  SPO: 'spouse',
  DOM: 'common',
  CHD: 'child',
  NCH: 'child',
  SCH: 'child',
  FCH: 'child',
  PAR: 'parent',
  MTH: 'parent',
  FTH: 'parent',
  OTH: 'other',
};

/** Organisations, not people, stand in an NK1 with one of these (tables 0063 and 0131). */
export const organizationRoles: ReadonlySet<string> = new Set(['EMR', 'E', 'F', 'I', 'S']);
