// Numbers of orders, groups and specimens: EI and EIP (HL7 v2.8, chapter 2A) as identifiers that say whose number they are, and OG,
// what tells the observations of one order apart (v2-to-FHIR maps EI[Identifier-Extension], EIP[Identifier-…], OG[Extension-Subidentifier]).
import { NM, ST } from '../codecs.ts';
import { type Composite, type Converter, referred } from '../converter.ts';
import type { Part } from '../part.ts';
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

const divided = (part: Part): boolean => [1, 2].some((at) => (part.at(at)?.parts.length ?? 0) > 0);
/** A number that was an EIP in v2.8.2 and an EI before and after: the placer's. */
export const PLACER_GROUP: Converter = {
  read: (part, place, step, run, story) => EI.read(divided(part) ? (part.at(1) ?? part) : part, place, step, run, story),
  write: (value, story) => EI.write(value, story),
};
/** And the filler's. */
export const FILLER_GROUP: Converter = {
  read(part, place, step, run, story) {
    const filler = divided(part) ? part.at(2) : undefined;
    return filler !== undefined && EI.read(filler, place, step, run, story);
  },
  write: () => undefined,
};

/** A resource that a number alone names. */
const numberOnly = composite([['.', 'identifier[1]', EI]]);
export const DEVICE = referred('Device', numberOnly);

/** A request that is known by its number and is not told here. */
export const REQUEST = composite([
  ['1', 'identifier', EI],
  ['2', 'identifier', EI, { inOnly: true, when: (whole) => whole.textAt('1') === '' }],
]);

/** The filler's number of a request whose placer's stands elsewhere. */
export const FILLER_OF_PARENT = composite([['2', 'identifier', EI]]);

export const subId = 'http://hl7.org/fhir/StructureDefinition/observation-v2-subid';
export const OG = composite([
  ['1', 'extension[=original-sub-identifier].valueString', ST],
  ['2', 'extension[=group].valueDecimal', NM],
  ['3', 'extension[=sequence].valueDecimal', NM],
  ['4', 'extension[=identifier].valueString', ST],
]);
