// Columns of a table of resources: an element each, with its lists joined (`name.given` of two names is `Ada; Grace`).
import { jsonLeaves } from '../../parts/json-lines.ts';

const plain = (path: string): string => path.replaceAll(/\[\d+\]/g, '');

/** Text of each column by its path without numbers. */
export function cellsOf(resource: object): Map<string, string> {
  const cells = new Map<string, string>();
  for (const [path, text] of jsonLeaves(resource)) {
    const column = plain(path);
    if (column === 'resourceType') continue;
    const before = cells.get(column);
    cells.set(column, before === undefined ? text : `${before}; ${text}`);
  }
  return cells;
}

/** Columns in which this resource says a number, as JSON has numbers: an identifier of digits is none. */
export function numericColumns(resource: object): Set<string> {
  const found = new Set<string>();
  const walk = (holder: object, path: string): void => {
    for (const [name, value] of Object.entries(holder)) {
      const there = Array.isArray(holder) ? path : path === '' ? name : `${path}.${name}`;
      if (typeof value === 'number') found.add(there);
      else if (typeof value === 'object' && value !== null) walk(value, there);
    }
  };
  walk(resource, '');
  return found;
}

/** All columns that these have, in the order of their first appearance. */
export function columnsOf(resources: readonly object[]): string[] {
  const found = new Set<string>();
  for (const resource of resources) for (const column of cellsOf(resource).keys()) found.add(column);
  return [...found];
}

/** What says most of a resource of any type, in this order. */
const telling = [
  'id',
  'status',
  'clinicalStatus.coding.code',
  'name.family',
  'name.given',
  'name',
  'title',
  'birthDate',
  'gender',
  'class.code',
  'type.text',
  'type.coding.display',
  'code.text',
  'code.coding.display',
  'code.coding.code',
  'vaccineCode.text',
  'vaccineCode.coding.display',
  'medicationCodeableConcept.text',
  'medicationCodeableConcept.coding.display',
  'valueQuantity.value',
  'valueQuantity.unit',
  'valueCodeableConcept.text',
  'valueString',
  'subject.reference',
  'patient.reference',
  'effectiveDateTime',
  'occurrenceDateTime',
  'authoredOn',
  'period.start',
  'period.end',
  'onsetDateTime',
  'recordedDate',
  'issued',
  'date',
  'meta.lastUpdated',
] as const;

/** Columns to begin with. */
export function usualColumns(known: readonly string[], most = 7): string[] {
  const chosen = telling.filter((column) => known.includes(column)).slice(0, most);
  const shown: string[] = chosen.length >= 3 ? [...chosen] : known.slice(0, most);
  return !shown.includes('meta.lastUpdated') && shown.length < most && known.includes('meta.lastUpdated')
    ? [...shown, 'meta.lastUpdated']
    : shown;
}
