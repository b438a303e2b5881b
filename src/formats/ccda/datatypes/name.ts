// EN, PN, ON → HumanName, string (CDA R2 data types 2.16).
import type { Conversion, Converter } from '../mapping/conversion.ts';
import type { Place } from '../mapping/draft.ts';
import { childOf, childrenOf, type Element, leafOf, textsOf } from '../tree/tree.ts';
import { coded } from './code.ts';
import { plain } from './text.ts';
import { period } from './time.ts';

/** http://terminology.hl7.org/CodeSystem/v3-EntityNameUse */
const use = coded({ L: 'usual', C: 'official', OR: 'official', P: 'nickname', A: 'nickname', SRCH: 'temp', ASGN: 'temp' }, 'use');

const parts: [part: string, element: string][] = [
  ['family', 'family'],
  ['given', 'given[]'],
  ['prefix', 'prefix[]'],
  ['suffix', 'suffix[]'],
];

export const humanName: Converter = (from, at, cx) => {
  use(from, at.at('use'), cx);
  for (const [part, element] of parts) {
    for (const one of childrenOf(from, part)) {
      const place = at.at(element);
      plain(one, place, cx);
      if (place.value !== undefined) qualified(one, part, at, place, cx);
    }
    align(at, part);
  }
  // A name in one piece.
  if (textsOf(from).length > 0) plain(from, at.at('text'), cx);
  const valid = childOf(from, 'validTime');
  if (valid !== undefined) period(valid, at.at('period'), cx);
  if (at.value !== undefined && Object.keys(at.value as object).join() === 'use') at.draft.drop(at.keys);
};

const qualifiers = new Set(['LS', 'AC', 'NB', 'PR', 'HON', 'BR', 'AD', 'SP', 'MID', 'CL', 'IN', 'VV']);

/** What the part of the name is (http://hl7.org/fhir/StructureDefinition/iso21090-EN-qualifier). */
function qualified(from: Element, part: string, at: Place, place: Place, cx: Conversion): void {
  const code = cx.value(from, 'qualifier');
  if (code === undefined || !qualifiers.has(code)) return;
  const index = place.keys.at(-1);
  const extension = at.at(typeof index === 'number' ? `_${part}[${index}]` : `_${part}`).at('extension[0]');
  extension.at('url').set('http://hl7.org/fhir/StructureDefinition/iso21090-EN-qualifier');
  extension.at('valueCode').say(leafOf(from, 'qualifier'), code);
}

/** Extensions of a repeating primitive are as many as its values, null where one has none. */
function align(at: Place, part: string): void {
  const values = at.at(part).value;
  const beside = at.at(`_${part}`).value;
  if (!Array.isArray(values) || !Array.isArray(beside)) return;
  for (let i = 0; i < values.length; i++) beside[i] ??= null;
}

/** The name of an organisation, place or thing. */
export const oneName: Converter = (from, at, cx) => {
  const flavor = leafOf(from, 'nullFlavor');
  if (flavor !== undefined && textsOf(from).length === 0) return;
  plain(from, at, cx);
};
