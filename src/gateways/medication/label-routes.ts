// Printing for the bedside: wristbands and labels. As PDF; with "Accept: application/json" as JSON that holds the PDF.
import type { FastifyInstance } from 'fastify';
import type { Caller, RecordStore } from '../../record/contract.ts';
import { readBody } from '../http/body.ts';
import { readLabelWish } from './label-wish.ts';
import { printLabel } from './labels.ts';
import type { Bedside } from './scan-facts.ts';
import { answer, refusal } from './scan-routes.ts';

const bodyBytesMax = 64 * 1024;

export function labelRoutes(app: FastifyInstance, bedside: Bedside, record: Pick<RecordStore, 'transact' | 'commit' | 'note'>): void {
  app.post('/medication/labels', { config: { name: 'medication-labels' } }, async (request, reply) => {
    const text = await readBody(request.raw, bodyBytesMax);
    if (!text.ok) return refusal(request, reply, text.problem);
    const wish = await readLabelWish(text.value);
    if (!wish.ok) return refusal(request, reply, wish.problem);
    const caller = request.caller as Caller;
    const printed = await printLabel(wish.value, caller, bedside, record);
    if (!printed.ok) return refusal(request, reply, printed.problem);
    const { pdf, patient, notices, ...said } = printed.value;
    await record.note(caller, 'medication-label', {
      outcome: 200,
      ...(patient === undefined ? {} : { patients: [patient] }),
      query: String(new URLSearchParams({ kind: wish.value.kind, ...(said.instance === undefined ? {} : { print: said.instance }) })),
    });
    if ((request.headers.accept ?? '').includes('application/json'))
      return answer(reply, { ...said, notices, pdf: pdf.toString('base64') });
    for (const [i, notice] of notices.entries()) reply.header(i === 0 ? 'x-lamplight-notice' : `x-lamplight-notice-${i + 1}`, notice);
    return reply.header('cache-control', 'no-store').type('application/pdf').send(pdf);
  });
}
