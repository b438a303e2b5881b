// Organisations, places and systems that a message names by an HD, a code or a name alone (HL7 v2.8, chapter 2A).
import type { Said } from '../../../contract.ts';
import { ID, ST } from '../codecs.ts';
import { type Composite, type Converter, referred } from '../converter.ts';
import type { Part } from '../part.ts';
import { composite } from '../rows.ts';
import type { Story, Thing } from '../story.ts';
import { WORDS } from './coded.ts';
import { NAMED_BY_HD, SYSTEM_OF_HD } from './identifiers.ts';

const valued = (path: string) => (whole: { textAt(path: string): string }) => whole.textAt(path) !== '';
const uris = 'urn:ietf:rfc:3986';

export const ORGANIZATION_BY_HD: Converter = referred('Organization', NAMED_BY_HD);
export const LOCATION_BY_HD: Converter = referred('Location', NAMED_BY_HD);

/** HD: an application. */
export const DEVICE_BY_HD = composite([
  ['1', 'identifier[1].value', ST],
  ['.', 'identifier[2].value', SYSTEM_OF_HD, { when: valued('2'), with: { 'identifier[2].system': uris } }],
]);

/** The facility of a message's header: shown with the sending only. */
export const FACILITY_OF_SENDING: Converter = referred('Organization', NAMED_BY_HD, 'envelope');

/** An organisation by a code with words, or by words alone. */
const NAMED_BY_CODE = composite([
  ['1', 'identifier[1].value', ST, { when: valued('2') }],
  ['2', 'name', ST],
  ['1', 'name', ST, { when: (whole) => whole.textAt('2') === '' }],
  ['3', 'identifier[1].assigner.display', ST, { when: valued('2') }],
]);
export const ORGANIZATION_BY_CODE: Converter = referred('Organization', NAMED_BY_CODE);

/** A type of organisational unit: an organisation of which only the kind is known. */
export const ORGANIZATION_BY_KIND = (kind: Converter): Composite => composite([['.', 'type[1]', kind]]);

/** Where a patient went: a place of which the kind or the name is known (DLD.1). */
export const LOCATION_BY_CODE: Converter = referred(
  'Location',
  composite([
    [
      '1',
      'type[1]',
      composite([
        ['1', 'coding[1].code', ID],
        ['2', 'coding[1].display', ST],
        ['3', 'text', WORDS, { inOnly: true }],
      ]),
    ],
  ]),
);

/** The resource that the part names, made where nobody has named it so; undefined where it names nothing. */
export function named(
  type: Thing['type'],
  as: Composite,
  part: Part | undefined,
  story: Story,
  how: Said['how'] = 'refer',
): Thing | undefined {
  if (part === undefined) return undefined;
  const thing = story.thing(type, [part.key], how, true);
  as.into(part, thing.place, 'named', story);
  return thing.speaks ? thing : undefined;
}
