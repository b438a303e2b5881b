// A message told in FHIR, for tests: its resources by type, and what became of each leaf.
import type { Resource, ResourceType } from '../../../fhir/generated/types.ts';
import type { Said, Translation } from '../../contract.ts';
import { isObject } from '../map/place.ts';
import { tell } from '../to-fhir.ts';
import { readText } from '../tree/message.ts';
import { faultsOf } from './faults.ts';

export interface Told {
  translation: Translation;
  /** Resources of a type, in the order in which the message names them. */
  all<Type extends ResourceType>(type: Type): Extract<Resource, { resourceType: Type }>[];
  /** The only one of its type; throws where there are none or several. */
  the<Type extends ResourceType>(type: Type): Extract<Resource, { resourceType: Type }>;
  said(type: ResourceType): Said;
  /** Elements that the leaf is mapped to, without the resource's id; `kept` or `structural` where it is not. */
  became(path: string): string[] | 'kept' | 'structural' | undefined;
}

/** Segments in lines; a header is put before them where there is none. Throws where what was told is no valid R4. */
export function told(text: string, event = 'ADT^A08', timeZone = 'UTC'): Told {
  const lines = text
    .trim()
    .split('\n')
    .map((line) => line.trim());
  const header = lines[0]?.startsWith('MSH') === true ? [] : [`MSH|^~\\&|APP|FAC|||20260301120000||${event}|C1|P|2.5.1`];
  const context = { sender: 'test', receivedAt: new Date('2026-03-01T12:00:00Z'), timeZone };
  const { translation } = tell(readText([...header, ...lines].join('\r')), context);
  const faults = faultsOf(translation.resources.map(({ resource }) => resource));
  if (faults.length > 0) throw new Error(faults.join('; '));
  const isOf = <Type extends ResourceType>(resource: Resource, type: Type): resource is Extract<Resource, { resourceType: Type }> =>
    resource.resourceType === type;
  const all = <Type extends ResourceType>(type: Type) =>
    translation.resources.flatMap(({ resource }) => (isOf(resource, type) ? [resource] : []));
  return {
    translation,
    all,
    the(type) {
      const [one, ...more] = all(type);
      if (one === undefined || more.length > 0) throw new Error(`${1 + more.length} of ${type}, where one was expected`);
      return one;
    },
    said(type) {
      const found = translation.resources.find(({ resource }) => resource.resourceType === type);
      if (found === undefined) throw new Error(`nothing is said of ${type}`);
      return found;
    },
    became(path) {
      const row = translation.ledger.find((one) => one.path === path);
      if (row === undefined) return undefined;
      return row.state === 'mapped' ? row.elements.map((element) => element.replace(/\/[^#]*#/, '.')) : row.state;
    },
  };
}

/** Members of an object that are of interest, for comparing. */
export const pick = (value: unknown, ...names: string[]): Record<string, unknown> =>
  isObject(value) ? Object.fromEntries(names.map((name) => [name, value[name]])) : {};

/** A segment by its populated fields. */
export function segment(name: string, fields: Readonly<Record<number, string>>): string {
  const last = Math.max(...Object.keys(fields).map(Number));
  return `${name}|${Array.from({ length: last }, (_, at) => fields[at + 1] ?? '').join('|')}`;
}
