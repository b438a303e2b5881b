// Every leaf of the ledger is found where it stands in the message.
import { describe, expect, it } from 'vitest';
import { linesOfMessage } from './leaf-ranges.ts';

const rows = (...pairs: [string, string][]) => pairs.map(([path, text]) => ({ path, text }));
const marked = (lines: ReturnType<typeof linesOfMessage>) =>
  lines.flat().flatMap(({ path, text }) => (path === undefined ? [] : [[path, text]]));

describe('HL7 v2', () => {
  const raw = 'MSH|^~\\&|LAB|NORTH\rPID|1||4711^^^N&1.2^MR~99||OK^A\rOBX|1|NM|a^b||5.10\rOBX|2|NM|c||5.10\r';
  const ledger = rows(
    ['MSH-1', '|'],
    ['MSH-2', '^~\\&'],
    ['MSH-3', 'LAB'],
    ['PID-3.1', '4711'],
    ['PID-3.4.1', 'N'],
    ['PID-3.4.2', '1.2'],
    ['PID-3[2]', '99'],
    ['PID-5.2', 'A'],
    ['OBX-5', '5.10'],
    ['OBX[2]-3', 'c'],
    ['OBX[2]-5', '5.10'],
  );
  it('marks repetitions, components and subcomponents by the names that the ledger has', () => {
    expect(marked(linesOfMessage(raw, 'hl7v2', ledger))).toEqual(ledger.map(({ path, text }) => [path, text]));
  });
  it('shows each segment as one line, with nothing lost', () => {
    const lines = linesOfMessage(raw, 'hl7v2', ledger).map((pieces) => pieces.map(({ text }) => text).join(''));
    expect(lines).toEqual(raw.split('\r').filter((line) => line !== ''));
  });
  it('takes the separators of the message, and survives one that has none', () => {
    const odd = linesOfMessage('MSH#*~\\&#X\rPID#1##a*b', 'hl7v2', rows(['PID-3.2', 'b'], ['MSH-3', 'X']));
    expect(marked(odd)).toEqual([
      ['MSH-3', 'X'],
      ['PID-3.2', 'b'],
    ]);
    for (const hostile of ['', 'MSH', 'MSH|', '\u0000', 'no segments at all']) linesOfMessage(hostile, 'hl7v2', []);
  });
});

describe('other formats', () => {
  it('finds leaves in their order, never inside a longer word', () => {
    const raw = 'ST*837*10~NM1*10*1~';
    const lines = linesOfMessage(raw, 'x12', rows(['ST-02', '10'], ['NM1-01', '10'], ['NM1-02', '1'], ['X', 'not there']));
    expect(marked(lines)).toEqual([
      ['ST-02', '10'],
      ['NM1-01', '10'],
      ['NM1-02', '1'],
    ]);
    expect(
      lines
        .flat()
        .map(({ text }) => text)
        .join(''),
    ).toBe(raw);
  });
});
