// Numbers of orders, groups and specimens: EI and EIP (HL7 v2.8, chapter 2A) as identifiers that say whose number they are, and OG,
// what tells the observations of one order apart (v2-to-FHIR maps EI[Identifier-Extension], EIP[Identifier-…], OG[Extension-Subidentifier]).
import { NM, ST } from '../codecs.ts';
import { type Composite, referred } from '../converter.ts';
import type { RowOptions } from '../rows.ts';
import { composite } from '../rows.ts';
import { EI, identifierTypes } from './identifiers.ts';

/** What an identifier at `at` is by HL7 table 0203. */
export const numbered = (at: string, code: string): RowOptions => ({
  with: { [`${at}.type.coding[1].system`]: identifierTypes, [`${at}.type.coding[1].code`]: code },
});

/** EIP: the number of who asked and the number of who did, each an identifier of its own. */
export const pair = (placer: string, filler: string): Composite =>
  composite([
    ['1', 'identifier[placer]', EI, numbered('identifier[placer]', placer)],
    ['2', 'identifier[filler]', EI, numbered('identifier[filler]', filler)],
  ]);

/** A resource that a number alone names. */
const numberOnly = composite([['.', 'identifier[1]', EI]]);
export const DEVICE = referred('Device', numberOnly);

/** A request that is known by its number and is not told here. */
export const REQUEST = composite([
  ['1', 'identifier', EI],
  ['2', 'identifier', EI, { inOnly: true, when: (whole) => whole.textAt('1') === '' }],
]);

export const subId = 'http://hl7.org/fhir/StructureDefinition/observation-v2-subid';
export const OG = composite([
  ['1', 'extension[=original-sub-identifier].valueString', ST],
  ['2', 'extension[=group].valueDecimal', NM],
  ['3', 'extension[=sequence].valueDecimal', NM],
  ['4', 'extension[=identifier].valueString', ST],
]);
