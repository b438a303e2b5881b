// What is promised of medication safety, counted: rows of knowledge with their cases, the fifteen classes of high priority, the
// renal formulas against themselves written anew, and how seldom harmless orders interrupt.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ckdEpi2021, cockcroftGault } from '../../src/methods/renal-function.ts';
import { advise } from '../../src/modules/medication-safety/advise.ts';
import type { Kind, Situation } from '../../src/modules/medication-safety/knowledge/contract.ts';
import { readSituation } from '../../src/modules/medication-safety/situation.ts';
import { asOfMs, library } from './library.ts';
import { numbers } from './numbers.ts';

const folder = join(import.meta.dirname, '..', '..', 'knowledge', 'medication-safety');
const { base } = library;

describe('knowledge', () => {
  const cases = new Set(
    readdirSync(folder)
      .filter((name) => name.endsWith('.cases.json'))
      .flatMap((name) => {
        const file = JSON.parse(readFileSync(join(folder, name), 'utf8')) as {
          cases: Record<string, { fires: unknown[]; silent: unknown[] }>;
        };
        return Object.entries(file.cases).flatMap(([id, { fires, silent }]) => (fires.length > 0 && silent.length > 0 ? [id] : []));
      }),
  );
  const without = (rows: readonly { id: string }[]) => rows.filter((row) => !cases.has(row.id));
  const paediatric = (row: { population: { below?: number; unit?: string } }) =>
    (row.population.below ?? 200) <= 18 || row.population.unit !== undefined;
  const limits = base.all('dose-limits');
  const kinds: [string, readonly { id: string }[], number][] = [
    ['ingredients', base.all('ingredients'), 900],
    ['interactions', base.all('interactions'), 120],
    ['adult dose limits', limits.filter((row) => !paediatric(row)), 250],
    ['paediatric bands', limits.filter(paediatric), 120],
    ['renal bands', base.all('renal-doses').flatMap((row) => row.bands.map(() => row)), 200],
    ['monitoring', base.all('monitoring'), 60],
    ...(
      [
        'allergies',
        'precautions',
        'duplicates',
        'additive-loads',
        'opioids',
        'corollary-orders',
        'costs',
        'combinations',
        'classes',
        'problems',
        'laboratories',
      ] satisfies Kind[]
    ).map((kind): [string, readonly { id: string }[], number] => [kind, base.all(kind), 1]),
  ];
  it('has as many rows as were asked for, each with cases', () => {
    console.table(
      Object.fromEntries(
        kinds.map(([kind, rows, bar]) => [kind, { rows: rows.length, bar: bar === 1 ? '' : bar, 'without cases': without(rows).length }]),
      ),
    );
    for (const [kind, rows, bar] of kinds) expect(rows.length, kind).toBeGreaterThanOrEqual(bar);
    for (const [kind, rows] of kinds)
      expect(
        without(rows).map((row) => row.id),
        kind,
      ).toEqual([]);
  });
});

describe('the fifteen classes of high priority', () => {
  it('interrupt, each by every rule that stands for it', () => {
    const seen = new Map<number, { rules: number; loud: number; quiet: string[] }>();
    for (const rule of base.all('interactions')) {
      if (rule.onc === undefined) continue;
      const row = seen.get(rule.onc) ?? { rules: 0, loud: 0, quiet: [] };
      seen.set(rule.onc, row);
      row.rules++;
      const [a, b] = [rule.a, rule.b].map((drug) => base.selection(drug));
      // Members are asked for as an order of each beside each other, up to five of a side.
      let [asked, interrupts] = [0, 0];
      for (const one of [...a!.members].slice(0, 5))
        for (const two of [...b!.members].slice(0, 5)) {
          if (one === two) continue;
          const { drafts, facts } = readSituation({ order: '', age: '50 y', sex: 'male' }, library, asOfMs);
          const order = (id: string, ingredient: string, routes: ReadonlySet<string> | undefined) => ({
            ...drafts[0]!,
            id,
            text: ingredient,
            unread: [],
            ingredients: [{ ingredient, named: ingredient }],
            ...(routes === undefined ? {} : { route: [...routes][0] as NonNullable<(typeof drafts)[0]['route']> }),
          });
          const { cards } = advise([order('one', one, a!.routes), order('two', two, b!.routes)], facts, base);
          asked++;
          if (cards.some((card) => card.tier !== 'aside' && card.category === 'drug-drug')) interrupts++;
          else row.quiet.push(`${one} and ${two}`);
        }
      if (asked > 0 && interrupts === asked) row.loud++;
    }
    console.table(
      Object.fromEntries(
        [...seen]
          .sort(([a], [b]) => a - b)
          .map(([onc, { rules, loud, quiet }]) => [onc, { rules, 'always interrupt': loud, quiet: quiet.slice(0, 4).join('; ') }]),
      ),
    );
    const classes = [...seen.entries()].filter(([, { rules, loud }]) => loud === rules).length;
    console.log(`high-priority classes: ${classes} of 15 interrupt`);
    expect(classes).toBe(15);
  });
});

describe('renal function', () => {
  it('is that of the formulas on 1,000 points', () => {
    const draw = numbers(7);
    let worst = 0;
    for (let i = 0; i < 1000; i++) {
      const sex = draw() < 0.5 ? ('female' as const) : ('male' as const);
      const [ageYears, kg, creatinineMgPerDl] = [18 + Math.floor(draw() * 82), 35 + draw() * 120, 0.3 + draw() * 9];
      // Cockcroft and Gault 1976; Inker et al. 2021, with their coefficients.
      const clearance = (((140 - ageYears) * kg) / (72 * creatinineMgPerDl)) * (sex === 'female' ? 0.85 : 1);
      const [kappa, alpha] = sex === 'female' ? [0.7, -0.241] : [0.9, -0.302];
      const share = creatinineMgPerDl / kappa;
      const rate = 142 * Math.min(share, 1) ** alpha * Math.max(share, 1) ** -1.2 * 0.9938 ** ageYears * (sex === 'female' ? 1.012 : 1);
      const input = { creatinineMgPerDl, ageYears, sex };
      worst = Math.max(worst, Math.abs(cockcroftGault(input, kg) / clearance - 1), Math.abs(ckdEpi2021(input) / rate - 1));
    }
    console.log(`renal formulas: 1,000 points, largest difference ${worst.toExponential(1)}`);
    expect(worst).toBeLessThan(1e-9);
  });
});

describe('harmless orders', () => {
  // What is ordered all day, in usual doses, for patients whom none of it harms.
  const usual = [
    'acetaminophen 650 mg po q6h prn',
    'amlodipine 5 mg po daily',
    'atorvastatin 20 mg po daily',
    'docusate 100 mg po bid',
    'senna 8.6 mg po qhs',
    'loratadine 10 mg po daily',
    'cetirizine 10 mg po daily',
    'omeprazole 20 mg po daily',
    'famotidine 20 mg po bid',
    'levothyroxine 75 mcg po daily',
    'metformin 500 mg po bid',
    'lisinopril 10 mg po daily',
    'hydrochlorothiazide 12.5 mg po daily',
    'metoprolol succinate 50 mg po daily',
    'aspirin 81 mg po daily',
    'albuterol 2 puffs inhaled q4h prn',
    'fluticasone nasal spray 1 spray each nostril daily',
    'vitamin D3 1000 units po daily',
    'folic acid 1 mg po daily',
    'cyanocobalamin 1000 mcg po daily',
    'amoxicillin 500 mg po tid for 7 days',
    'cephalexin 500 mg po qid for 7 days',
    'hydrocortisone 1% cream topical bid',
    'latanoprost 0.005% 1 drop both eyes qhs',
    'tamsulosin 0.4 mg po qhs',
    'montelukast 10 mg po qhs',
    'guaifenesin 400 mg po q4h prn',
    'polyethylene glycol 17 g po daily',
    'losartan 50 mg po daily',
    'sertraline 50 mg po daily',
    'gabapentin 300 mg po tid',
    'calcium carbonate 500 mg po bid',
    'simethicone 80 mg po qid prn',
    'ondansetron 4 mg po q8h prn',
    'melatonin 3 mg po qhs',
    'cefazolin 2 g iv once',
    'sodium chloride 0.9% 75 mL/h iv',
    'enoxaparin 40 mg subcut daily',
    'pantoprazole 40 mg po daily',
    'ferrous sulfate 325 mg po daily',
  ];
  it('interrupt in 3 of 100 at most', () => {
    const draw = numbers(11);
    const pick = <T>(list: readonly T[]): T => list[Math.floor(draw() * list.length)]!;
    // Drugs of one group are not drawn twice; a doctor would not either.
    const groups = [
      /omeprazole|famotidine|pantoprazole/,
      /lisinopril|losartan/,
      /loratadine|cetirizine/,
      /amoxicillin|cephalexin|cefazolin/,
    ];
    const clash = (one: string, other: string) => one === other || groups.some((group) => group.test(one) && group.test(other));
    let [orders, loud, stood] = [0, 0, 0];
    const why = new Map<string, number>();
    for (let i = 0; i < 600; i++) {
      const order = pick(usual);
      const taking: string[] = [];
      for (let n = Math.floor(draw() * 6); n > 0; n--) {
        const other = pick(usual);
        if (!clash(order, other) && !taking.some((each) => clash(each, other))) taking.push(other);
      }
      const sex = draw() < 0.5 ? ('female' as const) : ('male' as const);
      const age = sex === 'female' ? 51 + Math.floor(draw() * 30) : 20 + Math.floor(draw() * 60);
      const situation: Situation = {
        order,
        taking,
        sex,
        age: `${age} y`,
        weight: `${55 + Math.floor(draw() * 40)} kg`,
        height: `${158 + Math.floor(draw() * 28)} cm`,
        laboratory: {
          creatinine: `${(0.6 + draw() * 0.4).toFixed(2)} mg/dL`,
          potassium: `${(3.7 + draw()).toFixed(1)} mmol/L`,
          sodium: `${Math.floor(137 + draw() * 6)} mmol/L`,
          platelets: `${Math.floor(180 + draw() * 150)} 10*3/uL`,
        },
        allergies: draw() < 0.2 ? [pick(['latex', 'shellfish', 'codeine: nausea', 'sulfa antibiotic: rash'])] : [],
        problems: draw() < 0.5 ? [pick(['hypertension', 'type 2 diabetes', 'hyperlipidemia', 'osteoarthritis', 'hypothyroidism'])] : [],
      };
      const { drafts, facts } = readSituation(situation, library, asOfMs);
      const { cards } = advise(drafts, facts, base);
      orders++;
      const interrupting = cards.filter((card) => card.tier !== 'aside');
      if (interrupting.length > 0) loud++;
      else if (cards.length > 0) stood++;
      for (const card of interrupting) why.set(`${card.rule.id}: ${card.summary}`, (why.get(`${card.rule.id}: ${card.summary}`) ?? 0) + 1);
    }
    console.log(
      `quiet: ${loud} of ${orders} harmless orders interrupt (${((100 * loud) / orders).toFixed(1)} %), ${stood} more have a card aside\n${[...why].map(([text, n]) => `${n} × ${text}`).join('\n')}`,
    );
    expect(loud / orders).toBeLessThanOrEqual(0.03);
  });
});
