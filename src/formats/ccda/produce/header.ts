// The US Realm Header (C-CDA R2.1, 1.1.1) of a document that is written from the record.
import type { Encounter, Extension, Patient } from '../../../fhir/generated/types.ts';
import { namedUuid } from '../../../methods/named-uuid.ts';
import { genders } from '../header/patient.ts';
import { idOf, replaced, seriesOf, visitOf } from './case-report.ts';
import type { Chart } from './contract.ts';
import type { Kind } from './kinds.ts';
import { organizationParts, performer, role } from './parties.ts';
import { addr, cd, ids, inverse, ivl, ivlOf, nameOf, orUnknown, telecom, ts } from './values.ts';
import { type Content, type Node, templates, x } from './xml.ts';

const codes = inverse(genders);
const usCore = 'http://hl7.org/fhir/us/core/StructureDefinition/us-core-';

/** Codings of an extension of race or ethnicity: the category, then the details. */
function origin(patient: Patient, kind: string, name: string): Node[] {
  const extension = patient.extension?.find(({ url }) => url === usCore + kind);
  const codings = (extension?.extension ?? []).flatMap((part: Extension) =>
    part.valueCoding === undefined ? [] : [{ url: part.url, coding: part.valueCoding }],
  );
  if (codings.length === 0) return [x(name, { nullFlavor: 'UNK' })];
  return codings.map(({ coding }, i) => cd(i === 0 ? name : `sdtc:${name}`, { coding: [coding] }));
}

function recordTarget({ patient, wish }: Chart): Node {
  const names = (patient.name ?? []).map(nameOf);
  return x(
    'recordTarget',
    {},
    x(
      'patientRole',
      {},
      ids(patient),
      orUnknown('addr', (patient.address ?? []).map(addr)),
      orUnknown('telecom', (patient.telecom ?? []).map(telecom)),
      x(
        'patient',
        {},
        orUnknown('name', names),
        x(
          'administrativeGenderCode',
          patient.gender === undefined
            ? { nullFlavor: 'UNK' }
            : { code: codes[patient.gender] ?? 'UN', codeSystem: '2.16.840.1.113883.5.1' },
        ),
        ts('birthTime', patient.birthDate),
        // A case report says whether the patient lives, or that it is not known.
        wish.kind === 'case-report' && patient.deceasedBoolean === undefined && patient.deceasedDateTime === undefined
          ? x('sdtc:deceasedInd', { nullFlavor: 'UNK' })
          : undefined,
        patient.deceasedBoolean === undefined ? undefined : x('sdtc:deceasedInd', { value: String(patient.deceasedBoolean) }),
        patient.deceasedDateTime === undefined
          ? undefined
          : [x('sdtc:deceasedInd', { value: 'true' }), ts('sdtc:deceasedTime', patient.deceasedDateTime)],
        patient.maritalStatus === undefined ? undefined : cd('maritalStatusCode', patient.maritalStatus),
        origin(patient, 'race', 'raceCode'),
        origin(patient, 'ethnicity', 'ethnicGroupCode'),
        wish.kind === 'case-report' && (patient.communication ?? []).length === 0
          ? x('languageCommunication', {}, x('languageCode', { nullFlavor: 'UNK' }))
          : undefined,
        (patient.communication ?? []).map(({ language, preferred }) =>
          x(
            'languageCommunication',
            {},
            x('languageCode', { code: language.coding?.[0]?.code ?? 'und' }),
            preferred === undefined ? undefined : x('preferenceInd', { value: String(preferred) }),
          ),
        ),
      ),
    ),
  );
}

export function encounterOf(chart: Chart): Encounter | undefined {
  const found = chart.find(`Encounter/${chart.wish.encounter ?? ''}`);
  return found?.resourceType === 'Encounter' ? found : undefined;
}

const further: Record<Exclude<Kind['header'][number], 'setId' | 'versionNumber'>, (chart: Chart) => Content> = {
  documentationOf: (chart) => {
    const encounter = encounterOf(chart);
    return x(
      'documentationOf',
      {},
      x(
        'serviceEvent',
        { classCode: 'PCPR' },
        ivl('effectiveTime', encounter?.period?.start ?? chart.patient.birthDate, encounter?.period?.end ?? chart.wish.time),
        performer(chart.wish.author),
      ),
    );
  },
  componentOf: (chart) => {
    const one = encounterOf(chart);
    if (chart.wish.kind === 'case-report') return visitOf(chart, one);
    return x(
      'componentOf',
      {},
      x(
        'encompassingEncounter',
        {},
        one === undefined ? x('id', { nullFlavor: 'UNK' }) : ids(one),
        one?.class?.code === undefined ? undefined : cd('code', { coding: [one.class] }),
        one === undefined ? ivl('effectiveTime', undefined, undefined) : ivlOf('effectiveTime', one.period),
        one?.hospitalization?.dischargeDisposition === undefined
          ? chart.wish.kind === 'discharge-summary'
            ? x('sdtc:dischargeDispositionCode', { nullFlavor: 'UNK' })
            : undefined
          : cd('sdtc:dischargeDispositionCode', one.hospitalization.dischargeDisposition),
      ),
    );
  },
  informationRecipient: ({ wish }) =>
    x(
      'informationRecipient',
      {},
      wish.recipient === undefined
        ? x('intendedRecipient', {}, x('informationRecipient', {}, x('name', { nullFlavor: 'UNK' })))
        : role('intendedRecipient', wish.recipient),
    ),
};

export function header(chart: Chart, kind: Kind): Content[] {
  const { wish, patient } = chart;
  const code = x('code', { code: kind.code, codeSystem: '2.16.840.1.113883.6.1', codeSystemName: 'LOINC' });
  const asked = (name: keyof typeof further): Content => (kind.header.includes(name) ? further[name](chart) : undefined);
  return [
    x('realmCode', { code: 'US' }),
    x('typeId', { root: '2.16.840.1.113883.1.3', extension: 'POCD_HD000040' }),
    ...templates(['2.16.840.1.113883.10.20.22.1.1', '2015-08-01']),
    ...(kind.version === undefined
      ? templates([kind.template, '2015-08-01'])
      : [x('templateId', { root: kind.template, extension: kind.version })]),
    x('id', { root: idOf(wish.caseReport, namedUuid('ccda document', wish.sender, wish.kind, patient.id ?? '', wish.time)) }),
    code,
    x('title', {}, wish.title ?? kind.title),
    ts('effectiveTime', wish.time),
    x('confidentialityCode', { code: 'N', codeSystem: '2.16.840.1.113883.5.25' }),
    x('languageCode', { code: 'en-US' }),
    ...seriesOf(wish.caseReport),
    recordTarget(chart),
    x('author', {}, ts('time', wish.time), role('assignedAuthor', wish.author)),
    x('custodian', {}, x('assignedCustodian', {}, x('representedCustodianOrganization', {}, organizationParts(wish.custodian)))),
    asked('informationRecipient'),
    asked('documentationOf'),
    replaced(wish.caseReport),
    asked('componentOf'),
  ];
}
