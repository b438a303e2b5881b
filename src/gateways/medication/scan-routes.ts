// Bedside scanning: what was scanned, judged against the order. A judgement changes nothing; it reads the chart as the nurse may.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Database } from '../../database/contract.ts';
import { fail, type Problem } from '../../fhir/result.ts';
import { checkedWithoutOrder, notWithoutOrder } from '../../modules/medication-administration/checks/before-order.ts';
import type { Verdict } from '../../modules/medication-administration/contract.ts';
import { programmeWords, rateText } from '../../modules/medication-administration/pumps/programme.ts';
import type { Role } from '../../policy/contract.ts';
import type { Caller, RecordStore } from '../../record/contract.ts';
import { readBody } from '../http/body.ts';
import { refuse } from '../http/server.ts';
import { type Statuses, statusOf } from '../http/statuses.ts';
import { acknowledge, readAcknowledgeWish, unacknowledged } from './acknowledge.ts';
import { openBedsideEvents } from './bedside-events.ts';
import { bedsideReport, csvOf, readReportWish } from './bedside-report.ts';
import { readEffectWish, recordEffect } from './effect.ts';
import { administer } from './scan-administer.ts';
import type { ShownPump, ShownVerdict } from './scan-answers.ts';
import { dueList } from './scan-due.ts';
import type { Bedside } from './scan-facts.ts';
import { type Judged, judgeWish } from './scan-judge.ts';
import { readAdministerWish, readScanWish, type ScanWish } from './scan-wish.ts';
import { tellPharmacy } from './unscannable.ts';

const bodyBytesMax = 512 * 1024;
const statuses: Statuses = { gone: 404, precondition: 409 };
export const refusal = (request: FastifyRequest, reply: FastifyReply, problem: Problem): FastifyReply =>
  refuse(request, reply, problem, problem.where === 'witness' && problem.kind === 'busy' ? 429 : statusOf(problem, statuses));

const beforeOrderShown = { checked: checkedWithoutOrder, notChecked: notWithoutOrder };

export function shownVerdict({ verdict, atMs, patient }: Judged, wish: Pick<ScanWish, 'beforeOrder'>, badgeProves = false): ShownVerdict {
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
    pump: verdict.pump === undefined ? undefined : shownPump(verdict.pump),
    due: dueMs === undefined ? undefined : new Date(dueMs).toISOString(),
    at: new Date(atMs).toISOString(),
    next,
    secondPersonBy: reasons.some((each) => each.code === 'second-person-missing')
      ? badgeProves
        ? ['sign-in', 'badge']
        : ['sign-in']
      : undefined,
    beforeOrder: wish.beforeOrder === undefined ? undefined : beforeOrderShown,
    notice: 'Clinical content is unreviewed: it needs review by the clinicians of the site that uses it.',
  };
}

const shownPump = ({ device, title, programme }: NonNullable<Verdict['pump']>): ShownPump => ({
  device,
  title,
  set: rateText(programme),
  words: programmeWords(programme),
  rateMlPerH: programme.rate,
  dose: programme.dose,
  volumeMl: programme.volumeMl,
});

const reporters: ReadonlySet<Role> = new Set(['administrator', 'analyst', 'clinician', 'nurse', 'pharmacist']);

/** `signInPerMinute`: how often an address may prove a second person, as often as it may sign in. */
export function scanRoutes(
  app: FastifyInstance,
  bedside: Bedside,
  record: Pick<RecordStore, 'transact' | 'note' | 'refuse'>,
  { signInPerMinute, database }: { signInPerMinute: number; database: Database },
): void {
  const events = openBedsideEvents(database, bedside);
  const proofs = app.createRateLimit({
    max: signInPerMinute,
    timeWindow: 60_000,
    keyGenerator: (request) => `second person ${request.ip}`,
  });

  app.post('/medication/scan', { config: { name: 'medication-scan' } }, async (request, reply) => {
    const text = await readBody(request.raw, bodyBytesMax);
    if (!text.ok) return refusal(request, reply, text.problem);
    const wish = await readScanWish(text.value);
    if (!wish.ok) return refusal(request, reply, wish.problem);
    const judged = await judgeWish(wish.value, request.caller as Caller, bedside);
    if (!judged.ok) return refusal(request, reply, judged.problem);
    void events.note('scan', wish.value, judged.value, request.caller as Caller);
    return answer(reply, shownVerdict(judged.value, wish.value, bedside.badgeProves));
  });

  app.post('/medication/administer', { config: { name: 'medication-administer' } }, async (request, reply) => {
    const text = await readBody(request.raw, bodyBytesMax);
    if (!text.ok) return refusal(request, reply, text.problem);
    const wish = await readAdministerWish(text.value);
    if (!wish.ok) return refusal(request, reply, wish.problem);
    if (wish.value.proof !== undefined) {
      const counted = await proofs(request);
      if (!counted.isAllowed && counted.isExceeded)
        return refuse(request, reply, fail('busy', 'Too many attempts to prove a second person: wait a minute', 'witness').problem, 429);
    }
    const done = await administer(wish.value, request.caller as Caller, bedside, record);
    if (!done.ok) return refusal(request, reply, done.problem);
    await tellPharmacy(wish.value, done.value, request.caller as Caller, bedside.safety.now(), record);
    void events.note('administer', wish.value, done.value, request.caller as Caller);
    return answer(reply.code(201), {
      ...shownVerdict(done.value, wish.value),
      administration: done.value.administration,
      effect: done.value.effect,
      acknowledge: done.value.acknowledge,
    });
  });

  app.post('/medication/effect', { config: { name: 'medication-effect' } }, async (request, reply) => {
    const text = await readBody(request.raw, bodyBytesMax);
    if (!text.ok) return refusal(request, reply, text.problem);
    const wish = await readEffectWish(text.value);
    if (!wish.ok) return refusal(request, reply, wish.problem);
    const done = await recordEffect(wish.value, request.caller as Caller, bedside, record);
    return done.ok ? answer(reply.code(201), done.value) : refusal(request, reply, done.problem);
  });

  app.get('/medication/before-order', { config: { name: 'medication-before-order' } }, async (request, reply) => {
    const list = await unacknowledged(request.url, request.caller as Caller, bedside);
    return list.ok ? answer(reply, list.value) : refusal(request, reply, list.problem);
  });

  app.post('/medication/acknowledge', { config: { name: 'medication-acknowledge' } }, async (request, reply) => {
    const text = await readBody(request.raw, bodyBytesMax);
    if (!text.ok) return refusal(request, reply, text.problem);
    const wish = await readAcknowledgeWish(text.value);
    if (!wish.ok) return refusal(request, reply, wish.problem);
    const done = await acknowledge(wish.value, request.caller as Caller, bedside, record);
    return done.ok ? answer(reply, done.value) : refusal(request, reply, done.problem);
  });

  app.get('/medication/reports', { config: { name: 'medication-reports' } }, async (request, reply) => {
    const caller = request.caller as Caller;
    const wish = readReportWish(request.url);
    const { role, organisations, patients } = caller.person;
    const may = reporters.has(role) && organisations === undefined && patients === undefined;
    const report = !may
      ? fail('forbidden', 'Reports of the bedside are for those who answer for it, of the whole site')
      : wish.ok
        ? await bedsideReport(database, wish.value)
        : wish;
    const query = request.url.split('?')[1]?.slice(0, 500);
    const outcome = report.ok ? 200 : statusOf(report.problem, statuses);
    await record.note(caller, 'medication-report', { outcome, ...(query === undefined ? {} : { query }) });
    if (!report.ok) return refusal(request, reply, report.problem);
    if (!wish.ok || !wish.value.csv) return answer(reply, report.value);
    return reply.header('cache-control', 'no-store').type('text/csv; charset=utf-8').send(csvOf(report.value));
  });

  app.get('/medication/due', { config: { name: 'medication-due' } }, async (request, reply) => {
    const list = await dueList(request.url, request.caller as Caller, bedside);
    return list.ok ? answer(reply, list.value) : refusal(request, reply, list.problem);
  });
}

export const answer = (reply: FastifyReply, body: object): FastifyReply =>
  reply.header('cache-control', 'no-store').type('application/json').send(JSON.stringify(body));
