// A recall in words and as CSV, one row a dose.
import { csvAbout, csvRow } from '../../parts/csv.ts';
import { showTime } from '../../parts/dates.ts';
import type { Recall, RecallAsked, RecalledDose } from './api.ts';

export const askedWords = ({ lot, ndc, product, since }: RecallAsked): string =>
  [
    lot === undefined ? '' : `lot ${lot}`,
    ndc === undefined ? '' : `number ${ndc}`,
    product === undefined ? '' : `“${product}”`,
    since === undefined ? '' : `since ${since}`,
  ]
    .filter((one) => one !== '')
    .join(', ');

export const doseWords = ({ at, how, product, lots }: RecalledDose): string =>
  [
    at === undefined ? 'not known when' : showTime(at),
    how,
    product ?? 'product not said',
    lots === undefined ? '' : `lot ${lots.join(', ')}`,
  ]
    .filter((one) => one !== '')
    .join(' · ');

/** By patient; of none under the empty text. */
export function dosesOf({ doses }: Pick<Recall, 'doses'>): Map<string, RecalledDose[]> {
  const found = new Map<string, RecalledDose[]>();
  for (const dose of doses) found.set(dose.patient ?? '', [...(found.get(dose.patient ?? '') ?? []), dose]);
  return found;
}

/** Those in beds first, as on the screen. What was not read stands in its head: a list goes on without its screen. */
export function recallCsv(data: Recall, about: readonly string[]): string {
  const doses = dosesOf(data);
  const people = [...data.people, { patient: '' }];
  return (
    csvAbout([...about, data.says, ...[...data.stops, ...data.notRead].map((part) => `NOT READ: ${part}`)]) +
    csvRow(['place_now', 'name', 'record_number', 'born', 'at', 'how', 'product', 'lots', 'patient', 'reference']) +
    people
      .flatMap((person) => (doses.get(person.patient) ?? []).map((dose) => ({ ...person, dose })))
      .map(
        ({
          place = '',
          name = '',
          number = '',
          birthDate = '',
          patient,
          dose,
        }: Partial<Recall['people'][number]> & { dose: RecalledDose }) =>
          csvRow([
            place,
            name,
            number,
            birthDate,
            dose.at ?? '',
            dose.how,
            dose.product ?? '',
            (dose.lots ?? []).join(' '),
            patient ?? '',
            dose.ref,
          ]),
      )
      .join('')
  );
}
