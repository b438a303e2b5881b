// Allergies once more, since one may have been recorded after the order was signed.
import { type Check, reason } from '../subject.ts';

/** Under which a drug named in words is asked for. */
export const spokenRef = 'spoken';

export const allergy: Check = ({ units, order, facts }) =>
  facts.allergies
    .filter((each) =>
      units.length > 0 ? units.some(({ product }) => product.ref === each.product) : each.product === (order?.ref ?? spokenRef),
    )
    .map(({ says, severity }) => reason(severity, 'allergy', says));
