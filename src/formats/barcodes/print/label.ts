// Wristbands and labels of drugs as PDF of one page, black on white: lines of text beside a symbol, which is drawn of rectangles.
import PDFDocument from 'pdfkit';
import { canPrint, notPrintable } from './print-letters.ts';
import { apart, hasFromRight } from './right-to-left/letters.ts';
import { linesOn, putLines } from './right-to-left/put-words.ts';
import type { PrintedSymbol } from './symbol.ts';

export interface Line {
  /** `Name`; printed small before what it says. */
  title?: string;
  says: string;
  /** Of the text, points. */
  size: number;
  bold?: true;
}

export interface Label {
  widthMm: number;
  heightMm: number;
  lines: readonly Line[];
  symbol: PrintedSymbol;
  /** Of one module. */
  moduleMm: number;
  /** A line of bars is so high. */
  barsMm?: number;
}

const mm = 72 / 25.4;

/** `unprinted`: titles of lines whose letters the font lacks; the label says so in their place. */
export async function labelPdf(label: Label): Promise<{ pdf: Buffer; unprinted: string[] }> {
  const { symbol, moduleMm, widthMm, heightMm } = label;
  const document = new PDFDocument({ size: [widthMm * mm, heightMm * mm], margin: 0, info: { Title: 'Label', Producer: 'Lamplight' } });
  const chunks: Buffer[] = [];
  document.on('data', (chunk: Buffer) => chunks.push(chunk));
  const ended = new Promise<void>((resolve) => document.on('end', () => resolve()));
  const side = moduleMm * mm;
  const columns = symbol.rows[0]?.length ?? 0;
  const isBars = symbol.rows.length === 1;
  const height = isBars ? (label.barsMm ?? 10) * mm : side;
  const left = symbol.quiet * side + mm;
  // Bars stand below the text, a matrix beside it.
  const top = isBars ? heightMm * mm - height - 2 * mm : Math.max(mm, (heightMm * mm - symbol.rows.length * side) / 2);
  symbol.rows.forEach((row, y) => {
    for (const { from, length } of runs(row)) document.rect(left + from * side, top + y * height, length * side, height);
  });
  document.fill('black');
  const textLeft = isBars ? 2 * mm : left + (columns + symbol.quiet) * side + mm;
  const unprinted: string[] = [];
  let y = 1.5 * mm;
  for (const { title, says, size, bold } of label.lines) {
    const good = canPrint(says);
    if (!good) unprinted.push(title ?? 'text');
    const text = `${title === undefined ? '' : `${title}: `}${good ? apart(says.normalize('NFC')) : notPrintable}`;
    const width = widthMm * mm - textLeft - mm;
    // One line each; what is too long ends with an ellipsis.
    if (hasFromRight(text)) {
      const [ink, wish] = [
        { size, bold: bold === true, colour: 'black' },
        { width, lines: 1, align: 'left' as const },
      ];
      putLines(document, linesOn(document, text, ink, wish), textLeft, y, ink, wish);
    } else {
      document.font(bold ? 'Helvetica-Bold' : 'Helvetica').fontSize(size);
      document.text(text, textLeft, y, { width, height: size * 1.2, ellipsis: true, lineBreak: true });
    }
    y += size * 1.25;
  }
  document.end();
  await ended;
  return { pdf: Buffer.concat(chunks), unprinted };
}

function* runs(row: readonly boolean[]): Generator<{ from: number; length: number }> {
  let from = -1;
  for (let x = 0; x <= row.length; x++) {
    if (row[x] === true && from < 0) from = x;
    if (row[x] !== true && from >= 0) {
      yield { from, length: x - from };
      from = -1;
    }
  }
}
