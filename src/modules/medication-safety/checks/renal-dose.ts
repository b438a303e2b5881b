// Does the dose fit these kidneys? Bands by creatinine clearance (or eGFR, where the label speaks of it), dialysis apart.
import type { Dose, OrderedIngredient } from '../contract.ts';
import { type Known, renalFunction, surface, weight } from '../facts/body.ts';
import type { Rule } from '../knowledge/base.ts';
import { localRoutes } from '../knowledge/base.ts';
import type { Amount } from '../knowledge/contract.ts';
import { couldNot, type Finding, present } from '../present.ts';
import type { Subject } from '../subject.ts';
import { show } from './dose-limit.ts';

type Band = Rule<'renal-doses'>['bands'][number];
type Limits = Pick<Band, 'action' | 'single' | 'daily' | 'minimumHours' | 'says' | 'tier'>;

export function renalDose(subject: Subject): Finding[] {
  const { order, base, facts } = subject;
  const findings: Finding[] = [];
  for (const one of order.ingredients) {
    const rows = base.about('renal-doses', one.ingredient).filter((row) => {
      if (row.routes) return order.route === undefined || row.routes.includes(order.route);
      return order.route === undefined || !localRoutes.has(order.route);
    });
    for (const row of rows) {
      const renal = renalFunction(facts);
      const measured = row.measure === 'egfr' ? renal.egfr : renal.clearance;
      const title = base.title(one.ingredient);
      if (facts.dialysis === true) {
        const held = facts.problems.get('dialysis');
        findings.push(
          judge(
            row,
            row.dialysis ?? row.bands.at(-1)!,
            one,
            subject,
            { says: 'on dialysis', ...(held?.ref === undefined ? {} : { ref: held.ref }) },
            false,
          ),
        );
        continue;
      }
      if (!measured.known) {
        findings.push(couldNot('renal', subject, `${title}: its dose depends on renal function, and ${measured.why}`));
        continue;
      }
      const band = row.bands.find((each) => measured.value < each.below && measured.value >= (each.from ?? 0));
      if (band)
        findings.push(
          judge(
            row,
            band,
            one,
            subject,
            { says: measured.says, ...(measured.ref === undefined ? {} : { ref: measured.ref }) },
            renal.rising,
          ),
        );
      else if (renal.rising && measured.value < (row.bands[0]?.below ?? 0) * 1.5)
        findings.push(
          judge(
            row,
            {
              action: 'monitor',
              says: 'Creatinine is rising: the true clearance is lower than computed, and may be in the range where the dose is reduced.',
            },
            one,
            subject,
            { says: measured.says },
            true,
          ),
        );
    }
  }
  return findings;
}

const bodyTimes = (value: number, size: Known): number | undefined => (size.known ? value * size.value : undefined);

function judge(
  row: Rule<'renal-doses'>,
  band: Limits,
  one: OrderedIngredient,
  subject: Subject,
  fact: { says: string; ref?: string },
  rising: boolean,
): Finding {
  const { base, order, facts } = subject;
  const title = base.title(one.ingredient);
  const over: string[] = [];
  const open: string[] = [];
  const size = (per: 'kg' | 'm2') => (per === 'kg' ? weight(facts) : surface(facts));
  const compare = (limit: Amount | undefined, given: Dose | undefined, per: OrderedIngredient['singlePer'], word: string) => {
    if (limit === undefined) return;
    const factor = { mg: 1, mcg: 0.001, g: 1000, 'million-unit': 1e6 }[limit.unit as 'mg'] ?? 1;
    const most = limit.per === undefined ? limit.value * factor : bodyTimes(limit.value * factor, size(limit.per));
    if (given !== undefined && most !== undefined) {
      if (given.value > most * (limit.per ? 1.1 : 1.001)) over.push(`${show(given.value, given.unit)}${word}`);
    } else if (per !== undefined && limit.per === per.per) {
      if (per.value > limit.value * factor * 1.1) over.push(`${show(per.value, per.unit)}/${per.per}${word}`);
    } else open.push(given === undefined ? `the dose${word}` : 'the weight');
  };
  compare(band.single, one.single, one.singlePer, '');
  compare(band.daily, one.daily ?? one.single, one.dailyPer ?? one.singlePer, ' a day');
  const { everyHours, once } = order.timing;
  if (band.minimumHours !== undefined && !once) {
    if (everyHours === undefined) {
      if (order.timing.perDay === undefined) open.push('how often it is given');
      else if (24 / order.timing.perDay < band.minimumHours * 0.99) over.push(`${order.timing.perDay} times a day`);
    } else if (everyHours < band.minimumHours * 0.99) over.push(`every ${everyHours} h`);
  }
  const stated = band.single !== undefined || band.daily !== undefined || band.minimumHours !== undefined;
  const summary = `${title}: ${over.length > 0 ? `${over.join(', ')} is too much for these kidneys. ` : ''}${band.says}`;
  const fired = {
    rule: row,
    category: 'renal' as const,
    summary,
    detail: `${band.says}${rising ? ' Creatinine is rising: the true clearance is lower.' : ''}`,
    management: band.says,
    facts: [fact],
    weighed: { truth: true, facts: [], notKnown: open },
  };
  if (band.action === 'avoid') return present({ ...fired, tier: band.tier ?? 'interrupt', severity: 'contraindicated' }, subject);
  if (band.action === 'monitor') return present({ ...fired, tier: band.tier ?? 'aside', severity: 'moderate' }, subject);
  if (over.length > 0) return present({ ...fired, tier: band.tier ?? 'interrupt', severity: 'major' }, subject);
  if (open.length > 0) return couldNot('renal', subject, `${title}: ${open.join(', ')} is not known. ${band.says} (${fact.says})`);
  // A limit in words only: shown aside. One in numbers that is kept: fine.
  return stated
    ? ({ ...present({ ...fired, tier: 'aside', severity: 'minor' }, subject), silent: 'context' } as Finding)
    : present({ ...fired, tier: band.tier ?? 'aside', severity: 'moderate' }, subject);
}
