// A number that was one patient's and is another's now: a counter that began again, a template's id, a wrong wristband. Nothing goes from
// one chart into the other, nothing is lost, and a person is asked.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { migrate } from '../database/migrate.ts';
import { type TestDatabase, testDatabase } from '../database/testing.ts';
import type { Encounter, MedicationRequest, Observation, Patient, Resource, Task } from '../fhir/generated/types.ts';
import { parseQuery } from '../fhir/search/query.ts';
import { jobMigrations } from '../jobs/schema.ts';
import { peopleMigrations } from '../people/schema.ts';
import type { Caller, RecordStore } from '../record/contract.ts';
import { openRecord } from '../record/record.ts';
import { recordMigrations } from '../record/schema.ts';
import type { Exchange } from './contract.ts';
import { openExchange } from './exchange.ts';
import { languages } from './languages.ts';
import { exchangeMigrations } from './schema.ts';

let database: TestDatabase;
let record: RecordStore;
let exchange: Exchange;

const admin: Caller = {
  person: { id: '00000000-0000-4000-8000-000000000001', name: 'administrator', role: 'administrator' },
  purpose: 'TREAT',
  from: 'test',
  request: 'test',
};

beforeAll(async () => {
  database = await testDatabase();
  const migrated = await migrate(database.db, [...peopleMigrations, ...jobMigrations, ...recordMigrations, ...exchangeMigrations]);
  if (!migrated.ok) throw new Error(migrated.problem.message);
  record = openRecord(database.db);
  exchange = openExchange(database.db, record, {
    timeZone: 'UTC',
    channels: [],
    now: () => new Date(),
    failed: (_channel, error) => {
      throw error;
    },
  });
});
afterAll(async () => {
  await exchange.close();
  await database.drop();
});

let number = 0;
let [ada, ben] = ['', ''];
let [order, visit] = ['', ''];
beforeEach(() => {
  const nth = ++number;
  [ada, ben, order, visit] = [`A${nth}`, `B${nth}`, `P${nth}`, `V${nth}`];
});

let minute = 0;
/** Each a minute after the one before. */
function message(kind: string, ...segments: string[]): Buffer {
  const time = new Date(Date.UTC(2026, 6, 1, 12, ++minute)).toISOString().replace(/\D/g, '').slice(0, 14);
  return Buffer.from(`${[`MSH|^~\\&|CPOE|NORTH|LAMP|NORTH|${time}||${kind}|C${minute}|P|2.5.1`, ...segments].join('\r')}\r`);
}
const pid = (mrn: string): string => `PID|1||${mrn}^^^NORTH^MR||NAME${mrn}^JO||19700102|F`;
const pv1 = (more = ''): string => `PV1|1|I|WARD^1^1${'|'.repeat(16)}${visit}^^^NORTH^VN${more}`;
const ordered = (mrn: string, control: string, drug: string): Buffer =>
  message('RDE^O11', pid(mrn), `ORC|${control}|${order}^CPOE`, `RXE||${drug}^${drug}^L|1||mg`);
const admitted = (mrn: string, event = 'A01'): Buffer => message(`ADT^${event}`, pid(mrn), pv1());

async function hear(...messages: readonly Buffer[]): Promise<void> {
  for (const raw of messages)
    await exchange.receive({
      channel: 'hl7v2',
      format: 'hl7v2',
      raw,
      receivedAt: new Date(),
      from: 'test',
      by: 'test',
      about: languages.hl7v2!.about(raw),
    });
  await exchange.idle();
}

async function found<R extends Resource>(type: R['resourceType'], parameters: [string, string][]): Promise<R[]> {
  const query = parseQuery(type, [...parameters, ['_count', '100']]);
  const page = query.ok ? await record.search(admin, query.value) : query;
  if (!page.ok) throw new Error(page.problem.message);
  return page.value.matches.map(({ body }) => JSON.parse(body) as R);
}
async function nameOf(mrn: string): Promise<string> {
  const [patient] = await found<Patient>('Patient', [['identifier', mrn]]);
  return `Patient/${patient?.id}`;
}
const ordersOf = async (mrn: string): Promise<string[]> =>
  (await found<MedicationRequest>('MedicationRequest', [['patient', await nameOf(mrn)]])).map(
    ({ status, identifier, medicationCodeableConcept: drug }) =>
      `${identifier?.map(({ value }) => value).join()} ${drug?.coding?.[0]?.code} ${status}`,
  );
const visitsOf = async (mrn: string): Promise<Encounter[]> => found<Encounter>('Encounter', [['patient', await nameOf(mrn)]]);
const asked = async (focus: string): Promise<Task[]> =>
  found<Task>('Task', [
    ['code', 'number-of-two-patients'],
    ['focus', focus],
  ]);

describe('a number that is said of two patients', () => {
  test.each([
    ['in one batch', true],
    ['one after the other', false],
  ])('is a resource of each, %s', async (_how, together) => {
    const messages = [ordered(ada, 'NW', 'D1'), ordered(ben, 'NW', 'D2')];
    if (together) await hear(...messages);
    else for (const one of messages) await hear(one);
    expect(await ordersOf(ada)).toEqual([`${order} D1 active`]);
    expect(await ordersOf(ben)).toEqual([`${order} D2 active`]);
    const [first] = await found<MedicationRequest>('MedicationRequest', [['patient', await nameOf(ada)]]);
    const [second] = await found<MedicationRequest>('MedicationRequest', [['patient', await nameOf(ben)]]);
    const tasks = await asked(`MedicationRequest/${first?.id}`);
    expect(tasks).toHaveLength(1);
    expect(tasks[0]).toMatchObject({ status: 'requested', for: { reference: await nameOf(ada) } });
    expect(tasks[0]?.input?.[0]?.valueReference?.reference).toBe(`MedicationRequest/${second?.id}`);
    expect(tasks[0]?.description).toContain(order);
  });

  test('goes on with whom it is said of', async () => {
    await hear(ordered(ada, 'NW', 'D1'), ordered(ben, 'NW', 'D2'));
    await hear(ordered(ben, 'CA', 'D2'));
    expect([await ordersOf(ada), await ordersOf(ben)]).toEqual([[`${order} D1 active`], [`${order} D2 cancelled`]]);
    await hear(ordered(ada, 'DC', 'D1'));
    expect([await ordersOf(ada), await ordersOf(ben)]).toEqual([[`${order} D1 stopped`], [`${order} D2 cancelled`]]);
  });

  test('leaves the same charts whichever is heard first', async () => {
    const [earlier, later] = [ordered(ada, 'NW', 'D1'), ordered(ben, 'NW', 'D2')];
    await hear(later);
    await hear(earlier);
    expect([await ordersOf(ada), await ordersOf(ben)]).toEqual([[`${order} D1 active`], [`${order} D2 active`]]);
  });

  test('has a result under the visit of the patient whose it is', async () => {
    await hear(admitted(ada));
    await hear(message('ORU^R01', pid(ben), pv1(), 'OBR|1||F1^LAB|GLU^Glucose^L', 'OBX|1|NM|GLU^Glucose^L||5|mmol/L'));
    const [first] = await visitsOf(ada);
    const [second] = await visitsOf(ben);
    expect(second?.id).not.toBe(first?.id);
    const [result] = await found<Observation>('Observation', [['patient', await nameOf(ben)]]);
    expect(result?.encounter?.reference).toBe(`Encounter/${second?.id}`);
    expect(await found('Observation', [['patient', await nameOf(ada)]])).toEqual([]);
  });

  test('that a visit of each has, is deleted or moved with the one of whom it is said', async () => {
    const cara = `C${number}`;
    await hear(admitted(ada), admitted(ben), admitted(cara));
    await hear(message('ADT^A23', pid(ben), pv1()));
    expect((await visitsOf(ben)).map(({ status }) => status)).toEqual(['entered-in-error']);
    expect((await visitsOf(ada)).map(({ status }) => status)).toEqual(['in-progress']);
    await hear(message('ADT^A45', pid(ada), `MRG|${cara}^^^NORTH^MR||||${visit}^^^NORTH^VN`));
    expect(await visitsOf(cara)).toEqual([]);
    expect(await visitsOf(ada)).toHaveLength(2);
  });
});

describe('what was moved', () => {
  test('is one visit, whoever goes on to call it the former patient’s', async () => {
    await hear(admitted(ada));
    const [before] = await visitsOf(ada);
    await hear(message('ADT^A45', pid(ben), `MRG|${ada}^^^NORTH^MR||||${visit}^^^NORTH^VN`));
    expect((await visitsOf(ben)).map(({ id }) => id)).toEqual([before?.id]);
    await hear(admitted(ben, 'A08'));
    await hear(admitted(ada, 'A08'));
    const all = [...(await visitsOf(ada)), ...(await visitsOf(ben))];
    expect(all.map(({ id }) => id)).toEqual([before?.id]);
    expect(await asked(`Encounter/${before?.id}`)).toEqual([]);
  });

  test('with the patient is one order under both numbers, before and after they are told apart', async () => {
    await hear(ordered(ada, 'NW', 'D1'), message('ADT^A40', pid(ben), `MRG|${ada}^^^NORTH^MR`));
    await hear(ordered(ada, 'XO', 'D2'));
    expect(await ordersOf(ben)).toEqual([`${order} D2 active`]);
    await hear(message('ADT^A37', pid(ada), pid(ben)));
    await hear(ordered(ada, 'XO', 'D3'));
    expect([await ordersOf(ada), await ordersOf(ben)].flat()).toEqual([`${order} D3 active`]);
  });
});

test('a patient whom one message gives both numbers keeps one order under them', async () => {
  await hear(admitted(ben), ordered(ada, 'NW', 'D1'));
  const both = `PID|1||${ben}^^^NORTH^MR~${ada}^^^NORTH^MR||NAME^JO||19700102|F`;
  await hear(message('RDE^O11', both, `ORC|XO|${order}^CPOE`, 'RXE||D2^D2^L|1||mg'));
  const all = await found<MedicationRequest>('MedicationRequest', [['identifier', order]]);
  expect(all.map(({ medicationCodeableConcept: drug }) => drug?.coding?.[0]?.code)).toEqual(['D2']);
});
