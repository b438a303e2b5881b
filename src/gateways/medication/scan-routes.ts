// Bedside scanning: what was scanned, judged against the order. A judgement changes nothing; it reads the chart as the nurse may.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Problem, Result } from '../../fhir/result.ts';
import { ok } from '../../fhir/result.ts';
import type { Session, Verdict } from '../../modules/medication-administration/contract.ts';
import { judge } from '../../modules/medication-administration/judge.ts';
import type { Caller } from '../../record/contract.ts';
import { readBody } from '../http/body.ts';
import { refuse } from '../http/server.ts';
import { type Bedside, bedsideFacts } from './scan-facts.ts';
import { readScanWish, type ScanWish } from './scan-wish.ts';

const bodyBytesMax = 512 * 1024;
const statuses: Partial<Record<Problem['kind'], number>> = {
  forbidden: 403,
  'not-found': 404,
  gone: 404,
  conflict: 409,
  precondition: 409,
  'too-costly': 413,
  unsupported: 415,
  busy: 503,
};
export const refusal = (request: FastifyRequest, reply: FastifyReply, problem: Problem): FastifyReply =>
  refuse(request, reply, problem, statuses[problem.kind] ?? 400);

export interface Judged {
  verdict: Verdict;
  atMs: number;
  patient?: string;
}

export async function judgeWish(wish: ScanWish, caller: Caller, bedside: Bedside): Promise<Result<Judged>> {
  const atMs = wish.atMs ?? bedside.safety.now().getTime();
  const facts = await bedsideFacts(wish, atMs, caller, bedside);
  if (!facts.ok) return facts;
  const { person } = caller;
  const session: Session = {
    scans: wish.scans,
    ...(wish.patient === undefined ? {} : { patient: wish.patient }),
    ...(wish.order === undefined ? {} : { order: wish.order }),
    ...(wish.witness === undefined ? {} : { witness: wish.witness }),
    atMs,
    nurse: [person.id, person.name, `Practitioner/${person.id}`],
    entered: wish.entered,
  };
  const verdict = judge(session, facts.value);
  const patient = facts.value.holder?.patient;
  return ok({ verdict, atMs, ...(patient === undefined ? {} : { patient }) });
}

export function shownVerdict({ verdict, atMs, patient }: Judged): object {
  const { outcome, reasons, read, evidence, order, dose, dueMs, next } = verdict;
  return {
    outcome,
    reasons,
    read: read.map(({ code, is, says, product, person }) => ({
      raw: code.raw,
      symbology: code.symbology,
      is,
      says,
      elements: code.elements.length > 0 ? code.elements : undefined,
      gtin: code.gtins.length === 1 ? code.gtins[0] : undefined,
      lot: code.lot,
      serial: code.serial,
      expires: code.expires,
      product: product?.ref,
      person: is === 'wristband' && person !== undefined ? `Patient/${person}` : person,
      doubts: code.doubts.length > 0 ? code.doubts : undefined,
    })),
    evidence,
    patient: patient === undefined ? undefined : `Patient/${patient}`,
    order,
    dose,
    due: dueMs === undefined ? undefined : new Date(dueMs).toISOString(),
    at: new Date(atMs).toISOString(),
    next,
    notice: 'Clinical content is unreviewed: it needs review by the clinicians of the site that uses it.',
  };
}

export function scanRoutes(app: FastifyInstance, bedside: Bedside): void {
  app.post('/medication/scan', { config: { name: 'medication-scan' } }, async (request, reply) => {
    const text = await readBody(request.raw, bodyBytesMax);
    if (!text.ok) return refusal(request, reply, text.problem);
    const wish = await readScanWish(text.value);
    if (!wish.ok) return refusal(request, reply, wish.problem);
    const judged = await judgeWish(wish.value, request.caller as Caller, bedside);
    if (!judged.ok) return refusal(request, reply, judged.problem);
    return answer(reply, shownVerdict(judged.value));
  });
}

export const answer = (reply: FastifyReply, body: object): FastifyReply =>
  reply.header('cache-control', 'no-store').type('application/json').send(JSON.stringify(body));
