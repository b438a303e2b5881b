// What the header of an initial case report (eICR) says besides: which version of which series it is, and of the visit where it took
// place and who answers for it. HL7 CDA R2: Public Health Case Report, Release 2, STU 3.1 (US Realm), chapter 1.1.
import type { Encounter, Location, Organization, Practitioner } from '../../../fhir/generated/types.ts';
import { namedUuid } from '../../../methods/named-uuid.ts';
import type { CaseReport, Chart } from './contract.ts';
import { organizationParts, role } from './parties.ts';
import { addr, cd, ids, ivl, ivlOf, orUnknown } from './values.ts';
import { type Content, type Node, x } from './xml.ts';

const idOfVersion = (setId: string, version: number): string => namedUuid('case report', setId, version);

/** The same series and version give the same document id, so that who gets it twice knows it again. */
export const idOf = (report: CaseReport | undefined, otherwise: string): string =>
  report === undefined ? otherwise : idOfVersion(report.setId, report.version);

export const seriesOf = (report: CaseReport | undefined): Node[] =>
  report === undefined ? [] : [x('setId', { root: report.setId }), x('versionNumber', { value: String(report.version) })];

/** The version before. */
export function replaced(report: CaseReport | undefined): Content {
  if (report === undefined || report.version < 2) return undefined;
  const { setId, version } = report;
  return x(
    'relatedDocument',
    { typeCode: 'RPLC' },
    x(
      'parentDocument',
      {},
      x('id', { root: idOfVersion(setId, version - 1) }),
      x('setId', { root: setId }),
      x('versionNumber', { value: String(version - 1) }),
    ),
  );
}

/** Who had the most to say of the patient: attending, then primary performer, then whoever is named first. */
const byWeight = ['ATND', 'PPRF'];

export function responsible(chart: Chart, one: Encounter | undefined): Practitioner | undefined {
  const named = (one?.participant ?? []).flatMap(({ type, individual }) => {
    const found = chart.find(individual?.reference);
    const code = type?.flatMap(({ coding }) => coding ?? []).find((coding) => byWeight.includes(coding.code ?? ''))?.code ?? '';
    return found?.resourceType === 'Practitioner' ? [{ found, weight: byWeight.indexOf(code) }] : [];
  });
  const heavy = named.filter(({ weight }) => weight >= 0).sort((a, b) => a.weight - b.weight);
  return (heavy[0] ?? named[0])?.found;
}

export function providerOf(chart: Chart, one: Encounter | undefined): Organization | undefined {
  const found = chart.find(one?.serviceProvider?.reference);
  return found?.resourceType === 'Organization' ? found : undefined;
}

/** The place of the visit, or the nearest around it that has an address: a bed has none. */
export function placeOf(chart: Chart, one: Encounter | undefined): Location | undefined {
  const at = (reference: string | undefined): Location | undefined => {
    const found = chart.find(reference);
    return found?.resourceType === 'Location' ? found : undefined;
  };
  const first = (one?.location ?? [])
    .filter(({ status }) => status === undefined || status === 'active' || status === 'completed')
    .map(({ location }) => at(location.reference))
    .findLast((found) => found !== undefined);
  let place = first;
  // As far as places are gathered; a place that is part of itself ends it too.
  for (let deep = 0; deep < 5 && place !== undefined && place.address === undefined; deep++) place = at(place.partOf?.reference);
  return place?.address === undefined ? first : place;
}

const roleCode = 'http://terminology.hl7.org/CodeSystem/v3-RoleCode';
/** ServiceDeliveryLocationRoleType by the class of the visit, where the place says none. */
const kindOfPlace: Readonly<Record<string, readonly [code: string, display: string]>> = {
  EMER: ['ER', 'Emergency room'],
  IMP: ['HOSP', 'Hospital'],
  ACUTE: ['HOSP', 'Hospital'],
  NONAC: ['HOSP', 'Hospital'],
  OBSENC: ['HOSP', 'Hospital'],
  HH: ['PTRES', "Patient's residence"],
};

function facility(chart: Chart, one: Encounter | undefined): Node {
  const place = placeOf(chart, one);
  const provider = providerOf(chart, one);
  const said = place?.type?.flatMap(({ coding }) => coding ?? []).find(({ system }) => system === roleCode);
  const [code, display] = kindOfPlace[one?.class.code ?? ''] ?? ['OF', 'Outpatient facility'];
  const where = place?.address ?? provider?.address?.[0];
  const owner = place ?? provider;
  return x(
    'healthCareFacility',
    {},
    owner === undefined ? x('id', { nullFlavor: 'UNK' }) : ids(owner),
    cd('code', { coding: [said ?? { system: roleCode, code, display }] }),
    x(
      'location',
      {},
      place?.name === undefined ? undefined : x('name', {}, place.name),
      where === undefined ? x('addr', { nullFlavor: 'UNK' }) : addr(where),
    ),
    provider === undefined ? undefined : x('serviceProviderOrganization', {}, organizationParts(provider)),
  );
}

/** componentOf: a case report has one visit, with who answers for the patient there and where it was. */
export function visitOf(chart: Chart, one: Encounter | undefined): Node {
  const who = responsible(chart, one);
  const provider = providerOf(chart, one);
  const entity =
    who === undefined
      ? x(
          'assignedEntity',
          {},
          x('id', { nullFlavor: 'UNK' }),
          orUnknown('addr', []),
          orUnknown('telecom', []),
          x('assignedPerson', {}, x('name', { nullFlavor: 'UNK' })),
        )
      : role('assignedEntity', who);
  if (provider !== undefined) entity.children.push(x('representedOrganization', {}, organizationParts(provider)));
  return x(
    'componentOf',
    {},
    x(
      'encompassingEncounter',
      {},
      one === undefined ? x('id', { nullFlavor: 'UNK' }) : ids(one),
      cd('code', one === undefined ? undefined : { coding: [one.class] }),
      one === undefined ? ivl('effectiveTime', undefined, undefined) : ivlOf('effectiveTime', one.period),
      x('responsibleParty', {}, entity),
      x('location', {}, facility(chart, one)),
    ),
  );
}
