// What a channel's file says of a CSV file: how it is written (`csv`), what its columns mean (`columns`), what every row says
// (`constants`).
import { type CsvColumn, type CsvMapping, compile } from '../formats/csv/mapping.ts';
import {
  isObject,
  listOf,
  may,
  members,
  needed,
  onlyTrue,
  type Shape,
  someText,
  textMap,
  textThat,
  type Wrong,
  wholeFrom,
  wordOf,
  yesOrNo,
} from './shape.ts';

export type CsvFormFile = Omit<CsvMapping, 'columns' | 'constants'>;

const named = textThat(
  (text) => text.trim() === text && text !== '' && text.length <= 200,
  'must be a name of the header, or a number from 1',
);
const numbered = wholeFrom(1, 1000);
const some = textThat((text) => text !== '' && text.length <= 500, 'must be a text that says something');

export const csvForm: Shape<CsvFormFile> = members<CsvFormFile>({
  delimiter: may(someText),
  quote: may(someText),
  header: may(yesOrNo),
  encoding: may(some),
  empty: may(listOf(someText, 50)),
});

export const csvColumns: Shape<CsvColumn[]> = listOf(
  members<CsvColumn>({
    column: needed((value, where, wrong) => (typeof value === 'number' ? numbered(value, where, wrong) : named(value, where, wrong))),
    to: may((value, where, wrong) => (Array.isArray(value) ? listOf(some, 20)(value, where, wrong) : some(value, where, wrong))),
    key: may(onlyTrue),
    optional: may(onlyTrue),
    date: may(some),
    map: may(textMap),
    otherwise: may(some),
    system: may(some),
    unit: may(some),
    decimal: may(wordOf<',' | '.'>(',', '.')),
  }),
  500,
);

export const csvConstants: Shape<Record<string, string | number | boolean>> = (value, where, wrong) => {
  if (!isObject(value)) return void wrong(where, 'must be an object such as {"Encounter.status": "finished"}');
  const constants: Record<string, string | number | boolean> = {};
  for (const [path, one] of Object.entries(value)) {
    if (typeof one !== 'string' && typeof one !== 'number' && typeof one !== 'boolean')
      return void wrong(`${where}.${path}`, 'must be a text, a number, true or false');
    constants[path] = one;
  }
  return constants;
};

interface SaidOfCsv {
  format: string;
  direction: string;
  csv?: CsvFormFile | undefined;
  columns?: CsvColumn[] | undefined;
  constants?: CsvMapping['constants'];
}

export const mappingOf = ({ csv, columns, constants }: SaidOfCsv): CsvMapping => ({ ...csv, columns: columns ?? [], constants });

/** What is wrong beyond the form of each member. */
export function csvMisplaced(read: SaidOfCsv, wrong: Wrong): void {
  const { format, direction, csv, columns, constants } = read;
  if (format !== 'csv') {
    for (const [name, value] of Object.entries({ csv, columns, constants }))
      if (value !== undefined) wrong(name, 'is for channels of the format csv');
    return;
  }
  if (direction === 'out') wrong('direction', 'of a csv channel is "in"; nothing is sent as CSV');
  if (columns === undefined) wrong('columns', 'are missing: say what each column means');
  else compile(mappingOf(read), wrong);
}
