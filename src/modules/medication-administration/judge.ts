// The judgement of a bedside session: scans understood, the order found that the drug belongs to, every check asked. The worst
// reason decides. A check that breaks is one that could not be made, which is said and stops the dose.
import { allergy } from './checks/allergy.ts';
import { alreadyGiven } from './checks/already-given.ts';
import { asNeeded } from './checks/as-needed.ts';
import { badge } from './checks/badge.ts';
import { beforeOrder } from './checks/before-order.ts';
import { dose, doseOf } from './checks/dose.ts';
import { drug } from './checks/drug.ts';
import { expiryAndRecall } from './checks/expiry-and-recall.ts';
import { form } from './checks/form.ts';
import { holdRule } from './checks/hold-rule.ts';
import { notRead } from './checks/not-read.ts';
import { orderState } from './checks/order-state.ts';
import { pump, pumpOf } from './checks/pump.ts';
import { routeAndSite } from './checks/route-and-site.ts';
import { scan } from './checks/scan.ts';
import { secondPerson, witnessOf } from './checks/second-person.ts';
import { time } from './checks/time.ts';
import { wristband } from './checks/wristband.ts';
import type { BedsideFacts, Reason, Session, Severity, Verdict } from './contract.ts';
import { findOrder } from './find-order.ts';
import type { Check, Subject } from './subject.ts';
import { understand } from './understand.ts';

/** In the order in which a nurse would ask: who, what, how much, how, when, why, and whether now. */
export const checks: readonly Check[] = [
  scan,
  badge,
  wristband,
  drug,
  orderState,
  beforeOrder,
  form,
  dose,
  pump,
  routeAndSite,
  time,
  alreadyGiven,
  asNeeded,
  expiryAndRecall,
  allergy,
  holdRule,
  secondPerson,
  notRead,
];
const rank: Record<Severity, number> = { block: 2, warn: 1, aside: 0 };
const outcomeOf = ['allow', 'warn', 'block'] as const;

export function judge(session: Session, facts: BedsideFacts): Verdict {
  const read = understand(session, facts);
  const units: { product: Subject['units'][number]['product']; count: number }[] = [];
  for (const { is, product, code } of read) {
    if (is !== 'drug' || product === undefined) continue;
    const held = units.find((each) => each.product.ref === product.ref);
    const count = code.count ?? 1;
    if (held) held.count += count;
    else units.push({ product, count });
  }
  const subject: Subject = { session, facts, read, units, ...(session.beforeOrder === undefined ? findOrder(session, facts, units) : {}) };
  const reasons: Reason[] = checks
    .flatMap((check): Reason[] => {
      try {
        return check(subject);
      } catch {
        return [{ code: 'check-failed', says: 'A check failed: tell the administrator, and check by hand', severity: 'block' }];
      }
    })
    .sort((a, b) => rank[b.severity] - rank[a.severity]);
  const worst = Math.max(0, ...reasons.map((each) => rank[each.severity]));
  const evidence = {
    wristband:
      read.some((each) => each.is === 'wristband') &&
      !reasons.some((each) => each.code.startsWith('wristband-') && each.severity === 'block'),
    drug: units.length > 0,
  };
  const amounts = doseOf(subject);
  const witness = witnessOf(subject);
  const onPump = pumpOf(subject);
  return {
    outcome: outcomeOf[worst] ?? 'block',
    reasons,
    read,
    evidence,
    ...(subject.order ? { order: subject.order.ref } : {}),
    ...(amounts ? { dose: amounts } : {}),
    ...(onPump === undefined ? {} : { pump: onPump }),
    ...(witness === undefined ? {} : { witness }),
    ...(subject.dueMs === undefined ? {} : { dueMs: subject.dueMs }),
    next: nextOf(reasons, evidence, subject),
  };
}

/** What stops a dose is said with what to do; otherwise the next scan, otherwise to give it. */
function nextOf(reasons: readonly Reason[], evidence: Verdict['evidence'], { order, session }: Subject): string {
  const has = (code: string) => reasons.some((each) => each.code === code);
  const [first] = reasons;
  if (has('code-unreadable')) return 'Scan the code again; if it cannot be read, record "unable to scan" with the reason';
  if (has('product-not-known')) return 'Check the label by hand and record "unable to scan" with the reason; pharmacy is told';
  if (first?.severity === 'block') return 'Do not give it. Call the pharmacist or the prescriber if the order is to be changed';
  if (!evidence.wristband) return "Scan the patient's wristband";
  if (!evidence.drug && session.beforeOrder?.drug === undefined) return 'Scan the drug';
  if (has('order-not-clear')) return 'Choose the order that this dose is for';
  if (has('second-person-missing')) return 'Let a second person check independently and sign in with their own name and password';
  if (has('dose-short')) return 'Scan further units, or enter the dose that is given';
  if (has('dose-part-of-unit')) return 'Enter the dose that is given';
  if (first?.severity === 'warn') return 'Give it only with a reason, which is recorded';
  return order || session.beforeOrder ? 'Give it, and record the dose' : 'Scan the drug';
}
