// Each order of the order sets that come with the program: read whole, and nothing to say of it for a healthy adult.
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readFhirKnowledge } from '../../src/app/fhir-knowledge.ts';
import { shownOrderSets } from '../../src/gateways/medication/order-sets.ts';
import { advise } from '../../src/modules/medication-safety/advise.ts';
import { readOrderText } from '../../src/modules/medication-safety/reading/order-text.ts';
import { readSituation } from '../../src/modules/medication-safety/situation.ts';
import { asOfMs, library } from './library.ts';

interface Shown {
  sets: { id: string; title: string; sources: string[]; sections: { title?: string; orders: { text: string; ticked: boolean }[] }[] }[];
}

const read = await readFhirKnowledge([join(import.meta.dirname, '..', '..', 'knowledge')]);
if (!read.ok) throw new Error(read.problem.message);
const { sets } = shownOrderSets(read.value.orderSets) as Shown;
const adult = readSituation(
  {
    order: '',
    taking: [],
    allergies: [],
    problems: [],
    labs: ['creatinine=0.9 mg/dL', 'potassium=4.2 mmol/L'],
    age: '45 y',
    sex: 'female',
    weight: '70 kg',
    height: '170 cm',
  } as never,
  library,
  asOfMs,
).facts;

describe.each(sets.map((set) => [set.id, set] as const))('%s', (_id, set) => {
  it('names its guideline', () => expect(set.sources.length).toBeGreaterThan(0));

  it.each(set.sections.flatMap(({ orders }) => orders.map(({ text }) => [text])))('%s is understood and in nobody’s way', (text) => {
    const order = readOrderText(text, { id: 'order-1', state: 'draft', origin: 'order' }, library.reading);
    expect(order.unread).toEqual([]);
    expect(order.ingredients.length).toBeGreaterThan(0);
    expect(order.routeAssumed).toBeUndefined();
    const { cards } = advise([order], adult, library.base);
    expect(cards.filter(({ tier }) => tier !== 'aside').map(({ rule, summary }) => `${rule.id}: ${summary}`)).toEqual([]);
  });

  it('ticks orders that go together', () => {
    const ticked = set.sections
      .flatMap(({ orders }) => orders)
      .filter((one) => one.ticked)
      .map(({ text }, i) => readOrderText(text, { id: `order-${i + 1}`, state: 'draft', origin: 'order' }, library.reading));
    expect(ticked.length).toBeGreaterThan(0);
    const { cards } = advise(ticked, adult, library.base);
    expect(cards.filter(({ tier }) => tier !== 'aside').map(({ rule, summary }) => `${rule.id}: ${summary}`)).toEqual([]);
  });
});
