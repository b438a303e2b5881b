// The right patient: the wristband that was scanned is that of the open chart, and it is the one that the patient wears. A
// print that is not the current one is a copy, taped to a cart or left in a room (Koppel 2008).
import { type Check, reason } from '../subject.ts';

export const wristband: Check = ({ read, facts, units }) => {
  const reasons = read.some((each) => each.is === 'other-person')
    ? [reason('block', 'wristband-other-patient', 'The wristband is not that of this patient')]
    : [];
  const bands = read.filter((each) => each.is === 'wristband');
  const current = facts.holder?.print;
  for (const { code } of bands) {
    if (current === undefined) continue;
    if (code.instance !== undefined && code.instance !== current)
      reasons.push(
        reason(
          'block',
          'wristband-not-current',
          'This print of the wristband is not the one that the patient wears: scan the wrist, or print a new one',
        ),
      );
    else if (code.gsrn !== undefined && code.instance === undefined)
      reasons.push(
        reason('warn', 'wristband-without-print', 'The wristband does not say which print it is: look whether the patient wears it'),
      );
  }
  if (bands.length === 0 && reasons.length === 0 && units.length > 0)
    reasons.push(reason('warn', 'wristband-missing', "The patient's wristband was not scanned"));
  return reasons;
};
