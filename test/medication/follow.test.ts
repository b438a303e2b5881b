// Standing orders checked again when something new is known, over a chart in memory.
import { beforeEach, describe, expect, it } from 'vitest';
import type { DetectedIssue, Observation, Resource, Task } from '../../src/fhir/generated/types.ts';
import { validateStructure } from '../../src/fhir/structure/validate.ts';
import { ChartInMemory } from '../../src/modules/chart.fixture.ts';
import { medicationSafety } from '../../src/modules/medication-safety/follow.ts';
import { library } from './library.ts';

const watch = medicationSafety(library);
const patient = { reference: 'Patient/ada' };
const now = '2026-11-22T12:00:00Z';
let chart: ChartInMemory;

const order = (id: string, text: string, authoredOn = '2026-11-20T08:00:00Z'): Resource => ({
  resourceType: 'MedicationRequest',
  id,
  status: 'active',
  intent: 'order',
  subject: patient,
  authoredOn,
  medicationCodeableConcept: { text: text.split(/ \d/)[0]! },
  dosageInstruction: [{ text }],
});
const result = (id: string, code: string, value: number, unit: string, at = '2026-11-22T11:00:00Z'): Observation => ({
  resourceType: 'Observation',
  id,
  status: 'final',
  subject: patient,
  code: { coding: [{ system: 'http://loinc.org', code }] },
  effectiveDateTime: at,
  valueQuantity: { value, unit, system: 'http://unitsofmeasure.org', code: unit },
});

/** As the record hands it over, with the moment at which it became known. */
async function becomesKnown(resource: Resource, at = now): Promise<Resource[]> {
  const change = chart.put({ ...resource, meta: { lastUpdated: at } });
  const known = { ...change.after!, meta: { versionId: String(change.version), lastUpdated: at } } as Resource;
  const conclusions = await chart.follow(watch, { ...change, after: known });
  for (const { resource: each } of conclusions) expect(validateStructure(each)).toEqual([]);
  return conclusions.map(({ resource: each }) => each);
}
const issues = (all: Resource[]): DetectedIssue[] => all.filter((each) => each.resourceType === 'DetectedIssue');
const tasks = (all: Resource[]): Task[] => all.filter((each) => each.resourceType === 'Task');

beforeEach(() => {
  chart = new ChartInMemory();
  chart.put({ resourceType: 'Patient', id: 'ada', gender: 'female', birthDate: '1950-03-04' });
});

describe('standing orders are checked again', () => {
  it('when potassium comes back high under spironolactone: an issue with its rule and fact, and a Task for the pharmacist', async () => {
    chart.put(order('s', 'spironolactone 25 mg po daily'));
    const said = await becomesKnown(result('k', '2823-3', 6.4, 'mmol/L'));
    const [issue] = issues(said);
    expect(issue?.implicated).toEqual([{ reference: 'MedicationRequest/s' }]);
    expect(issue?.evidence?.flatMap(({ detail }) => detail?.map(({ reference }) => reference))).toContain('Observation/k');
    expect(tasks(said)).toMatchObject([
      { status: 'requested', focus: { reference: 'MedicationRequest/s' }, reasonReference: { reference: `DetectedIssue/${issue?.id}` } },
    ]);
  });

  it('when an allergy, a diagnosis or a falling kidney becomes known', async () => {
    chart.put(order('a', 'amoxicillin 500 mg po tid'));
    const allergy: Resource = { resourceType: 'AllergyIntolerance', id: 'p', patient, code: { text: 'penicillin' } };
    expect(issues(await becomesKnown(allergy)).map(({ code }) => code?.text)).toEqual(['allergy']);
    chart.put(order('m', 'metformin 1000 mg po bid'));
    expect(issues(await becomesKnown(result('c', '2160-0', 4.1, 'mg/dL'))).length).toBeGreaterThan(0);
  });

  it('and nothing is said of a result that changes nothing, nor of what was wrong before', async () => {
    chart.put(order('s', 'spironolactone 25 mg po daily'));
    chart.put(order('w', 'warfarin 5 mg po daily'));
    chart.put(order('i', 'ibuprofen 400 mg po tid'));
    expect(await becomesKnown(result('k', '2823-3', 4.2, 'mmol/L'))).toEqual([]);
    expect(issues(await becomesKnown(result('k2', '2823-3', 6.4, 'mmol/L', '2026-11-22T11:15:00Z')))).toHaveLength(1);
    expect(issues(await becomesKnown(result('k3', '2823-3', 6.5, 'mmol/L', '2026-11-22T11:30:00Z')))).toEqual([]);
  });

  it('nor of a kidney that recovers, though another rule speaks of it now', async () => {
    chart.put(order('i', 'ibuprofen 400 mg po tid'));
    chart.put(result('weight', '29463-7', 60, 'kg', '2026-11-20T08:00:00Z'));
    expect(issues(await becomesKnown(result('ill', '2160-0', 2.4, 'mg/dL', '2026-11-21T08:00:00Z'))).length).toBeGreaterThan(0);
    expect(issues(await becomesKnown(result('better', '2160-0', 1.1, 'mg/dL')))).toEqual([]);
  });

  it('nor of history, of vital signs, or of somebody who takes nothing', async () => {
    expect(await becomesKnown(result('k', '2823-3', 6.4, 'mmol/L'))).toEqual([]);
    chart.put(order('s', 'spironolactone 25 mg po daily'));
    expect(await becomesKnown(result('old', '2823-3', 6.4, 'mmol/L', '2026-10-01T11:00:00Z'))).toEqual([]);
    const before = chart.searches;
    expect(await becomesKnown(result('pulse', '8867-4', 180, '/min'))).toEqual([]);
    expect(chart.searches).toBe(before);
  });

  it('a replay says the same under the same ids and leaves a Task that was worked on', async () => {
    chart.put(order('s', 'spironolactone 25 mg po daily'));
    const first = await becomesKnown(result('k', '2823-3', 6.4, 'mmol/L'));
    const [task] = tasks(first);
    chart.put({ ...task!, status: 'completed' });
    const again = await becomesKnown(result('k', '2823-3', 6.4, 'mmol/L'));
    expect(again).toEqual([]);
    expect(chart.resources.get(`Task/${task?.id}`)?.resource).toMatchObject({ status: 'completed' });
  });

  it('completes the Task of "will monitor" with the value that was awaited, not with an older one', async () => {
    chart.put(order('s', 'spironolactone 25 mg po daily'));
    const monitor: Task = {
      resourceType: 'Task',
      id: 't',
      status: 'requested',
      intent: 'order',
      code: { coding: [{ system: 'http://lamplight.example/CodeSystem/medication-task', code: 'monitor' }] },
      for: patient,
      authoredOn: '2026-11-21T08:00:00Z',
      input: [
        {
          type: { coding: [{ system: 'http://lamplight.example/CodeSystem/monitored-laboratory', code: 'laboratory' }] },
          valueString: 'potassium',
        },
      ],
    };
    chart.put(monitor);
    expect(tasks(await becomesKnown(result('early', '2823-3', 4.4, 'mmol/L', '2026-11-20T08:00:00Z')))).toEqual([]);
    expect(tasks(await becomesKnown(result('na', '2951-2', 139, 'mmol/L')))).toEqual([]);
    expect(tasks(await becomesKnown(result('k', '2823-3', 4.4, 'mmol/L')))).toMatchObject([
      { id: 't', status: 'completed', output: [{ valueReference: { reference: 'Observation/k' } }] },
    ]);
  });

  it('says that more orders than anybody could judge were not checked', async () => {
    for (let i = 0; i < 201; i++) chart.put(order(`o${i}`, 'acetaminophen 500 mg po daily'));
    expect(tasks(await becomesKnown(result('k', '2823-3', 6.4, 'mmol/L')))).toMatchObject([
      { description: expect.stringContaining('201 orders') },
    ]);
  });
});
