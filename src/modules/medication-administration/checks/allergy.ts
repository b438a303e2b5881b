// Allergies once more, since one may have been recorded after the order was signed.
import { type Check, reason } from '../subject.ts';

export const allergy: Check = ({ units, facts }) =>
  facts.allergies
    .filter((each) => units.some(({ product }) => product.ref === each.product))
    .map(({ says, severity }) => reason(severity, 'allergy', says));
