// The right drug: what was scanned holds what the order names, all of it and nothing else.
import { isSameDrug } from '../find-order.ts';
import { type Check, drugIds, reason } from '../subject.ts';

export const drug: Check = (subject) => {
  const { units, order, unsure, session, facts } = subject;
  if (units.length === 0)
    return session.order !== undefined && order === undefined
      ? [reason('block', 'order-not-found', 'The chosen order is not among those of this patient')]
      : [];
  const nameless = units.filter(({ product }) => product.ingredients.length === 0);
  if (order && isSameDrug(order, units))
    return unsure ? [reason('warn', 'order-not-clear', `${unsure.length} orders of this drug fit: choose one`)] : [];
  if (session.order !== undefined && order === undefined)
    return [reason('block', 'order-not-found', 'The chosen order is not among those of this patient')];
  if (session.beforeOrder !== undefined && nameless.length === 0 && facts.holder !== undefined) return [];
  const title = units.map(({ product }) => product.title).join(' and ');
  if (facts.holder === undefined) return [reason('warn', 'patient-not-known', 'Whose dose this is is not known: scan the wristband')];
  if (nameless.length > 0)
    return [
      reason(
        'block',
        'ingredients-not-known',
        `${nameless[0]!.product.title}: what it holds is not known, so it cannot be compared with an order`,
      ),
    ];
  const scanned = new Set(drugIds(subject));
  const near = order ?? facts.orders.find((each) => each.status === 'active' && each.ingredients.some((one) => scanned.has(one.id)));
  if (near === undefined) return [reason('block', 'not-ordered', `${title} is not ordered for this patient`)];
  const overlap = near.ingredients.some((one) => scanned.has(one.id));
  if (near.ingredients.length === 0)
    return [reason('block', 'order-not-understood', `The order “${near.title}” is not understood, so the drug cannot be compared with it`)];
  if (!overlap) return [reason('block', 'wrong-drug', `${title} is not what is ordered: ${near.title}`)];
  const more = units.flatMap(({ product }) => product.ingredients).filter((one) => near.ingredients.every((each) => each.id !== one.id));
  const less = near.ingredients.filter((one) => !scanned.has(one.id));
  return [
    more.length > 0
      ? reason(
          'block',
          'wrong-combination',
          `${title} also holds ${more.map((one) => one.title).join(', ')}, which the order does not name: ${near.title}`,
        )
      : reason(
          'block',
          'combination-incomplete',
          `${title} does not hold ${less.map((one) => one.title).join(', ')} of the order: ${near.title}`,
        ),
  ];
};
