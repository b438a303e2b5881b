import { describe, expect, it } from 'vitest';
import { Decimal } from '../decimal.ts';
import { type Json, readJsonNow } from '../json.ts';
import { asResource, validateBundle, validateStructure } from './validate.ts';

const xhtml = (inside: string): string => `<div xmlns="http://www.w3.org/1999/xhtml">${inside}</div>`;
const note = { extension: [{ url: 'http://example.org/why', valueCode: 'unknown' }] };
const fine: [what: string, resource: unknown][] = [
  ['a resource of nothing but its type', { resourceType: 'Patient' }],
  ['members that are undefined', { resourceType: 'Patient', active: undefined, _active: undefined }],
  ['a mandatory code that has only an extension', { resourceType: 'Observation', _status: note, code: { text: 'x' } }],
  ['a mandatory concept that has only an extension', { resourceType: 'Condition', clinicalStatus: note, subject: { display: 'x' } }],
  ['a choice with its extensions', { resourceType: 'Patient', deceasedBoolean: true, _deceasedBoolean: note }],
  ['names of which the second is not known', { resourceType: 'Patient', name: [{ given: ['A', null], _given: [null, note] }] }],
  [
    'a language of another system',
    {
      resourceType: 'Patient',
      communication: [{ language: { coding: [{ system: 'http://id.loc.gov/vocabulary/iso639-1', code: 'ar' }] } }],
    },
  ],
  ['names that are all unknown', { resourceType: 'Patient', name: [{ _given: [note] }] }],
  ['an id on a primitive', { resourceType: 'Patient', birthDate: '2026', _birthDate: { id: 'b' } }],
  [
    'digits that a number cannot hold',
    { resourceType: 'Observation', status: 'final', code: { text: 'x' }, valueQuantity: { value: new Decimal('1.10') } },
  ],
  ['February 29 of a leap year', { resourceType: 'Patient', birthDate: '2024-02-29' }],
  ['a leap second', { resourceType: 'Patient', meta: { lastUpdated: '2016-12-31T23:59:60Z' } }],
  ['a year alone', { resourceType: 'Patient', birthDate: '1931' }],
  [
    'an item that refers to its own kind',
    { resourceType: 'Questionnaire', status: 'draft', item: [{ linkId: '1', type: 'group', item: [{ linkId: '2', type: 'display' }] }] },
  ],
  ['text with line breaks and C1 characters', { resourceType: 'Patient', name: [{ text: 'a\r\n\tb\u0085' }] }],
  ['base64 in lines', { resourceType: 'Binary', contentType: 'text/plain; charset=utf-8', data: 'QUJD\nREU=\n' }],
  [
    'a concept from the value set beside one of the hospital',
    {
      resourceType: 'Condition',
      subject: { display: 'x' },
      clinicalStatus: {
        coding: [
          { system: 'http://example.org', code: 'x' },
          { system: 'http://terminology.hl7.org/CodeSystem/condition-clinical', code: 'active' },
        ],
      },
    },
  ],
  [
    'a code below another in its code system',
    {
      resourceType: 'AllergyIntolerance',
      patient: { display: 'x' },
      clinicalStatus: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical', code: 'resolved' }] },
    },
  ],
  ...[
    'Patient/1',
    'Patient/1/_history/2',
    'http://example.org/fhir/Patient/1',
    'urn:uuid:53fefa32-fcbb-4ff8-8a92-55ee120877b7',
    '#p',
    'Patient?identifier=http://x|1',
    'http://example.org/other/thing',
    'https://example.org/Organisationen/1',
  ].map((reference): [string, unknown] => [
    `the reference ${reference}`,
    { resourceType: 'Observation', status: 'final', code: { text: 'x' }, subject: { reference } },
  ]),
  ...[
    '<p>a &amp; b &#160; &#x263A;</p>',
    '<img src="x.png" alt=""/>',
    '<img src="data:image/png;base64,AAAA"/>',
    '<a href="#x" name="y">x</a>',
    '<!-- c --><br />x',
    '<table border="0" style="background-image: url(a.png)"><tr><td colspan=\'2\'>x</td></tr></table>',
    '<![CDATA[ a < b ]]>',
    '<span lang="de" xml:lang="de">x</span>',
    'x',
  ].map((inside): [string, unknown] => [
    `the narrative ${inside}`,
    { resourceType: 'Patient', text: { status: 'generated', div: xhtml(inside) } },
  ]),
  ...['en', 'de-AT', 'zh-Hans-CN', 'sl-rozaj-biske', 'en-US-x-clinic', 'i-klingon', 'x-ward'].map((language): [string, unknown] => [
    `the language ${language}`,
    { resourceType: 'Patient', language },
  ]),
];

describe('finds nothing wrong with', () => {
  it.each(fine)('%s', (_, resource) => {
    expect(validateStructure(resource)).toEqual([]);
  });
});

describe('a blood pressure with eight planted faults', () => {
  const planted = readJsonNow(`{
    "resourceType": "Observation", "status": "finished", "category": [{}],
    "effectiveDateTime": "2026-02-30", "performer": { "reference": "Practitioner/1" }, "bodySyte": { "text": "arm" },
    "component": [
      { "code": { "text": "systolic" }, "valueQuantity": { "value": 120.0 }, "valueString": "120" },
      { "code": { "text": "diastolic" }, "valueQuantity": { "value": "80" } }
    ]}`);

  it('has each found at its place and nothing else', () => {
    expect(planted.ok && validateStructure(planted.value).map((one) => one.where)).toEqual([
      'Observation.status',
      'Observation.category[0]',
      'Observation.effectiveDateTime',
      'Observation.performer',
      'Observation.bodySyte',
      'Observation.component[0].valueString',
      'Observation.component[1].valueQuantity.value',
      'Observation.code',
    ]);
  });

  it('comes back as one Problem with the others beside it', () => {
    const result = asResource(planted.ok && planted.value);
    expect(result).toMatchObject({ ok: false, problem: { where: 'Observation.status', also: { length: 7 } } });
  });
});

describe('validation', () => {
  it('tells a resource of another type than expected', () => {
    expect(validateStructure({ resourceType: 'Patient' }, 'Observation')).toMatchObject(
      [{ where: 'Patient', message: /type Observation is expected/ }].map(({ where }) => ({ where })),
    );
    expect(validateStructure({ resourceType: 'Patient' }, 'Patient')).toEqual([]);
  });

  it('reports at most 50 findings, however many there are', () => {
    expect(validateStructure({ resourceType: 'Patient', name: Array.from({ length: 10_000 }, () => ({ family: 5 })) })).toHaveLength(50);
    expect(
      validateStructure(Object.fromEntries([['resourceType', 'Patient'], ...Array.from({ length: 10_000 }, (_, i) => [`x${i}`, 1])])),
    ).toHaveLength(50);
  });

  it('never repeats what a patient may have said', () => {
    const secret = 'Jane-Roe-1970';
    const resource = {
      resourceType: 'Patient',
      gender: secret,
      birthDate: secret,
      name: secret,
      id: `${secret}_`,
      communication: [{ language: secret }],
    };
    const found = validateStructure(resource);
    expect(found.length).toBeGreaterThan(4);
    expect(JSON.stringify(found)).not.toContain(secret);
  });

  it('survives nesting beyond any resource', () => {
    let extension: Json = { url: 'x', valueCode: 'y' };
    for (let i = 0; i < 5_000; i++) extension = { url: 'x', extension: [extension] };
    expect(validateStructure({ resourceType: 'Patient', extension: [extension] })).toMatchObject([
      { message: 'Elements are nested too deep.' },
    ]);
  });

  it('checks a large Bundle in slices and finds the same', async () => {
    const entry = Array.from({ length: 2_000 }, (_, i) => ({ resource: { resourceType: 'Patient', active: i === 1_234 ? 'yes' : true } }));
    const bundle = { resourceType: 'Bundle', type: 'collection', entry };
    expect(await validateBundle(bundle)).toEqual(validateStructure(bundle));
    expect((await validateBundle(bundle))[0]?.where).toBe('Bundle.entry[1234].resource.active');
    expect(await validateBundle({ resourceType: 'Bundle', entry: [] })).toHaveLength(2);
    expect(await validateBundle({ resourceType: 'Patient' }, 'Bundle')).toHaveLength(1);
  });
});
