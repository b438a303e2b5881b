// What public health looks for in an initial case report (HL7's Schematron of eICR R2 STU 3.1.1, by its phases): what it refuses a report
// for, and what it only misses. Checked on what was written, and said before anything is sent.
import { templatesOf } from '../mapping/templates-of.ts';
import { childOf, type Document, type Element, everyElement, leafOf } from '../tree/tree.ts';
import { triggerTemplates } from './trigger.ts';

export interface Lack {
  says: string;
  /** The report would not be taken. */
  refused: boolean;
}

export function lacksOf(document: Document): Lack[] {
  const [root] = document.roots;
  const role = at(root, 'recordTarget', 'patientRole');
  const visit = at(root, 'componentOf', 'encompassingEncounter');
  const facility = at(visit, 'location', 'healthCareFacility');
  const responsible = at(visit, 'responsibleParty', 'assignedEntity');
  const addresses = [childOf(role, 'addr'), at(facility, 'location', 'addr')];
  const missing = (of: Element | undefined, names: readonly string[]): string =>
    names.filter((name) => !says(childOf(of, name))).map((name) => partNames[name] ?? name).join(', '); // biome-ignore format: one list
  const lacks: [lacking: boolean, text: string, refused: boolean][] = [
    [!holdsTrigger(root, document), 'No diagnosis or result in it has a code of the list of notifiable conditions', true],
    [
      addresses.every((one) => !says(childOf(one, 'state')) && !says(childOf(one, 'postalCode'))),
      'Neither the patient nor the facility has a state or a postal code',
      true,
    ],
    [!says(at(visit, 'effectiveTime', 'low')), 'When the visit began is not known', true],
    [
      missing(childOf(role, 'addr'), addressParts) !== '',
      `The patient’s address lacks: ${missing(childOf(role, 'addr'), addressParts)}`,
      false,
    ],
    [!says(childOf(role, 'telecom')), 'The patient has no telephone or e-mail', false],
    [!says(at(role, 'patient', 'raceCode')), 'The patient’s race is not known', false],
    [!says(at(role, 'patient', 'ethnicGroupCode')), 'The patient’s ethnicity is not known', false],
    [
      missing(at(facility, 'location', 'addr'), addressParts) !== '',
      `The facility’s address lacks: ${missing(at(facility, 'location', 'addr'), addressParts)}`,
      false,
    ],
    [childOf(facility, 'serviceProviderOrganization') === undefined, 'The visit names no organisation that is responsible for it', false],
    [!says(childOf(responsible, 'id')), 'The visit names no clinician who is responsible', false],
    [says(childOf(responsible, 'id')) && !says(childOf(responsible, 'telecom')), 'The clinician has no telephone', false],
  ];
  return lacks.filter(([lacking]) => lacking).map(([, text, refused]) => ({ says: text, refused }));
}

const addressParts = ['streetAddressLine', 'city', 'state', 'postalCode'] as const;
const partNames: Readonly<Record<string, string>> = { streetAddressLine: 'street', postalCode: 'postal code' };

const at = (from: Element | undefined, ...path: string[]): Element | undefined =>
  path.reduce<Element | undefined>((one, name) => childOf(one, name), from);

/** Holds something, and does not say that it is unknown. */
const says = (one: Element | undefined): boolean =>
  one !== undefined && leafOf(one, 'nullFlavor') === undefined && (one.attributes.length > 0 || one.children.length > 0);

function holdsTrigger(root: Element | undefined, { text }: Document): boolean {
  if (root === undefined) return false;
  for (const one of everyElement(root))
    if (one.name === 'observation' && templatesOf(one, text).some((id) => triggerTemplates.includes(id))) return true;
  return false;
}
