// What is written is read again by any reader of CSV, and by no spreadsheet as a formula.
import { expect, it } from 'vitest';
import { csvAbout, csvRow } from './csv.ts';

it.each([
  [['a', 'b c'], 'a,b c'],
  [['a,b', 'say "x"', 'two\nlines'], '"a,b","say ""x""","two\nlines"'],
  [['=1+1', '@x', '-5.10', '+3', '-cmd'], "'=1+1,'@x,-5.10,+3,'-cmd"],
  [[' kept '], '" kept "'],
])('%j', (cells, text) => expect(csvRow(cells)).toBe(`${text}\r\n`));

it('says what it is in lines of its own', () => {
  expect(csvAbout(['Patient?name=a\r\nb', 'by admin'])).toBe('# Patient?name=a b\r\n# by admin\r\n');
});
