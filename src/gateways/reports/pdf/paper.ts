// The pages of a report: A4, a place from which the next thing is put down, a foot with the title and "page x of y". It rests
// between steps, so that a long report holds nobody up.
import PDFDocument from 'pdfkit';
import { hasFromRight } from '../../../formats/barcodes/print/right-to-left/letters.ts';
import { blocksOn, type Ink, lineHeight, linesOn, putLines, widthOn } from '../../../formats/barcodes/print/right-to-left/put-words.ts';
import { type Rest, slices } from '../../../record/slices.ts';
import { Letters } from './letters.ts';

export const colours = { ink: '#1c2428', soft: '#5c666b', line: '#c9cfd2', alert: '#9c2b1e', ground: '#f1f4f5' } as const;
const [pageWidth, pageHeight, margin, foot] = [595.28, 841.89, 42, 40];

export interface TextStyle {
  size?: number;
  bold?: boolean;
  colour?: string;
  /** Lines at most; the last ends with an ellipsis. */
  lines?: number;
  /** Otherwise where its first letter is read from. */
  align?: 'left' | 'right' | 'center';
}

const inkOf = ({ size = 9, bold = false, colour = colours.ink }: TextStyle): Ink => ({ size, bold, colour });

export class Paper {
  readonly left = margin;
  readonly width = pageWidth - 2 * margin;
  readonly letters = new Letters();
  readonly document: PDFKit.PDFDocument;
  /** Where the next thing begins. */
  y = margin;
  readonly #chunks: Buffer[] = [];
  readonly #ended: Promise<void>;
  readonly #rest: Rest = slices();

  constructor(title: string, made: Date) {
    const info = { Title: this.letters.printable(title), Producer: 'Lamplight', CreationDate: made };
    this.document = new PDFDocument({ size: 'A4', margin: 0, bufferPages: true, info, lang: 'en', displayTitle: true });
    this.document.on('data', (chunk: Buffer) => this.#chunks.push(chunk));
    this.#ended = new Promise((resolve, reject) => {
      this.document.on('end', () => resolve());
      this.document.on('error', reject);
    });
  }

  /** Await it between steps. */
  rest(): Promise<void> | undefined {
    return this.#rest();
  }

  get bottom(): number {
    return pageHeight - margin - foot / 2;
  }

  /** A new page where so much does not fit any more. True: it is one. */
  need(height: number): boolean {
    if (this.y + height <= this.bottom || this.y === margin) return false;
    this.newPage();
    return true;
  }

  newPage(): void {
    this.document.addPage();
    this.y = margin;
  }

  #styled({ size = 9, bold = false, colour = colours.ink }: TextStyle): PDFKit.PDFDocument {
    return this.document
      .font(bold ? 'Helvetica-Bold' : 'Helvetica')
      .fontSize(size)
      .fillColor(colour);
  }

  heightOf(text: string, width: number, style: TextStyle = {}): number {
    const printed = this.letters.printable(text);
    const whole = hasFromRight(printed)
      ? linesOn(this.document, printed, inkOf(style), { ...style, width }).length * lineHeight(this.document, inkOf(style))
      : this.#styled(style).heightOfString(printed || ' ', { width });
    return style.lines === undefined ? whole : Math.min(whole, style.lines * (style.size ?? 9) * 1.2);
  }

  widthOf(text: string, style: TextStyle = {}): number {
    const printed = this.letters.printable(text);
    return hasFromRight(printed) ? widthOn(this.document, printed, inkOf(style)) : this.#styled(style).widthOfString(printed);
  }

  /** Puts words at a place; the height that they take. */
  put(text: string, x: number, y: number, width: number, style: TextStyle = {}): number {
    const { lines, align } = style;
    const printed = this.letters.printable(text);
    if (hasFromRight(printed)) {
      const wish = { width, align, ...(lines === undefined ? {} : { lines }) };
      const height = putLines(this.document, linesOn(this.document, printed, inkOf(style), wish), x, y, inkOf(style), wish);
      return lines === undefined ? height : Math.min(height, lines * (style.size ?? 9) * 1.2);
    }
    const height = this.heightOf(text, width, style);
    this.#styled(style).text(printed, x, y, {
      width,
      align: align ?? 'left',
      // A hair more than the lines need, or the last would be taken away.
      ...(lines === undefined ? {} : { height: lines * (style.size ?? 9) * 1.2 + 0.5, ellipsis: true }),
    });
    return height;
  }

  /** Words over the whole width, over as many pages as they need. */
  async flow(text: string, style: TextStyle = {}, after = 4): Promise<void> {
    for (const paragraph of text.split(/\n\s*\n/)) {
      let rest = this.letters.printable(paragraph).trim();
      if (hasFromRight(rest)) {
        await this.#flowFromRight(rest, style);
        rest = '';
      }
      while (rest !== '') {
        this.need((style.size ?? 9) * 2.4);
        const piece = this.#fitting(rest, style);
        this.y += this.put(piece, this.left, this.y, this.width, style);
        rest = rest.slice(piece.length).trim();
        if (rest !== '') this.newPage();
        await this.rest();
      }
      this.y += after;
    }
  }

  /** Line by line, since a line cannot be taken out of its order by the letter. */
  async #flowFromRight(text: string, style: TextStyle): Promise<void> {
    const ink = inkOf(style);
    const wish = { width: this.width, align: style.align };
    const height = lineHeight(this.document, ink);
    for (const lines of blocksOn(this.document, text, ink, wish)) {
      for (const line of lines) {
        this.need(height);
        this.y += putLines(this.document, [line], this.left, this.y, ink, wish);
      }
      await this.rest();
    }
  }

  /** As many words as fit on what is left of the page. */
  #fitting(text: string, style: TextStyle): string {
    const room = this.bottom - this.y;
    let piece = text.slice(0, 2_500);
    if (piece.length < text.length) piece = piece.slice(0, Math.max(1, piece.lastIndexOf(' ')));
    while (piece.length > 40 && this.heightOf(piece, this.width, style) > room) {
      const shorter = piece.slice(0, Math.floor(piece.length * 0.8));
      piece = shorter.slice(0, Math.max(1, shorter.lastIndexOf(' ')) || shorter.length);
    }
    return piece;
  }

  /** Ends it: each page gets its foot. */
  async finish(says: string): Promise<Buffer> {
    const { start, count } = this.document.bufferedPageRange();
    for (let at = 0; at < count; at++) {
      this.document.switchToPage(start + at);
      const y = pageHeight - margin;
      this.put(says, this.left, y, this.width - 90, { size: 7, colour: colours.soft, lines: 1 });
      this.put(`Page ${at + 1} of ${count}`, this.left + this.width - 90, y, 90, {
        size: 7,
        colour: colours.soft,
        align: 'right',
        lines: 1,
      });
      await this.rest();
    }
    this.document.end();
    await this.#ended;
    return Buffer.concat(this.#chunks);
  }
}
