// An order as the due list shows it to a nurse: what it asks for, whether a pharmacist has verified it, whether a second person is
// needed, and how far from its time a dose is still on time.

import { windowMinutes } from '../../modules/medication-administration/checks/time.ts';
import type { BedsideOrder, HighAlert, Windows } from '../../modules/medication-administration/contract.ts';
import { amountText } from '../../modules/medication-administration/subject.ts';
import type { ShownOrder } from './scan-answers.ts';

/** `isFluid`: of an infusion its volume is what is given, which its own words say; the salt in it is no dose. */
export function shownOrder(
  order: BedsideOrder,
  { highAlert, windows }: { highAlert: readonly HighAlert[]; windows: Windows },
  isFluid: (ingredient: string) => boolean,
): ShownOrder {
  const { ref, title, status, rhythm, verified, route, site, indication, dosesPerDayMax, timeCritical } = order;
  const alert = alertOf(order, highAlert);
  const doses = order.ingredients.flatMap(({ id, dose }) => (dose === undefined || isFluid(id) ? [] : [amountText(dose)]));
  return {
    order: ref,
    title,
    status,
    kind: rhythm.kind,
    dose: doses.length === 0 ? undefined : doses.join(' / '),
    route,
    site,
    verified,
    highAlert: alert?.says,
    indication,
    everyHours: rhythm.kind === 'as-needed' ? rhythm.everyHours : undefined,
    dosesPerDayMax,
    timeCritical,
    withinMinutes: rhythm.assumed ? undefined : windowMinutes(order, windows),
  };
}

/** Why a second person must check it. */
export const alertOf = (order: BedsideOrder, highAlert: readonly HighAlert[]): HighAlert | undefined =>
  highAlert.find(
    ({ drugs, routes }) =>
      order.ingredients.some(({ id }) => drugs.includes(id)) &&
      (routes === undefined || order.route === undefined || routes.includes(order.route)),
  );
