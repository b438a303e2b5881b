// npm run bench -- medication-month [orders] [seed]: a simulated month of orders, one in twenty with a planted error of one of twelve
// categories, through the checks as the program makes them (text in, cards out; no server). Sensitivity by category, what interrupts
// harmless orders, precision of interruptions. Findings, not targets: knowledge is not tuned to them.

import { ownKnowledge } from '../../src/app/knowledge-folder.ts';
import { loadMedicationKnowledge } from '../../src/app/medication-knowledge.ts';
import { wilson } from '../../src/methods/proportion-interval.ts';
import { advise } from '../../src/modules/medication-safety/advise.ts';
import type { Answer } from '../../src/modules/medication-safety/contract.ts';
import type { Situation } from '../../src/modules/medication-safety/knowledge/contract.ts';
import { libraryOf } from '../../src/modules/medication-safety/library.ts';
import { readSituation } from '../../src/modules/medication-safety/situation.ts';
import { adult, harmless } from './harmless.ts';
import { type Draw, plants } from './planted.ts';

const [ordersText = '5000', seedText = '1'] = process.argv.slice(2);
const [orders, plantedShare] = [Number(ordersText), 0.05];
const asOfMs = Date.parse('2026-11-22T12:00:00Z');

let state = Number(seedText) >>> 0;
const uniform = (): number => {
  state = (state + 0x6d2b79f5) >>> 0;
  let t = Math.imul(state ^ (state >>> 15), state | 1);
  t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
  return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
};
const draw: Draw = (all) => all[Math.floor(uniform() * all.length)]!;

const base = await loadMedicationKnowledge([ownKnowledge]);
if (!base.ok) throw new Error(base.problem.message);
const library = libraryOf(base.value);
const check = (situation: Situation): Answer => {
  const { drafts, facts } = readSituation(situation, library, asOfMs);
  return advise(drafts, facts, base.value);
};
const interrupting = (answer: Answer) => answer.cards.filter((card) => card.tier !== 'aside');

interface Counted {
  planted: number;
  found: number;
  /** Not found: interrupted for another reason, told as something that could not be checked, or silent. */
  otherwise: number;
  couldNot: number;
  silent: number;
  missed: Map<string, number>;
}
const byCategory = new Map<string, Counted>();
const noise = new Map<string, number>();
/** Cards that interrupt, by their category: on an order planted with an error that they find, and in all. */
const cards = new Map<string, { right: number; all: number }>();
const names = Object.keys(plants);
let [harmlessOrders, harmlessInterrupted, harmlessCards, harmlessCouldNot, plantedInterrupted] = [0, 0, 0, 0, 0];
const bump = (map: Map<string, number>, key: string): void => void map.set(key, (map.get(key) ?? 0) + 1);
const began = performance.now();

for (let i = 0; i < orders; i++) {
  const planted = uniform() < plantedShare;
  const name = planted ? draw(names) : undefined;
  const plant = name === undefined ? undefined : plants[name]!;
  let situation: Situation;
  if (plant === undefined) situation = harmless(draw, uniform);
  else {
    // A planted error stands in an ordinary patient, but for what it says itself.
    const made = plant.make(draw);
    const { illnesses: _, ...patient } = adult(draw, uniform);
    const child = made.age !== undefined && /mo|d$|^[1-9] y/.test(made.age);
    const around: Partial<Situation> = child
      ? {}
      : name === 'corollary orders' || name === 'cost'
        ? { ...patient, taking: [] }
        : { ...patient, taking: (patient.taking ?? []).slice(0, 2) };
    situation = {
      ...around,
      ...made,
      taking: [...(made.taking ?? []), ...(around.taking ?? [])],
      laboratory: { ...around.laboratory, ...made.laboratory },
    };
  }
  const answer = check(situation);
  const loud = interrupting(answer);
  for (const card of loud) {
    const held = cards.get(card.category) ?? { right: 0, all: 0 };
    held.all++;
    if (plant?.found.includes(card.category) === true) held.right++;
    cards.set(card.category, held);
  }
  if (plant === undefined || name === undefined) {
    harmlessOrders++;
    if (loud.length > 0) harmlessInterrupted++;
    harmlessCards += loud.length;
    if (answer.couldNot.length > 0) harmlessCouldNot++;
    for (const card of loud) bump(noise, `${card.rule.file}/${card.rule.id} on “${situation.order.split(' ')[0]}”`);
    continue;
  }
  const counted = byCategory.get(name) ?? { planted: 0, found: 0, otherwise: 0, couldNot: 0, silent: 0, missed: new Map() };
  byCategory.set(name, counted);
  counted.planted++;
  if (loud.length > 0) plantedInterrupted++;
  if ((plant.aside === true ? answer.cards : loud).some((card) => plant.found.includes(card.category))) counted.found++;
  else {
    if (loud.length > 0) counted.otherwise++;
    else if (answer.couldNot.length > 0) counted.couldNot++;
    else counted.silent++;
    const made = [
      situation.order,
      ...(situation.allergies?.length ? [`allergy ${situation.allergies.join()}`] : []),
      ...(name === 'interaction' || name === 'duplication' ? [`with ${situation.taking?.[0]}`] : []),
      ...(name === 'diagnosis' ? [`in ${situation.pregnant === true ? 'pregnancy' : situation.problems?.join()}`] : []),
    ];
    bump(counted.missed, made.join(', '));
  }
}
const tookMs = performance.now() - began;

const percent = (count: number, of: number): string => {
  if (of === 0) return 'none';
  const { share, low, high } = wilson(count, of);
  return `${(share * 100).toFixed(1)} % (${(low * 100).toFixed(1)} to ${(high * 100).toFixed(1)})`;
};
const most = (map: ReadonlyMap<string, number>, n: number): [string, number][] => [...map].sort((a, b) => b[1] - a[1]).slice(0, n);
const total = [...byCategory.values()].reduce((sum, each) => ({ planted: sum.planted + each.planted, found: sum.found + each.found }), {
  planted: 0,
  found: 0,
});

console.log(
  `${orders} orders, seed ${seedText}, ${total.planted} planted, ${(tookMs / 1000).toFixed(1)} s, ${((tookMs * 1000) / orders).toFixed(0)} µs an order\n`,
);
console.log(
  '| planted | orders | found | interrupted for another reason | said could not check | silent |\n| --- | --- | --- | --- | --- | --- |',
);
for (const name of names) {
  const each = byCategory.get(name);
  if (each)
    console.log(
      `| ${name} | ${each.planted} | ${percent(each.found, each.planted)} | ${each.otherwise} | ${each.couldNot} | ${each.silent} |`,
    );
}
console.log(`| all | ${total.planted} | ${percent(total.found, total.planted)} | | | |\n`);
console.log(
  `harmless orders interrupted: ${harmlessInterrupted} of ${harmlessOrders}, ${percent(harmlessInterrupted, harmlessOrders)}; cards that interrupt ${harmlessCards}; something could not be checked in ${percent(harmlessCouldNot, harmlessOrders)}`,
);
console.log(
  `precision: of ${plantedInterrupted + harmlessInterrupted} orders interrupted a planted error stood in ${percent(plantedInterrupted, plantedInterrupted + harmlessInterrupted)}\n`,
);
console.log('| cards that interrupt, by category | cards | on an order planted with what they find |\n| --- | --- | --- |');
for (const [category, { right, all }] of [...cards].sort((a, b) => b[1].all - a[1].all))
  console.log(`| ${category} | ${all} | ${percent(right, all)} |`);
console.log('\nnoise, most first:');
for (const [what, n] of most(noise, 15)) console.log(`  ${n}  ${what}`);
console.log('\nmissed, most first:');
for (const name of names)
  for (const [what, n] of most(byCategory.get(name)?.missed ?? new Map(), 5)) console.log(`  ${n}  ${name}: ${what}`);
