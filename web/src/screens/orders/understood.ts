// How an order was understood, in words for whoever typed it: what is missing here was not said or could not be read.
import type { ReadOrder } from '../../../../src/gateways/medication/check-answers.ts';
import type { Dose, Timing } from '../../../../src/modules/medication-safety/contract.ts';

const routeWords: Readonly<Record<string, string>> = {
  oral: 'by mouth',
  iv: 'into a vein',
  intravenous: 'into a vein',
  im: 'into a muscle',
  intramuscular: 'into a muscle',
  sc: 'under the skin',
  subcutaneous: 'under the skin',
  sublingual: 'under the tongue',
};

/** Seven digits at most: what was worked out by weight has no end. */
const numberOf = (value: number): string => String(Number(value.toPrecision(7)));
const plurals = new Set(['unit', 'puff', 'tablet', 'patch', 'drop', 'application']);

export function doseOf({ value, unit }: Pick<Dose, 'value' | 'unit'>): string {
  const named = plurals.has(unit) && value !== 1 ? (unit === 'patch' ? 'patches' : `${unit}s`) : unit;
  return `${numberOf(value)} ${named}`;
}

const perWords = { kg: 'kg', m2: 'm²' } as const;

export function timingOf({ perDay, everyHours, once, asNeeded, continuous, durationDays }: Timing): string {
  const often = once
    ? 'once'
    : continuous
      ? 'continuously'
      : everyHours !== undefined
        ? `every ${numberOf(everyHours)} hours`
        : perDay === undefined
          ? ''
          : perDay >= 1
            ? `${numberOf(perDay)} times a day`.replace(/^1 times/, 'once')
            : `every ${numberOf(1 / perDay)} days`;
  const parts = [
    often,
    asNeeded ? 'as needed' : '',
    durationDays === undefined ? '' : `for ${durationDays === 1 ? '1 day' : `${numberOf(durationDays)} days`}`,
  ];
  return parts.filter((part) => part !== '').join(', ');
}

export interface Understood {
  /** One part each, in the order of speaking. Empty: no drug was found, so nothing of it can be checked. */
  parts: string[];
  /** To be looked at: assumed, corrected. */
  assumed: string[];
  unread: readonly string[];
}

export function understoodOf(order: ReadOrder): Understood {
  const assumed: string[] = [];
  const drugs = order.ingredients.map(({ title, named, corrected, single, singlePer, daily }) => {
    if (corrected === true) assumed.push(`“${named}” read as ${title}`);
    const other = corrected !== true && named.toLowerCase() !== title.toLowerCase() ? ` (${named})` : '';
    const by = singlePer === undefined ? '' : ` at ${doseOf(singlePer)}/${perWords[singlePer.per]}`;
    const dose = single === undefined ? by.replace(/^ at/, '') : ` ${doseOf(single)}${by}`;
    return `${title}${other}${dose}${daily === undefined ? '' : `, ${doseOf(daily)} a day`}`;
  });
  const route = order.route === undefined ? '' : (routeWords[order.route] ?? order.route);
  if (order.routeAssumed === true && route !== '') assumed.push(`route assumed: ${route}`);
  const parts = [drugs.join(' + '), timingOf(order.timing), order.routeAssumed === true ? '' : route].filter((part) => part !== '');
  return { parts: drugs.length === 0 ? [] : parts, assumed, unread: order.unread };
}

/** Without what cannot be seen but changes how the rest is read: line breaks, control characters, and those that turn the direction of
 * writing (UAX #9), by which 40 would look like 04. */
export const plainly = (text: string): string => text.replace(/[\p{Cc}\u202A-\u202E\u2066-\u2069]+/gu, ' ');
