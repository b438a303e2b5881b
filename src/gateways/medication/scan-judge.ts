// One question of the bedside: facts gathered as the nurse may see them, the session judged by them.
import { ok, type Result } from '../../fhir/result.ts';
import type { BedsideOrder, GivenDose, Session, Verdict } from '../../modules/medication-administration/contract.ts';
import { judge } from '../../modules/medication-administration/judge.ts';
import type { Person } from '../../policy/contract.ts';
import type { Caller } from '../../record/contract.ts';
import { type Bedside, bedsideFacts } from './scan-facts.ts';
import type { ScanWish } from './scan-wish.ts';

export interface Judged {
  verdict: Verdict;
  given: readonly GivenDose[];
  atMs: number;
  patient?: string;
  order?: BedsideOrder;
}

/** `witness`: who checked and has proved who they are. */
export async function judgeWish(wish: ScanWish, caller: Caller, bedside: Bedside, witness?: Person): Promise<Result<Judged>> {
  const atMs = wish.atMs ?? bedside.safety.now().getTime();
  const facts = await bedsideFacts(wish, atMs, caller, bedside);
  if (!facts.ok) return facts;
  const { person } = caller;
  const session: Session = {
    scans: wish.scans,
    ...(wish.patient === undefined ? {} : { patient: wish.patient }),
    ...(wish.order === undefined ? {} : { order: wish.order }),
    ...(witness === undefined ? {} : { witness: witness.id }),
    ...(wish.witness === undefined ? {} : { witnessSaid: wish.witness }),
    atMs,
    nurse: [person.id, person.name, ...(facts.value.giver === undefined ? [] : [facts.value.giver])],
    entered: wish.entered,
    ...(wish.beforeOrder === undefined ? {} : { beforeOrder: wish.beforeOrder }),
  };
  const verdict = judge(session, facts.value);
  const patient = facts.value.holder?.patient;
  const order = facts.value.orders.find((each) => each.ref === verdict.order);
  return ok({
    verdict,
    given: facts.value.given,
    atMs,
    ...(patient === undefined ? {} : { patient }),
    ...(order === undefined ? {} : { order }),
  });
}
