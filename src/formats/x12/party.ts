// Rows for people and organisations as every transaction set names them: NM1, N1, N3, N4, PER, REF, DMG, PRV.
import type { Json } from '../../fhir/json.ts';
import { type Codec, code, concept, date, gender, text } from './codec.ts';
import { copyOf, isNode, type Node } from './node.ts';
import type { Row, Spec } from './spec.ts';
import { de, systems } from './systems.ts';

/** Qualifiers of identifiers that are one namespace everywhere. */
const worldwide: Record<string, string> = {
  XX: systems.npi,
  SY: systems.ssn,
  '34': systems.ssn,
  EI: systems.ein,
  HPI: systems.npi,
  TJ: systems.ein,
};

/**
 * The qualifier of an identifier. It becomes the namespace where the world knows that, else the type of the identifier, in a
 * namespace of the sender's own. `element`: which list of qualifiers this is (66 for NM1-08, 128 for REF-01).
 */
export function identifierQualifier(element: number, fallback?: string): Codec {
  const system = de(element);
  return {
    read(one, context) {
      if (!/^[A-Za-z0-9]{1,3}$/.test(one)) return undefined;
      return { type: { coding: [{ system, code: one }] }, system: worldwide[one] ?? context.namespace(one) };
    },
    write(value) {
      if (!isNode(value)) return undefined;
      const typed = codeIn(value['type'], system);
      if (typed !== undefined) return typed;
      if (isNode(value['type']) && Array.isArray(value['type']['coding']) && /codesystem\.x12\.org/.test(JSON.stringify(value['type'])))
        return undefined;
      const known = (element === 66 ? ['XX', '34'] : ['SY', 'EI']).find((one) => worldwide[one] === value['system']);
      return known ?? (value['value'] === undefined ? undefined : fallback);
    },
    says: 'type.coding[0].code',
  };
}

function codeIn(value: Json | undefined, system: string): string | undefined {
  const codings = isNode(value) && Array.isArray(value['coding']) ? value['coding'] : [];
  const found = codings.find((one): one is Node => isNode(one) && one['system'] === system);
  return typeof found?.['code'] === 'string' ? found['code'] : undefined;
}

const person: Row[] = [
  ['03', 'name[0].family'],
  ['04', 'name[0].given[0]'],
  ['05', 'name[0].given[1]'],
  ['06', 'name[0].prefix[0]'],
  ['07', 'name[0].suffix[0]'],
];
const identified = (tag: 'NM1' | 'N1', fallback: string): Row[] => [
  [tag === 'NM1' ? '08' : '03', 'identifier[+]', identifierQualifier(66, fallback)],
  [tag === 'NM1' ? '09' : '04', 'identifier[+].value', code],
];

export const organizations = ['Organization', 'Location'];
export const people = ['Practitioner', 'Patient', 'RelatedPerson'];

/** NM1 of a party that is an organisation or a person, whichever the resource of that role is. `entity`: NM1-01. */
export function named(entity: string, on?: string, fallback = '46', more: readonly Row[] = []): Spec[] {
  const common = {
    tag: 'NM1',
    written: true as const,
    itemNeeds: ['08', '09'],
    otherwise: [['08', fallback, '09']] as const,
    ...(on === undefined ? {} : { on }),
  };
  return [
    { ...common, types: people, when: { '01': entity, '02': '1' }, rows: [...person, ...more, ...identified('NM1', fallback)] },
    { ...common, types: organizations, when: { '01': entity, '02': '2' }, rows: [['03', 'name'], ...more, ...identified('NM1', fallback)] },
    // What is called a person and has the name of an organisation, and the other way round, as it is met in practice.
    {
      ...common,
      instead: true,
      types: organizations,
      when: { '01': entity },
      rows: [['03', 'name'], ...more, ...identified('NM1', fallback)],
    },
  ];
}

/** The same where any entity may be named and FHIR has no word for which: it is kept, and `usual` written anew. */
export const namedAny = (on: string, usual: string, fallback = '46'): Spec[] =>
  named('', on, fallback).map((spec) => {
    const { '01': _, ...when } = spec.when ?? {};
    return { ...spec, when, otherwise: [...(spec.otherwise ?? []), ['01', usual, '']] as const };
  });

/** N1, which names organisations only. */
export const namedN1 = (entity: string, on: string, fallback: string): Spec[] => [
  { tag: 'N1', on, when: { '01': entity }, rows: [['02', 'name'], ...identified('N1', fallback)], written: true, itemNeeds: ['03', '04'] },
];

const addressRows = (list: string): { street: Row[]; place: Row[] } => ({
  street: [
    ['01', `${list}.line[0]`],
    ['02', `${list}.line[1]`],
  ],
  place: [
    ['01', `${list}.city`],
    ['02', `${list}.state`],
    ['03', `${list}.postalCode`],
    ['04', `${list}.country`],
    // CY: a county. What else a place can be called has no element.
    ['05', `${list}.district`, { implied: true, read: (one) => (one === 'CY' ? {} : undefined), write: () => 'CY' }],
    ['06', `${list}.district`, text, '05'],
  ],
});

/** N3 and N4: an address is two segments of one thing, so it has a fixed place. */
export function address(on?: string, list = 'address[0]', types?: readonly string[]): Spec[] {
  const { street, place } = addressRows(list);
  const common = { ...(on === undefined ? {} : { on }), ...(types === undefined ? {} : { types }) };
  return [
    { tag: 'N3', ...common, rows: street },
    { tag: 'N4', ...common, rows: place },
  ];
}

/** A Location has one address, not a list. */
export const locationAddress = (on: string): Spec[] => address(on, 'address', ['Location']);

/** REF: any further identifier, with its qualifier as the type. */
export const references = (on?: string): Spec[] => [
  {
    tag: 'REF',
    ...(on === undefined ? {} : { on }),
    needs: ['01', '02'],
    rows: [
      ['01', 'identifier[+]', identifierQualifier(128)],
      ['02', 'identifier[+].value', code],
    ],
  },
];

const channels: Record<string, Node> = {
  TE: { system: 'phone' },
  HP: { system: 'phone', use: 'home' },
  WP: { system: 'phone', use: 'work' },
  CP: { system: 'phone', use: 'mobile' },
  EM: { system: 'email' },
  FX: { system: 'fax' },
  UR: { system: 'url' },
};
const channel: Codec = {
  read: (one) => (channels[one] === undefined ? undefined : copyOf(channels[one])),
  write: (value) =>
    isNode(value)
      ? (Object.keys(channels).find((one) => channels[one]!['system'] === value['system'] && channels[one]!['use'] === value['use']) ??
        Object.keys(channels).find((one) => channels[one]!['system'] === value['system']))
      : undefined,
};

const extensionNumber = 'http://hl7.org/fhir/StructureDefinition/contactpoint-extension';
/** The number behind the number: FHIR's own extension of a telephone. */
const extension: Codec = {
  read(one, context) {
    const valueString = text.read(one, context);
    return valueString === undefined ? undefined : { url: extensionNumber, valueString };
  },
  write: (value) =>
    isNode(value) && value['url'] === extensionNumber && typeof value['valueString'] === 'string' ? value['valueString'] : undefined,
  says: 'valueString',
};
/** Pairs of channel and number; EX in place of a channel extends the telephone before it. */
const numberPairs: readonly { when: Record<string, string>; needs: string[]; pairs: readonly (number | 'EX')[]; of: number }[] = [
  { when: { '05': 'EX' }, needs: ['04', '06'], pairs: [0, 'EX', 1], of: 0 },
  { when: { '05': 'TE,HP,WP,CP', '07': 'EX' }, needs: ['06', '08'], pairs: [0, 1, 'EX'], of: 1 },
  { when: { '07': 'EX' }, needs: ['04', '08'], pairs: [0, 1, 'EX'], of: 0 },
  { when: {}, needs: [], pairs: [0, 1, 2], of: 0 },
];
const numbers = (list: string, { pairs, of }: (typeof numberPairs)[number]): Row[] =>
  pairs.flatMap((one, index): Row[] => {
    const [at, number] = [`0${3 + 2 * index}`, `0${4 + 2 * index}`];
    if (one === 'EX') return [[number, `${list}[${of}].extension[0]`, extension]];
    return [
      [at, `${list}[${one}]`, channel],
      [number, `${list}[${one}].value`, text, at],
    ];
  });

/** PER: who answers the telephone. `purposes`: PER-01, of which a person has no word; the first is written. */
export const contact = (on: string, purposes = 'IC,CX,BL,IP,EA'): Spec[] =>
  numberPairs.flatMap((form, index): Spec[] => {
    const common = { tag: 'PER', on, when: { '01': purposes, ...form.when } };
    return [
      {
        ...common,
        types: ['Organization'],
        needs: form.needs,
        rows: [['01', 'contact[+].purpose', concept(de(366))], ['02', 'contact[+].name.text'], ...numbers('contact[+].telecom', form)],
      },
      {
        ...common,
        types: [...people, 'Location'],
        needs: form.needs.length === 0 ? ['04'] : form.needs,
        rows: numbers('telecom', form),
        ...(index === 0 ? {} : { instead: true as const }),
      },
    ];
  });

/** PRV: what kind of provider; the code of the taxonomy. `roles`: PRV-01, which the loop implies. */
export const specialty = (on: string, roles: string): Spec[] =>
  (
    [
      ['Organization', 'type[0]'],
      ['Practitioner', 'qualification[0].code'],
    ] as const
  ).map(([type, path]) => ({
    tag: 'PRV',
    on,
    types: [type],
    when: { '01': roles, '02': 'PXC,ZZ' },
    needs: ['03'],
    rows: [['03', path, concept(systems.taxonomy)]],
  }));

/** DMG: birth and sex. */
export const demographics = (on: string): Spec[] => [
  {
    tag: 'DMG',
    on,
    types: people,
    when: { '01': 'D8' },
    rows: [
      ['02', 'birthDate', date],
      ['03', 'gender', gender],
    ],
  },
];
