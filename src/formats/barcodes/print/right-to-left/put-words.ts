// Words from right to left on a page of pdfkit: letters that run so in DejaVu Sans, all others in Helvetica as everywhere else. pdfkit
// joins the letters of one word, but would put the words of a line in the wrong order; so it is given one piece at a time.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type Line, linesOf, type Measure, ofBlock } from './lines.ts';
import { type Base, type Piece, paragraphOf } from './order.ts';

export interface Ink {
  size: number;
  bold: boolean;
  colour: string;
}

export interface Wish {
  width: number;
  /** Lines at most; the last ends with an ellipsis. */
  lines?: number;
  /** Otherwise a paragraph begins where its first letter does. */
  align?: 'left' | 'right' | 'center' | undefined;
  /** Otherwise that of the first letter. */
  base?: Base | undefined;
}

type Page = PDFKit.PDFDocument;
/** Ascender of Helvetica and of its bold, in thousandths (their AFM): all pieces of a line stand on one base line. */
const ascender = 718;

const files = { usual: 'DejaVuSans.ttf', bold: 'DejaVuSans-Bold.ttf' };
const read = new Map<string, Buffer>();
/** Read once a process; each document keeps of it what it prints. */
function fontFile(name: string): Buffer {
  const known = read.get(name);
  if (known !== undefined) return known;
  const bytes = readFileSync(createRequire(import.meta.url).resolve(`dejavu-fonts-ttf/ttf/${name}`));
  read.set(name, bytes);
  return bytes;
}

const withFont = new WeakSet<Page>();
function styled(page: Page, { size, bold }: Ink, font: Piece['font']): Page {
  if (font === 'right' && !withFont.has(page)) {
    page.registerFont('Right', fontFile(files.usual)).registerFont('Right-Bold', fontFile(files.bold));
    withFont.add(page);
  }
  const name = font === 'right' ? 'Right' : 'Helvetica';
  return page.font(bold ? `${name}-Bold` : name).fontSize(size);
}

function widthIn(page: Page, ink: Ink): Measure['widthOf'] {
  const known = { right: new Map<string, number>(), usual: new Map<string, number>() };
  return ({ text, font }) => {
    const before = known[font].get(text);
    if (before !== undefined) return before;
    const width = styled(page, ink, font).widthOfString(text);
    known[font].set(text, width);
    return width;
  };
}

export const linesOn = (page: Page, text: string, ink: Ink, { width, lines, base }: Wish): Line[] =>
  linesOf(text, {
    widthOf: widthIn(page, ink),
    room: width,
    ...(lines === undefined ? {} : { lines }),
    ...(base === undefined ? {} : { base }),
  });

/** However long it is: in blocks, each but the last without its last line, with which the next begins. Rest between them. */
export function* blocksOn(page: Page, text: string, ink: Ink, wish: Wish): Generator<Line[]> {
  const base = wish.base ?? paragraphOf(text.slice(0, ofBlock)).base;
  for (let at = 0; at < text.length; ) {
    const block = text.slice(at, at + ofBlock);
    const lines = linesOn(page, block, ink, { ...wish, base });
    const isLast = at + block.length >= text.length || lines.length === 1;
    yield isLast ? lines : lines.slice(0, -1);
    at += isLast ? block.length : lines.at(-1)!.from;
  }
}

/** All on one line. */
export const widthOn = (page: Page, text: string, ink: Ink): number =>
  linesOn(page, text, ink, { width: Number.POSITIVE_INFINITY }).reduce((most, { width }) => Math.max(most, width), 0);

export const lineHeight = (page: Page, ink: Ink): number => styled(page, ink, 'usual').currentLineHeight(true);

/** The height that they take. */
export function putLines(page: Page, lines: readonly Line[], x: number, y: number, ink: Ink, { width, align }: Wish): number {
  const height = lineHeight(page, ink);
  const widthOf = widthIn(page, ink);
  page.fillColor(ink.colour);
  lines.forEach((line, at) => {
    const side = align ?? (line.base === 'rtl' ? 'right' : 'left');
    let left = x + (side === 'left' ? 0 : (width - line.width) / (side === 'right' ? 1 : 2));
    for (const piece of line.pieces) {
      const wide = widthOf(piece);
      if (piece.text.trim() !== '')
        styled(page, ink, piece.font).text(piece.text, left, y + at * height + (ascender / 1000) * ink.size, {
          lineBreak: false,
          baseline: 'alphabetic',
        });
      left += wide;
    }
  });
  return lines.length * height;
}
