// People and organisations as CDA roles.
import type { Device, Organization, Practitioner, Resource } from '../../../fhir/generated/types.ts';
import { addr, ids, nameOf, orUnknown, telecom, ts } from './values.ts';
import { type Content, type Node, x } from './xml.ts';

export const organizationParts = (one: Organization): Content[] => [
  ...ids(one),
  x('name', {}, one.name ?? 'Unknown'),
  ...orUnknown('telecom', (one.telecom ?? []).map(telecom)),
  ...orUnknown('addr', (one.address ?? []).map(addr)),
];

/** assignedAuthor, assignedEntity or intendedRecipient of a person or an organisation. */
export function role(name: string, one: Practitioner | Organization | Device): Node {
  if (one.resourceType === 'Organization')
    return x(
      name,
      {},
      ids(one),
      orUnknown('addr', (one.address ?? []).map(addr)),
      orUnknown('telecom', (one.telecom ?? []).map(telecom)),
      x('representedOrganization', {}, organizationParts(one)),
    );
  if (one.resourceType === 'Device') {
    const [named] = one.deviceName ?? [];
    const software = named?.name ?? one.resourceType;
    return x(
      name,
      {},
      ids(one),
      x('addr', { nullFlavor: 'NA' }),
      x('telecom', { nullFlavor: 'NA' }),
      x('assignedAuthoringDevice', {}, x('manufacturerModelName', {}, software), x('softwareName', {}, software)),
    );
  }
  const [first] = one.name ?? [];
  return x(
    name,
    {},
    ids(one),
    orUnknown('addr', (one.address ?? []).map(addr)),
    orUnknown('telecom', (one.telecom ?? []).map(telecom)),
    x(
      name === 'intendedRecipient' ? 'informationRecipient' : 'assignedPerson',
      {},
      first === undefined ? x('name', { nullFlavor: 'UNK' }) : nameOf(first),
    ),
  );
}

const roles = new Set(['Practitioner', 'Organization', 'Device']);

export const isRole = (one: Resource | undefined): one is Practitioner | Organization | Device =>
  one !== undefined && roles.has(one.resourceType);

/** Author Participation (2.16.840.1.113883.10.20.22.4.119). */
export function author(one: Resource | undefined, time: string | undefined): Content {
  if (!isRole(one)) return undefined;
  return x('author', {}, x('templateId', { root: '2.16.840.1.113883.10.20.22.4.119' }), ts('time', time), role('assignedAuthor', one));
}

export const performer = (one: Resource | undefined): Content =>
  isRole(one) && one.resourceType !== 'Device' ? x('performer', {}, role('assignedEntity', one)) : undefined;
