// The printed record of a ward for a downtime: a block for each patient, a line for each order with a box for each dose that is due.
import { setImmediate as rest } from 'node:timers/promises';
import PDFDocument from 'pdfkit';
import { isPrintable, notPrintable } from '../../formats/barcodes/print/print-letters.ts';
import type { DowntimeBundle } from './downtime.ts';

const margin = 36;
const boxesMax = 12;

export async function downtimePdf(bundle: DowntimeBundle): Promise<Buffer> {
  const page = new PDFDocument({
    size: 'A4',
    layout: 'landscape',
    margin,
    info: { Title: 'Medication record for a downtime', Producer: 'Lamplight' },
  });
  const chunks: Buffer[] = [];
  page.on('data', (chunk: Buffer) => chunks.push(chunk));
  const ended = new Promise<void>((resolve) => page.on('end', () => resolve()));
  const time = new Intl.DateTimeFormat('sv-SE', { timeZone: bundle.timeZone, dateStyle: 'short', timeStyle: 'short' });
  const said = (text: string): string => (isPrintable(text) ? text.normalize('NFC') : notPrintable);
  const shown = (moment: string): string => time.format(new Date(moment));
  page
    .font('Helvetica-Bold')
    .fontSize(14)
    .text(`Medication record for a downtime: ${said(bundle.wardName ?? bundle.ward)}`);
  page
    .font('Helvetica')
    .fontSize(9)
    .text(`Made ${shown(bundle.made)}, for ${shown(bundle.from)} to ${shown(bundle.to)} (${bundle.timeZone}). Bundle ${bundle.id}`);
  page.text(
    'Write time and initials into each box; whatever is given otherwise goes below the table. Bring it back into the record afterwards.',
  );
  if (bundle.notRead.length > 0) {
    page.moveDown(0.5).font('Helvetica-Bold').fontSize(11);
    page.text(
      `${bundle.notRead.length} of this ward could not be read and are not below: ${bundle.notRead.map((each) => said(`${each.patient} (${each.why})`)).join('; ')}`,
    );
    page.font('Helvetica').fontSize(9);
  }
  for (const patient of bundle.patients) {
    if (page.y > page.page.height - 140) page.addPage();
    page.moveDown(0.8).font('Helvetica-Bold').fontSize(11);
    page.text(`${said(patient.name)}   born ${patient.birthDate ?? 'not known'}   ${said(patient.numbers.join(', '))}`, margin);
    page.font('Helvetica').fontSize(9);
    page.text(`Allergies: ${said(patient.allergies.join(', ') || 'none recorded')}`);
    if (patient.notRead.length > 0) page.text(`NOT READ: ${said(patient.notRead.join('; '))}`);
    for (const order of patient.orders) {
      if (page.y > page.page.height - 80) page.addPage();
      page
        .moveDown(0.3)
        .text(
          `${said(order.title)}: ${order.dosage ?? 'DOSE NOT UNDERSTOOD, LOOK AT THE ORDER'}${order.route === undefined ? '' : `, ${order.route}`} (${order.kind})${order.verified === false ? ', NOT VERIFIED' : ''}${order.highAlert === undefined ? '' : ', HIGH ALERT: TWO PEOPLE SIGN'}`,
          margin,
        );
      const top = page.y + 1;
      const boxes = order.due.length > 0 ? order.due.slice(0, boxesMax).map(shown) : ['', '', '', ''];
      boxes.forEach((label, i) => {
        const [x, y] = [margin + (i % 6) * 126, top + Math.floor(i / 6) * 24];
        page.rect(x, y, 122, 21).stroke();
        page.fontSize(7).text(label, x + 2, y + 2, { width: 118, lineBreak: false });
      });
      page.fontSize(9);
      page.x = margin;
      page.y = top + Math.ceil(boxes.length / 6) * 24;
      if (order.due.length > boxesMax) page.text(`and ${order.due.length - boxesMax} more times`, margin);
    }
    await rest();
  }
  page.end();
  await ended;
  return Buffer.concat(chunks);
}
