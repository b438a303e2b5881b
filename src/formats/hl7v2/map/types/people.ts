// Names, addresses, telephone numbers, people and organisations: XPN, FN, XAD, SAD, XTN, XCN, XON (HL7 v2.8, chapter 2A).
import { bare } from '../bare.ts';
import { alternate, CURRENCY, DTM, ID, NM, oneOf, positive, ST } from '../codecs.ts';
import { type Composite, type Converter, referred } from '../converter.ts';
import type { Step } from '../element-path.ts';
import { isNull, type Leaf, type Part } from '../part.ts';
import { isObject, type Place } from '../place.ts';
import { composite, type Row } from '../rows.ts';
import { CODING, tabled } from './coded.ts';
import { FACILITY, identifierTypes, isCodedValue, SYSTEM_OF_HD } from './identifiers.ts';

const extension = 'http://hl7.org/fhir/StructureDefinition/';
const valued = (path: string) => (whole: { textAt(path: string): string }) => whole.textAt(path) !== '';

/** HL7 table 0200. */
const nameUses = {
  L: 'official',
  D: 'usual',
  M: 'maiden',
  N: 'nickname',
  S: 'anonymous',
  T: 'temp',
  A: 'old',
  BAD: 'old',
  I: 'official',
  B: 'official',
  C: 'old',
  K: 'usual',
  P: 'usual',
  R: 'official',
  U: 'usual',
  MSK: 'anonymous',
  NAV: 'temp',
};
const NAME_USE = oneOf(nameUses, '0200');

/** HL7 table 0465 to http://terminology.hl7.org/CodeSystem/v3-EntityNameUse, how a name is written. */
const REPRESENTATION = oneOf({ A: 'ABC', I: 'IDE', P: 'SYL' });

/** FN, the parts of a family name; `family` is all of it. */
const familyRows: Row[] = [
  ['1.1', 'family', ST],
  ['1.2', `_family.extension[${extension}humanname-own-prefix].valueString`, ST],
  ['1.3', `_family.extension[${extension}humanname-own-name].valueString`, ST],
  ['1.4', `_family.extension[${extension}humanname-partner-prefix].valueString`, ST],
  ['1.5', `_family.extension[${extension}humanname-partner-name].valueString`, ST],
];

/** DR inside of something larger. */
const periodRows = (at: string, to: string): Row[] => [
  [`${at}.1`, `${to}.start`, DTM],
  [`${at}.2`, `${to}.end`, DTM],
];

export const DR = composite([
  ['1', 'start', DTM],
  ['2', 'end', DTM],
]);

const HUMAN_NAME = composite([
  ...familyRows,
  ['2', 'given[1]', ST],
  ['3', 'given[2]', ST],
  ['4', 'suffix[1]', ST],
  ['5', 'prefix[1]', ST],
  ['6', 'suffix[2]', ST],
  ['7', 'use', NAME_USE],
  ['12', 'period.start', DTM],
  ['13', 'period.end', DTM],
  ...periodRows('10', 'period').map(
    ([from, to, as]): Row => [from, to, as, { inOnly: true, when: (whole) => whole.textAt('12') === '' && whole.textAt('13') === '' }],
  ),
  ['8', `extension[${extension}iso21090-EN-representation].valueCode`, REPRESENTATION],
  ['11', `extension[${extension}humanname-assembly-order].valueCode`, ID],
  ['14', 'suffix[3]', ST],
]);

/** HumanName; what a person is called by is a name of its own. */
export const XPN: Composite = {
  ...HUMAN_NAME,
  read(part, place, step, run, story) {
    const said = HUMAN_NAME.read(part, place, step, run, story);
    const called = part.path('15');
    if (called === undefined || step.item === undefined) return said;
    const nickname = place.child(step, `${run}/called`);
    if (!ST.read(called, nickname, { name: 'given', item: { label: '1' } }, run, story)) return said;
    nickname.imply([{ name: 'use' }], run, 'nickname');
    return true;
  },
};

/** A name as words. */
export const NAME_WORDS: Converter = {
  read(part, place, step, run, story) {
    return ST.read(part.path('1.1') ?? part, place, step, run, story);
  },
  write: (value) => (typeof value === 'string' ? value : undefined),
};

/** HL7 table 0190. */
const addressUses = {
  H: 'home',
  B: 'work',
  O: 'work',
  C: 'temp',
  BA: 'old',
  BI: 'billing',
  V: 'temp',
  HV: 'home',
  HOME: 'home',
  WORK: 'work',
  BUSINESS: 'work',
  OFFICE: 'work',
  TEMP: 'temp',
};
const addressTypes = { M: 'postal', SH: 'postal', P: 'physical' };
const isType = (whole: { textAt(path: string): string }): boolean => Object.hasOwn(addressTypes, whole.textAt('7'));
/** XAD.9 as words beside its code: http://hl7.org/fhir/StructureDefinition/iso21090-SC-coding says the code. */
const described = (whole: { textAt(path: string): string }): boolean => whole.textAt('9.2') !== '';

const wholeLine = (whole: { textAt(path: string): string }): boolean => {
  const [line, street, house] = ['1.1', '1.2', '1.3'].map((path) => whole.textAt(path).trim());
  return line !== '' && (street ?? '') !== '' && line?.includes(street ?? '') === true && line.includes(house ?? '');
};

const addressRows: Row[] = [
  ['1.1', 'line[1]', ST],
  // Where the first part is the whole line, the others say which of it is the street and which the number of the house.
  ['1.2', `_line[1].extension[${extension}iso21090-ADXP-streetName].valueString`, ST, { when: wholeLine }],
  ['1.3', `_line[1].extension[${extension}iso21090-ADXP-houseNumber].valueString`, ST, { when: wholeLine }],
  ['1.2', 'line[2]', ST, { when: (whole) => !wholeLine(whole) }],
  ['1.3', 'line[3]', ST, { when: (whole) => !wholeLine(whole) }],
  ['2', 'line[4]', ST],
  ['19', 'line[5]', ST],
  ['3', 'city', ST],
  ['4', 'state', ST],
  ['5', 'postalCode', ST],
  ['6', 'country', ST],
  ['7', 'use', oneOf(addressUses, '0190'), { when: (whole) => !isType(whole) }],
  ['7', 'type', oneOf(addressTypes, '0190'), { when: isType }],
  ['9', `_district.extension[${extension}iso21090-SC-coding].valueCoding`, CODING, { when: described }],
  ['9', 'district', ST, { when: (whole) => !described(whole) }],
  ['9.2', 'district', ST, { inOnly: true, when: described }],
  ['13', 'period.start', DTM],
  ['14', 'period.end', DTM],
  ...periodRows('12', 'period').map(
    ([from, to, as]): Row => [from, to, as, { inOnly: true, when: (whole) => whole.textAt('13') === '' && whole.textAt('14') === '' }],
  ),
];

/** FHIR wants what stands beside the items of a list to be as long as the list. */
export const XAD = composite(addressRows, (place) => {
  const { line, _line: beside } = place.value ?? {};
  if (Array.isArray(line) && Array.isArray(beside)) while (beside.length < line.length) beside.push(null);
});

/** HL7 table 0202. */
const equipment = bare<string>({
  PH: 'phone',
  CP: 'phone',
  SAT: 'phone',
  FX: 'fax',
  BP: 'pager',
  INTERNET: 'email',
  'X.400': 'email',
  MD: 'other',
  TDD: 'other',
  TTY: 'other',
  // Words that senders write for the codes.
  MC: 'phone',
  CELL: 'phone',
  MOBILE: 'phone',
  PHONE: 'phone',
  FAX: 'fax',
  PAGER: 'pager',
  EMAIL: 'email',
  'E-MAIL': 'email',
});
const mobiles = new Set(['CP', 'MC', 'CELL', 'MOBILE']);
const equipmentBack = bare<string>({ phone: 'PH', fax: 'FX', pager: 'BP', email: 'Internet', other: 'MD' });
/** HL7 table 0201. */
const telecomUses = bare<string>({
  PRN: 'home',
  WPN: 'work',
  VHN: 'temp',
  ORN: 'home',
  PRS: 'mobile',
  ASN: 'work',
  EMR: 'home',
  BPN: 'work',
  HOME: 'home',
  WORK: 'work',
  BUSINESS: 'work',
  OFFICE: 'work',
  MOBILE: 'mobile',
  CELL: 'mobile',
});
const wordOf = (leaf: Leaf | undefined): string => leaf?.text.trim().toUpperCase() ?? '';
const telecomUsesBack = bare<string>({ home: 'PRN', work: 'WPN', temp: 'VHN', mobile: 'PRS' });

const contactParts = composite([
  ['5', `extension[${extension}contactpoint-country].valueString`, ST],
  ['6', `extension[${extension}contactpoint-area].valueString`, ST],
  ['7', `extension[${extension}contactpoint-local].valueString`, ST],
  ['8', `extension[${extension}contactpoint-extension].valueString`, ST],
  ['9', `extension[${extension}contactpoint-comment].valueString`, ST],
  ['13', 'period.start', DTM],
  ['14', 'period.end', DTM],
  ['18', 'rank', positive],
]);

/** A code of FHIR that a leaf gives, and where it does not lead back to the leaf's the received one beside. */
function sayCode(contact: Place, name: string, meant: string, leaf: Leaf, back: Readonly<Record<string, string>>, table: string): boolean {
  if (!contact.set({ name }, meant, [[leaf, (now) => back[String(now)]]])) return false;
  if (back[meant] !== leaf.text) alternate(contact, name, leaf, table);
  return true;
}

/** A code that FHIR has no word for at all. */
function sayOther(contact: Place, name: string, leaf: Leaf | undefined, table: string): void {
  if (leaf !== undefined && !isNull(leaf) && /^\S+( \S+)*$/.test(leaf.text)) alternate(contact, name, leaf, table);
}

/** The number as it was written before version 2.7 (XTN.1), beside the one that stands (XTN.12): the same, or another one. */
function alsoWritten(part: Part, place: Place, step: Step, run: string, contact: Place): void {
  const leaf = part.path('12') === undefined ? undefined : part.at(1)?.leaf;
  const value = contact.value?.['value'];
  if (leaf === undefined || leaf.text.trim() === '' || typeof value !== 'string') return;
  const digits = (text: string): string => text.replace(/\D/g, '');
  const asText = (now: unknown): string | undefined => (typeof now === 'string' ? now : undefined);
  if (value === leaf.text || digits(value) === digits(leaf.text)) contact.claim(contact.elementAt('value'), [[leaf, asText]]);
  else if (step.item !== undefined) {
    const other = place.child(step, `${run}/written`);
    other.set({ name: 'value' }, leaf.text, [[leaf, asText]]);
    other.imply([{ name: 'system' }], run, 'phone');
  }
}

/** What stands where an address of e-mail should, beside a number, and is none: whose number it is, by some senders. */
function sayKindOfNumber(contact: Place, leaf: Leaf): void {
  const [use, system] = [telecomUses[wordOf(leaf)], equipment[wordOf(leaf)]];
  if (use !== undefined) sayCode(contact, 'use', use, leaf, telecomUsesBack, '0201');
  else if (system !== undefined) sayCode(contact, 'system', system, leaf, equipmentBack, '0202');
}

/** A telephone number, where an address of e-mail should stand. */
const isNumber = (text: string, kind: string): boolean =>
  equipment[kind] !== 'email' && !text.includes('@') && /^[\d\s()+./-]+$/.test(text) && text.replace(/\D/g, '').length > 4;

/** ContactPoint; a telephone number and an address of e-mail in one field are two. */
export const XTN: Converter = {
  read(part, place, step, run, story) {
    const [use, kind] = [part.path('2')?.leaf, part.path('3')?.leaf];
    const named = part.path('12') ?? part.path('1');
    const fourth = part.textAt('4') === '' ? undefined : part.path('4');
    // Some write the number itself in the place of the address of e-mail.
    const number = named === undefined && fourth !== undefined && isNumber(fourth.text, wordOf(kind));
    const written = number ? fourth : named;
    const alike = !number && fourth !== undefined && fourth.text.trim() === written?.text.trim();
    const mail = number || alike || (written !== undefined && fourth?.text.includes('@') === false) ? undefined : fourth;
    const digits = written === undefined && (part.textAt('7').trim() !== '' || /\d{5}/.test(part.textAt('6')));
    let said = false;
    if (written !== undefined || digits) {
      const contact = place.child(step, run);
      if (written !== undefined) said = ST.read(written, contact, { name: 'value' }, run, story);
      else {
        const [country, area, local, inner] = ['5', '6', '7', '8'].map((path) => part.textAt(path).trim());
        const text = [country === '' ? '' : `+${country}`, area, local, inner === '' ? '' : `X${inner}`]
          .filter((one) => one !== '')
          .join(' ');
        contact.imply([{ name: 'value' }], run, text);
        said = true;
      }
      alsoWritten(part, place, step, run, contact);
      if (contactParts.into(part, contact, run, story)) said = true;
      const system = kind === undefined ? undefined : equipment[kind.text.trim().toUpperCase()];
      const address = written?.text.includes('@') === true;
      const meant = system === 'email' && mail !== undefined && !address ? 'phone' : system;
      if (kind !== undefined && meant !== undefined) said = sayCode(contact, 'system', meant, kind, equipmentBack, '0202') || said;
      else if (said) {
        const net = wordOf(use) === 'NET' && !digits;
        contact.imply([{ name: 'system' }], run, net || address ? 'email' : 'phone');
        if (net && use !== undefined)
          contact.claim(contact.elementAt('system'), [[use, (now) => (now === 'email' ? use.text : undefined)]]);
        sayOther(contact, 'system', kind, '0202');
      }
      if (said && alike && fourth?.leaf !== undefined)
        contact.claim(contact.elementAt('value'), [[fourth.leaf, (now) => (typeof now === 'string' ? now : undefined)]]);
      else if (said && fourth?.leaf !== undefined && mail === undefined && !number) sayKindOfNumber(contact, fourth.leaf);
      // A mobile telephone is one, whoever's home it is said to be of.
      const mobile = said && mobiles.has(wordOf(kind)) && !['WPN', 'WORK', 'VHN'].includes(wordOf(use));
      if (mobile) contact.imply([{ name: 'use' }], run, 'mobile');
      const known = use === undefined ? undefined : telecomUses[use.text.trim().toUpperCase()];
      if (mobile && use !== undefined && known !== 'mobile') sayOther(contact, 'use', use, '0201');
      else if (use !== undefined && known !== undefined) said = sayCode(contact, 'use', known, use, telecomUsesBack, '0201') || said;
      else if (said && use !== undefined && wordOf(use) !== 'NET') sayOther(contact, 'use', use, '0201');
      if (said && mobiles.has(wordOf(kind))) contact.imply([{ name: 'use' }], run, 'mobile');
    }
    if (mail !== undefined) {
      const alone = written === undefined && !digits;
      const contact = place.child(step, alone ? run : `${run}/mail`);
      if (!ST.read(mail, contact, { name: 'value' }, run, story)) return said;
      if (alone && kind !== undefined && equipment[kind.text.trim().toUpperCase()] === 'email')
        sayCode(contact, 'system', 'email', kind, equipmentBack, '0202');
      else {
        contact.imply([{ name: 'system' }], run, 'email');
        if (alone) sayOther(contact, 'system', kind, '0202');
      }
      const known = use === undefined ? undefined : telecomUses[use.text.trim().toUpperCase()];
      if (alone && use !== undefined && known !== undefined) sayCode(contact, 'use', known, use, telecomUsesBack, '0201');
      if (alone && use?.text.trim().toUpperCase() === 'NET')
        contact.claim(contact.elementAt('system'), [[use, (now) => (now === 'email' ? 'NET' : undefined)]]);
      if (alone) contactParts.into(part, contact, run, story);
      said = true;
    }
    return said;
  },
  write(value, story) {
    if (!isObject(value) || typeof value['value'] !== 'string') return undefined;
    const system = String(value['system'] ?? 'phone');
    const kind = value['use'] === 'mobile' && system === 'phone' ? 'CP' : equipmentBack[system];
    const out = contactParts.from(value, story);
    const parts = Array.isArray(out) ? [...out] : [];
    while (parts.length < 4) parts.push(undefined);
    parts[1] = telecomUsesBack[String(value['use'])] ?? (system === 'email' ? 'NET' : undefined);
    parts[2] = kind;
    if (system === 'email') parts[3] = value['value'];
    else parts[0] = value['value'];
    return parts;
  },
};

const fromTable = (whole: { textAt(path: string): string }): boolean =>
  whole.textAt('9') === '' && whole.textAt('9.2') === '' && whole.textAt('1') !== '' && whole.textAt('8').trim().length > 1;

/** XCN: somebody who acts, as a Practitioner. */
export const PRACTITIONER = composite([
  ['1', 'identifier[1].value', ST],
  ['2.1', 'name[1].family', ST],
  ['2.2', `name[1]._family.extension[${extension}humanname-own-prefix].valueString`, ST],
  ['2.3', `name[1]._family.extension[${extension}humanname-own-name].valueString`, ST],
  ['2.4', `name[1]._family.extension[${extension}humanname-partner-prefix].valueString`, ST],
  ['2.5', `name[1]._family.extension[${extension}humanname-partner-name].valueString`, ST],
  ['3', 'name[1].given[1]', ST],
  ['4', 'name[1].given[2]', ST],
  ['5', 'name[1].suffix[1]', ST],
  ['6', 'name[1].prefix[1]', ST],
  ['7', 'qualification[1].code', tabled('0360')],
  ['9.1', 'identifier[1].assigner.display', ST, { when: valued('9.2') }],
  ['9', 'identifier[1].system', SYSTEM_OF_HD],
  // The table that the number is from is its system, where nobody is said to have assigned it.
  ['8', 'identifier[1].system', SYSTEM_OF_HD, { inOnly: true, when: fromTable }],
  ['10', 'name[1].use', NAME_USE],
  ['11', `identifier[1].extension[${extension}identifier-checkDigit].valueString`, ST],
  ['12', `identifier[1].extension[${extension}namingsystem-checkDigit].valueString`, ST],
  ['13', 'identifier[1].type.coding[1].code', ID, { with: { 'identifier[1].type.coding[1].system': identifierTypes } }],
  ['14', 'identifier[1].assigner', FACILITY, { when: valued('1') }],
  ['19', 'name[1].period.start', DTM],
  ['20', 'name[1].period.end', DTM],
  ...periodRows('17', 'name[1].period').map(
    ([from, to, as]): Row => [from, to, as, { inOnly: true, when: (whole) => whole.textAt('19') === '' && whole.textAt('20') === '' }],
  ),
  ['15', `name[1].extension[${extension}iso21090-EN-representation].valueCode`, REPRESENTATION],
  ['18', `name[1].extension[${extension}humanname-assembly-order].valueCode`, ID],
  ['21', 'name[1].suffix[2]', ST],
]);
const PERSON_WHO_ACTS = referred('Practitioner', PRACTITIONER);
export const XCN: Converter = {
  ...PERSON_WHO_ACTS,
  read(part, place, step, run, story) {
    if (!isCodedValue(part)) return PERSON_WHO_ACTS.read(part, place, step, run, story);
    if (part.leaf !== undefined)
      story.puzzled(part.leaf, 'This is a coded value where somebody should be named; ask the sender to mend it');
    return false;
  },
};

/** XON: an Organization. */
export const ORGANIZATION = composite([
  ['1', 'name', ST],
  ['10', 'identifier[1].value', ST],
  ['3', 'identifier[1].value', ST, { inOnly: true, when: (whole) => whole.textAt('10') === '' }],
  ['3', 'identifier[number].value', ST, { inOnly: true, when: valued('10') }],
  ['4', `identifier[1].extension[${extension}identifier-checkDigit].valueString`, ST],
  ['5', `identifier[1].extension[${extension}namingsystem-checkDigit].valueString`, ST],
  ['6.1', 'identifier[1].assigner.display', ST, { when: valued('6.2') }],
  ['6', 'identifier[1].system', SYSTEM_OF_HD],
  ['7', 'identifier[1].type.coding[1].code', ID, { with: { 'identifier[1].type.coding[1].system': identifierTypes } }],
  ['8', 'identifier[1].assigner', FACILITY, { when: (whole) => whole.textAt('10') !== '' || whole.textAt('3') !== '' }],
]);
export const XON: Converter = referred('Organization', ORGANIZATION);

export const AMOUNT: Composite = composite([
  ['1', 'value', NM],
  ['2', 'currency', CURRENCY],
]);
