// Downtime: what a ward takes with it, and what it brings back.
import type { FastifyInstance } from 'fastify';
import type { Caller, RecordStore } from '../../record/contract.ts';
import { keyOfId } from '../../record/keys.ts';
import { readBody } from '../http/body.ts';
import { downtimeBundle, readDowntimeWish } from './downtime.ts';
import type { DowntimeKey } from './downtime-key.ts';
import { downtimePdf } from './downtime-page.ts';
import { readReconcileWish, reconcile } from './downtime-reconcile.ts';
import { readResolveWish, resolveConflict } from './downtime-resolve.ts';
import type { Bedside } from './scan-facts.ts';
import { answer, refusal } from './scan-routes.ts';

const bodyBytesMax = 8 * 1024 * 1024;

export function downtimeRoutes(
  app: FastifyInstance,
  bedside: Bedside,
  record: Pick<RecordStore, 'transact' | 'note' | 'refuse'>,
  key: DowntimeKey,
): void {
  app.get('/medication/downtime', { config: { name: 'medication-downtime' } }, async (request, reply) => {
    const wish = readDowntimeWish(request.url);
    if (!wish.ok) return refusal(request, reply, wish.problem);
    const caller = request.caller as Caller;
    const made = await downtimeBundle(wish.value, caller, bedside);
    if (!made.ok) return refusal(request, reply, made.problem);
    const patients = made.value.patients.map((each) => keyOfId(each.patient.slice('Patient/'.length)));
    await record.note(caller, 'medication-downtime', {
      outcome: 200,
      patients,
      query: String(new URLSearchParams({ ward: wish.value.ward })),
    });
    if (wish.value.pdf)
      return reply
        .header('cache-control', 'no-store')
        .type('application/pdf')
        .send(await downtimePdf(made.value));
    // The text that is signed goes out as it is: written again it might differ.
    const bundle = JSON.stringify(made.value);
    return answer(reply, { bundle, signature: key.sign(bundle), key: key.public, algorithm: 'Ed25519' });
  });

  app.post('/medication/downtime/reconcile', { config: { name: 'medication-downtime-reconcile' } }, async (request, reply) => {
    const text = await readBody(request.raw, bodyBytesMax);
    if (!text.ok) return refusal(request, reply, text.problem);
    const wish = await readReconcileWish(text.value, key, bedside.safety.now().getTime());
    if (!wish.ok) return refusal(request, reply, wish.problem);
    const done = await reconcile(wish.value, request.caller as Caller, bedside, record);
    if (!done.ok) return refusal(request, reply, done.problem);
    const count = (outcome: string) => done.value.filter((each) => each.outcome === outcome).length;
    return answer(reply, {
      bundle: wish.value.bundle.id,
      written: count('written'),
      already: count('already'),
      conflicts: count('conflict'),
      failed: count('failed'),
      ...(wish.value.check ? { fits: count('fits') } : {}),
      doses: done.value,
    });
  });

  app.post('/medication/downtime/resolve', { config: { name: 'medication-downtime-resolve' } }, async (request, reply) => {
    const text = await readBody(request.raw, bodyBytesMax);
    if (!text.ok) return refusal(request, reply, text.problem);
    const wish = await readResolveWish(text.value);
    if (!wish.ok) return refusal(request, reply, wish.problem);
    const done = await resolveConflict(wish.value, request.caller as Caller, bedside, record);
    return done.ok ? answer(reply, done.value) : refusal(request, reply, done.problem);
  });
}
