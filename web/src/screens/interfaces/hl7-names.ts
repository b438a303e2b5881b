// What segments, fields and components of HL7 v2 are called, for the common ones (HL7 v2.9, chapters 2A to 8 and 12). What is not here
// is shown by its number.

const segments: Readonly<Record<string, string>> = {
  AIG: 'Appointment: resource',
  AIL: 'Appointment: place',
  AIP: 'Appointment: person',
  AIS: 'Appointment: service',
  AL1: 'Allergy',
  BHS: 'Batch header',
  DG1: 'Diagnosis',
  ERR: 'Error',
  EVN: 'Event',
  FT1: 'Financial transaction',
  GT1: 'Guarantor',
  IN1: 'Insurance',
  IN2: 'Insurance, more',
  MRG: 'Merged from',
  MSA: 'Acknowledgement',
  MSH: 'Message header',
  NK1: 'Next of kin',
  NTE: 'Notes',
  OBR: 'Observation request',
  OBX: 'Observation',
  ORC: 'Order',
  PD1: 'Patient, more',
  PID: 'Patient',
  PR1: 'Procedure',
  PV1: 'Visit',
  PV2: 'Visit, more',
  ROL: 'Role',
  RXA: 'Administration',
  RXE: 'Encoded order of medication',
  RXO: 'Order of medication',
  RXR: 'Route',
  SCH: 'Appointment',
  SFT: 'Software',
  SPM: 'Specimen',
  TQ1: 'Timing',
  TXA: 'Document',
};

/** From field 1 on; an empty name is one that nobody uses. */
const fields: Readonly<Record<string, string>> = {
  AL1: 'number|type|allergen|severity|reaction|identified on',
  DG1: 'number|coding method|diagnosis|description|when|type',
  EVN: 'event|recorded|planned|reason|operator|occurred|facility',
  FT1: 'number|transaction|batch|date|posted|type|code|description|||quantity|amount|unit amount',
  GT1: 'number|guarantor number|name|spouse|address|phone',
  IN1: 'number|plan|company id|company|company address|contact|phone|group number|group|||effective|expires||plan type|insured|relationship|insured born|insured address',
  MRG: 'prior identifiers|prior alternate id|prior account|prior id|prior visit|prior alternate visit|prior name',
  MSA: 'code|control id|text',
  MSH: 'field separator|encoding characters|sending application|sending facility|receiving application|receiving facility|date and time|security|message type|control id|processing id|version|sequence|continuation|accept acknowledgement|application acknowledgement|country|character set|language',
  NK1: 'number|name|relationship|address|phone|business phone|role',
  NTE: 'number|source|comment|type',
  OBR: 'number|placer order|filler order|service|priority|requested|observed|observed until|volume|collector|action|danger|clinical information|received|source|ordering provider|callback|placer field 1|placer field 2|filler field 1|filler field 2|reported|charge|section|result status|parent result|quantity and timing|copies to|parent|transport|reason|interpreter',
  OBX: 'number|value type|observation|sub-id|value|units|reference range|interpretation|probability|nature|status|reference range since|user-defined|observed|producer|observer|method|equipment|analysed',
  ORC: 'control|placer order|filler order|group|status|response|timing|parent|when|entered by|verified by|ordering provider|entered at|callback|effective|reason',
  PD1: 'dependency|arrangement|primary facility|primary care provider',
  PID: 'number|external id|identifiers|alternate id|name|mother’s maiden name|born|sex|alias|race|address|county|phone|business phone|language|marital status|religion|account|social security|driver’s licence|mother|ethnic group|birth place|multiple birth|birth order|citizenship|veteran|nationality|died|is dead',
  PR1: 'number|coding method|procedure|description|when|type|minutes',
  PV1: 'number|class|location|admission type|preadmit number|prior location|attending|referring|consulting|service|temporary location|preadmit test|readmission|admit source|ambulatory status|VIP|admitting|patient type|visit number|financial class|||||||||||||||disposition to|discharged to||||||||admitted|discharged',
  PV2: 'prior pending location|accommodation|admit reason|transfer reason|||visit indicator|expected admit|expected discharge|expected days',
  RXA: 'sub-id|administration|start|end|code|amount|units|form|notes|by|at||||lot|expires|manufacturer',
  RXE: 'quantity and timing|give|amount|maximum|units|form|instructions|deliver to|substitution|dispense|dispense units|refills|ordering provider|pharmacist|prescription',
  RXO: 'give|minimum|maximum|units|form|instructions|administration|deliver to',
  RXR: 'route|site|device|method',
  SCH: 'placer appointment|filler appointment|occurrence|placer group|schedule|event reason|reason|type|duration|duration units|timing||||||||||||||filler status',
  SPM: 'number|specimen|parents|type|modifier|additives|collection method|source site',
  TXA: 'number|type|presentation|activity|provider|originated|transcribed|edited|originator|authenticator|transcriptionist|document number|parent document||||completion|confidentiality|availability',
};

const components: Readonly<Record<string, string>> = {
  CX: 'value|check digit|scheme|assigned by|type|facility',
  XPN: 'family|given|further given|suffix|prefix|degree|use',
  XAD: 'street|second line|city|state|postal code|country|use',
  XTN: 'number|use|equipment|e-mail|country|area|local',
  CWE: 'code|text|system|alternate code|alternate text|alternate system|version||original text',
  XCN: 'id|family|given|further given|suffix|prefix|degree||assigned by|use',
  PL: 'point of care|room|bed|facility|status|kind|building|floor',
  EI: 'id|namespace|universal id|universal id type',
  MSG: 'type|trigger|structure',
};

const typed: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries({
    CX: 'PID-2 PID-3 PID-4 PID-18 MRG-1 MRG-3 MRG-4 PV1-19 PV1-5 TXA-12',
    XPN: 'PID-5 PID-6 PID-9 NK1-2 GT1-3 IN1-16 MRG-7',
    XAD: 'PID-11 NK1-4 GT1-5 IN1-5 IN1-19',
    XTN: 'PID-13 PID-14 NK1-5 GT1-6',
    CWE: 'OBR-4 OBX-3 OBX-6 AL1-2 AL1-3 DG1-3 PR1-3 RXA-5 RXE-2 RXO-1 RXR-1 NK1-3 PID-10 PID-15 PID-16 PID-22 SPM-4 PV2-3 ORC-16 IN1-2',
    XCN: 'PV1-7 PV1-8 PV1-9 PV1-17 OBR-16 ORC-12 ORC-10 ORC-11 OBR-10 EVN-5 PD1-4 OBX-16',
    PL: 'PV1-3 PV1-6 PV1-11',
    EI: 'OBR-2 OBR-3 ORC-2 ORC-3 ORC-4 SCH-1 SCH-2 SPM-2',
    MSG: 'MSH-9',
  }).flatMap(([type, places]) => places.split(' ').map((place) => [place, type])),
);

const at = (names: string | undefined, number: number): string => names?.split('|')[number - 1] ?? '';
const own = <T>(table: Readonly<Record<string, T>>, name: string): T | undefined => (Object.hasOwn(table, name) ? table[name] : undefined);

/** `PID[1]-3[2].4` in words: `identifiers, assigned by`; empty where no name is known. */
export function nameOfPlace(path: string): string {
  const match = /^([A-Z][A-Z0-9]{2})(?:\[\d+\])?(?:-(\d+)(?:\[\d+\])?(?:\.(\d+))?)?/.exec(path);
  const [, segment = '', field, component] = match ?? [];
  if (field === undefined) return nameOfSegment(segment);
  const name = at(own(fields, segment), Number(field));
  const part = component === undefined ? '' : at(components[own(typed, `${segment}-${field}`) ?? ''], Number(component));
  return [name, part].filter((word) => word !== '').join(', ');
}

/** Segments that begin with Z are agreed upon by two parties. */
export const nameOfSegment = (name: string): string => own(segments, name) ?? (name.startsWith('Z') ? 'Own segment of the sender' : '');

/** `PID[2]` of `PID[2]-3.1`; of other formats what stands before the last mark. */
export const segmentOfPath = (path: string): string =>
  /^[A-Z][A-Z0-9]{2}(\[\d+\])?(?=-)/.exec(path)?.[0] ?? path.replace(/[-/@.][^-/@.]*$/, '');
