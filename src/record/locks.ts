// Names of the locks under which conditional writes are decided.
import type { Query } from '../fhir/search/contract.ts';
import { hashText } from './keys.ts';

/** Same type and same conditions in any order give the same lock. */
export const conditionLock = (query: Query): bigint =>
  hashText(
    `${query.type}?${query.understood
      .map(([name, value]) => `${name}=${value}`)
      .sort()
      .join('&')}`,
    [0x6c6f636b, 1],
  );
