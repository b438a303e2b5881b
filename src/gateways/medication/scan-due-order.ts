// An order as the due list shows it to a nurse: what it asks for, whether a pharmacist has verified it, whether a second person is
// needed, and how far from its time a dose is still on time.
import type { BedsideOrder, HighAlert } from '../../modules/medication-administration/contract.ts';
import { usualWindows } from '../../modules/medication-administration/contract.ts';
import { intervalMs } from '../../modules/medication-administration/due.ts';
import { amountText } from '../../modules/medication-administration/subject.ts';

const dayMs = 86_400_000;

export function shownOrder(order: BedsideOrder, highAlert: readonly HighAlert[]): object {
  const { ref, title, status, rhythm, verified, route, site, indication, dosesPerDayMax, timeCritical } = order;
  const alert = highAlert.find(
    ({ drugs, routes }) =>
      order.ingredients.some(({ id }) => drugs.includes(id)) && (routes === undefined || route === undefined || routes.includes(route)),
  );
  const doses = order.ingredients.flatMap(({ dose }) => (dose === undefined ? [] : [amountText(dose)]));
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
    withinMinutes: rhythm.assumed
      ? undefined
      : timeCritical
        ? usualWindows.timeCriticalMinutes
        : intervalMs(order) < dayMs
          ? usualWindows.oftenMinutes
          : usualWindows.dailyMinutes,
  };
}
