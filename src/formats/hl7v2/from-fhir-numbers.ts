// Numbers of what goes out: whoever receives a message finds a patient, a visit, an order again by a number alone (HL7 v2.8: PID-3,
// PV1-19, ORC-2, OBR-3, SCH-2 …). What has none goes by its id in the record, assigned by who sends the message.
import type { Identifier, Location, Resource, ResourceType } from '../../fhir/generated/types.ts';
import { identifierTypes } from './map/types/identifiers.ts';

/** HL7 table 0203: the kind of number that the segment of the type asks for. */
const kinds: Partial<Record<ResourceType, { asked: string; alsoFine: readonly string[] }>> = {
  ServiceRequest: { asked: 'PLAC', alsoFine: ['FILL'] },
  MedicationRequest: { asked: 'PLAC', alsoFine: ['FILL'] },
  DiagnosticReport: { asked: 'FILL', alsoFine: ['PLAC'] },
  Appointment: { asked: 'FILL', alsoFine: ['PLAC'] },
};
/** Any number does, whatever its kind; the kind is for the one that we give. */
const any: Partial<Record<ResourceType, string>> = {
  Patient: 'PI',
  Encounter: 'VN',
  ChargeItem: 'FILL',
  Immunization: 'FILL',
  Practitioner: 'EI',
};

const kindOf = ({ type }: Identifier): string | undefined => type?.coding?.find(({ system }) => system === identifierTypes)?.code;
const typed = (code: string) => ({ coding: [{ system: identifierTypes, code }] });

const physicalType = 'http://terminology.hl7.org/CodeSystem/location-physical-type';
/** Kinds of places that PL has a part for. */
const placed = new Set(['bd', 'ro', 'wa', 'lvl', 'bu', 'si']);

/** A place of which nobody says what kind it is is a point of care (PL-1), under the name that it goes by. */
function placeOf(location: Location): Location {
  const known = location.physicalType?.coding?.some(({ system, code }) => system === physicalType && placed.has(code ?? '')) === true;
  const name = location.name ?? location.identifier?.find(({ value }) => value !== undefined)?.value ?? location.id ?? '';
  return known ? { ...location, name } : { ...location, name, physicalType: { coding: [{ system: physicalType, code: 'wa' }] } };
}

/** The resource with a number that its segment can say. `authority`: the application that sends. */
export function numberedFor(resource: Resource, authority: string): Resource {
  const own = (code: string): Identifier => ({
    type: typed(code),
    ...(authority === '' ? {} : { system: `urn:id:${encodeURIComponent(authority)}` }),
    value: resource.id ?? '',
  });
  if (resource.resourceType === 'Location') return placeOf(resource);
  if (resource.resourceType === 'DocumentReference') {
    const number = resource.masterIdentifier ?? resource.identifier?.find(({ value }) => value !== undefined) ?? own('FILL');
    return { ...resource, masterIdentifier: number };
  }
  if (!('identifier' in resource) && !(resource.resourceType in any) && !(resource.resourceType in kinds)) return resource;
  const { identifier } = resource as { identifier?: unknown };
  const given = (Array.isArray(identifier) ? (identifier as Identifier[]) : []).filter(({ value }) => value !== undefined);
  const plain = any[resource.resourceType];
  if (plain !== undefined) return given.length > 0 ? resource : ({ ...resource, identifier: [own(plain)] } as Resource);
  const kind = kinds[resource.resourceType];
  if (kind === undefined || given.some((one) => [kind.asked, ...kind.alsoFine].includes(kindOf(one) ?? ''))) return resource;
  const [first = own(kind.asked), ...rest] = given;
  return { ...resource, identifier: [{ ...first, type: typed(kind.asked) }, ...rest] } as Resource;
}
