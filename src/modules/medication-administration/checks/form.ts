// The right form: an extended-release product for an extended-release order, and a product that can go the way that is ordered.
import { routesFit } from '../routes.ts';
import { type Check, reason } from '../subject.ts';

export const form: Check = ({ order, units }) =>
  order === undefined
    ? []
    : units.flatMap(({ product }) => {
        const reasons = [];
        if ((product.extendedRelease ?? false) !== (order.extendedRelease ?? false))
          reasons.push(
            reason(
              'block',
              'wrong-form',
              product.extendedRelease
                ? `${product.title} releases its drug slowly, which the order does not say: ${order.title}`
                : `The order is for a form that releases its drug slowly: ${order.title}`,
            ),
          );
        if (order.route === 'enteral-tube' && product.extendedRelease)
          reasons.push(reason('block', 'not-to-be-crushed', `${product.title} must not be crushed for a tube`));
        if (!routesFit(product.route, order.route))
          reasons.push(reason('block', 'wrong-form', `${product.title} is ${product.route}; the order is ${order.route}`));
        return reasons;
      });
