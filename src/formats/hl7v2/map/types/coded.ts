// Coded values: CWE, CE, CNE, IS and ID (HL7 v2.8, chapter 2A) to CodeableConcept, Coding and text. A code without a system stays
// without one, unless the field's own table says which codes they are.

import { bare } from '../bare.ts';
import { alternate, ID, oneOf, ST } from '../codecs.ts';
import { type Codec, type Converter, primitive } from '../converter.ts';
import { composite } from '../rows.ts';
import { systemName, systemOf } from '../systems.ts';

const system: Codec = {
  read: (text) => (text.trim() === '' ? undefined : systemOf(text)),
  write: systemName,
  like: (written, received) => (systemOf(written) === systemOf(received) ? received : written),
};
/** The name of a code system. */
export const SYSTEM: Converter = primitive(system);

/** A system of nothing says nothing. */
const beside = (code: string, display: string) => ({
  when: (whole: { textAt(path: string): string }) => whole.textAt(code) !== '' || whole.textAt(display) !== '',
});

/** CodeableConcept: the code, its alternates, the original text. */
export const CWE = composite([
  ['1', 'coding[1].code', ID],
  ['2', 'coding[1].display', ST],
  ['3', 'coding[1].system', SYSTEM, beside('1', '2')],
  ['7', 'coding[1].version', ST],
  ['4', 'coding[2].code', ID],
  ['5', 'coding[2].display', ST],
  ['6', 'coding[2].system', SYSTEM, beside('4', '5')],
  ['8', 'coding[2].version', ST],
  ['9', 'text', ST],
  ['10', 'coding[3].code', ID],
  ['11', 'coding[3].display', ST],
  ['12', 'coding[3].system', SYSTEM, beside('10', '11')],
  ['13', 'coding[3].version', ST],
]);

/** Coding: the first code alone. */
export const CODING = composite([
  ['1', 'code', ID],
  ['2', 'display', ST],
  ['3', 'system', SYSTEM, beside('1', '2')],
  ['7', 'version', ST],
]);

const v2System = (table: string): string => `http://terminology.hl7.org/CodeSystem/v2-${table}`;

/** CodeableConcept of a field whose codes are of an HL7 table where the sender does not say otherwise. */
export function tabled(table: string): Converter {
  const uri = v2System(table);
  return {
    read(part, place, step, run, story) {
      if (!CWE.read(part, place, step, run, story)) return false;
      if (part.textAt('3') === '' && part.textAt('1') !== '')
        place.child(step, run).imply([{ name: 'coding', item: { label: '1' } }, { name: 'system' }], run, uri);
      return true;
    },
    write(value, story) {
      const out = CWE.from(value, story);
      // IS and ID fields say the code alone: the table is the field's.
      if (Array.isArray(out) && out[2] === `HL7${table}` && out.length <= 3 && out[1] === undefined) return out[0];
      return out;
    },
  };
}

/** Coding of an HL7 table. */
export function tabledCoding(table: string): Converter {
  const uri = v2System(table);
  return {
    read(part, place, step, run, story) {
      if (!CODING.read(part, place, step, run, story)) return false;
      if (part.textAt('3') === '' && part.textAt('1') !== '') place.child(step, run).imply([{ name: 'system' }], run, uri);
      return true;
    },
    write: (value, story) => CODING.write(value, story),
  };
}

/**
 * CodeableConcept with the code that FHIR asks for, from a map of codes, and the received one beside it. `uri`: the system of the
 * mapped codes.
 */
export function mapped(table: string, known: Readonly<Record<string, string>>, uri: string): Converter {
  const codes = bare(known);
  const plain = tabled(table);
  const back = new Map<string, string>();
  for (const [from, to] of Object.entries(codes)) if (!back.has(to)) back.set(to, from);
  return {
    read(part, place, step, run, story) {
      if (!plain.read(part, place, step, run, story)) return false;
      const wanted = codes[part.textAt('1').trim()] ?? codes[part.textAt('1').trim().toUpperCase()];
      if (wanted !== undefined) {
        const coding = [{ name: 'coding', item: { label: 'mapped' } }];
        place.child(step, run).imply([...coding, { name: 'system' }], run, uri);
        place.child(step, run).imply([...coding, { name: 'code' }], run, wanted);
      }
      return true;
    },
    write(value, story) {
      const out = plain.write(value, story);
      if (typeof out === 'string') return back.get(out) ?? out;
      if (Array.isArray(out) && typeof out[0] === 'string' && back.has(out[0]) && out[2] === uri) return back.get(out[0]);
      return out;
    },
  };
}

/** Coding of a required or preferred FHIR system, from a map of codes; the received code is the leaf that says it. */
export const mappedCoding = (known: Readonly<Record<string, string>>, uri: string): Converter => {
  const codes = bare(known);
  const back = new Map<string, string>();
  for (const [from, to] of Object.entries(codes)) if (!back.has(to)) back.set(to, from);
  return {
    read(part, place, step, run, story) {
      const leaf = part.leaf;
      const wanted = leaf === undefined ? undefined : codes[leaf.text.trim()];
      if (leaf === undefined || wanted === undefined) return false;
      const coding = place.child(step, run);
      coding.imply([{ name: 'system' }], run, uri);
      coding.set({ name: 'code' }, wanted, [[leaf, (now) => back.get(String(now))]]);
      const display = part.at(2)?.leaf;
      if (display !== undefined && display !== leaf) ST.read(part.at(2) ?? part, coding, { name: 'display' }, run, story);
      return true;
    },
    write: (value) => back.get(String((value as { code?: unknown } | undefined)?.code)),
  };
};

/** The words of a coded value, where FHIR has only a string: its text, else its display, else its code. */
export const WORDS: Converter = {
  read(part, place, step, run, story) {
    const chosen = ['9', '2', '1'].find((path) => part.textAt(path).trim() !== '');
    const found = chosen === undefined ? undefined : part.path(chosen);
    return found !== undefined && ST.read(found, place, step, run, story);
  },
  write: (value) => (typeof value === 'string' ? [undefined, value] : undefined),
};

const alternates = 'http://hl7.org/fhir/StructureDefinition/alternate-codes';

/**
 * A code of FHIR from a coded value. What the code does not say (words, a system, a code that FHIR has none or fewer words for)
 * stands beside it, as the official maps have it for AL1-2.
 */
export function codeOf(known: Readonly<Record<string, string>>, table: string): Converter {
  const codes = bare(known);
  const code = oneOf(codes);
  const beside = tabled(table);
  return {
    read(part, place, step, run, story) {
      const first = part.at(1);
      const said = first?.leaf !== undefined && code.read(first, place, step, run, story);
      const alone = part.parts.length === 0;
      if (said && alone && code.write(codes[first.text.trim().toUpperCase()] ?? codes[first.text.trim()], story) === first.text)
        return true;
      if (alone && !/^\S+( \S+)*$/.test(part.text)) return said;
      const extended = place.walk([{ name: `_${step.name}` }, { name: 'extension', item: { url: alternates } }], run);
      return beside.read(part, extended, { name: 'valueCodeableConcept' }, run, story) || said;
    },
    write: (value, story) => code.write(value, story),
  };
}

/** A status: a concept with one code that FHIR demands, the words of the message, and its code beside where there are more of them. */
export function statusOf(codes: Readonly<Record<string, string>>, uri: string, table?: string): Converter {
  const code = oneOf(codes);
  return {
    read(part, place, step, run, story) {
      const concept = place.child(step, run);
      const coding = concept.child({ name: 'coding', item: { label: '1' } }, run);
      const first = part.at(1);
      const leaf = first?.leaf;
      if (first === undefined || leaf === undefined || !code.read(first, coding, { name: 'code' }, run, story)) return false;
      coding.imply([{ name: 'system' }], run, uri);
      if (table !== undefined && code.write(coding.value?.['code'], story) !== leaf.text) alternate(coding, 'code', leaf, table);
      const words = part.at(2)?.leaf === leaf ? undefined : part.at(2);
      if (words !== undefined) ST.read(words, concept, { name: 'text' }, run, story);
      return true;
    },
    write(value, story) {
      const coding = (value as { coding?: { code?: unknown }[] } | undefined)?.coding?.[0];
      return code.write(coding?.code, story);
    },
  };
}
