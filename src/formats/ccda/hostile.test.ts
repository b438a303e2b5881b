// Documents that want to do harm: nothing throws, everything comes back, and the work can rest.
import { describe, expect, test } from 'vitest';
import { context } from './document.fixture.ts';
import { ccda, readInSteps, toFhirInSteps } from './format.ts';

const section = (inside: string): string =>
  `<ClinicalDocument xmlns="urn:hl7-org:v3"><component><structuredBody><component><section><code code="11450-4" codeSystem="2.16.840.1.113883.6.1"/>${inside}</section></component></structuredBody></component></ClinicalDocument>`;

const observation = (i: number): string =>
  `<component><observation><id root="2.999.1" extension="${i}"/><code code="${i}" codeSystem="2.999.2"/><value xsi:type="PQ" value="${i}" unit="1"/></observation></component>`;

const documents: Record<string, string> = {
  'an entity bomb': '<!DOCTYPE a [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><ClinicalDocument><title>&b;</title></ClinicalDocument>',
  'nesting without end': section(`<text>${'<content>'.repeat(20_000)}x</text>`),
  'nested entries': section(`<entry>${'<act><entryRelationship>'.repeat(20_000)}</entry>`),
  'a narrative that is too long': section(`<text>${'<paragraph>some words</paragraph>'.repeat(40_000)}</text>`),
  'IDs that are used twice, pointed to by many': section(
    `<text>${'<content ID="a">x</content>'.repeat(500)}</text>${'<entry><observation><code nullFlavor="UNK"><originalText><reference value="#a"/></originalText></code></observation></entry>'.repeat(300)}`,
  ),
  'pointers that lead nowhere': section(
    '<entry><observation><text><reference value="#gone"/></text><code nullFlavor="NI"/></observation></entry>',
  ),
  'thousands of attributes': section(`<text ${Array.from({ length: 20_000 }, (_, i) => `a${i}="x"`).join(' ')}>x</text>`),
  'an organizer of thousands': section(
    `<entry><organizer><code code="1" codeSystem="2.999.2"/>${Array.from({ length: 2_000 }, (_, i) => observation(i)).join('')}</organizer></entry>`,
  ),
  'names of what every object has': section(
    '<entry><observation><code code="__proto__" codeSystem="constructor"/><statusCode code="constructor"/><value xsi:type="constructor" value="toString"/></observation></entry><entry><constructor/></entry><text><constructor toString="x">y</constructor></text>',
  ),
  'times, numbers and ids that are none': section(
    '<entry><observation><id root="not an oid"/><code code="a  b" codeSystem="@@"/><effectiveTime value="20249999"/><value xsi:type="PQ" value="1e999999999" unit="m g"/></observation></entry>',
  ),
  'tags without end': '<a '.repeat(5_000),
};

describe('a document with', () => {
  test.each(Object.keys(documents))('%s is read, accounted for, and comes back', (name) => {
    const raw = Buffer.from(documents[name]!, 'utf8');
    const translation = ccda.toFhir(ccda.read(raw), context);
    const restored = ccda.restore(
      translation.resources.map(({ resource }) => resource),
      translation.ledger,
      context,
    );
    expect(restored.ok && Buffer.compare(Buffer.from(ccda.write(restored.value)), raw)).toBe(0);
  });
});

test('long work is cut into steps', () => {
  const raw = Buffer.from(documents['an organizer of thousands']!, 'utf8');
  const count = <T>(steps: Generator<undefined, T>): [T, number] => {
    for (let taken = 0; ; taken++) {
      const step = steps.next();
      if (step.done === true) return [step.value, taken];
    }
  };
  const [document, readSteps] = count(readInSteps(raw));
  const [, steps] = count(toFhirInSteps(document, context));
  expect(readSteps).toBeGreaterThan(10);
  expect(steps).toBeGreaterThan(2_000);
});
