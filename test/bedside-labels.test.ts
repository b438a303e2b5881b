// Wristbands and labels as they are printed and then scanned: a former print is recognised, a bag that was labelled is found.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withCheck } from '../src/formats/barcodes/check-digit.ts';
import { keyOfId } from '../src/record/keys.ts';
import { type Caller, caller, type Json, type Stand, stand } from './calls.ts';
import { tokenFor } from './running-server.ts';

let world: Stand;
let nurse: Caller;
let pharmacist: Caller;
const ids: Record<string, string> = {};
const gsrn = withCheck('95011015300100001');
const create = async (type: string, body: object): Promise<string> => {
  const { status, json, text } = await world.call('POST', `/fhir/${type}`, { body: { resourceType: type, ...body } });
  expect(status, text).toBe(201);
  return `${type}/${String(json!['id'])}`;
};
const print = (body: object, as = nurse) => as('POST', '/medication/labels', { body, headers: { accept: 'application/json' } });
const codes = (said: Json) => (said['reasons'] as unknown as { code: string }[]).map((each) => each.code);

beforeAll(async () => {
  world = await stand();
  nurse = caller(world.server.address, await tokenFor(world.database, { role: 'nurse' }));
  pharmacist = caller(world.server.address, await tokenFor(world.database, { role: 'pharmacist' }));
  ids['patient'] = await create('Patient', {
    name: [{ use: 'official', text: '王小明' }],
    identifier: [
      { system: 'urn:example:mrn', value: 'MRN-00123' },
      { system: 'https://www.gs1.org/gsrn', value: gsrn },
    ],
  });
  ids['bare'] = await create('Patient', { name: [{ text: 'Ann' }] });
  ids['order'] = await create('MedicationRequest', {
    status: 'active',
    intent: 'order',
    subject: { reference: ids['patient'] },
    medicationCodeableConcept: { text: 'Vancomycin 1000 MG in 250 ML intravenous bag' },
    dosageInstruction: [
      {
        route: { text: 'intravenous' },
        timing: { repeat: { frequency: 2, period: 1, periodUnit: 'd' } },
        doseAndRate: [{ doseQuantity: { value: 1000, unit: 'mg' }, rateQuantity: { value: 250, unit: 'mL/h' } }],
      },
    ],
  });
}, 120_000);
afterAll(() => world?.end());

describe('POST /medication/labels', () => {
  it('numbers each wristband, so that a copy of a former one is recognised', async () => {
    const prints = await Promise.all([1, 2, 3].map(() => print({ kind: 'wristband', patient: ids['patient'] })));
    expect(
      prints.map((each) => each.status),
      prints[0]!.text.slice(0, 300),
    ).toEqual([200, 200, 200]);
    const instances = prints.map((each) => String(each.json!['instance'])).sort();
    expect(instances).toEqual(['1', '2', '3']);
    expect(prints[0]!.json!['symbol']).toMatch(new RegExp(`^\\(8018\\)${gsrn}\\(8019\\)[123]$`));
    expect(Buffer.from(String(prints[0]!.json!['pdf']), 'base64').subarray(0, 5).toString()).toBe('%PDF-');
    // Letters that the font lacks are said, and nothing stands for them.
    expect(String(prints[0]!.json!['notices'])).toContain('Name');
    const scan = async (instance: string) =>
      (await nurse('POST', '/medication/scan', { body: { patient: ids['patient'], scans: [`(8018)${gsrn}(8019)${instance}`] } })).json!;
    expect(codes(await scan('2'))).toContain('wristband-not-current');
    expect(codes(await scan('3'))).not.toContain('wristband-not-current');
  });

  it('prints Code 128 where there is no service number, and says what it cannot do', async () => {
    expect((await print({ kind: 'wristband', patient: ids['bare'] })).status).toBe(409);
    const printed = await print({ kind: 'wristband', patient: ids['patient'], symbol: 'code-128' });
    expect(printed.json).toMatchObject({ symbol: 'MRN-00123', instance: '4' });
    expect(String(printed.json!['notices'])).toContain('copy');
    const pdf = await nurse('POST', '/medication/labels', { body: { kind: 'wristband', patient: ids['patient'] } });
    expect([pdf.status, pdf.headers.get('content-type'), pdf.text.slice(0, 5)]).toEqual([200, 'application/pdf', '%PDF-']);
    expect(pdf.headers.get('x-lamplight-notice')).toContain('Name');
  });

  it('prints for a patient whose id another system chose, and the trail names them', async () => {
    const { text, status } = await world.call('PUT', '/fhir/Patient/chosen-elsewhere', {
      body: { resourceType: 'Patient', id: 'chosen-elsewhere', name: [{ family: 'Chosen' }], identifier: [{ value: 'MRN-00900' }] },
    });
    expect(status, text).toBe(201);
    expect((await print({ kind: 'wristband', patient: 'Patient/chosen-elsewhere', symbol: 'code-128' })).status).toBe(200);
    const { rows } = await world.database.query<{ n: number }>({
      text: `select count(*)::int as n from audit where action = 'medication-label' and pat = $1`,
      values: [keyOfId('chosen-elsewhere')],
    });
    expect(rows[0]!.n).toBe(1);
  });

  it('labels a bag under a number of the pharmacy, by which it is then scanned for its order', async () => {
    const printed = await print({ kind: 'drug', order: ids['order'], lot: 'B7', expires: '2030-01-31' }, pharmacist);
    expect(printed.status, printed.text.slice(0, 300)).toBe(200);
    const number = String(printed.json!['symbol']);
    const said = (await nurse('POST', '/medication/scan', { body: { patient: ids['patient'], scans: [`]d1${number}`] } })).json!;
    expect(said, JSON.stringify(said).slice(0, 500)).toMatchObject({ order: ids['order'], evidence: { drug: true } });
    expect((await print({ kind: 'drug', order: ids['order'] })).status).toBe(403);
    const gtin = withCheck('0030001001011');
    expect((await print({ kind: 'drug', order: ids['order'], gtin, lot: 'A1', serial: '7', expires: '2030-01-31' })).json).toMatchObject({
      symbol: `(01)${gtin}(17)300131(10)A1(21)7`,
    });
  });

  it('prints nothing from what cannot be understood', async () => {
    const before = await world.changes();
    const hostile: [unknown, number][] = [
      [null, 400],
      [[], 400],
      [{}, 400],
      [{ kind: 'constructor' }, 400],
      [{ kind: 'wristband' }, 400],
      [{ kind: 'wristband', patient: 'a/b/c' }, 400],
      [{ kind: 'wristband', patient: 'Patient/none' }, 404],
      [{ kind: 'wristband', patient: ids['patient'], symbol: 'toString' }, 400],
      [{ kind: 'drug' }, 400],
      [{ kind: 'drug', drug: 'a\0b' }, 400],
      [{ kind: 'drug', drug: '\ud800' }, 400],
      [{ kind: 'drug', drug: 'x', gtin: '123' }, 400],
      [{ kind: 'drug', drug: 'x', gtin: withCheck('0030001001011'), lot: '(17)' }, 400],
      [{ kind: 'drug', drug: 'x', expires: 'soon' }, 400],
      [{ kind: 'drug', order: 'MedicationRequest/none' }, 404],
      [{ kind: 'drug', drug: 'x', more: 1 }, 400],
    ];
    for (const [body, status] of hostile)
      expect((await pharmacist('POST', '/medication/labels', { body: JSON.stringify(body) })).status, JSON.stringify(body)).toBe(status);
    expect(await world.changes()).toBe(before);
  });
});
