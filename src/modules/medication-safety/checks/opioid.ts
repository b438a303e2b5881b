// Morphine milligram equivalents of a day, of all opioids together. Dowell D et al. CDC Clinical Practice Guideline for
// Prescribing Opioids for Pain, United States, 2022. MMWR Recomm Rep 2022;71(3):1-95: care from 50, avoid or justify from 90.
import type { Order } from '../contract.ts';
import { round } from '../facts/body.ts';
import { couldNot, type Finding, ownRule, present } from '../present.ts';
import { type Subject, standing } from '../subject.ts';

const rule = ownRule(
  'opioid-mme',
  'CDC Clinical Practice Guideline for Prescribing Opioids for Pain, 2022; conversion factors in the knowledge (kind opioids).',
);
export const mmeCareful = 50;
export const mmeHigh = 90;

export interface Equivalents {
  /** mg of oral morphine a day. */
  total: number;
  parts: { order: Order; says: string; mme: number }[];
  /** Opioids whose part could not be worked out. */
  open: { order: Order; why: string }[];
}

/** The equivalents of these orders; a dose that is not known is in `open`, never counted as nothing. */
export function morphineEquivalents(orders: readonly Order[], base: Subject['base']): Equivalents {
  const found: Equivalents = { total: 0, parts: [], open: [] };
  for (const order of orders) {
    for (const one of order.ingredients) {
      const rows = base.about('opioids', one.ingredient);
      if (rows.length === 0) continue;
      const row = rows.find((each) => order.route === undefined || each.routes.includes(order.route));
      const title = base.title(one.ingredient);
      if (row === undefined) continue; // by a route for which the guideline has no factor
      if (row.unit === 'mcg/h') {
        if (one.hourly === undefined) found.open.push({ order, why: `${title}: its strength an hour is not known` });
        else {
          const share = wornShare(order);
          add(
            one.hourly.value * 1000 * row.factor * share,
            `${title} ${round(one.hourly.value * 1000, 2)} mcg/h × ${row.factor}${share < 1 ? ` × ${round(share, 2)} of the days` : ''}`,
          );
        }
      } else if (one.daily === undefined || one.daily.unit !== 'mg')
        found.open.push({ order, why: `${title}: its dose in 24 hours is not known` });
      else add(one.daily.value * row.factor, `${title} ${round(one.daily.value, 2)} mg a day × ${row.factor}`);
      function add(mme: number, says: string): void {
        found.parts.push({ order, says: `${says} = ${round(mme, 1)} MME`, mme });
        found.total += mme;
      }
    }
  }
  return found;
}

/**
 * The guideline's total is an average: a patch that is worn for three days and changed after ten counts on three days of ten.
 * How long it is worn stands in the name of the product ("72 HR"); where it does not, it is worn until the next.
 */
function wornShare({ text, timing }: Order): number {
  const worn = Number(/\b(\d{2,3}) ?(?:hr|hours?)\b/i.exec(text)?.[1] ?? Number.NaN);
  const { everyHours } = timing;
  return everyHours === undefined || Number.isNaN(worn) || everyHours <= worn ? 1 : worn / everyHours;
}

export function opioid(subject: Subject): Finding[] {
  const { order, base } = subject;
  if (!order.ingredients.some((one) => base.about('opioids', one.ingredient).length > 0)) return [];
  const all = morphineEquivalents(standing(subject), base);
  const findings: Finding[] = all.open.map(({ order: which, why }) =>
    couldNot(
      'opioid',
      subject,
      `${why}${which === order ? '' : ` (${which.text.slice(0, 60)})`}: the day's morphine equivalents may be more than ${round(all.total, 1)} MME`,
    ),
  );
  const own = all.parts.some((part) => part.order === order);
  if (!own || all.total < mmeCareful) return findings;
  const high = all.total >= mmeHigh;
  const excused = subject.facts.setting === 'palliative' || subject.facts.problems.has('palliative-care');
  const hasNaloxone = standing(subject).some((each) => each.ingredients.some((one) => one.ingredient === 'naloxone'));
  const fired = present(
    {
      rule,
      category: 'opioid',
      tier: high && !excused ? 'interrupt' : 'aside',
      severity: high ? 'major' : 'moderate',
      summary: `${round(all.total, 1)} MME a day of opioids (care from ${mmeCareful}, avoid or justify from ${mmeHigh})`,
      detail: `From ${mmeCareful} MME the risk of overdose rises without much more relief.${excused ? ' The patient is in palliative care.' : ''}`,
      management: `Weigh benefit and risk again, ${hasNaloxone ? '' : 'offer naloxone, '}see the patient soon; taper slowly, never abruptly.`,
      facts: all.parts.map((part) => ({ says: part.says, ...(part.order.state === 'draft' ? {} : { ref: part.order.id }) })),
    },
    subject,
  );
  return [...findings, fired];
}
