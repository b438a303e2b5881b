// The printed record of a ward for a downtime: a block for each patient, a line for each order with a box for each dose that is due.
import { setImmediate as rest } from 'node:timers/promises';
import PDFDocument from 'pdfkit';
import { canPrint, notPrintable } from '../../formats/barcodes/print/print-letters.ts';
import { apart, hasFromRight } from '../../formats/barcodes/print/right-to-left/letters.ts';
import { blocksOn, lineHeight, putLines } from '../../formats/barcodes/print/right-to-left/put-words.ts';
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
  const said = (text: string): string => (canPrint(text) ? apart(text.normalize('NFC')) : notPrintable);
  const shown = (moment: string): string => time.format(new Date(moment));
  page.font('Helvetica-Bold').fontSize(14);
  write(page, `Medication record for a downtime: ${said(bundle.wardName ?? bundle.ward)}`, 14, true);
  page
    .font('Helvetica')
    .fontSize(9)
    .text(`Made ${shown(bundle.made)}, for ${shown(bundle.from)} to ${shown(bundle.to)} (${bundle.timeZone}). Bundle ${bundle.id}`);
  page.text(
    'Write time and initials into each box; whatever is given otherwise goes below the table. Bring it back into the record afterwards.',
  );
  if (bundle.notRead.length > 0) {
    page.moveDown(0.5).font('Helvetica-Bold').fontSize(11);
    write(
      page,
      `${bundle.notRead.length} of this ward could not be read and are not below: ${bundle.notRead.map((each) => said(`${each.patient} (${each.why})`)).join('; ')}`,
      11,
      true,
    );
    page.font('Helvetica').fontSize(9);
  }
  for (const patient of bundle.patients) {
    if (page.y > page.page.height - 140) page.addPage();
    page.moveDown(0.8).font('Helvetica-Bold').fontSize(11);
    page.x = margin;
    write(
      page,
      `${said(patient.name)}   born ${patient.birthDate ?? 'not known'}   ${said(patient.numbers.map(apart).join(', '))}`,
      11,
      true,
    );
    page.font('Helvetica').fontSize(9);
    write(page, `Allergies: ${said(patient.allergies.map(apart).join(', ') || 'none recorded')}`);
    if (patient.notRead.length > 0) write(page, `NOT READ: ${said(patient.notRead.map(apart).join('; '))}`);
    for (const order of patient.orders) {
      if (page.y > page.page.height - 80) page.addPage();
      page.moveDown(0.3);
      page.x = margin;
      write(
        page,
        `${said(order.title)}: ${order.dosage === undefined ? 'DOSE NOT UNDERSTOOD, LOOK AT THE ORDER' : said(order.dosage)}${order.route === undefined ? '' : `, ${said(order.route)}`} (${order.kind})${order.verified === false ? ', NOT VERIFIED' : ''}${order.highAlert === undefined ? '' : ', HIGH ALERT: TWO PEOPLE SIGN'}`,
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

/** From where the page is; words that have letters from right to left line by line, in a sentence that is read from the left. */
function write(page: PDFKit.PDFDocument, text: string, size = 9, bold = false): void {
  if (!hasFromRight(text)) {
    page.text(text);
    return;
  }
  const ink = { size, bold, colour: 'black' };
  const wish = { width: page.page.width - 2 * margin, base: 'ltr' as const };
  const height = lineHeight(page, ink);
  let { y } = page;
  for (const lines of blocksOn(page, text, ink, wish))
    for (const line of lines) {
      if (y + height > page.page.height - margin) {
        page.addPage();
        y = margin;
      }
      y += putLines(page, [line], margin, y, ink, wish);
    }
  page.font(bold ? 'Helvetica-Bold' : 'Helvetica').fontSize(size);
  page.x = margin;
  page.y = y;
}
