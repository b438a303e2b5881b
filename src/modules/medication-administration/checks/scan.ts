// Could every scan be read and placed?
import type { Understood } from '../contract.ts';
import { type Check, reason } from '../subject.ts';

const says: Partial<Record<Understood['is'], (read: Understood) => ReturnType<typeof reason>>> = {
  unreadable: ({ says: why }) => reason('block', 'code-unreadable', `A code cannot be read: ${why}`),
  ambiguous: ({ says: why }) => reason('block', 'code-ambiguous', `A code is not clear: ${why}`),
  'not-known': ({ code }) =>
    reason(
      'block',
      'product-not-known',
      `Unable to scan: the code is ${code.gtins.length > 0 ? 'a product that is not in the directory' : 'neither the wristband of this patient, nor a product of the directory, nor a pump that reports here'}${code.doubts[0] ? ` (${code.doubts[0]})` : ''}`,
    ),
  repeat: () => reason('warn', 'same-unit-again', 'The same unit was scanned twice: it counts once'),
};

export const scan: Check = ({ read }) =>
  read.flatMap((each) => {
    const doubts =
      each.is === 'drug'
        ? each.code.doubts.map((doubt) => reason('warn', 'code-doubtful', `Lot and expiry are not certain: ${doubt}`))
        : [];
    return [...(says[each.is] ? [says[each.is]!(each)] : []), ...doubts];
  });
