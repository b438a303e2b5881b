// There and back: the ledger and the resources are the document; one changed element changes its leaves and nothing else.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Resource } from '../../fhir/generated/types.ts';
import { readJsonNow, writeJson } from '../../fhir/json.ts';
import type { LedgerRow } from '../contract.ts';
import { context, made } from './document.fixture.ts';
import { ccda } from './format.ts';
import { isLeafPath } from './frame.ts';

const translation = ccda.toFhir(ccda.read(Buffer.from(made, 'utf8')), context);
const resources = translation.resources.map(({ resource }) => resource);

/** A copy with one element changed, `Type/id#path`. */
function changed(element: string, value: string): Resource[] {
  const [reference = '', path = ''] = element.split('#');
  return resources.map((resource) => {
    if (`${resource.resourceType}/${resource.id}` !== reference) return resource;
    const copy = readJsonNow(writeJson(resource));
    if (!copy.ok) throw new Error(copy.problem.message);
    const keys = path.split('.').flatMap((part) => part.split(/[[\]]/).filter((key) => key !== ''));
    let holder = copy.value as { [name: string]: object };
    for (const key of keys.slice(0, -1)) holder = holder[key] as typeof holder;
    (holder as { [name: string]: unknown })[keys.at(-1)!] = value;
    return copy.value as object as Resource;
  });
}

function textOf(restored: ReturnType<typeof ccda.restore>): string {
  if (!restored.ok) throw new Error(restored.problem.message);
  return Buffer.from(ccda.write(restored.value)).toString('utf8');
}

const leafTexts = (text: string): Map<string, string> =>
  new Map(
    ccda
      .toFhir(ccda.read(Buffer.from(text, 'utf8')), context)
      .ledger.filter(({ path }) => isLeafPath(path))
      .map((row) => [row.path, row.text]),
  );

test('unchanged resources give the same bytes', () => {
  expect(textOf(ccda.restore(resources, translation.ledger, context))).toBe(made);
});

test('a resource that is not given is not asked about', () => {
  expect(textOf(ccda.restore([], translation.ledger, context))).toBe(made);
});

test('resources may have other ids than they were sent with, where the ledger says so', () => {
  const [patient] = resources;
  const old = `Patient/${patient?.id}#`;
  const ledger = translation.ledger.map(
    (row): LedgerRow =>
      row.state === 'mapped' ? { ...row, elements: row.elements.map((element) => element.replace(old, 'Patient/known#')) } : row,
  );
  const stored = changed(`${old}address[0].city`, 'Newtown').map((one) => (one.id === patient?.id ? { ...one, id: 'known' } : one));
  expect(textOf(ccda.restore(stored, ledger, context))).toBe(made.replace('>Elsewhere<', '>Newtown<'));
});

/** Elements whose words may be any. */
const free = /#(.*\.)?(display|text|city|state|family|given\[\d\]|line\[\d\]|title|unit|description)$/;
const elements = [...new Set(translation.ledger.flatMap((row) => (row.state === 'mapped' ? row.elements : [])))].filter((element) =>
  free.test(element),
);

const words = fc.oneof(
  fc.string({
    unit: fc.constantFrom('<', '>', '&', '"', "'", ']', 'a', 'é', '😀', '\n', '\t', '\r', ';', '#'),
    minLength: 1,
    maxLength: 12,
  }),
  fc
    .string({ unit: 'binary', minLength: 1, maxLength: 8 })
    .filter((text) => !/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]|[\uF700-\uF7FF]/u.test(text)),
);

describe('one changed element', () => {
  test('changes exactly its leaves, for any text that XML can hold', () => {
    const before = leafTexts(made);
    expect(elements.length).toBeGreaterThan(15);
    fc.assert(
      fc.property(fc.constantFrom(...elements), words, (element, word) => {
        const value = `${word}·`;
        const after = leafTexts(textOf(ccda.restore(changed(element, value), translation.ledger, context)));
        const own = new Set(
          translation.ledger.flatMap((row) => (row.state === 'mapped' && row.elements.includes(element) ? [row.path] : [])),
        );
        const differing = [...before].filter(([path, text]) => after.get(path) !== text).map(([path]) => path);
        expect(after.size).toBe(before.size);
        expect(differing.filter((path) => !own.has(path))).toEqual([]);
        expect(differing.length).toBe(own.size);
      }),
      { numRuns: 150 },
    );
  });

  test('of the narrative changes its own text', () => {
    const [composition] = resources.filter(({ resourceType }) => resourceType === 'Composition');
    const path = `Composition/${composition?.id}#section[1].text.div`;
    const div =
      '<div xmlns="http://www.w3.org/1999/xhtml"><table><thead><tr><th>What</th></tr></thead><tbody><tr><td id="p1">R &amp; D</td></tr></tbody></table></div>';
    expect(textOf(ccda.restore(changed(path, div), translation.ledger, context))).toBe(made.replace('>Made-up fever<', '>R &amp; D<'));
  });

  test('of a code goes back to the code of HL7 v3, of a time to its digits', () => {
    const find = (end: string): string =>
      translation.ledger.flatMap((row) => (row.state === 'mapped' ? row.elements : [])).find((element) => element.endsWith(end)) ?? '';
    expect(textOf(ccda.restore(changed(find('#gender'), 'male'), translation.ledger, context))).toBe(
      made.replace('<administrativeGenderCode code="F"', '<administrativeGenderCode code="M"'),
    );
    expect(textOf(ccda.restore(changed(find('#onsetDateTime'), '1998-05'), translation.ledger, context))).toBe(
      made.replace('<low value="1999"/>', '<low value="199805"/>'),
    );
  });

  test('that XML cannot hold is refused', () => {
    const restored = ccda.restore(changed(elements[0]!, 'a\u0000b'), translation.ledger, context);
    expect(restored).toMatchObject({ ok: false, problem: { kind: 'invalid' } });
  });
});

test('a document in another character set comes back in it', () => {
  const raw = Buffer.from('<?xml version="1.0" encoding="ISO-8859-1"?><section><title>caf\xe9</title></section>', 'latin1');
  const { resources: said, ledger } = ccda.toFhir(ccda.read(raw), context);
  const restored = ccda.restore(
    said.map(({ resource }) => resource),
    ledger,
    context,
  );
  expect(restored.ok && Buffer.from(ccda.write(restored.value))).toEqual(raw);
});

test('an incomplete ledger is told', () => {
  expect(ccda.restore(resources, translation.ledger.slice(1), context)).toMatchObject({ ok: false });
});
