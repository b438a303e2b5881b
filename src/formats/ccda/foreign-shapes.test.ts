// Shapes that vendors' systems write and the examples of the guide do not have: codes, comments and values of R1.1 and of C32, values
// where the standard has none, the same visit named again.
import { expect, test } from 'vitest';
import type { Resource, ResourceType } from '../../fhir/generated/types.ts';
import type { Json } from '../../fhir/json.ts';
import { codesAtHand } from '../../fhir/validator/codes-at-hand.ts';
import { ProfileSet } from '../../fhir/validator/profiles.ts';
import { validate } from '../../fhir/validator/validate.ts';
import { context } from './document.fixture.ts';
import { ccda } from './format.ts';
import { countedIn, dose } from './produce/values.ts';

type Of<Type extends ResourceType> = Extract<Resource, { resourceType: Type }>;

const profiles = new ProfileSet();

function told(section: string, entries: string, narrative = ''): { all: <T extends ResourceType>(type: T) => Of<T>[] } {
  const text = `<ClinicalDocument xmlns="urn:hl7-org:v3" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><id root="2.999.1"/>
<recordTarget><patientRole><id root="2.999.2" extension="7"/></patientRole></recordTarget>
<componentOf><encompassingEncounter><id root="2.999.3" extension="v1"/><effectiveTime><low value="20260301"/></effectiveTime></encompassingEncounter></componentOf>
<component><structuredBody><component><section><code code="${section}" codeSystem="2.16.840.1.113883.6.1"/><text>${narrative}</text>
${entries}</section></component></structuredBody></component></ClinicalDocument>`;
  const bytes = Buffer.from(text);
  const document = ccda.read(bytes);
  const { resources, ledger } = ccda.toFhir(document, context);
  expect(Buffer.from(ccda.write(document)).equals(bytes)).toBe(true);
  expect(new Set(ledger.map(({ path }) => path)).size).toBe(ledger.length);
  const bodies = resources.map(({ resource }) => resource);
  for (const body of bodies) {
    const { findings } = validate(body as object as Json, profiles, { codes: codesAtHand });
    expect(findings.filter(({ severity }) => severity === 'error' || severity === 'fatal')).toEqual([]);
  }
  const back = ccda.restore(bodies, ledger, context);
  expect(back.ok && Buffer.from(ccda.write(back.value)).toString()).toBe(text);
  return { all: (type) => bodies.filter((one): one is Of<typeof type> => one.resourceType === type) };
}

const comment = (template: string): string => `<entryRelationship typeCode="SUBJ" inversionInd="true"><act classCode="ACT" moodCode="EVN">
<templateId root="${template}"/><code code="48767-8" codeSystem="2.16.840.1.113883.6.1"/><text><reference value="#c1"/></text></act></entryRelationship>`;

const result = (code: string, value: string, status = 'completed'): string => `<entry><observation classCode="OBS" moodCode="EVN">
<templateId root="2.16.840.1.113883.10.20.22.4.2"/><code code="${code}" codeSystem="2.16.840.1.113883.6.1"/><statusCode code="${status}"/>
<effectiveTime value="20260301"/>${value}</observation></entry>`;

test('a value is said wherever the sender has put its number, its sign and its unit', () => {
  const chart = told(
    '30954-2',
    [
      result(
        '1-8',
        '<value xsi:type="PQ" nullFlavor="OTH"><translation value="7.2"><originalText>x10E3/uL</originalText></translation></value>',
      ),
      result('2-6', '<value xsi:type="PQ" value="&lt;5" unit="mg/dL"/>', 'final'),
      result('3-4', '<value xsi:type="PQ" value="see note" unit="mg/dL"/>'),
      result('4-2', '<value xsi:type="PQ" nullFlavor="NASK"/>'),
      result(
        '5-9',
        '<value xsi:type="PQ" value="15" unit="1"><translation value="15"><originalText>units</originalText></translation></value>',
      ),
    ].join(''),
  );
  const [words, sign, text, none, counted] = chart.all('Observation');
  expect(words?.valueQuantity).toEqual({ value: 7.2, unit: 'x10E3/uL' });
  expect(words?.dataAbsentReason).toBeUndefined();
  expect(sign).toMatchObject({ status: 'final', valueQuantity: { comparator: '<', value: 5, code: 'mg/dL' } });
  expect(text?.valueString).toBe('see note mg/dL');
  expect(none?.dataAbsentReason?.coding?.[0]?.code).toBe('not-asked');
  expect(counted?.valueQuantity).toMatchObject({ value: 15, unit: 'units', code: '1' });
});

test('comments of C32 and of IHE are notes', () => {
  const entry = (template: string): string => result('1-8', `<value xsi:type="ST">Low</value>${comment(template)}`);
  const chart = told(
    '30954-2',
    entry('2.16.840.1.113883.10.20.1.40') + entry('1.3.6.1.4.1.19376.1.5.3.1.4.2'),
    '<paragraph ID="c1">Fasting</paragraph>',
  );
  expect(chart.all('Observation').map(({ note }) => note)).toEqual([[{ text: 'Fasting' }], [{ text: 'Fasting' }]]);
  expect(chart.all('Procedure')).toEqual([]);
});

test('a severity of the allergy itself, and a reaction that only words say', () => {
  const severity = `<entryRelationship typeCode="SUBJ" inversionInd="true"><observation classCode="OBS" moodCode="EVN">
<templateId root="2.16.840.1.113883.10.20.22.4.8"/><code code="SEV" codeSystem="2.16.840.1.113883.5.4"/>
<value xsi:type="CD" code="24484000" codeSystem="2.16.840.1.113883.6.96"/></observation></entryRelationship>`;
  const reaction = `<entryRelationship typeCode="MFST" inversionInd="true"><observation classCode="OBS" moodCode="EVN">
<templateId root="2.16.840.1.113883.10.20.22.4.9"/><code code="ASSERTION" codeSystem="2.16.840.1.113883.5.4"/><text>hives</text>
<value xsi:type="CD" nullFlavor="OTH"/></observation></entryRelationship>`;
  const allergy = (id: string, inner: string): string => `<entry><act classCode="ACT" moodCode="EVN">
<templateId root="2.16.840.1.113883.10.20.22.4.30"/><id root="2.999.4" extension="${id}"/><statusCode code="active"/>
<entryRelationship typeCode="SUBJ"><observation classCode="OBS" moodCode="EVN"><templateId root="2.16.840.1.113883.10.20.22.4.7"/>
<value xsi:type="CD" code="416098002" codeSystem="2.16.840.1.113883.6.96"/><participant typeCode="CSM"><participantRole classCode="MANU">
<playingEntity classCode="MMAT"><code nullFlavor="NA"/><name>codeine</name></playingEntity></participantRole></participant>${inner}
</observation></entryRelationship></act></entry>`;
  const chart = told('48765-2', allergy('1', severity) + allergy('2', reaction));
  const [first, second] = chart.all('AllergyIntolerance');
  expect(first).toMatchObject({ code: { text: 'codeine' }, reaction: [{ severity: 'severe', manifestation: [{ text: 'unknown' }] }] });
  expect(second?.reaction?.[0]).toMatchObject({ manifestation: [{ text: 'hives' }], description: 'hives' });
  expect(chart.all('Observation')).toEqual([]);
});

test('what has no code is called what its text calls it, and another system is reason enough for OTH', () => {
  const chart = told(
    '18776-5',
    `<entry><observation classCode="OBS" moodCode="RQO"><templateId root="2.16.840.1.113883.10.20.22.4.44"/><code nullFlavor="NA"/>
<text>Lung function<reference value="#p1"/></text><statusCode code="new"/></observation></entry>
<entry><procedure classCode="PROC" moodCode="EVN"><templateId root="2.16.840.1.113883.10.20.22.4.14"/><code nullFlavor="OTH">
<translation code="90732" codeSystem="2.16.840.1.113883.6.12"/></code><statusCode code="completed"/></procedure></entry>`,
    '<content ID="p1">Lung function test</content>',
  );
  expect(chart.all('ServiceRequest')[0]?.code?.text).toBe('Lung function test');
  expect(chart.all('Procedure')[0]?.code?.coding).toEqual([{ system: 'http://www.ama-assn.org/go/cpt', code: '90732' }]);
});

test('the smoking status of R1.1 has the code of R2.1', () => {
  const chart = told(
    '29762-2',
    `<entry><observation classCode="OBS" moodCode="EVN"><templateId root="2.16.840.1.113883.10.20.22.4.78"/>
<code code="ASSERTION" codeSystem="2.16.840.1.113883.5.4"/><statusCode code="completed"/><effectiveTime><low value="2005"/></effectiveTime>
<value xsi:type="CD" code="8517006" codeSystem="2.16.840.1.113883.6.96"/></observation></entry>`,
  );
  expect(chart.all('Observation')[0]?.code.coding).toContainEqual(expect.objectContaining({ system: 'http://loinc.org', code: '72166-2' }));
});

test('a visit that is only named again is the same visit', () => {
  const chart = told(
    '47519-4',
    `<entry><procedure classCode="PROC" moodCode="EVN"><templateId root="2.16.840.1.113883.10.20.22.4.14"/>
<code code="90732" codeSystem="2.16.840.1.113883.6.12"/><statusCode code="completed"/><entryRelationship typeCode="COMP" inversionInd="true">
<encounter classCode="ENC" moodCode="EVN"><id root="2.999.3" extension="v1"/><code nullFlavor="UNK"/></encounter></entryRelationship></procedure></entry>`,
  );
  const [visit, ...others] = chart.all('Encounter');
  expect(others).toEqual([]);
  expect(visit?.period?.start).toBe('2026-03-01');
  expect(visit?.type).toBeUndefined();
  expect(chart.all('Procedure')[0]?.encounter?.reference).toBe(`Encounter/${visit?.id}`);
});

test('a prescription that is ordered is an active one', () => {
  const chart = told(
    '10160-0',
    `<entry><substanceAdministration classCode="SBADM" moodCode="INT"><templateId root="2.16.840.1.113883.10.20.22.4.16"/>
<statusCode code="ordered"/><consumable><manufacturedProduct><manufacturedMaterial><code code="x" codeSystem="2.16.840.1.113883.6.88"/>
</manufacturedMaterial></manufacturedProduct></consumable></substanceAdministration></entry>`,
  );
  expect(chart.all('MedicationRequest')[0]?.status).toBe('active');
});

const inhaled = (dose: string): string => `<entry><substanceAdministration classCode="SBADM" moodCode="INT" negationInd="false">
<templateId root="2.16.840.1.113883.10.20.22.4.16"/><id root="2.999.7" extension="i"/><statusCode code="active"/>${dose}
<administrationUnitCode code="415215001" codeSystem="2.16.840.1.113883.6.96" codeSystemName="SNOMED CT" displayName="Puff"/>
<consumable><manufacturedProduct><manufacturedMaterial><code code="x-1" codeSystem="2.16.840.1.113883.6.88"/></manufacturedMaterial></manufacturedProduct></consumable>
</substanceAdministration></entry>`;

test('a dose without a unit is counted in what is administered, and written so again', () => {
  const [request] = told('10160-0', inhaled('<doseQuantity value="2"/>')).all('MedicationRequest');
  const quantity = request?.dosageInstruction?.[0]?.doseAndRate?.[0]?.doseQuantity;
  expect(quantity).toEqual({ value: 2, system: 'http://snomed.info/sct', code: '415215001', unit: 'Puff' });
  expect(dose(quantity!).attributes).toEqual({ value: '2' });
  expect(countedIn(quantity)?.attributes).toMatchObject({ code: '415215001', codeSystem: '2.16.840.1.113883.6.96', displayName: 'Puff' });
});

test('a dose with a unit keeps it', () => {
  const [request] = told('10160-0', inhaled('<doseQuantity value="90" unit="ug"/>')).all('MedicationRequest');
  const quantity = request?.dosageInstruction?.[0]?.doseAndRate?.[0]?.doseQuantity;
  expect(quantity).toMatchObject({ value: 90, code: 'ug' });
  expect(countedIn(quantity)).toBeUndefined();
});

const product = `<participantRole classCode="MANU"><templateId root="2.16.840.1.113883.10.20.22.4.37"/>
<id root="2.16.840.1.113883.3.3719" extension="(01)00000000000017(10)L1(21)S9"/><playingDevice><code code="x-scope" codeSystem="2.999.5"/></playingDevice>
<scopingEntity><id root="2.16.840.1.113883.3.3719"/></scopingEntity></participantRole>`;

test('the parts of a device number are said where the narrative has their words, and the number itself once', () => {
  const part = (template: string, code: string, value: string): string => `<component><observation classCode="OBS" moodCode="EVN">
<templateId root="2.16.840.1.113883.10.20.22.4.${template}"/><code code="${code}" codeSystem="2.16.840.1.113883.3.26.1.1"/>${value}</observation></component>`;
  const words = (id: string): string => `<value xsi:type="ED"><reference value="#${id}"/></value>`;
  const chart = told(
    '47519-4',
    `<entry><procedure classCode="PROC" moodCode="EVN"><templateId root="2.16.840.1.113883.10.20.22.4.14"/><code code="x-put-in" codeSystem="2.999.5"/>
<statusCode code="completed"/><participant typeCode="DEV">${product}</participant><entryRelationship typeCode="COMP"><organizer classCode="CLUSTER" moodCode="EVN">
<templateId root="2.16.840.1.113883.10.20.22.4.311"/><id root="2.16.840.1.113883.3.3719" extension="(01)00000000000017(10)L1(21)S9"/>
<code code="74711-3" codeSystem="2.16.840.1.113883.6.1"/><statusCode code="completed"/>${part('319', 'C101671', words('sn'))}${part('301', 'C71898', words('brand'))}
${part('315', 'C101672', '<value xsi:type="ST">L1</value>')}</organizer></entryRelationship></procedure></entry>`,
    '<table><tr><td ID="sn">S9</td><td ID="brand">Made-up Scope</td></tr></table>',
  );
  const [device, ...others] = chart.all('Device');
  expect(others).toEqual([]);
  expect(device).toMatchObject({
    serialNumber: 'S9',
    lotNumber: 'L1',
    deviceName: [{ name: 'Made-up Scope', type: 'user-friendly-name' }],
  });
  expect(device?.identifier).toHaveLength(1);
  expect(device?.udiCarrier).toEqual([{ carrierHRF: '(01)00000000000017(10)L1(21)S9' }]);
});

test('a product is a device, also where it stands as the place of a procedure', () => {
  const chart = told(
    '47519-4',
    `<entry><procedure classCode="PROC" moodCode="EVN"><templateId root="2.16.840.1.113883.10.20.22.4.14"/><code code="x-look" codeSystem="2.999.5"/>
<statusCode code="completed"/><participant typeCode="LOC">${product}</participant><participant typeCode="LOC"><participantRole classCode="SDLOC">
<id root="2.999.6" extension="room-1"/><playingEntity classCode="PLC"><name>Room 1</name></playingEntity></participantRole></participant></procedure></entry>`,
  );
  const [procedure] = chart.all('Procedure');
  expect(procedure?.focalDevice).toEqual([{ manipulated: { reference: `Device/${chart.all('Device')[0]?.id}` } }]);
  expect(procedure?.location?.reference).toBe(`Location/${chart.all('Location').find(({ name }) => name === 'Room 1')?.id}`);
});

test('what matters to the patient and to the nurse about a goal is said by each of them', () => {
  const preference = (
    value: string,
    who: string,
  ): string => `<entryRelationship typeCode="RSON"><observation classCode="OBS" moodCode="EVN">
<templateId root="2.16.840.1.113883.10.20.22.4.143"/><code code="225773000" codeSystem="2.16.840.1.113883.6.96"/>
<value xsi:type="CD" code="${value}" codeSystem="2.999.5"/><author><time value="20260301"/><assignedAuthor><id ${who}/></assignedAuthor></author></observation></entryRelationship>`;
  const chart = told(
    '61146-7',
    `<entry><observation classCode="OBS" moodCode="GOL"><templateId root="2.16.840.1.113883.10.20.22.4.121"/><code code="x-walk" codeSystem="2.999.5"/>
<statusCode code="active"/>${preference('x-high', 'root="2.999.2" extension="7"')}${preference('x-low', 'root="2.16.840.1.113883.4.6" extension="1234567893"')}</observation></entry>`,
  );
  const [goal] = chart.all('Goal');
  expect(goal?.priority?.coding?.[0]?.code).toBe('x-high');
  const said = chart
    .all('Observation')
    .map(({ focus, performer, valueCodeableConcept }) => [
      valueCodeableConcept?.coding?.[0]?.code,
      focus?.[0]?.reference,
      performer?.[0]?.reference?.replace(/\/.*/, ''),
    ]);
  expect(said).toEqual([
    ['x-high', `Goal/${goal?.id}`, 'Patient'],
    ['x-low', `Goal/${goal?.id}`, 'Practitioner'],
  ]);
});

test('an indication with the id of a problem is that problem, and one without is its words alone', () => {
  const indication = (id: string): string => `<entryRelationship typeCode="RSON"><observation classCode="OBS" moodCode="EVN">
<templateId root="2.16.840.1.113883.10.20.22.4.19"/><id root="2.999.4" extension="${id}"/><code code="404684003" codeSystem="2.16.840.1.113883.6.96"/>
<statusCode code="completed"/><value xsi:type="CD" code="x-ache" codeSystem="2.999.5"/></observation></entryRelationship>`;
  const chart = told(
    '10160-0',
    `<entry><substanceAdministration classCode="SBADM" moodCode="EVN"><templateId root="2.16.840.1.113883.10.20.22.4.16"/><statusCode code="active"/>
<consumable><manufacturedProduct><manufacturedMaterial><code code="x-drug" codeSystem="2.999.5"/></manufacturedMaterial></manufacturedProduct></consumable>
${indication('problem-1')}${indication('nobody-1')}</substanceAdministration></entry>
<entry><act classCode="ACT" moodCode="EVN"><templateId root="2.16.840.1.113883.10.20.22.4.3"/><statusCode code="active"/><entryRelationship typeCode="SUBJ">
<observation classCode="OBS" moodCode="EVN"><templateId root="2.16.840.1.113883.10.20.22.4.4"/><id root="2.999.4" extension="problem-1"/>
<code code="64572001" codeSystem="2.16.840.1.113883.6.96"/><statusCode code="completed"/><value xsi:type="CD" code="x-ache" codeSystem="2.999.5"/></observation></entryRelationship></act></entry>`,
  );
  const [medicine] = chart.all('MedicationStatement');
  expect(medicine?.reasonReference).toEqual([{ reference: `Condition/${chart.all('Condition')[0]?.id}` }]);
  expect(medicine?.reasonCode).toHaveLength(2);
});
