// The narrative of a section, generated from what its entries say: a table with a row each, which the entries point to.
import { type Node, x } from './xml.ts';

export function table(columns: readonly string[], rows: readonly { id: string; cells: readonly string[] }[]): Node {
  return x(
    'text',
    {},
    x(
      'table',
      { border: '1', width: '100%' },
      x(
        'thead',
        {},
        x(
          'tr',
          {},
          columns.map((column) => x('th', {}, column)),
        ),
      ),
      x(
        'tbody',
        {},
        rows.map(({ id, cells }) =>
          x(
            'tr',
            { ID: id },
            cells.map((cell) => x('td', {}, cell === '' ? undefined : cell)),
          ),
        ),
      ),
    ),
  );
}

/** One paragraph a line. */
export const paragraphs = (text: string): Node =>
  x(
    'text',
    {},
    text
      .split(/\r?\n/)
      .filter((line) => line.trim() !== '')
      .map((line) => x('paragraph', {}, line)),
  );

export const textPointer = (id: string): Node => x('text', {}, x('reference', { value: `#${id}` }));
