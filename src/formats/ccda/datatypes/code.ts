// CD, CE, CV, CO → CodeableConcept, Coding, code (CDA R2 data types, 2.7; http://hl7.org/fhir/R4/datatypes.html#CodeableConcept).

import type { Conversion, Converter } from '../mapping/conversion.ts';
import type { Back, Place } from '../mapping/draft.ts';
import { childOf, childrenOf, type Element, leafOf } from '../tree/tree.ts';
import { isBcp47 } from './language.ts';
import { oidOf, uriOf } from './systems.ts';
import { narrated } from './text.ts';

const nullFlavorSystem = 'http://terminology.hl7.org/CodeSystem/v3-NullFlavor';

const backToOid: Back = (now) => (typeof now === 'string' ? (oidOf(now) ?? now) : '');
const backToFlavor: Back = (now) => (typeof now === 'string' ? now : '');

/** Code, display, system and version of the element itself. */
export function coding(from: Element, at: Place, cx: Conversion): void {
  const code = cx.value(from, 'code');
  const system = cx.value(from, 'codeSystem');
  const uri = system === undefined ? undefined : uriOf(system);
  if (uri !== undefined && (code !== undefined || cx.value(from, 'displayName') !== undefined)) {
    at.at('system').say(leafOf(from, 'codeSystem'), uri, backToOid);
    const version = leafOf(from, 'codeSystemVersion');
    const versionText = cx.value(from, 'codeSystemVersion');
    if (version !== undefined && versionText !== undefined) at.at('version').say(version, versionText);
    const name = leafOf(from, 'codeSystemName');
    // It names in words what codeSystem says.
    if (name !== undefined) cx.structural.add(name);
  }
  // R4's code: no blanks at either end, single ones inside.
  if (code !== undefined) at.at('code').say(leafOf(from, 'code'), code.replace(/\s+/g, ' '));
  const display = cx.value(from, 'displayName');
  if (display !== undefined) at.at('display').say(leafOf(from, 'displayName'), display);
}

/** With its translations, its own words and, where there is no code, the reason. */
export function concept(from: Element, at: Place, cx: Conversion): void {
  if (cx.value(from, 'code') !== undefined || cx.value(from, 'displayName') !== undefined) {
    const place = at.at('coding[]');
    coding(from, place, cx);
  }
  for (const translation of childrenOf(from, 'translation')) {
    if (cx.value(translation, 'code') !== undefined || cx.value(translation, 'displayName') !== undefined)
      coding(translation, at.at('coding[]'), cx);
    const words = childOf(translation, 'originalText');
    if (words !== undefined && at.at('text').value === undefined) narrated(words, at.at('text'), cx);
  }
  const words = childOf(from, 'originalText');
  if (words !== undefined) narrated(words, at.at('text'), cx);
  if (cx.value(from, 'code') === undefined) withoutCode(from, at, cx);
}

/** Words that no code is for (OTH) are words; every other reason is one of the codings. */
function withoutCode(from: Element, at: Place, cx: Conversion): void {
  const flavor = cx.value(from, 'nullFlavor');
  const leaf = leafOf(from, 'nullFlavor');
  if (flavor === undefined || !/^[A-Z]{2,4}$/.test(flavor)) return;
  if (flavor === 'OTH' && at.at('text').value !== undefined) {
    at.at('text').also(leaf, (_, was) => was);
    return;
  }
  // Another system's code stands beside: that it is another one is all that OTH says.
  if (flavor === 'OTH' && at.at('coding[0].code').value !== undefined) {
    at.at('coding[0].code').also(leaf, (_, was) => was);
    return;
  }
  const place = at.at('coding[]');
  place.at('system').set(nullFlavorSystem);
  place.at('code').say(leaf, flavor, backToFlavor);
}

/** One Coding, for places that take no more. */
export const oneCoding: Converter = (from, at, cx) => coding(from, at, cx);

/** A code of FHIR by a table; other codes have no home. Several codes may mean one: the first is written. */
export function coded(table: Record<string, string>, attribute = 'code'): Converter {
  const reverse = new Map(
    Object.entries(table)
      .map(([from, to]) => [to, from] as const)
      .reverse(),
  );
  return (from, at, cx) => {
    const code = cx.value(from, attribute);
    const to = code === undefined ? undefined : Object.hasOwn(table, code) ? table[code] : undefined;
    if (to === undefined) return;
    at.say(leafOf(from, attribute), to, (now) => (typeof now === 'string' ? reverse.get(now) : ''));
    for (const name of ['codeSystem', 'codeSystemName', 'displayName']) {
      const leaf = attribute === 'code' ? leafOf(from, name) : undefined;
      if (leaf !== undefined) cx.structural.add(leaf);
    }
  };
}

/** A code of FHIR as a CodeableConcept of one system, by a table. */
export function codedConcept(system: string, table: Record<string, string>): Converter {
  const convert = coded(table);
  return (from, at, cx) => {
    const code = cx.value(from, 'code');
    if (code === undefined || !Object.hasOwn(table, code)) return;
    const place = at.at('coding[]');
    place.at('system').set(system);
    convert(from, place.at('code'), cx);
  };
}

/** languageCode → code of BCP 47. */
export const language: Converter = (from, at, cx) => {
  const code = cx.value(from, 'code');
  if (code !== undefined && isBcp47(code)) at.say(leafOf(from, 'code'), code);
};
