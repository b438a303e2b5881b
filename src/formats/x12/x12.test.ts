// What every transaction set must do there and back, on the made-up samples.
import { describe, expect, it } from 'vitest';
import type { Resource } from '../../fhir/generated/types.ts';
import { codesAtHand } from '../../fhir/validator/codes-at-hand.ts';
import { ProfileSet } from '../../fhir/validator/profiles.ts';
import { validate } from '../../fhir/validator/validate.ts';
import type { Said, Translation, TranslationContext } from '../contract.ts';
import { acknowledge999, interchangesOf } from './acknowledge.ts';
import { x12 } from './format.ts';
import { fromFhir } from './from-fhir.ts';
import { findingsOf, fuzz } from './fuzz.ts';
import { isNode } from './node.ts';
import * as made from './samples.ts';
import { samples } from './samples.ts';
import type { Wish } from './speak.ts';
import type { TransactionKind } from './transactions.ts';

const context: TranslationContext = { sender: 'elm', receivedAt: new Date('2026-03-02T15:00:00Z'), timeZone: 'America/New_York' };
const wishFor = (kind: TransactionKind): Wish => ({
  kind,
  sender: { qualifier: 'ZZ', id: 'ELMCLINIC' },
  receiver: { qualifier: 'ZZ', id: 'RIVERPAYER' },
  interchangeControl: 42,
  groupControl: 42,
  transactionControl: '0007',
  at: context.receivedAt,
  timeZone: context.timeZone,
});
const translate = (text: string): Translation => x12.toFhir(x12.read(Buffer.from(text)), context);
const resourcesOf = ({ resources }: Translation): Resource[] => resources.map(({ resource }) => resource);
const byRef = (said: readonly Said[]): Map<string, Resource> =>
  new Map(said.map(({ resource }) => [`${resource.resourceType}/${resource.id}`, resource]));
const one = (text: string, type: string): Record<string, unknown> => {
  const found: unknown = resourcesOf(translate(text)).find(({ resourceType }) => resourceType === type);
  if (!isNode(found)) throw new Error(`no ${type}`);
  return found;
};

describe.each(samples)('$name', ({ text, kind }) => {
  it('accounts for every leaf, restores the bytes, refers nowhere that is not there', () => {
    expect(findingsOf(Buffer.from(text))).toEqual([]);
  });

  it('gives resources that are valid', () => {
    const profiles = new ProfileSet();
    const errors = resourcesOf(translate(text)).flatMap((resource) => {
      const node: unknown = resource;
      return validate(isNode(node) ? node : {}, profiles, { codes: codesAtHand }).findings.filter(
        ({ severity }) => severity === 'error' || severity === 'fatal',
      );
    });
    expect(errors).toEqual([]);
  });

  it('says the same when it is written anew and read again', () => {
    const first = translate(text);
    const written = fromFhir(resourcesOf(first), wishFor(kind));
    if (!written.ok) throw new Error(written.problem.message);
    const again = x12.toFhir(x12.read(x12.write(written.value)), context);
    expect(byRef(again.resources)).toEqual(byRef(first.resources));
    const answer = acknowledge999(interchangesOf(written.value)[0]!, wishFor('999'));
    const said = answer.ok ? Buffer.from(x12.write(answer.value.message)).toString() : '';
    expect(said.match(/(IK|AK9)[^~]*/g)).toEqual(['IK5*A', 'AK9*A*1*1*1']);
  });
});

describe('a professional claim', () => {
  const claim = one(made.professionalClaim, 'Claim');

  it('keeps the digits of its amounts', () => {
    expect(String((claim['total'] as { value: unknown }).value)).toBe('180.50');
  });

  it('points from its lines to diagnoses, people and further information', () => {
    const [first, second] = claim['item'] as Record<string, unknown>[];
    expect(first).toMatchObject({
      sequence: 1,
      diagnosisSequence: [1, 2],
      productOrService: { coding: [{ system: 'http://www.ama-assn.org/go/cpt', code: '99213' }] },
      servicedDate: '2026-03-01',
    });
    expect(second).toMatchObject({ servicedPeriod: { start: '2026-03-01', end: '2026-03-02' }, detail: [{ quantity: { code: 'UN' } }] });
  });

  it('names codes of diagnoses with their point', () => {
    expect(JSON.stringify(claim['diagnosis'])).toContain('"J06.9"');
  });
});

describe('a claim of a dependent', () => {
  it('is of the patient, on the coverage of the subscriber', () => {
    const all = resourcesOf(translate(made.dependentClaim));
    const coverage = all.find((resource) => resource.resourceType === 'Coverage' && resource.order === 2);
    const claim = all.find((resource) => resource.resourceType === 'Claim');
    expect(coverage).toMatchObject({ subscriberId: 'W0002', relationship: { coding: [{ code: '19' }, { code: 'child' }] } });
    expect(claim?.resourceType === 'Claim' && coverage?.resourceType === 'Coverage' && claim.patient.reference).toBe(
      coverage?.resourceType === 'Coverage' ? coverage.beneficiary.reference : '',
    );
  });

  it('says what the other payer has paid as its ClaimResponse', () => {
    expect(one(made.dependentClaim, 'ClaimResponse')).toMatchObject({
      adjudication: [
        { category: { coding: [{ code: 'PR' }] }, reason: { coding: [{ code: '1' }] } },
        { category: { coding: [{ code: 'PR' }] }, reason: { coding: [{ code: '2' }] } },
      ],
      addItem: [
        { itemSequence: [1], adjudication: [{ category: { coding: [{ code: 'benefit' }] } }, { category: { coding: [{ code: 'CO' }] } }] },
      ],
    });
  });
});

describe('an enrolment', () => {
  it('makes one coverage for each insurance, and ends those that it cancels', () => {
    const coverages = resourcesOf(translate(made.enrolment)).filter((resource) => resource.resourceType === 'Coverage');
    const own = coverages.filter((resource) => resource.resourceType === 'Coverage' && resource.order === undefined);
    expect(own.map((resource) => (resource.resourceType === 'Coverage' ? resource.status : ''))).toEqual(['active', 'active', 'cancelled']);
  });

  const every = resourcesOf(translate(made.enrolment));
  const refOf = (resource: Resource | undefined): string => `${resource?.resourceType}/${resource?.id}`;
  const patient = every.find((resource) => resource.resourceType === 'Patient' && resource.name?.[0]?.given?.[0] === 'WREN');

  it('says why something changed, and since when', () => {
    const changes = every.flatMap((resource) =>
      resource.resourceType === 'Provenance' && codeOf(resource.activity ?? {}) !== '00' ? [resource] : [],
    );
    expect(changes).toMatchObject([
      { activity: { coding: [{ code: '001' }] }, reason: [{ coding: [{ code: '25' }] }], occurredDateTime: '2026-01-01' },
      { activity: { coding: [{ code: '024' }] }, reason: [{ coding: [{ code: '07' }] }] },
    ]);
    expect(changes[0]?.target).toHaveLength(2);
  });

  it('names whose insurance a dependent has, what a visit costs, and the kind of coverage', () => {
    const [first, second, third] = every.flatMap((resource) =>
      resource.resourceType === 'Coverage' && resource.order === undefined ? [resource] : [],
    );
    for (const one of [first, second, third]) expect(one?.subscriber).toEqual({ reference: refOf(patient) });
    expect(first?.costToBeneficiary).toMatchObject([
      { type: { coding: [{ code: 'C1' }, { code: 'copay' }] }, valueMoney: { currency: 'USD' } },
    ]);
    expect(second?.costToBeneficiary).toBeUndefined();
    for (const one of [first, second])
      expect(one?.type?.coding?.[0]).toEqual({ system: 'https://codesystem.x12.org/005010/1216', code: 'C' });
  });

  it('names the other insurance, and who pays it', () => {
    const other = every.find((resource) => resource.resourceType === 'Coverage' && resource.order === 2);
    const payer = every.find((resource) => resource.resourceType === 'Organization' && resource.name === 'HILL MUTUAL');
    expect(other).toMatchObject({
      beneficiary: { reference: refOf(patient) },
      payor: [{ reference: refOf(payer) }],
      class: [{ value: 'GRP5' }],
      period: { start: '2026-02-01' },
    });
  });

  it('keeps the wrong name as an old one, and names employer, marital status, language and place in a birth', () => {
    expect(patient).toMatchObject({
      name: [{ family: 'ASHBY' }, { use: 'old', family: 'ASHBEE' }],
      maritalStatus: { coding: [{ code: 'M' }] },
      communication: [{ language: { coding: [{ system: 'urn:ietf:bcp:47', code: 'es' }] } }],
      contact: [
        { relationship: [{ coding: [{ code: '36' }, { code: 'E' }] }], name: { text: 'FERN REED' }, address: { city: 'ELMTON' } },
        { relationship: [{ coding: [{ code: 'J6' }] }] },
      ],
      multipleBirthInteger: 2,
      deceasedDateTime: '2026-01-02',
    });
  });

  it('keeps only what FHIR has no word for', () => {
    const kept = translate(made.enrolment).ledger.flatMap(({ state, path }) => (state === 'kept' ? [path] : []));
    expect(kept).toEqual(['2000/INS-08', '2320/COB-03']);
  });

  it('is not told of a wrong name for a name that is merely old', () => {
    const resources = every.map((resource) =>
      resource.resourceType === 'Provenance' ? { ...resource, reason: [{ text: 'wed' }] } : resource,
    );
    const written = fromFhir(resources, wishFor('834'));
    expect(written.ok && Buffer.from(x12.write(written.value)).toString()).not.toContain('NM1*70');
  });

  it('changes what it says and leaves the rest', () => {
    const said = translate(made.enrolment).resources.filter(
      ({ resource }) => resource.resourceType === 'Coverage' || resource.resourceType === 'Patient',
    );
    expect(new Set(said.map(({ how }) => how))).toEqual(new Set(['merge']));
  });
});

describe('an acknowledgement', () => {
  const tasks = (text: string) => resourcesOf(translate(text)).flatMap((resource) => (resource.resourceType === 'Task' ? [resource] : []));

  it('says of each transaction that was sent whether it was accepted, and what is wrong where', () => {
    const [group, refused, accepted] = tasks(made.acknowledgement);
    expect(group).toMatchObject({
      status: 'rejected',
      focus: { identifier: { value: '17456', type: { coding: [{ code: 'HC' }] } } },
      businessStatus: { coding: [{ code: 'P' }] },
    });
    expect(refused).toMatchObject({
      status: 'rejected',
      partOf: [{ reference: `Task/${group?.id}` }],
      focus: { identifier: { value: '0001', type: { coding: [{ code: '837' }] } } },
      businessStatus: { coding: [{ code: 'R' }] },
      statusReason: { coding: [{ code: '5' }, { code: 'I5' }] },
    });
    expect(refused?.output?.slice(0, 4)).toEqual([
      { type: { text: 'segment' }, valueString: 'NM1' },
      { type: { text: 'segment position' }, valueInteger: 17 },
      { type: { text: 'segment loop' }, valueString: '2010' },
      {
        type: { text: 'segment fault' },
        valueCodeableConcept: { coding: [{ system: 'https://codesystem.x12.org/005010/620', code: '8' }] },
      },
    ]);
    expect(accepted).toMatchObject({ status: 'completed', focus: { identifier: { value: '0002' } } });
  });

  it('answers one group, and is not written of two', () => {
    const two = [made.acknowledgement, made.acknowledgement.replaceAll('000000042', '000000043')].flatMap((text) =>
      resourcesOf(translate(text)),
    );
    expect(fromFhir(two, wishFor('999'))).toMatchObject({ ok: false, problem: { kind: 'invalid' } });
  });

  it('of an interchange is a task as well, and none of its leaves is only kept', () => {
    const isa = made.acknowledgement.slice(0, made.acknowledgement.indexOf('GS*'));
    const text = `${isa}TA1*000000041*260302*0915*R*018~\nIEA*0*000000042~\n`;
    expect(tasks(text)).toMatchObject([
      {
        status: 'rejected',
        focus: { identifier: { value: '000000041' } },
        businessStatus: { coding: [{ code: 'R' }] },
        statusReason: { coding: [{ code: '018' }] },
      },
    ]);
    for (const one of [text, made.acknowledgement, made.oldAcknowledgement])
      expect(translate(one).ledger.filter(({ state }) => state === 'kept')).toEqual([]);
    expect(findingsOf(Buffer.from(text))).toEqual([]);
  });
});

describe('an answer about eligibility', () => {
  const all = resourcesOf(translate(made.eligibilityResponse));
  const refOf = (type: string, name: string): string => {
    const found = all.find((resource) => resource.resourceType === type && 'name' in resource && resource.name === name);
    return `${found?.resourceType}/${found?.id}`;
  };
  const response = all.find((resource) => resource.resourceType === 'CoverageEligibilityResponse');

  it('names the clinic that gives a benefit', () => {
    const role = all.find((resource) => resource.resourceType === 'PractitionerRole');
    expect(role).toMatchObject({ organization: { reference: refOf('Organization', 'OAK PRACTICE') } });
    const given = response?.insurance?.[0]?.item?.filter(({ provider }) => provider !== undefined);
    expect(given).toMatchObject([
      { benefit: [{ type: { coding: [{ code: 'L' }] } }], provider: { reference: `PractitionerRole/${role?.id}` } },
    ]);
  });

  it('names who else insures the person, and in which order', () => {
    const others = response?.insurance?.slice(1).map(({ coverage }) => coverage.reference);
    const coverages = all.flatMap((one) => (one.resourceType === 'Coverage' && others?.includes(`Coverage/${one.id}`) ? [one] : []));
    expect(coverages.map(({ order, payor }) => [order, payor[0]?.reference])).toEqual([
      [2, refOf('Organization', 'HILL MUTUAL')],
      [undefined, refOf('Organization', 'LAKE DENTAL')],
    ]);
    for (const one of coverages) expect(one.beneficiary).toEqual(response?.patient);
  });
});

describe('an answer to an authorisation', () => {
  const answer = one(made.authorizationResponse, 'ClaimResponse');

  it('says what was decided, how much of it and until when', () => {
    expect(answer).toMatchObject({
      subType: { coding: [{ code: 'HS' }] },
      preAuthRef: 'AUTH-9',
      preAuthPeriod: { start: '2026-04-01', end: '2026-09-30' },
      error: [
        {
          code: { coding: [{ code: '33' }] },
          extension: [
            {
              url: 'http://hl7.org/fhir/us/davinci-pas/StructureDefinition/extension-errorFollowupAction',
              valueCodeableConcept: { coding: [{ code: 'C' }] },
            },
          ],
        },
      ],
      processNote: [{ text: 'SEND THE X-RAY' }],
    });
    const said = answer['adjudication'] as { category: { text: string }; value?: number }[];
    expect(said.map(({ category, value }) => [category.text, value])).toEqual([
      ['review action', undefined],
      ['authorized quantity', 2],
      ['authorized unit', 1],
      ['authorized period', 6],
    ]);
  });

  it('is one as well where the question got no further than the member', () => {
    const text = made.authorizationResponse.replace(/(NM1\*IL[^~]*~\n)HL\*4[\s\S]*(SE\*)/, '$1AAA*N**72*C~\n$2');
    expect(one(text, 'ClaimResponse')).toMatchObject({ outcome: 'error', error: [{ code: { coding: [{ code: '72' }] } }] });
    expect(one(text, 'ClaimResponse')['patient']).toEqual({ reference: `Patient/${one(text, 'Patient')['id']}` });
    expect(findingsOf(Buffer.from(text))).toEqual([]);
  });

  it('says of each service whether it may be given, and under which number', () => {
    expect(answer['addItem']).toMatchObject([
      {
        productOrService: { coding: [{ code: '33533' }] },
        servicedDate: '2026-04-02',
        adjudication: [{ reason: { coding: [{ code: 'A1' }] }, extension: [{ extension: [{ url: 'number', valueString: 'AUTH-9-1' }] }] }],
        extension: [{ valueString: 'AUTH-1' }, { valueDate: '2026-03-04' }, { valuePeriod: { end: '2026-04-30' } }],
      },
      {
        productOrService: { coding: [{ system: 'https://www.nubc.org/CodeSystem/RevenueCodes', code: '0120' }] },
        quantity: { value: 2, code: 'DA' },
        adjudication: [
          { reason: { coding: [{ code: 'A3' }] } },
          { category: { text: 'review decision reason' }, reason: { coding: [{ code: '0Y' }] } },
          { category: { text: 'authorized quantity' }, value: 2 },
        ],
      },
    ]);
  });
});

describe('an acknowledgement of claims', () => {
  const answers = resourcesOf(translate(made.claimAcknowledgement)).flatMap((resource) =>
    resource.resourceType === 'ClaimResponse' ? [resource] : [],
  );

  it('does not say that a claim waits which was refused', () => {
    expect(answers.map(({ outcome }) => outcome)).toEqual(['queued', 'error', 'error']);
  });

  it('says each status and whether the claim was taken', () => {
    expect(answers[1]?.adjudication?.map(({ category, reason }) => [category, ...(reason?.coding ?? [])].map(codeOf))).toEqual([
      ['A7', '562', '85', 'U'],
      ['A3', '21'],
      ['A7', '70', 'U'],
    ]);
  });

  it('does not take a code of NCPDP for one of X12', () => {
    expect(answers[2]?.adjudication?.[0]?.reason?.coding?.[0]).toEqual({ system: 'https://codesystem.x12.org/005010/1270/RX', code: '75' });
  });
});
const codeOf = (one: { code?: string; coding?: { code?: string }[] }): string | undefined => one.code ?? one.coding?.[0]?.code;

describe('a telephone with an extension', () => {
  it('is one telephone', () => {
    const payer = resourcesOf(translate(made.remittance)).find(
      (resource) => resource.resourceType === 'Organization' && resource.name === 'RIVER PAYER',
    );
    expect(payer).toMatchObject({
      contact: [
        {
          telecom: [
            {
              system: 'phone',
              value: '5550100300',
              extension: [{ url: 'http://hl7.org/fhir/StructureDefinition/contactpoint-extension', valueString: '12' }],
            },
            { system: 'email', value: 'help@river.example' },
          ],
        },
      ],
    });
  });
});

describe('people under one member number', () => {
  it('stay two people, and the number identifies neither', () => {
    const twins = made.professionalClaim + made.professionalClaim.replace('ASHBY*WREN', 'ASHBY*LARK').replace('19810704', '19830909');
    const patients = translate(twins).resources.filter(({ resource }) => resource.resourceType === 'Patient');
    expect(patients.map(({ byIdentifier }) => byIdentifier)).toEqual([false, false]);
  });
});

describe('a claim that was never X12', () => {
  const plain: Resource[] = [
    {
      resourceType: 'Patient',
      id: 'p',
      name: [{ family: 'Ashby', given: ['Wren'] }],
      birthDate: '1981-07-04',
      gender: 'female',
      address: [{ line: ['9 Birch Lane'], city: 'Elmton', state: 'OH', postalCode: '44102' }],
    },
    {
      resourceType: 'Organization',
      id: 'o',
      name: 'Elm Clinic',
      identifier: [{ system: 'http://hl7.org/fhir/sid/us-npi', value: '1234567893' }],
      address: [{ line: ['1 Elm Street'], city: 'Elmton', state: 'OH', postalCode: '44101' }],
    },
    { resourceType: 'Organization', id: 'i', name: 'River Payer', identifier: [{ value: 'RIV01' }] },
    {
      resourceType: 'Coverage',
      id: 'c',
      status: 'active',
      beneficiary: { reference: 'Patient/p' },
      payor: [{ reference: 'Organization/i' }],
      subscriberId: 'W0001',
    },
    {
      resourceType: 'Claim',
      id: 'k',
      identifier: [{ value: 'PLAIN-1' }],
      status: 'active',
      type: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/claim-type', code: 'professional' }] },
      use: 'claim',
      patient: { reference: 'Patient/p' },
      created: '2026-03-02',
      insurer: { reference: 'Organization/i' },
      provider: { reference: 'Organization/o' },
      priority: { text: 'normal' },
      insurance: [{ sequence: 1, focal: true, coverage: { reference: 'Coverage/c' } }],
      diagnosis: [
        { sequence: 1, diagnosisCodeableConcept: { coding: [{ system: 'http://hl7.org/fhir/sid/icd-10-cm', code: 'J06.9' }] } },
        { sequence: 2, diagnosisCodeableConcept: { coding: [{ system: 'http://hl7.org/fhir/sid/icd-10-cm', code: 'R05' }] } },
      ],
      item: [
        {
          sequence: 1,
          productOrService: { coding: [{ system: 'http://www.ama-assn.org/go/cpt', code: '99213' }] },
          servicedDate: '2026-03-01',
          net: { value: 120.5, currency: 'USD' },
        },
        {
          sequence: 2,
          productOrService: { coding: [{ system: 'http://www.ama-assn.org/go/cpt', code: '87880' }] },
          servicedDate: '2026-03-01',
          net: { value: 0.05, currency: 'USD' },
        },
      ],
    },
  ];

  it('is one that a 999 accepts, with its total to the cent', () => {
    const written = fromFhir(plain, {
      ...wishFor('837P'),
      sender: { qualifier: 'ZZ', id: 'ELM', contact: { name: 'Desk', phone: '5550100200' } },
    });
    if (!written.ok) throw new Error(written.problem.message);
    const text = Buffer.from(x12.write(written.value)).toString();
    for (const segment of [
      'SBR*P*18~',
      'NM1*IL*1*Ashby*Wren****MI*W0001~',
      'CLM*PLAIN-1*120.55***99:B:1*Y*A*Y*Y~',
      'HI*ABK:J069~',
      'HI*ABF:R05~',
      'SV1*HC:99213*120.5*UN*1***1~',
    ])
      expect(text).toContain(segment);
    const answer = acknowledge999(interchangesOf(written.value)[0]!, wishFor('999'));
    const said = answer.ok ? Buffer.from(x12.write(answer.value.message)).toString() : '';
    expect(said.match(/(IK|AK9)[^~]*/g)).toEqual(['IK5*A', 'AK9*A*1*1*1']);
  });
});

describe('an answer that was never X12', () => {
  const usd = (value: number): { value: number; currency: 'USD' } => ({ value, currency: 'USD' });
  const of = (code: string): { coding: { system: string; code: string }[] } => ({
    coding: [{ system: 'http://terminology.hl7.org/CodeSystem/adjudication', code }],
  });
  const adjusted = {
    category: { coding: [{ system: 'https://x12.org/codes/claim-adjustment-group-codes', code: 'CO' }] },
    reason: { coding: [{ system: 'https://x12.org/codes/claim-adjustment-reason-codes', code: '45' }] },
  };

  it('is a remittance that adds up, with the services of the claim that it answers', () => {
    const answer: Resource[] = [
      { resourceType: 'Patient', id: 'p', name: [{ family: 'Ashby', given: ['Wren'] }] },
      {
        resourceType: 'Organization',
        id: 'o',
        name: 'Elm Clinic',
        identifier: [{ system: 'http://hl7.org/fhir/sid/us-npi', value: '1234567893' }],
      },
      {
        resourceType: 'Organization',
        id: 'i',
        name: 'River Payer',
        address: [{ line: ['7 River Road'], city: 'Riverton', state: 'OH', postalCode: '44001' }],
      },
      {
        resourceType: 'Coverage',
        id: 'c',
        status: 'active',
        beneficiary: { reference: 'Patient/p' },
        payor: [{ reference: 'Organization/i' }],
        subscriberId: 'W0001',
      },
      {
        resourceType: 'Claim',
        id: 'k',
        identifier: [{ value: 'PLAIN-1' }],
        status: 'active',
        type: { text: 'professional' },
        use: 'claim',
        patient: { reference: 'Patient/p' },
        created: '2026-03-02',
        provider: { reference: 'Organization/o' },
        priority: { text: 'normal' },
        insurance: [{ sequence: 1, focal: true, coverage: { reference: 'Coverage/c' } }],
        item: [
          {
            sequence: 1,
            productOrService: { coding: [{ system: 'http://www.ama-assn.org/go/cpt', code: '99213' }] },
            servicedDate: '2026-03-01',
            net: usd(120.5),
          },
        ],
      },
      {
        resourceType: 'ClaimResponse',
        id: 'r',
        identifier: [{ value: 'RIVCLM1' }],
        status: 'active',
        type: { text: 'professional' },
        use: 'claim',
        patient: { reference: 'Patient/p' },
        created: '2026-03-09',
        insurer: { reference: 'Organization/i' },
        request: { reference: 'Claim/k' },
        outcome: 'complete',
        total: [{ category: of('submitted'), amount: usd(120.5) }],
        payment: { type: { text: 'complete' }, amount: usd(100.25) },
        item: [
          {
            itemSequence: 1,
            adjudication: [
              { category: of('benefit'), amount: usd(100.25) },
              { ...adjusted, amount: usd(20.25) },
            ],
          },
        ],
      },
    ];
    const written = fromFhir(answer, wishFor('835'));
    if (!written.ok) throw new Error(written.problem.message);
    const text = Buffer.from(x12.write(written.value)).toString();
    for (const segment of [
      'BPR*I*100.25*C*NON',
      'CLP*PLAIN-1*1*120.5*100.25**',
      'SVC*HC:99213*120.5*100.25',
      'CAS*CO*45*20.25',
      'DTM*472*20260301',
      'NM1*QC*1*Ashby*Wren****MI*W0001',
    ])
      expect(text).toContain(segment);
    expect(x12.toFhir(written.value, context).notes).toEqual([]);
    const said = acknowledge999(interchangesOf(written.value)[0]!, wishFor('999'));
    expect(said).toMatchObject({ ok: true, value: { verdict: 'accepted' } });
  });
});

describe('a new transaction', () => {
  it('is parted by other characters where a value holds the usual ones', () => {
    const resources = resourcesOf(translate(made.professionalClaim)).map((resource) =>
      resource.resourceType === 'Patient' ? { ...resource, name: [{ family: 'ASH*BY~', given: ['WREN:'] }] } : resource,
    );
    const written = fromFhir(resources, wishFor('837P'));
    if (!written.ok) throw new Error(written.problem.message);
    const again = x12.toFhir(x12.read(x12.write(written.value)), context);
    expect(JSON.stringify(resourcesOf(again))).toContain('"ASH*BY~"');
  });

  it('is refused, with the element, where a value has a line break', () => {
    const resources = resourcesOf(translate(made.professionalClaim)).map((resource) =>
      resource.resourceType === 'Patient' ? { ...resource, name: [{ family: 'ASH\nBY' }] } : resource,
    );
    const written = fromFhir(resources, wishFor('837P'));
    expect(written.ok).toBe(false);
    if (!written.ok) expect(written.problem.where).toContain('#name[0].family');
  });

  it('says what is missing where there is nothing to write', () => {
    const written = fromFhir([], wishFor('835'));
    expect(written).toMatchObject({ ok: false, problem: { kind: 'unsupported' } });
  });
});

describe('a segment that stands too late', () => {
  it('is said of the loop around, and what follows goes on with the loop that it interrupts', () => {
    const late = made.institutionalClaim.replace(/(N3\*[^~]*~\n)/, 'PRV*AT*PXC*207Q00000X~\n$1');
    const said = (text: string): string[] => resourcesOf(translate(text)).map(({ resourceType }) => resourceType);
    expect(said(late)).toEqual(said(made.institutionalClaim));
    expect(one(late, 'Claim')['total']).toEqual(one(made.institutionalClaim, 'Claim')['total']);
    expect(findingsOf(Buffer.from(late))).toEqual([]);
  });
});

describe('an address for letters in an enrolment', () => {
  const mail = 'NM1*31*1~\nN3*PO BOX 5~\nN4*ELMTON*OH*44103~\n';
  const text = made.enrolment.replace(/(NM1\*70[^~]*~\n)/, `$1${mail}`).replace(/(DMG\*D8\*20150505\*F~\n)/, `$1${mail}`);
  const letters = { type: 'postal', line: ['PO BOX 5'], city: 'ELMTON', state: 'OH', postalCode: '44103' };
  const addresses = (resources: readonly Resource[]) =>
    resources.flatMap((resource) => (resource.resourceType === 'Patient' ? [resource.address] : []));

  it('stands beside where the member lives, or alone', () => {
    expect(addresses(resourcesOf(translate(text)))).toEqual([
      [{ line: ['9 BIRCH LANE'], city: 'ELMTON', district: 'LORAIN', state: 'OH', postalCode: '44102' }, letters],
      [letters],
    ]);
    expect(findingsOf(Buffer.from(text))).toEqual([]);
  });

  it('is written anew', () => {
    const written = fromFhir(resourcesOf(translate(text)), wishFor('834'));
    if (!written.ok) throw new Error(written.problem.message);
    expect(Buffer.from(x12.write(written.value)).toString()).toMatch(/NM1\*31\*1~\s*N3\*PO BOX 5~/);
  });
});

describe('any broken file', () => {
  it('is read, answered, translated and restored', () => {
    for (let seed = 1; seed <= 300; seed++) expect(fuzz(seed), `seed ${seed}`).toEqual([]);
    // An address that was begun and says nothing once took its organisation or patient along.
    for (const seed of [27727, 46997, 64838, 65344, 97935, 102686]) expect(fuzz(seed), `seed ${seed}`).toEqual([]);
  });
});
