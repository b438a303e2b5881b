// Codes that a template fixes are mapped only where a document that is written from the FHIR alone has them again.
import { expect, test } from 'vitest';
import type { Organization, Practitioner } from '../../fhir/generated/types.ts';
import { context, made } from './document.fixture.ts';
import { ccda } from './format.ts';
import { documentOf } from './produce/from-fhir.ts';
import { childOf, type Document, everyElement, leafOf } from './tree/tree.ts';

const author: Practitioner = { resourceType: 'Practitioner', id: 'd', name: [{ family: 'Doctor' }] };
const custodian: Organization = { resourceType: 'Organization', id: 'o', name: 'House of Tests' };
const fixed = ['ASSERTION', 'CONC', 'SEV', '33999-4', '445518008', '82606-5', '48768-6'];

/** How often each of them stands in a statement. */
function countOf(document: Document): Map<string, number> {
  const counts = new Map<string, number>();
  for (const root of document.roots)
    for (const element of everyElement(root)) {
      const leaf = leafOf(childOf(element, 'code'), 'code');
      const code = leaf === undefined ? '' : document.text.slice(leaf.start, leaf.end);
      if (fixed.includes(code) && element.name !== 'section') counts.set(code, (counts.get(code) ?? 0) + 1);
    }
  return counts;
}

const elementsOf = (text: string, code: string): string[] => {
  const document = ccda.read(Buffer.from(text));
  const { ledger } = ccda.toFhir(document, context);
  return ledger.flatMap((row) =>
    row.state === 'mapped' && row.text === code && row.path.endsWith('@code') ? row.elements.map((one) => one.replace(/\/[^#]*/, '')) : [],
  );
};

test('what was said by a fixed code is said by an element, and written again from it', () => {
  expect(elementsOf(made, 'ASSERTION')).toEqual(['AllergyIntolerance#type', 'AllergyIntolerance#reaction[0].manifestation[0]']);
  expect(elementsOf(made, 'SEV')).toEqual(['AllergyIntolerance#reaction[0].severity']);
  const document = ccda.read(Buffer.from(made));
  const { resources, ledger } = ccda.toFhir(document, context);
  const written = documentOf(
    resources.map(({ resource }) => resource),
    { kind: 'continuity-of-care', author, custodian, time: '2024-03-05T10:15:00+01:00', sender: 'test' },
  );
  if (!written.ok) throw new Error(JSON.stringify(written.problem));
  const again = countOf(written.value);
  for (const code of fixed) {
    const mapped = ledger.filter((row) => row.state === 'mapped' && row.text === code && row.path.endsWith('@code')).length;
    expect(again.get(code) ?? 0, code).toBeGreaterThanOrEqual(mapped);
  }
});

test('where the value came to nothing the code is structural', () => {
  const without = made.replace(/<value xsi:type="CD" code="6736007"[^>]*\/>/, '');
  expect(elementsOf(without, 'SEV')).toEqual([]);
});
