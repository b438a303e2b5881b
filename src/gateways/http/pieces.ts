// A long answer as bytes, piece by piece: encoded and sent at once it would hold the event loop for a millisecond a megabyte,
// and lie in memory twice.
import { slices } from '../../record/slices.ts';

/** Longer answers go out in pieces, and so without a Content-Length. */
export const longText = 512 * 1024;

/** Characters of one piece. */
const stride = 128 * 1024;

/** The UTF-8 bytes of a text, with rests between them. */
export async function* piecesOf(text: string): AsyncGenerator<Buffer> {
  const rest = slices();
  for (let at = 0; at < text.length; ) {
    const end = wholeUntil(text, at + stride);
    yield Buffer.from(text.slice(at, end));
    at = end;
    await rest();
  }
}

/** Two halves of one character stay together. */
function wholeUntil(text: string, end: number): number {
  const last = text.charCodeAt(end - 1);
  return last >= 0xd800 && last <= 0xdbff ? end + 1 : Math.min(end, text.length);
}
