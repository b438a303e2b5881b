// Comma-separated values (RFC 4180), for spreadsheets and for programs. A text that a spreadsheet would take for a formula gets an
// apostrophe before it (OWASP, CSV Injection): names come from outside.

const formula = /^[=+\-@\t\r]/;
const plainNumber = /^[+-]?\d+(\.\d+)?([eE][+-]?\d+)?$/;

export function csvCell(value: string): string {
  const safe = formula.test(value) && !plainNumber.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) || safe !== safe.trim() ? `"${safe.replaceAll('"', '""')}"` : safe;
}

export const csvRow = (cells: readonly string[]): string => `${cells.map(csvCell).join(',')}\r\n`;

/** Lines that say what this is, before the head: `# ` at their beginning, so that programs may pass over them (pandas: comment="#"). */
export const csvAbout = (lines: readonly string[]): string => lines.map((line) => `# ${line.replaceAll(/[\r\n]+/g, ' ')}\r\n`).join('');
