// The rules of the bedside are in their form and name drugs that are known; each fires just beyond its limit and is silent on
// it; and the scenarios of a ward are judged as a careful nurse would judge them.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { loadAdministrationKnowledge } from '../src/app/administration-knowledge.ts';
import { loadMedicationKnowledge } from '../src/app/medication-knowledge.ts';
import { holdRule } from '../src/modules/medication-administration/checks/hold-rule.ts';
import {
  type BedsideFacts,
  type BedsideOrder,
  type HoldRule,
  type Outcome,
  type Product,
  type Reason,
  type Session,
  usualWindows,
} from '../src/modules/medication-administration/contract.ts';
import { judge } from '../src/modules/medication-administration/judge.ts';
import { mayRecord } from '../src/modules/medication-administration/recording.ts';

const folder = join(import.meta.dirname, 'medication-administration');
const json = (name: string): unknown => JSON.parse(readFileSync(join(folder, name), 'utf8'));
const drugs = await loadMedicationKnowledge([import.meta.dirname]);
if (!drugs.ok) throw new Error(drugs.problem.message);
const rules = await loadAdministrationKnowledge([import.meta.dirname], drugs.value);
if (!rules.ok) throw new Error(rules.problem.message);

type Scenario = Partial<Pick<BedsideFacts, 'allergies' | 'notRead'>> & {
  says: string;
  scans: string[];
  orders: string[];
  at: string;
  order?: string;
  entered?: Session['entered'];
  witness?: string;
  orderPatch?: Partial<BedsideOrder>;
  vitals?: Record<string, number>;
  laboratory?: Record<string, number>;
  given?: { order: string; at: string; outcome?: Outcome }[];
  expect: { outcome: string; codes: string[] };
};
type Ward = Pick<BedsideFacts, 'holder' | 'strangers' | 'badges'> & {
  products: Product[];
  orders: Record<string, Omit<BedsideOrder, 'startMs'> & { startMs: string }>;
  scenarios: Scenario[];
};
const ward = json('scenarios.json') as Ward;

function factsOf(scenario: Scenario): BedsideFacts {
  const atMs = Date.parse(scenario.at);
  const values = (all: Record<string, number> = {}) =>
    new Map(Object.entries(all).map(([id, value]) => [id, { value, unit: '', atMs: atMs - 600_000 }]));
  return {
    ...(ward.holder ? { holder: ward.holder } : {}),
    strangers: ward.strangers,
    badges: ward.badges,
    badgeProves: true,
    products: ward.products,
    pumps: [],
    infusing: { tolerance: 0.05 },
    orders: scenario.orders.map((name) => ({
      ...ward.orders[name]!,
      startMs: Date.parse(ward.orders[name]!.startMs),
      ...scenario.orderPatch,
    })),
    given: (scenario.given ?? []).map((dose, i) => ({
      ref: `MedicationAdministration/${i}`,
      order: `MedicationRequest/${dose.order}`,
      ingredients: ward.orders[dose.order]!.ingredients.map((one) => one.id),
      atMs: Date.parse(dose.at),
      outcome: dose.outcome ?? 'given',
    })),
    allergies: scenario.allergies ?? [],
    vitals: values({ systolic: 128, ...scenario.vitals }),
    laboratory: values({ potassium: 4.1, inr: 2.2, ...scenario.laboratory }),
    ...(rules.ok ? rules.value : { holdRules: [], highAlert: [], effectTimes: [] }),
    notRead: scenario.notRead ?? [],
    windows: usualWindows,
    timeZone: 'UTC',
  };
}

const sessionOf = ({ scans, at, order, witness, entered }: Scenario): Session => ({
  scans,
  patient: 'p1',
  atMs: Date.parse(at),
  nurse: ['nurse-1'],
  entered: entered ?? {},
  ...(order === undefined ? {} : { order }),
  ...(witness === undefined ? {} : { witness }),
});

describe('at the bedside', () => {
  it('there are at least 60 scenarios', () => expect(ward.scenarios.length).toBeGreaterThanOrEqual(60));

  it.each(ward.scenarios.map((each) => [each.says, each] as const))('%s', (_, scenario) => {
    const verdict = judge(sessionOf(scenario), factsOf(scenario));
    expect({ outcome: verdict.outcome, codes: verdict.reasons.map((each) => each.code).sort() }).toEqual({
      outcome: scenario.expect.outcome,
      codes: [...scenario.expect.codes].sort(),
    });
  });

  it('nothing is given without both scans, or against a block, whatever reason is named', () => {
    for (const scenario of ward.scenarios) {
      const facts = factsOf(scenario);
      const verdict = judge(sessionOf(scenario), facts);
      for (const outcome of ['given', 'partly-given', 'infusing', 'self-administered'] as const) {
        const recorded = mayRecord({ outcome, reason: 'because' }, verdict, facts.given);
        if (recorded.ok) expect([verdict.evidence, verdict.outcome === 'block']).toEqual([{ wristband: true, drug: true }, false]);
      }
    }
  });
});

describe('hold rules and high-alert drugs', () => {
  it.each(['hold-rules.json', 'high-alert.json', 'effect-times.json'])('%s is in the form of the schema', (name) => {
    const validate = new Ajv({ strict: false }).compile(json('schema.json') as object);
    expect(validate(json(name)), JSON.stringify(validate.errors)).toBe(true);
  });

  const cases = (rule: HoldRule, value: number): Reason[] => {
    const measured = new Map([[rule.measure.id, { value, unit: rule.unit, atMs: 0 }]]);
    const facts: BedsideFacts = {
      ...factsOf(ward.scenarios[0]!),
      holdRules: [rule],
      vitals: rule.measure.kind === 'vital' ? measured : new Map(),
      laboratory: rule.measure.kind === 'laboratory' ? measured : new Map(),
    };
    const drug = { id: rule.drugs[0]!, title: 'a drug' };
    const product: Product = { ref: 'x', title: 'x', gtins: [], ndcs: [], labels: [], codes: [], ingredients: [drug] };
    return holdRule({ session: { ...sessionOf(ward.scenarios[0]!), atMs: 60_000 }, facts, read: [], units: [{ product, count: 1 }] });
  };
  it.each((rules.ok ? rules.value.holdRules : []).map((rule) => [rule.id, rule] as const))('%s fires beyond its limit only', (_, rule) => {
    const limit = rule.below ?? rule.above!;
    const beyond = rule.below === undefined ? limit + 0.1 : limit - 0.1;
    expect(cases(rule, beyond).map((each) => each.severity)).toEqual([rule.severity]);
    expect(cases(rule, limit)).toEqual([]);
  });
});
