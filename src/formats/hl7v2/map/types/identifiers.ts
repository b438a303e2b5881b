// Identifiers and those who assign them: HD, EI, CX, EIP, DLN, PLN (HL7 v2.8, chapter 2A) to Identifier. The universal id of an
// authority is the system; a namespace beside it is the assigner's name.
import { DT, DTM, ID, ST } from '../codecs.ts';
import { type Composite, type Converter, referred } from '../converter.ts';
import type { Leaf, Part } from '../part.ts';
import { composite } from '../rows.ts';
import { type Authority, authorityOf, authorityUri, namesake } from '../systems.ts';
import { WORDS } from './coded.ts';

export const identifierTypes = 'http://terminology.hl7.org/CodeSystem/v2-0203';
const checkDigit = 'http://hl7.org/fhir/StructureDefinition/identifier-checkDigit';
const checkDigitScheme = 'http://hl7.org/fhir/StructureDefinition/namingsystem-checkDigit';

type Write = (value: unknown) => string | undefined;

/** The system that an authority stands for; `at`: which parts are its namespace, universal id and type. */
export const authority = (at: readonly [number, number, number], ofItsOwn = false): Converter => ({
  read(part, place, step) {
    const [namespace, universalId, universalType] = at.map((number) => part.at(number)?.leaf);
    const [one, two, three] = [namespace?.text ?? '', universalId?.text ?? '', universalType?.text ?? ''];
    const uri = authorityUri({ namespace: one, universalId: two, universalType: three }, ofItsOwn);
    if (uri === undefined) return false;
    const leaves: (readonly [Leaf, Write])[] = [];
    // Of several names of one authority the one that was received stays.
    const say = (leaf: Leaf, of: (authority: Authority) => string): void => {
      leaves.push([leaf, (now) => (now === uri ? leaf.text : of(authorityOf(now)))]);
    };
    if (universalId !== undefined) say(universalId, (now) => now.universalId);
    if (universalType !== undefined && universalId !== undefined) say(universalType, (now) => now.universalType);
    if (namespace !== undefined && universalId === undefined) say(namespace, (now) => now.namespace);
    return place.set(step, uri, leaves);
  },
  write(value) {
    const { namespace, universalId, universalType } = authorityOf(value);
    const out: (string | undefined)[] = [];
    for (const [index, text] of [namespace, universalId, universalType].entries()) {
      const number = at[index] ?? 1;
      while (out.length < number) out.push(undefined);
      if (text !== '') out[number - 1] = text;
    }
    return out;
  },
});

/** HD as a system. */
export const SYSTEM_OF_HD: Converter = authority([1, 2, 3]);
export const SYSTEM_OF_EI: Converter = authority([2, 3, 4]);
const beside = (path: string) => (whole: { textAt(path: string): string }) => whole.textAt(path) !== '';

/** EI: an entity's identifier. */
export const EI = composite([
  ['1', 'value', ST],
  ['2', 'assigner.display', ST, { when: beside('3') }],
  ['.', 'system', SYSTEM_OF_EI],
]);

/** HD: an organisation or a place, by what it is called and its universal id. */
export const NAMED_BY_HD = composite([
  ['1', 'name', ST],
  ['.', 'identifier[1].value', SYSTEM_OF_HD, { when: beside('2'), with: { 'identifier[1].system': 'urn:ietf:rfc:3986' } }],
]);
/** The facility that assigned it: the authority's name stands beside the reference. */
export const FACILITY: Converter = referred('Organization', NAMED_BY_HD);

/** A code with its words and its HL7 table stands in the place of something else: a field too early or too late. */
export const isCodedValue = (part: Part): boolean => /^HL7\d{4}$/.test(part.textAt('3').trim());

/** Whether the authority of a CX only has the name of a registered one. */
const isNamesake = (part: { textAt(path: string): string }): boolean =>
  part.textAt('4.2') === '' && namesake(part.textAt('4.1'), part.textAt('1'), part.textAt('5'));

/** CX: a person's identifier, account, visit. */
const NUMBER_OF_SOMEBODY = composite([
  ['1', 'value', ST],
  ['2', `extension[${checkDigit}].valueString`, ST],
  ['3', `extension[${checkDigitScheme}].valueString`, ST],
  ['4.1', 'assigner.display', ST, { when: beside('4.2') }],
  ['4', 'system', SYSTEM_OF_HD, { when: (whole) => !isNamesake(whole) }],
  ['4', 'system', authority([1, 2, 3], true), { inOnly: true, when: isNamesake }],
  ['5', 'type.coding[1].code', ID, { with: { 'type.coding[1].system': identifierTypes } }],
  ['7', 'period.start', DTM],
  ['8', 'period.end', DTM],
  ['6', 'assigner', FACILITY],
]);
export const CX: Composite = {
  ...NUMBER_OF_SOMEBODY,
  into(part, place, run, story) {
    if (!isCodedValue(part)) return NUMBER_OF_SOMEBODY.into(part, place, run, story);
    if (part.leaf !== undefined) story.puzzled(part.leaf, 'This is a coded value where a number should stand; ask the sender to mend it');
    return false;
  },
  read: (part, place, step, run, story) => CX.into(part, place.child(step, run), run, story),
};

/** A number alone, or the first part of something larger. */
export const NUMBER = composite([['1', 'value', ST]]);

/** DLN: a driver's licence. */
export const DLN = composite(
  [
    ['1', 'value', ST],
    ['2', 'assigner.display', WORDS],
    ['3', 'period.end', DT],
  ],
  (place) => place.imply([{ name: 'type' }, { name: 'coding', item: { label: '1' } }, { name: 'code' }], '', 'DL'),
);

/** PLN: a practitioner's number and its kind. */
export const PLN = composite([
  ['1', 'value', ST],
  ['2', 'type.coding[1].code', ID, { with: { 'type.coding[1].system': 'http://terminology.hl7.org/CodeSystem/v2-0338' } }],
  ['3', 'assigner.display', ST],
  ['4', 'period.end', DT],
]);

/** `system|value` of a CX, for finding the same thing again; undefined where it has no value. */
export function cxKey(part: Part | undefined): string | undefined {
  const value = part?.textAt('1') ?? '';
  if (part === undefined || value === '') return undefined;
  const [namespace, universalId, universalType] = ['4.1', '4.2', '4.3'].map((path) => part.textAt(path));
  const uri = authorityUri(
    { namespace: namespace ?? '', universalId: universalId ?? '', universalType: universalType ?? '' },
    isNamesake(part),
  );
  return `${uri ?? ''}|${value}`;
}

/** `system|value` of an EI. */
export function eiKey(part: Part | undefined): string | undefined {
  const value = part?.textAt('1') ?? '';
  if (part === undefined || value === '') return undefined;
  const [namespace, universalId, universalType] = ['2', '3', '4'].map((path) => part.textAt(path));
  return `${authorityUri({ namespace: namespace ?? '', universalId: universalId ?? '', universalType: universalType ?? '' }) ?? ''}|${value}`;
}
