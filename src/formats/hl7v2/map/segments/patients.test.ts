// Given this message, the chart says this of the patient: PID, PD1, NK1, ARV, DB1 and what belongs to them.
import { describe, expect, test } from 'vitest';
import { pick, segment, told } from '../../testing/lines-told.ts';
import { readMessage } from '../../tree/message.ts';

const pid = (fields: Record<number, string>): string => segment('PID', fields);
const known = { 3: '123^^^NORTH&1.2.3&ISO^MR' };

describe('who the patient is', () => {
  test('a name has its five parts and its kinds', () => {
    const { name } = told(pid({ ...known, 5: 'van Dyk&van&Dyk^Anna^Maria Jo^III^Dr^PhD^L~Doe^^^^^^M' })).the('Patient');
    expect(name?.[0]).toMatchObject({
      family: 'van Dyk',
      given: ['Anna', 'Maria Jo'],
      suffix: ['III', 'PhD'],
      prefix: ['Dr'],
      use: 'official',
    });
    expect(name?.[0]?._family?.extension).toHaveLength(2);
    expect(name?.[1]).toMatchObject({ family: 'Doe', use: 'maiden' });
  });

  test('a code that FHIR has fewer words for stands beside the one that it becomes', () => {
    const { became, the } = told(pid({ ...known, 5: 'Doe^Jo^^^^^B', 8: 'A' }));
    expect(the('Patient').gender).toBe('other');
    expect(became('PID-8')).toEqual(['Patient.gender', expect.stringContaining('Patient._gender.extension[0]')]);
    expect(became('PID-5.7')).toContain('Patient.name[0].use');
  });

  test('a date is as exact as it was given, a time of birth stands beside the day', () => {
    for (const [text, date] of [
      ['1980', '1980'],
      ['198003', '1980-03'],
      ['19800302', '1980-03-02'],
    ])
      expect(told(pid({ ...known, 7: text ?? '' })).the('Patient').birthDate).toBe(date);
    const born = told(pid({ ...known, 7: '198003021405' }), 'ADT^A08', 'Europe/London').the('Patient');
    expect(born.birthDate).toBe('1980-03-02');
    expect(born._birthDate?.extension?.[0]?.valueDateTime).toBe('1980-03-02T14:05:00+00:00');
  });

  test('a date that is none is kept, with the reason', () => {
    const { the, became, translation } = told(pid({ ...known, 7: '19801399' }));
    expect(the('Patient').birthDate).toBeUndefined();
    expect(became('PID-7')).toBe('kept');
    expect(translation.notes[0]).toMatchObject({ where: 'PID-7' });
  });

  test('an address has lines, parts and a county from PID-12 where it names none', () => {
    const { the, became } = told(pid({ ...known, 11: '1 Lane&Lane&1^Flat 2^Town^ST^12345^GB^H', 12: 'Shire' }));
    expect(the('Patient').address).toEqual([
      {
        line: ['1 Lane', 'Flat 2'],
        _line: [
          {
            extension: [
              { url: 'http://hl7.org/fhir/StructureDefinition/iso21090-ADXP-streetName', valueString: 'Lane' },
              { url: 'http://hl7.org/fhir/StructureDefinition/iso21090-ADXP-houseNumber', valueString: '1' },
            ],
          },
          null,
        ],
        city: 'Town',
        state: 'ST',
        postalCode: '12345',
        country: 'GB',
        use: 'home',
        district: 'Shire',
      },
    ]);
    expect(became('PID-12')).toEqual(['Patient.address[0].district']);
  });

  test('parts of a line that is not given as a whole are its lines', () => {
    const { the } = told(pid({ ...known, 11: '&Lane&1^^Town^^^^HOME' }));
    expect(the('Patient').address).toMatchObject([{ line: ['Lane', '1'], city: 'Town', use: 'home' }]);
  });

  test('what senders write in the place of codes, where it can mean one thing only', () => {
    const { the, became } = told(
      pid({
        ...known,
        7: '1980-01-31',
        8: '2',
        13: '0711^^^MOBILE~0712^^^HOME~a@b.example^^^EMAIL~c@d.example^NET^^c@d.example~0713^ORN^CP',
      }),
    );
    expect(the('Patient')).toMatchObject({ birthDate: '1980-01-31', gender: 'female' });
    expect(the('Patient').telecom?.map((one) => pick(one, 'system', 'use', 'value'))).toEqual([
      { system: 'phone', use: 'mobile', value: '0711' },
      { system: 'phone', use: 'home', value: '0712' },
      { system: 'email', use: 'home', value: 'a@b.example' },
      { system: 'email', use: 'home', value: 'c@d.example' },
      { system: 'phone', use: 'mobile', value: '0713' },
    ]);
    expect(became('PID-13[4].4')).toEqual(['Patient.telecom[3].value']);
    expect(became('PID-8')).toContain('Patient.gender');
  });

  test('numbers of registered authorities are those that documents and claims say', () => {
    const { the, all } = told(
      `${pid({ ...known, 3: '123-45-6789^^^SSA^SS~9434765919^^^NHS^NH' })}\nPV1|1|I|||||1234567893^Roe^Ann^^^^^^NPI|1234567893^Roe^Ann^^^^MD^NPI|77^Poe^Max^^^^^HOSP&2.16.840.1.113883.4.6&ISO`,
    );
    expect(the('Patient').identifier?.map(({ system }) => system)).toEqual([
      'http://hl7.org/fhir/sid/us-ssn',
      'https://fhir.nhs.uk/Id/nhs-number',
    ]);
    expect(all('Practitioner').map(({ identifier }) => identifier?.[0]?.system)).toEqual(Array(3).fill('http://hl7.org/fhir/sid/us-npi'));
  });

  test('a message in UTF-8 that declares another set by an MSH-18 that nobody changed', () => {
    const message = readMessage(Buffer.from('MSH|^~\\&|A|B|||2026||ADT^A08|1|P|2.5||||||8859/1\rPID|1||7||Müller^Jörg'));
    expect(message.text()).toContain('Müller^Jörg');
    const latin = Buffer.from('MSH|^~\\&|A|B|||2026||ADT^A08|1|P|2.5||||||8859/1\rPID|1||7||Müller^Jörg', 'latin1');
    expect(readMessage(latin).text()).toContain('Müller^Jörg');
  });

  test('numbers of telephones and addresses of e-mail are contacts each, with their use', () => {
    const { telecom } = told(pid({ ...known, 13: '(555)555-0100^PRN^PH~^NET^Internet^a@b.example', 14: '^WPN^PH^^^555^0101' })).the(
      'Patient',
    );
    expect(telecom?.map((one) => pick(one, 'system', 'use', 'value'))).toEqual([
      { system: 'phone', use: 'home', value: '(555)555-0100' },
      { system: 'email', use: 'home', value: 'a@b.example' },
      { system: 'phone', use: 'work', value: '555 0101' },
    ]);
  });

  test('race and ethnicity are US Core extensions with categories and words', () => {
    const { extension } = told(pid({ ...known, 10: '2106-3^White^CDCREC~2029-7^Asian Indian^CDCREC', 22: 'H^Hispanic^HL70189' })).the(
      'Patient',
    );
    const race = extension?.find(({ url }) => url.endsWith('us-core-race'))?.extension;
    expect(race?.map(({ url }) => url)).toEqual(['ombCategory', 'text', 'detailed']);
    expect(race?.find(({ url }) => url === 'text')?.valueString).toBe('White, Asian Indian');
    const ethnicity = extension?.find(({ url }) => url.endsWith('us-core-ethnicity'))?.extension;
    expect(ethnicity?.[0]?.valueCoding).toMatchObject({ code: '2135-2' });
  });

  test('a language is a tag of BCP-47 with the received code beside, undetermined where nobody knows it', () => {
    const coding = (text: string) => told(pid({ ...known, 15: text })).the('Patient').communication?.[0]?.language.coding;
    expect(coding('ger^German^ISO639')).toMatchObject([{ system: 'urn:ietf:bcp:47', code: 'de' }, { code: 'ger' }]);
    expect(coding('constructor')?.[0]?.code).toBe('und');
  });

  test('a field that is "" is to be deleted; one that is empty says nothing', () => {
    const { said } = told(pid({ ...known, 7: '""', 13: '""', 14: '', 16: '""' }));
    expect(said('Patient').removes).toEqual(['birthDate', "telecom.where(use='home')", 'maritalStatus']);
    expect(said('Patient').resource).not.toHaveProperty('telecom');
  });

  test('characters of other scripts are read by MSH-18', () => {
    const text = 'MSH|^~\\&|APP|FAC|||20260301||ADT^A08|C1|P|2.5.1||||||UNICODE UTF-8\nPID|||1^^^A||Ωμέγα^Ζωή~山田^太郎';
    expect(
      told(text)
        .the('Patient')
        .name?.map(({ family }) => family),
    ).toEqual(['Ωμέγα', '山田']);
  });

  test('an account number, a number of the mother and a maiden name are of others', () => {
    const { the } = told(pid({ ...known, 6: 'Smith^Ann', 18: 'ACC1^^^NORTH', 21: 'M9^^^NORTH' }));
    expect(the('Account')).toMatchObject({
      identifier: [{ value: 'ACC1' }],
      status: 'active',
      subject: [{ reference: `Patient/${the('Patient').id}` }],
    });
    expect(the('RelatedPerson')).toMatchObject({ identifier: [{ value: 'M9' }], name: [{ family: 'Smith', given: ['Ann'] }] });
  });
});

describe('by what a patient is known', () => {
  test('by what is assigned to people: not by an account or a visit among the identifiers', () => {
    expect(told(pid({ 3: '1^^^NORTH^MR~77^^^NORTH^VN~5^^^STATE^DL' })).said('Patient').keys).toEqual(['urn:id:NORTH|1', 'urn:id:STATE|5']);
  });

  test('a number that nobody has assigned is known within its sender', () => {
    expect(told(pid({ 3: '1' })).said('Patient').keys).toEqual(['urn:sender:test|1']);
  });

  test('the same doctor in two fields is one', () => {
    const { all } = told('PID|||1^^^A\nPV1||I|||||7^Doe^Jane^^^^^^NPI|||||||||7^Doe^Jane^^^^^^NPI');
    expect(all('Practitioner')).toHaveLength(1);
  });
});

describe('what belongs to the patient', () => {
  test('next of kin are people and contacts, an employer is an organisation', () => {
    const { all, the } = told(
      'PID|||1^^^A\nNK1|1|Doe^Jo|SPO^Spouse^HL70063||555-0100|||||||||||F\nNK1|2||EMR^Employer^HL70063||||||||||Works Ltd',
    );
    expect(all('RelatedPerson')).toHaveLength(1);
    expect(the('RelatedPerson').relationship?.[0]?.coding?.map(({ code }) => code)).toEqual(['SPO', 'SPS']);
    expect(the('Patient').contact?.map((one) => one.organization !== undefined)).toEqual([false, true]);
    expect(all('Organization').map(({ name }) => name)).toContain('Works Ltd');
  });

  test('the same next of kin said again is the same', () => {
    const once = told('PID|||1^^^A\nNK1|1|Doe^Jo|SPO').the('RelatedPerson').id;
    const again = told('PID|||1^^^A\nNK1|3|Doe^Jo|SPO||555-0100').the('RelatedPerson').id;
    expect(again).toBe(once);
  });

  test('the general practitioner comes from PD1 and from a role of the primary care provider', () => {
    const { the } = told('PID|||1^^^A\nPD1|||Practice^L|7^Doe^Jane\nROL||AD|PP^Primary^HL70443|8^Roe^Rob');
    expect(the('Patient').generalPractitioner).toHaveLength(3);
  });

  test('an access restriction is a flag, a disability an observation', () => {
    const { the } = told('PID|||1^^^A\nARV|1|A|DEM^Demographics|VIP^Very important|Ask the desk|20260101^20270101\nDB1|1|PT||Y|20250101');
    expect(the('Flag')).toMatchObject({ status: 'active', code: { text: 'Ask the desk' }, period: { end: '2027-01-01' } });
    expect(the('Observation')).toMatchObject({
      valueBoolean: true,
      effectivePeriod: { start: '2025-01-01' },
      code: { text: 'Disability' },
    });
  });
});
