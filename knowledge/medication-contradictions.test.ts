// Rows that contradict each other: two that speak of the same and say different things. Which one holds would be chance then.
// Each kind of contradiction is planted once, so that a check that finds nothing any more is found out.
import { expect, it } from 'vitest';
import { acceptedContradictions, loadMedicationKnowledge } from '../src/app/medication-knowledge.ts';
import { KnowledgeBase, type Origin } from '../src/modules/medication-safety/knowledge/base.ts';
import type { Kind } from '../src/modules/medication-safety/knowledge/contract.ts';
import {
  type Accepted,
  type Contradiction,
  type ContradictionKind,
  contradictionKinds,
  nameOf,
} from '../src/modules/medication-safety/knowledge/contradictions/contract.ts';
import { contradictions, weighed } from '../src/modules/medication-safety/knowledge/contradictions.ts';

const folder = import.meta.dirname;
const loaded = await loadMedicationKnowledge([folder]);
if (!loaded.ok) throw new Error(loaded.problem.message);
const base = loaded.value;
const origin: Origin = {
  file: 'planted',
  version: '2026.11',
  status: 'active',
  reviewer: 'unreviewed',
  citation: 'Planted for a test.',
  date: '2026-11-23',
};
/** The knowledge with rows of one kind planted in it. */
function found(planted?: { kind: string; rows: object[] }): Contradiction[] {
  const kind = planted?.kind as Kind | undefined;
  const rows = planted?.rows.map((row) => ({ source: 'x', ...row, origin })) ?? [];
  const all = base.everything();
  return contradictions(kind === undefined ? base : new KnowledgeBase([], { ...all, [kind]: [...all[kind], ...rows] }));
}
const accepted = await acceptedContradictions([folder]);
if (!accepted.ok) throw new Error(accepted.problem.message);
const own = found();
const { open, idle } = weighed(own, accepted.value);

it('no two rows contradict each other, but for those that say why', () => {
  expect(open.map(({ kind, rows, says }) => `${kind}: ${rows.map(nameOf).join(' and ')}: ${says}`)).toEqual([]);
});

it('what was accepted still is a contradiction: another would hide behind it', () => {
  expect(idle).toEqual([]);
});

it('an acceptance covers its own kind and its own rows, and is told when it covers nothing', () => {
  const [one] = own;
  const rows = one!.rows.map(nameOf);
  const wrong: Accepted[] = [
    { kind: 'name', rows, why: 'another kind' },
    { kind: one!.kind, rows: [rows[0]!, 'planted/other'], why: 'another row' },
    { kind: one!.kind, rows: ['*', '*'], why: 'everything' },
  ];
  const held = weighed([one!], wrong);
  expect([held.open.length, held.idle.length]).toEqual([1, 3]);
});

const pair = (id: string, a: unknown, b: unknown, severity: string, more: object = {}) => ({
  id,
  title: id,
  a,
  b,
  severity,
  tier: { contraindicated: 'stop', major: 'interrupt', moderate: 'aside', minor: 'aside' }[severity],
  mechanism: 'CYP3A4 clears it.',
  effect: 'More.',
  management: 'Watch.',
  evidence: 'probable',
  ...more,
});
const precaution = (id: string, drug: unknown, when: object, severity: string, more: object = {}) => ({
  id,
  category: 'age',
  title: id,
  drug,
  when,
  severity,
  tier: severity === 'contraindicated' ? 'stop' : 'aside',
  says: 'Falls.',
  management: 'Another.',
  ...more,
});
const limit = (id: string, drug: string, population: object, more: object) => ({ id, drug, routes: ['oral'], population, ...more });
const mg = (value: number) => ({ value, unit: 'mg' });
const clearance = (from: number | undefined, below: number, more: object) => ({
  ...(from === undefined ? {} : { from }),
  below,
  action: 'limit',
  says: 'Less.',
  ...more,
});

/** What is planted; the rows that must be named. */
const plants: [ContradictionKind, string, { kind: string; rows: object[] }, string[]][] = [
  [
    'pair',
    'one pair, two severities',
    { kind: 'interactions', rows: [pair('p', 'metformin', 'nystatin', 'major'), pair('q', 'nystatin', 'metformin', 'moderate')] },
    ['planted/p', 'planted/q'],
  ],
  [
    'pair',
    'by class and by ingredient, neither the more special',
    {
      kind: 'interactions',
      rows: [
        pair('p', ['metformin', 'acarbose'], ['nystatin', 'senna'], 'contraindicated'),
        pair('q', ['metformin', 'lactulose'], ['nystatin', 'bisacodyl'], 'minor'),
      ],
    },
    ['planted/p', 'planted/q'],
  ],
  [
    'pair',
    'forbidden by one, harmless by the other',
    {
      kind: 'interactions',
      rows: [
        pair('p', ['metformin', 'acarbose'], ['nystatin', 'senna'], 'major', { management: 'Do not combine.', mechanism: 'x' }),
        pair('q', ['metformin', 'lactulose'], ['nystatin', 'bisacodyl'], 'minor', {
          management: 'No special precautions.',
          mechanism: 'y',
        }),
      ],
    },
    ['planted/p', 'planted/q'],
  ],
  [
    'hidden',
    'a milder row for one NSAID',
    { kind: 'interactions', rows: [pair('p', 'warfarin', 'meloxicam', 'minor')] },
    ['interactions-bleeding/warfarin-nsaid', 'planted/p'],
  ],
  [
    'direction',
    'raised by one row and lowered by the other',
    {
      kind: 'interactions',
      rows: [
        pair('p', 'class:cyp3a4-inhibitor-strong', 'nystatin', 'major'),
        pair('q', { any: ['class:cyp3a4-inducer-strong', 'ketoconazole'] }, 'nystatin', 'major'),
      ],
    },
    ['planted/p', 'planted/q'],
  ],
  [
    'dose',
    'one dose above its day',
    { kind: 'dose-limits', rows: [limit('p', 'nystatin', { from: 18 }, { single: mg(20), daily: mg(10) })] },
    ['planted/p'],
  ],
  [
    'dose',
    'two limits for one age',
    {
      kind: 'dose-limits',
      rows: [limit('p', 'nystatin', { from: 18 }, { daily: mg(10) }), limit('q', 'nystatin', { from: 60 }, { daily: mg(5) })],
    },
    ['planted/p', 'planted/q'],
  ],
  [
    'dose',
    'nobody of that age',
    { kind: 'dose-limits', rows: [limit('p', 'nystatin', { from: 12, below: 6 }, { daily: mg(10) })] },
    ['planted/p'],
  ],
  [
    'child',
    'a child above the adult',
    {
      kind: 'dose-limits',
      rows: [
        limit('p', 'senna', { from: 18 }, { daily: mg(10) }),
        limit('q', 'senna', { below: 12 }, { daily: { value: 2, unit: 'mg', per: 'kg', cap: mg(15) } }),
      ],
    },
    ['planted/p', 'planted/q'],
  ],
  [
    'renal',
    'more for iller kidneys',
    {
      kind: 'renal-doses',
      rows: [
        {
          id: 'p',
          drug: 'nystatin',
          measure: 'clearance',
          bands: [clearance(30, 60, { daily: mg(5) }), clearance(undefined, 30, { daily: mg(9) })],
        },
      ],
    },
    ['planted/p'],
  ],
  [
    'renal',
    'above what healthy kidneys get',
    { kind: 'renal-doses', rows: [{ id: 'p', drug: 'lisinopril', measure: 'egfr', bands: [clearance(undefined, 30, { daily: mg(90) })] }] },
    ['dose-limits-adult-heart/adult:lisinopril:po', 'planted/p'],
  ],
  [
    'patient',
    'one pregnancy, two severities',
    {
      kind: 'precautions',
      rows: [
        precaution('p', 'nystatin', { pregnant: true }, 'contraindicated', { category: 'pregnancy' }),
        precaution('q', 'nystatin', { pregnant: { trimester: [3, 2, 1] } }, 'minor', { category: 'pregnancy' }),
      ],
    },
    ['planted/p', 'planted/q'],
  ],
  [
    'hidden',
    'milder in the third trimester than in all of them',
    {
      kind: 'precautions',
      rows: [
        precaution('p', 'nystatin', { pregnant: true }, 'contraindicated', { category: 'pregnancy' }),
        precaution('q', 'nystatin', { pregnant: { trimester: [3] } }, 'minor', { category: 'pregnancy' }),
      ],
    },
    ['planted/p', 'planted/q'],
  ],
  [
    'allergy',
    'one allergy, two tiers',
    {
      kind: 'allergies',
      rows: (['stop', 'aside'] as const).map((tier) => ({
        id: tier,
        title: tier,
        allergen: { drugs: ['nystatin'] },
        avoid: 'senna',
        relation: 'structure',
        tier,
        says: 'Alike.',
      })),
    },
    ['planted/aside', 'planted/stop'],
  ],
  [
    'alternative',
    'a cephalosporin with the same side chain for an allergy to amoxicillin',
    {
      kind: 'allergies',
      rows: [
        {
          id: 'p',
          title: 'p',
          allergen: { drugs: ['class:penicillin-aminopenicillin'] },
          avoid: 'nystatin',
          relation: 'structure',
          tier: 'aside',
          says: 'Alike; use cephalexin.',
        },
      ],
    },
    ['allergies/aminopenicillin-cephalosporin', 'planted/p'],
  ],
  [
    'alternative',
    'isotretinoin for a pregnant woman',
    {
      kind: 'precautions',
      rows: [precaution('p', 'nystatin', { pregnant: true }, 'moderate', { category: 'pregnancy', management: 'Use isotretinoin.' })],
    },
    ['planted/p', 'precautions-pregnancy/pregnancy:isotretinoin-acitretin-and-others:preg'],
  ],
  [
    'alternative',
    'another strong inhibitor in the place of the first',
    {
      kind: 'interactions',
      rows: [
        pair('p', 'ketoconazole', ['simvastatin', 'lovastatin'], 'contraindicated', { management: 'Use triazolam.' }),
        pair('q', 'triazolam', ['simvastatin', 'lovastatin'], 'contraindicated'),
      ],
    },
    ['interactions-infection/strong-inhibitor-contraindicated', 'planted/p'],
  ],
  [
    'corollary',
    'phenelzine asked for beside citalopram',
    { kind: 'corollary-orders', rows: [{ id: 'p', drug: 'citalopram', needs: { drug: 'phenelzine' }, tier: 'aside', says: 'Beside it.' }] },
    ['planted/p'],
  ],
  [
    'duplicate',
    'fine by one row, one too many by the other',
    {
      kind: 'duplicates',
      rows: [
        { id: 'p', title: 'p', of: ['nystatin', 'senna'], allowed: 1, tier: 'aside', says: 'Two.' },
        {
          id: 'q',
          title: 'q',
          of: ['nystatin', 'senna', 'lactulose'],
          allowed: 1,
          fine: [['nystatin', 'senna']],
          tier: 'aside',
          says: 'Two.',
        },
      ],
    },
    ['planted/p', 'planted/q'],
  ],
  [
    'condition',
    'older than 70 and younger than 60',
    { kind: 'precautions', rows: [precaution('p', 'nystatin', { all: [{ age: { from: 70 } }, { age: { below: 60 } }] }, 'minor')] },
    ['planted/p'],
  ],
  [
    'condition',
    'a pregnant man',
    { kind: 'precautions', rows: [precaution('p', 'nystatin', { all: [{ sex: 'male' }, { pregnant: true }] }, 'minor')] },
    ['planted/p'],
  ],
  [
    'condition',
    'silent when one of the two is taken, which it always is',
    {
      kind: 'interactions',
      rows: [
        pair('p', 'metformin', 'nystatin', 'minor', { levels: [{ when: { taking: ['nystatin', 'senna'] }, tier: 'silent', says: 'x' }] }),
      ],
    },
    ['planted/p'],
  ],
  [
    'condition',
    'a level that the one before it takes away',
    {
      kind: 'precautions',
      rows: [
        precaution('p', 'nystatin', { age: { from: 65 } }, 'minor', {
          levels: [
            { when: { laboratory: 'potassium', above: 5 }, tier: 'interrupt', says: 'x' },
            { when: { laboratory: 'potassium', above: 6 }, tier: 'stop', says: 'y' },
          ],
        }),
      ],
    },
    ['planted/p'],
  ],
  [
    'name',
    'one brand of two drugs',
    {
      kind: 'ingredients',
      rows: [
        { id: 'planted-one', title: 'Planted one', names: [], brands: ['Twicesold'], routes: ['oral'] },
        { id: 'planted-two', title: 'Planted two', names: ['twicesold'], brands: [], routes: ['oral'] },
      ],
    },
    ['planted/planted-one', 'planted/planted-two'],
  ],
  [
    'measure',
    'one opioid, two factors',
    { kind: 'opioids', rows: [1, 2].map((factor) => ({ id: `f${factor}`, drug: 'nystatin', routes: ['oral'], factor, unit: 'mg' })) },
    ['planted/f1', 'planted/f2'],
  ],
  [
    'route',
    'a limit by a way in that the drug has not',
    { kind: 'dose-limits', rows: [{ ...limit('p', 'lisinopril', { from: 18 }, { daily: mg(80) }), routes: ['intravenous'] }] },
    ['planted/p'],
  ],
];

it('every kind of contradiction is planted', () => {
  expect([...new Set(plants.map(([kind]) => kind))].sort()).toEqual(Object.keys(contradictionKinds).sort());
});

const known = new Set(own.map((each) => JSON.stringify(each)));
it.each(plants)('finds a planted one (%s): %s', (kind, _, planted, rows) => {
  const fresh = found(planted).filter((each) => !known.has(JSON.stringify(each)));
  const named = fresh.filter((each) => each.kind === kind).map((each) => each.rows.map(nameOf));
  expect(
    named.some((each) => rows.every((row) => each.includes(row))),
    JSON.stringify(fresh),
  ).toBe(true);
});
