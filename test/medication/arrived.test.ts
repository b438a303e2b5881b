// Orders that came from elsewhere, checked when they are in the record: over a chart in memory, with knowledge that is sound or broken.
import { beforeEach, describe, expect, it } from 'vitest';
import type { DetectedIssue, MedicationRequest, Resource, Task } from '../../src/fhir/generated/types.ts';
import { fail } from '../../src/fhir/result.ts';
import { validateStructure } from '../../src/fhir/structure/validate.ts';
import { ChartInMemory } from '../../src/modules/chart.fixture.ts';
import { medicationSafety } from '../../src/modules/medication-safety/follow.ts';
import type { Library } from '../../src/modules/medication-safety/library.ts';
import { library } from './library.ts';

const patient = { reference: 'Patient/ada' };
const now = '2026-11-22T12:00:00Z';
let chart: ChartInMemory;

const order = (id: string, text: string, more: Partial<MedicationRequest> = {}): MedicationRequest => ({
  resourceType: 'MedicationRequest',
  id,
  status: 'active',
  intent: 'order',
  subject: patient,
  authoredOn: '2026-11-22T11:00:00Z',
  medicationCodeableConcept: { text: text.split(/ \d/)[0]! },
  dosageInstruction: [{ text }],
  ...more,
});

async function arrives(resource: MedicationRequest, by: Library = library): Promise<Resource[]> {
  const change = chart.put(resource);
  const known = { ...resource, meta: { ...resource.meta, versionId: String(change.version), lastUpdated: now } };
  const conclusions = await chart.follow(medicationSafety(by), { ...change, after: known });
  for (const { resource: each } of conclusions) expect(validateStructure(each)).toEqual([]);
  return conclusions.map(({ resource: each }) => each);
}
const issues = (all: Resource[]): DetectedIssue[] =>
  all.filter((each): each is DetectedIssue => each.resourceType === 'DetectedIssue' && each.code?.text !== 'could not check');
const wanting = (all: Resource[]): DetectedIssue[] =>
  all.filter((each): each is DetectedIssue => each.resourceType === 'DetectedIssue' && each.code?.text === 'could not check');
const tasks = (all: Resource[]): Task[] => all.filter((each) => each.resourceType === 'Task');

beforeEach(() => {
  chart = new ChartInMemory();
  chart.put({ resourceType: 'Patient', id: 'ada', gender: 'female', birthDate: '1950-03-04' });
  chart.put({ resourceType: 'AllergyIntolerance', id: 'p', patient, code: { text: 'penicillin' }, criticality: 'high' });
  chart.put(order('w', 'warfarin 5 mg po daily', { authoredOn: '2026-10-01T08:00:00Z' }));
});

describe('an order that came from elsewhere', () => {
  it('that is dangerous becomes an issue with its rule and a Task for the pharmacist', async () => {
    const said = await arrives(order('i', 'ibuprofen 400 mg po tid'));
    expect(issues(said).flatMap(({ implicated }) => implicated?.map(({ reference }) => reference))).toContain('MedicationRequest/w');
    expect(tasks(said)).toMatchObject([
      { status: 'requested', focus: { reference: 'MedicationRequest/i' }, code: { coding: [{ code: 'arrived' }] } },
    ]);
    expect(tasks(await arrives(order('a', 'amoxicillin 500 mg po tid')))).toMatchObject([{ priority: 'stat' }]);
  });

  it('is told once: on replay, where a Task was worked on, and with the order beside it', async () => {
    const first = await arrives(order('i', 'ibuprofen 400 mg po tid'));
    chart.put({ ...tasks(first)[0]!, status: 'completed' });
    const i = chart.resources.get('MedicationRequest/i')!.resource;
    const change = { position: 0n, operation: 'create' as const, type: 'MedicationRequest' as const, id: 'i', version: 1 };
    expect(await chart.follow(medicationSafety(library), { ...change, after: { ...i, meta: { lastUpdated: now } } as Resource })).toEqual(
      [],
    );
    // Read again as a later version with nothing changed, as a second message says it.
    expect(await arrives(order('i', 'ibuprofen 400 mg po tid'))).toEqual([]);
    expect(tasks([...chart.resources.values()].map(({ resource }) => resource))).toMatchObject([{ status: 'completed' }]);
  });

  it('that is changed to a dose beyond the limit is told again', async () => {
    await arrives(order('p', 'acetaminophen 1000 mg po q4h'));
    const more = await arrives(order('p', 'acetaminophen 4000 mg po q4h'));
    expect(issues(more).length).toBeGreaterThan(0);
    expect(tasks(more)).toHaveLength(1);
  });

  it('that could not be understood is told as urgently as a danger', async () => {
    for (const [id, strange] of [
      ['z', order('z', 'Zyxomab 5 mg po daily')],
      ['n', order('n', '', { medicationCodeableConcept: {}, dosageInstruction: [] })],
      ['r', order('r', '', { medicationCodeableConcept: { coding: [{ system: 'http://example.org/drugs', code: '77' }] } })],
    ] as const)
      expect(tasks(await arrives(strange)), id).toMatchObject([
        { priority: 'urgent', description: expect.stringContaining('Could not be checked') },
      ]);
  });

  it('whose patient is not a patient of the record is told', async () => {
    const strange: MedicationRequest['subject'][] = [
      { reference: 'Patient/nobody' },
      { display: 'A. Lovelace' },
      { reference: 'Group/ward' },
    ];
    for (const [i, subject] of strange.entries())
      expect(tasks(await arrives(order(`s${i}`, 'ibuprofen 400 mg po tid', { subject })))).toHaveLength(1);
  });

  it('with a fact wanting leaves that in the record, and nothing in the queue', async () => {
    const said = await arrives(order('m', 'metformin 500 mg po bid'));
    expect(wanting(said)).toMatchObject([{ severity: 'low', implicated: [{ reference: 'MedicationRequest/m' }] }]);
    expect(wanting(said)[0]?.detail).toContain('no creatinine is known');
    expect(tasks(said)).toEqual([]);
  });

  it('that is history, a plan, not active, or ended before anybody looked says nothing', async () => {
    expect(await arrives(order('h', 'ibuprofen 400 mg po tid', { authoredOn: '2026-09-01T08:00:00Z' }))).toEqual([]);
    expect(await arrives(order('d', 'ibuprofen 400 mg po tid', { intent: 'plan' }))).toEqual([]);
    expect(await arrives(order('o', 'ibuprofen 400 mg po tid', { status: 'on-hold' }))).toEqual([]);
    const early = chart.put(order('e', 'ibuprofen 400 mg po tid'));
    chart.put(order('e', 'ibuprofen 400 mg po tid', { status: 'stopped' }));
    const after = { ...early.after, meta: { lastUpdated: now } } as Resource;
    expect(await chart.follow(medicationSafety(library), { ...early, after })).toEqual([]);
  });
});

describe('labels', () => {
  const label = { system: 'http://terminology.hl7.org/CodeSystem/v3-Confidentiality', code: 'V' };
  const of = (all: Resource[]) => all.map((each) => each.meta?.security?.map(({ code }) => code));

  it('of the order, or of another that the alert speaks of, stand on what is told', async () => {
    expect(of(await arrives(order('z', 'Zyxomab 5 mg po daily', { meta: { security: [label] } })))).toEqual([['V']]);
    const said = await arrives(order('i', 'ibuprofen 400 mg po tid', { meta: { security: [label] } }));
    expect(said.length).toBeGreaterThan(1);
    expect(of(said).every((codes) => codes?.includes('V'))).toBe(true);
    // The order that stood there before is the secret one.
    chart.put(order('secret', 'lithium carbonate 300 mg po tid', { meta: { security: [label] }, authoredOn: '2026-10-01T08:00:00Z' }));
    const open = await arrives(order('n', 'naproxen 250 mg po bid'));
    const about = open.filter((each) => JSON.stringify(each).includes('MedicationRequest/secret'));
    expect(about.length).toBeGreaterThan(0);
    expect(of([...about, ...tasks(open)]).every((codes) => codes?.includes('V'))).toBe(true);
  });
});

describe('an order signed here', () => {
  it('is not told twice, and what could not be checked was seen by who signed', async () => {
    const [issue] = issues(await arrives(order('i', 'ibuprofen 400 mg po tid')));
    chart = new ChartInMemory();
    chart.put({ resourceType: 'Patient', id: 'ada' });
    chart.put(order('w', 'warfarin 5 mg po daily'));
    chart.put({ ...issue!, id: 'signed', mitigation: [{ action: { text: 'will monitor' } }] });
    chart.put({
      resourceType: 'Task',
      id: 'v',
      status: 'requested',
      intent: 'order',
      code: { coding: [{ system: 'http://lamplight.example/CodeSystem/medication-task', code: 'verify' }] },
      focus: { reference: 'MedicationRequest/i' },
      for: patient,
    });
    expect(await arrives(order('i', 'ibuprofen 400 mg po tid'))).toEqual([]);
  });

  it('at the same moment as another, neither seeing the other, is told', async () => {
    // The Tasks of verification are there, issues about the two are not: each was checked without the other.
    for (const id of ['x', 'y'])
      chart.put({
        resourceType: 'Task',
        id: `v${id}`,
        status: 'requested',
        intent: 'order',
        code: { coding: [{ system: 'http://lamplight.example/CodeSystem/medication-task', code: 'verify' }] },
        focus: { reference: `MedicationRequest/${id}` },
        for: patient,
      });
    chart.put(order('x', 'spironolactone 50 mg po daily'));
    const said = await arrives(order('y', 'trimethoprim 200 mg po bid'));
    expect(issues(said).some(({ implicated }) => implicated?.some(({ reference }) => reference === 'MedicationRequest/x'))).toBe(true);
  });
});

describe('no order is silently unchecked', () => {
  const drugs = ['warfarin', 'ibuprofen', 'metformin', 'Zyxomab', 'acetaminophen', 'amoxicillin', 'digoxin', 'potassium chloride', ''];
  const heard = (said: Resource[]): boolean => tasks(said).length > 0;

  it('where knowledge is broken, whichever part of it', async () => {
    const broken = (part: 'ingredients' | 'all' | 'about' | 'interactionsOf' | 'version'): Library => {
      const damaged = (): never => {
        throw new Error('a file of knowledge is damaged');
      };
      const base = new Proxy(library.base, {
        get: (target, name) => {
          if (name === part && (part === 'ingredients' || part === 'version')) return damaged();
          const value: unknown = name === part ? damaged : Reflect.get(target, name, target);
          return typeof value === 'function' ? value.bind(target) : value;
        },
      });
      return { ...library, base, read: { orders: new WeakMap(), problems: new WeakMap() } };
    };
    const heard = async (drug: string, id: string, by: Library): Promise<boolean> =>
      arrives(order(id, `${drug} 10 mg po daily`), by).then(
        (said) => tasks(said).length > 0,
        // Thrown, the follower stops at it, says so, and tries it again.
        () => true,
      );
    for (const part of ['ingredients', 'all', 'about', 'interactionsOf', 'version'] as const)
      for (const [i, drug] of drugs.entries()) expect(await heard(drug, `b-${part}-${i}`, broken(part)), `${part} ${drug}`).toBe(true);
  });

  it('where a part of the chart does not answer', async () => {
    for (const type of ['AllergyIntolerance', 'Condition', 'Observation', 'Encounter', 'MedicationStatement'] as const) {
      const search = chart.search.bind(chart);
      chart.search = async (asked, query) => (asked === type ? fail('too-costly', 'there are more than 1000') : search(asked, query));
      expect(heard(await arrives(order(`c-${type}`, 'acetaminophen 500 mg po daily'))), type).toBe(true);
      chart.search = search;
    }
  });

  it('where more orders stand than anybody could judge', async () => {
    for (let i = 0; i < 201; i++) chart.put(order(`o${i}`, 'acetaminophen 500 mg po daily'));
    expect(tasks(await arrives(order('last', 'ibuprofen 400 mg po tid')))).toMatchObject([
      { description: expect.stringContaining('203 orders') },
    ]);
  });

  it('where the record cannot be asked at all: it is tried again', async () => {
    chart.search = async () => fail('busy', 'the record is not there');
    await expect(arrives(order('i', 'ibuprofen 400 mg po tid'))).rejects.toThrow('not there');
  });
});

describe('more than anybody reads', () => {
  const many = (count: number) => {
    for (let i = 0; i < count; i++) chart.put(order(`o-${i}`, 'acetaminophen 500 mg po once', { authoredOn: '2026-11-21T08:00:00Z' }));
  };

  it('of orders that stand, more than a chart answers: said to the pharmacist, not checked against the first thousand', async () => {
    many(1001);
    const said = await arrives(order('i', 'ibuprofen 400 mg po tid'));
    expect(issues(said)).toEqual([]);
    expect(tasks(said)).toMatchObject([
      { priority: 'urgent', description: expect.stringMatching(/Could not be checked: more than 1000 orders stand/) },
    ]);
  });

  it('of statements of what is taken, more than a chart answers: said, and what was read is checked', async () => {
    for (let i = 0; i < 1001; i++)
      chart.put({
        resourceType: 'MedicationStatement',
        id: `s-${i}`,
        status: 'active',
        subject: patient,
        medicationCodeableConcept: { text: 'aspirin' },
      });
    const said = await arrives(order('i', 'ibuprofen 400 mg po tid'));
    expect(issues(said).length).toBeGreaterThan(0);
    expect(tasks(said)[0]?.description).toMatch(/medications \(there are more than 1000 of MedicationStatement: not all were read\)/);
  });

  it('of results: an older value is not told as one that was never measured, and fills nobody’s queue', async () => {
    const measured = (i: number, code: string, at: string): Resource => ({
      resourceType: 'Observation',
      id: `${code}-${i}`,
      status: 'final',
      subject: patient,
      code: { coding: [{ system: 'http://loinc.org', code }] },
      effectiveDateTime: at,
      valueQuantity: { value: 4.1, unit: 'mmol/L', system: 'http://unitsofmeasure.org', code: 'mmol/L' },
    });
    chart.put(measured(0, '2823-3', '2026-11-01T08:00:00Z'));
    for (let i = 0; i < 200; i++) chart.put(measured(i, '2951-2', `2026-11-2${i % 2}T08:${String(i % 60).padStart(2, '0')}:00Z`));
    const said = await arrives(order('l', 'spironolactone 25 mg po daily'));
    expect(tasks(said)).toEqual([]);
    expect(wanting(said)[0]?.detail).toMatch(/laboratory \(of more than 200 of the last 90 days only the newest were read\)/);
  });
});
