// Printing for the bedside: wristbands and labels. As PDF; with "Accept: application/json" as JSON that holds the PDF.
import type { FastifyInstance } from 'fastify';
import { labelPdf } from '../../formats/barcodes/print/label.ts';
import { wristband } from '../../formats/barcodes/print/wristband.ts';
import type { Caller, RecordStore } from '../../record/contract.ts';
import { keyOfId } from '../../record/keys.ts';
import { readBody } from '../http/body.ts';
import { readLabelWish } from './label-wish.ts';
import { printLabel } from './labels.ts';
import type { Bedside } from './scan-facts.ts';
import { answer, refusal } from './scan-routes.ts';

const bodyBytesMax = 64 * 1024;

/** The first page takes a tenth of a second, while fonts and symbols are laid out for the first time: before anybody waits. */
async function warm(): Promise<void> {
  const label = wristband({ name: 'A', number: '1', instance: '1' }, 'code-128');
  if (label.ok) await labelPdf(label.value);
}

export function labelRoutes(app: FastifyInstance, bedside: Bedside, record: Pick<RecordStore, 'transact' | 'commit' | 'note'>): void {
  app.addHook('onReady', warm);
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
      ...(patient === undefined ? {} : { patients: [keyOfId(patient)] }),
      query: String(new URLSearchParams({ kind: wish.value.kind, ...(said.instance === undefined ? {} : { print: said.instance }) })),
    });
    if ((request.headers.accept ?? '').includes('application/json'))
      return answer(reply, { ...said, notices, pdf: pdf.toString('base64') });
    for (const [i, notice] of notices.entries()) reply.header(i === 0 ? 'x-lamplight-notice' : `x-lamplight-notice-${i + 1}`, notice);
    return reply.header('cache-control', 'no-store').type('application/pdf').send(pdf);
  });
}
