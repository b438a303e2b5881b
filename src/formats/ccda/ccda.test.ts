// What the made-up document becomes, part by part.
import { describe, expect, test } from 'vitest';
import type { Resource } from '../../fhir/generated/types.ts';
import { writeJson } from '../../fhir/json.ts';
import { validateStructure } from '../../fhir/structure/validate.ts';
import { context, made } from './document.fixture.ts';
import { ccda } from './format.ts';
import { leavesIn } from './tree/tree.ts';

const said = (text: string) => ccda.toFhir(ccda.read(Buffer.from(text, 'utf8')), context);
const translation = said(made);
const all = <T extends Resource['resourceType']>(type: T): Extract<Resource, { resourceType: T }>[] =>
  translation.resources.flatMap(({ resource }) =>
    resource.resourceType === type ? [resource as Extract<Resource, { resourceType: T }>] : [],
  );
const row = (end: string) => translation.ledger.find(({ path }) => path.endsWith(end));

describe('the header', () => {
  test('names the patient with race, ethnicity and the parts of the name', () => {
    const [patient] = all('Patient');
    expect(patient).toMatchObject({
      gender: 'female',
      birthDate: '1970-01-02',
      identifier: [{ system: 'urn:oid:2.999.2', value: 'p-7' }],
      address: [{ use: 'home', line: ['1 Long & Winding Rd'], city: 'Elsewhere', state: 'OR' }],
      telecom: [{ system: 'phone', value: '+1-555-0100', use: 'mobile' }],
    });
    expect(patient?.extension?.map(({ url }) => url.replace(/^.*-/, ''))).toEqual(['race', 'ethnicity']);
    expect(writeJson(patient?.name)).toContain('"_given":[null,{"extension"');
  });

  test('becomes a Composition and a DocumentReference with the document itself', () => {
    const [composition] = all('Composition');
    expect(composition).toMatchObject({
      status: 'final',
      title: 'Summary of  Ada',
      date: '2024-03-05T10:15:00+01:00',
      confidentiality: 'N',
      language: 'en-US',
    });
    const [reference] = all('DocumentReference');
    expect(Buffer.from(reference?.content[0]?.attachment.data ?? '', 'base64').toString('utf8')).toBe(made);
    expect(translation.asOf).toEqual(new Date('2024-03-05T09:15:00Z'));
  });

  test('gives the same ids for the same message, and none that leads nowhere', () => {
    expect(said(made).resources.map(({ resource }) => resource.id)).toEqual(translation.resources.map(({ resource }) => resource.id));
    const there = new Set(translation.resources.map(({ resource }) => `${resource.resourceType}/${resource.id}`));
    const named = [...writeJson(translation.resources).matchAll(/"reference":"([^"]+)"/g)].map(([, reference]) => reference);
    expect(named.filter((reference) => !there.has(reference ?? ''))).toEqual([]);
  });
});

describe('the entries', () => {
  test('an allergy has its agent in the words of the narrative, reaction and severity', () => {
    expect(all('AllergyIntolerance')).toMatchObject([
      {
        clinicalStatus: { coding: [{ code: 'active' }] },
        type: 'allergy',
        category: ['food'],
        code: { coding: [{ system: 'urn:oid:2.999.5', code: 'x-walnut' }], text: 'Walnut <raw>' },
        onsetDateTime: '1999',
        recordedDate: '2020-01-01',
        reaction: [{ manifestation: [{ coding: [{ display: 'Hives' }] }], severity: 'moderate', description: 'hives' }],
      },
    ]);
  });

  test('a problem without a template is known by its section, and what has ended is resolved', () => {
    expect(all('Condition')).toMatchObject([
      {
        code: { coding: [{ code: 'x-fever' }] },
        onsetDateTime: '2021-02-03',
        abatementDateTime: '2021-03-01',
        clinicalStatus: { coding: [{ code: 'resolved' }] },
      },
    ]);
  });

  test('a medicine that is meant is a request, with dose, schedule and the reason for taking it', () => {
    const [request] = all('MedicationRequest');
    expect(request).toMatchObject({
      status: 'active',
      intent: 'plan',
      dosageInstruction: [
        {
          text: 'Testamol 10 mg twice a day',
          timing: { repeat: { period: 12, periodUnit: 'h', frequency: 1, boundsPeriod: { start: '2024-01-01' } } },
          asNeededCodeableConcept: { coding: [{ display: 'Pain' }] },
        },
      ],
    });
    expect(writeJson(request)).toContain('"doseQuantity":{"value":10.0,');
  });

  test('results keep their digits, comparators, ranges, and why they are missing', () => {
    const [potassium, sodium, chloride] = all('Observation');
    expect(writeJson(potassium?.valueQuantity)).toBe('{"value":3.10,"unit":"mmol/L","system":"http://unitsofmeasure.org","code":"mmol/L"}');
    expect(potassium).toMatchObject({ effectiveDateTime: '2024-03-05T08:30:00Z', referenceRange: [{ low: { value: 3.5 } }] });
    expect(sodium?.valueQuantity).toMatchObject({ comparator: '<', value: 5 });
    expect(chloride?.dataAbsentReason?.coding?.[0]?.code).toBe('not-asked');
    expect(all('DiagnosticReport')[0]?.result).toHaveLength(3);
  });

  test('every resource has the structure of R4', () => {
    expect(translation.resources.flatMap(({ resource }) => validateStructure(resource))).toEqual([]);
  });
});

describe('the narrative', () => {
  const divs = (all('Composition')[0]?.section ?? []).map(({ text }) => text?.div ?? '');

  test('is XHTML with all its text, and without what runs', () => {
    expect(divs[0]).toContain(
      '<ol><li id="a1"><span class="Bold" id="a1s">Walnut &lt;raw&gt;</span>: <span id="a1r">hives</span></li></ol>',
    );
    expect(divs[0]).toContain('<a href="https://example.org/x">this</a>, not <a>that</a>.');
    expect(divs[0]).not.toContain('bad()');
    expect(divs[3]).toContain('<span class="footnote" id="f1">measured twice</span>');
  });

  test('keeps in the ledger what is not safe to show', () => {
    expect(row('/script[1]/text()[1]')).toMatchObject({ state: 'kept', text: 'bad()', why: 'It is not safe to show' });
  });
});

describe('the ledger', () => {
  test('has one row for each leaf, its text as it was received', () => {
    const document = ccda.read(Buffer.from(made, 'utf8'));
    const leaves = document.roots.flatMap((root) => [...leavesIn(root)]);
    const paths = translation.ledger.map(({ path }) => path);
    expect(new Set(paths).size).toBe(paths.length);
    expect(translation.ledger.slice(1, leaves.length + 1).map(({ text }) => text)).toEqual(
      leaves.map(({ start, end }) => document.text.slice(start, end)),
    );
  });

  test('names for a mapped leaf each element that says it', () => {
    const [allergy] = all('AllergyIntolerance');
    const [composition] = all('Composition');
    expect(row('/item[1]/content[1]/text()[1]')).toEqual({
      path: '/ClinicalDocument[1]/component[1]/structuredBody[1]/component[1]/section[1]/text[1]/list[1]/item[1]/content[1]/text()[1]',
      text: 'Walnut &lt;raw&gt;',
      state: 'mapped',
      elements: expect.arrayContaining([
        `Composition/${composition?.id}#section[0].text.div`,
        `AllergyIntolerance/${allergy?.id}#code.text`,
      ]),
    });
  });

  test('keeps an entry that nothing stands for as XML, named by its template', () => {
    expect(row('/regionOfInterest[1]')).toMatchObject({
      state: 'kept',
      text: expect.stringMatching(/^<regionOfInterest .*<\/regionOfInterest>$/),
      why: expect.stringContaining('2.999.9'),
    });
  });
});

test('a section of its own, without a document around it, is read as well', () => {
  const section = said(
    '<section><code code="8716-3" codeSystem="2.16.840.1.113883.6.1"/><text>High</text><entry><observation classCode="OBS" moodCode="EVN"><code code="8480-6" codeSystem="2.16.840.1.113883.6.1"/><statusCode code="completed"/><value xsi:type="PQ" value="180" unit="mm[Hg]"/></observation></entry></section>',
  );
  const observation = section.resources.find(({ resource }) => resource.resourceType === 'Observation')?.resource;
  expect(observation).toMatchObject({
    category: [{ coding: [{ code: 'vital-signs' }] }],
    valueQuantity: { value: 180 },
    subject: { extension: [{ valueCode: 'unknown' }] },
  });
});

test('what is said not to be there is no finding', () => {
  const refuted = said(
    '<section><code code="11450-4" codeSystem="2.16.840.1.113883.6.1"/><entry><observation classCode="OBS" moodCode="EVN" negationInd="true"><templateId root="2.16.840.1.113883.10.20.22.4.4"/><value xsi:type="CD" code="x" codeSystem="2.999.5"/></observation></entry></section>',
  );
  expect(refuted.resources.find(({ resource }) => resource.resourceType === 'Condition')?.resource).toMatchObject({
    verificationStatus: { coding: [{ code: 'refuted' }] },
  });
});
