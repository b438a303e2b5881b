// What drawings share: words made safe, round numbers for a scale, a line of text. Plain SVG, without scripts and fonts of its own.

export const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

/** Round numbers that a scale is marked at. */
export function marks(low: number, high: number): number[] {
  const rough = (high - low) / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const size = [1, 2, 5, 10].map((each) => each * power).find((each) => each >= rough) ?? rough;
  const first = Math.ceil(low / size);
  return Array.from({ length: Math.max(0, Math.floor(high / size) - first + 1) }, (_, i) => (first + i) * size);
}

export const textAt = (x: string, y: string, anchor: 'start' | 'middle' | 'end', words: string, size = 12): string =>
  `<text x="${x}" y="${y}" font-size="${size}" text-anchor="${anchor}">${escaped(words)}</text>`;
