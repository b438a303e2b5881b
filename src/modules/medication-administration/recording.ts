// What may be recorded of a dose: nothing is given without evidence (wristband and drug scanned) or a coded reason why not, and
// nothing is given that is blocked; what is not given has its reason.
import { fail, ok, type Result } from '../../fhir/result.ts';
import type { GivenDose, Outcome, Verdict } from './contract.ts';

/** Why a dose was not given as ordered, by outcome; `other` needs words. */
export const outcomeReasons: Partial<Record<Outcome, readonly string[]>> = {
  'not-given': ['patient-away', 'no-access', 'nothing-by-mouth', 'not-needed', 'clinical-judgement', 'order-changed', 'other'],
  held: ['vital-sign', 'laboratory-value', 'nothing-by-mouth', 'procedure', 'prescriber-asked', 'clinical-judgement', 'other'],
  refused: ['patient-refused', 'relative-refused', 'side-effects-feared', 'other'],
  'missing-dose': ['not-delivered', 'damaged', 'expired', 'recalled', 'other'],
  stopped: ['prescriber-asked', 'reaction', 'line-lost', 'procedure', 'other'],
};

const taken: ReadonlySet<Outcome> = new Set(['given', 'partly-given', 'hung', 'infusing', 'self-administered']);
const withoutOrder: ReadonlySet<Outcome> = new Set(['given', 'partly-given', 'infusing']);
/** Follows on something that runs or sticks. */
const follows: ReadonlySet<Outcome> = new Set(['stopped', 'completed', 'removed']);
/** What a coded reason "unable to scan" stands in for; everything else that blocks stays blocked. */
const byHand = new Set(['code-unreadable', 'product-not-known', 'ingredients-not-known']);

export interface Wished {
  outcome: Outcome;
  reason?: string;
  notScanned?: string;
  beforeOrder?: object;
}

export function mayRecord(wished: Wished, verdict: Verdict, given: readonly GivenDose[]): Result<undefined> {
  const { outcome, reason, notScanned, beforeOrder } = wished;
  if (beforeOrder !== undefined && !withoutOrder.has(outcome))
    return fail('invalid', `Before an order a dose is ${[...withoutOrder].join(', ')}; everything else needs the order`, 'outcome');
  if (verdict.order === undefined && beforeOrder === undefined)
    return fail('precondition', 'No order is known that this belongs to: scan the drug, or choose the order', 'order');
  if (verdict.reasons.some((each) => each.code === 'order-not-clear'))
    return fail('precondition', 'Several orders of this drug fit: choose the order', 'order');
  if (outcome === 'hung' && verdict.pump === undefined)
    return fail('precondition', 'hung is of a bag on a pump: scan the label of the pump too', 'scans');
  if (outcome === 'infusing' && verdict.pump !== undefined)
    return fail('precondition', 'A pump was scanned: record it as hung, and the pump itself says when it runs', 'outcome');
  const allowed = outcomeReasons[outcome];
  if (allowed !== undefined) {
    const [code = '', ...words] = (reason ?? '').split(':');
    if (!allowed.includes(code.trim()))
      return fail('invalid', `${outcome} needs a reason: ${allowed.join(', ')} ("other: why" in words)`, 'reason');
    if (code.trim() === 'other' && words.join(':').trim() === '') return fail('invalid', 'Say in words why: "other: why"', 'reason');
  }
  if (follows.has(outcome)) {
    const last = given.filter((dose) => dose.order === verdict.order).sort((a, b) => b.atMs - a.atMs)[0];
    const open =
      last?.outcome === 'infusing' || last?.outcome === 'hung' || (outcome === 'removed' && last !== undefined && taken.has(last.outcome));
    return open ? ok(undefined) : fail('precondition', `Nothing of this order runs or is in place that could be ${outcome}`, 'outcome');
  }
  if (!taken.has(outcome)) return ok(undefined);
  const blocking = verdict.reasons.filter((each) => each.severity === 'block' && !(notScanned !== undefined && byHand.has(each.code)));
  if (blocking.length > 0) return fail('precondition', `It must not be given: ${blocking.map((each) => each.says).join('; ')}`, 'scans');
  if (!(verdict.evidence.wristband && verdict.evidence.drug) && notScanned === undefined)
    return fail(
      'precondition',
      `Scan ${verdict.evidence.wristband ? 'the drug' : verdict.evidence.drug ? "the patient's wristband" : "the patient's wristband and the drug"}, or say in notScanned why it cannot be scanned`,
      'notScanned',
    );
  if (verdict.reasons.some((each) => each.code === 'second-person-missing'))
    return fail(
      'precondition',
      'A second person must check it and prove who they are: their own name and password (or token) in witness; a name alone is no proof',
      'witness',
    );
  const warned = verdict.reasons.filter((each) => each.severity === 'warn');
  if (warned.length > 0 && reason === undefined && notScanned === undefined)
    return fail('precondition', `Give a reason, since there is a warning: ${warned.map((each) => each.says).join('; ')}`, 'reason');
  return ok(undefined);
}
