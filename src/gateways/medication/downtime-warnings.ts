// Before doses of a downtime are written: what the bedside would have said of each at its time. Nobody is stopped by it any more, but
// whoever copies the paper sees a slip of the pen, and what somebody has to look at. Nothing is counted: no dose is being given here.
import type { Outcome } from '../../modules/medication-administration/contract.ts';
import type { Caller } from '../../record/contract.ts';
import type { OfflineDose } from './downtime-dose.ts';
import type { Bedside } from './scan-facts.ts';
import { judgeWish } from './scan-judge.ts';

const taken: ReadonlySet<Outcome> = new Set(['given', 'partly-given', 'infusing', 'self-administered']);
/** Who wore the wristband, and whether it was scanned, nobody can know any more; a second person is a matter of its own. */
const notAsked = new Set([
  'second-person-missing',
  'second-person-same',
  'reason-missing',
  'order-not-verified',
  'value-missing',
  'not-scanned',
]);

export async function warningsOf(dose: OfflineDose, caller: Caller, bedside: Bedside): Promise<string[]> {
  if (!taken.has(dose.outcome)) return [];
  const judged = await judgeWish(
    {
      patient: dose.patient.slice('Patient/'.length),
      order: dose.order,
      scans: dose.product === undefined ? [] : [dose.product],
      atMs: dose.atMs,
      entered: dose.dose === undefined ? {} : { dose: dose.dose },
    },
    caller,
    bedside,
  );
  if (!judged.ok) return [`It could not be checked: ${judged.problem.message}`];
  return judged.value.verdict.reasons
    .filter(({ severity, code }) => severity !== 'aside' && !notAsked.has(code) && !code.startsWith('wristband'))
    .map(({ says }) => says);
}
