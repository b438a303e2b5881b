// Plan of Treatment, Goals, Family History, Payers (C-CDA R2.1, 2.53, 2.22, 2.17, 2.52).
import type { Coverage, FamilyMemberHistory, Goal, ServiceRequest } from '../../../../fhir/generated/types.ts';
import { requestStatus } from '../../entries/procedures.ts';
import type { Chart, SectionKind } from '../contract.ts';
import { textPointer } from '../narrative.ts';
import { author, organizationParts } from '../parties.ts';
import { cd, day, ids, inverse, ivlOf, moment, pq, rootOf, ts, words } from '../values.ts';
import { type Content, type Node, templates, x } from '../xml.ts';

const own = '2.16.840.1.113883.10.20.22.4.';
const section22 = '2.16.840.1.113883.10.20.22.2.';

const moods: Record<string, string> = {
  proposal: 'PRP',
  plan: 'INT',
  directive: 'INT',
  order: 'RQO',
  'original-order': 'RQO',
  'reflex-order': 'RQO',
  'filler-order': 'RQO',
  'instance-order': 'RQO',
  option: 'PRP',
};
const requests = inverse(requestStatus);

const planned = (one: ServiceRequest, link: string, chart: Chart): Node =>
  x(
    'procedure',
    { classCode: 'PROC', moodCode: moods[one.intent] ?? 'INT' },
    templates([`${own}41`, '2014-06-09']),
    ids(one),
    cd('code', one.code),
    textPointer(link),
    x('statusCode', { code: requests[one.status] ?? 'active' }),
    moment('effectiveTime', one.occurrenceDateTime, one.occurrencePeriod),
    (one.bodySite ?? []).map((site) => cd('targetSiteCode', site)),
    author(chart.find(one.requester?.reference), one.authoredOn),
  );

export const planOfTreatment: SectionKind = {
  code: '18776-5',
  title: 'Plan of treatment',
  templates: [[`${section22}10`, '2014-06-09']],
  columns: ['What', 'When', 'Status'],
  items: (chart) =>
    chart.resources
      .filter((one): one is ServiceRequest => one.resourceType === 'ServiceRequest')
      .map((one) => ({
        cells: [words(one.code), day(one.occurrenceDateTime ?? one.occurrencePeriod?.start), one.status],
        entry: (link) => planned(one, link, chart),
      })),
};

const goalStates: Record<string, string> = {
  active: 'active',
  completed: 'completed',
  cancelled: 'cancelled',
  'on-hold': 'suspended',
  proposed: 'active',
  planned: 'active',
  accepted: 'active',
};

function target(one: Goal): Content {
  const [first] = one.target ?? [];
  if (first?.detailQuantity !== undefined) return pq('value', first.detailQuantity, 'PQ');
  if (first?.detailCodeableConcept !== undefined) return cd('value', first.detailCodeableConcept, 'CD');
  return first?.detailString === undefined ? undefined : x('value', { 'xsi:type': 'ST' }, first.detailString);
}

export const goals: SectionKind = {
  code: '61146-7',
  title: 'Goals',
  templates: [[`${section22}60`]],
  columns: ['Goal', 'From', 'Due', 'Status'],
  items: (chart) =>
    chart.resources
      .filter((one): one is Goal => one.resourceType === 'Goal')
      .map((one) => ({
        cells: [words(one.description), day(one.startDate), day(one.target?.[0]?.dueDate), one.lifecycleStatus],
        entry: (link) =>
          x(
            'observation',
            { classCode: 'OBS', moodCode: 'GOL' },
            templates([`${own}121`]),
            ids(one),
            cd('code', one.description),
            textPointer(link),
            x('statusCode', { code: goalStates[one.lifecycleStatus] ?? 'active' }),
            ivlOf('effectiveTime', { start: one.startDate, end: one.target?.[0]?.dueDate }),
            target(one),
            author(chart.find(one.expressedBy?.reference), one.statusDate),
          ),
      })),
};

const sexes: Record<string, string> = { male: 'M', female: 'F', other: 'UN' };

const relative = (one: FamilyMemberHistory): Node =>
  x(
    'organizer',
    { classCode: 'CLUSTER', moodCode: 'EVN' },
    templates([`${own}45`, '2015-08-01']),
    ids(one),
    x('statusCode', { code: 'completed' }),
    x(
      'subject',
      {},
      x(
        'relatedSubject',
        { classCode: 'PRS' },
        cd('code', one.relationship),
        x(
          'subject',
          {},
          one.name === undefined ? undefined : x('name', {}, one.name),
          one.sex === undefined
            ? undefined
            : x('administrativeGenderCode', { code: sexes[one.sex.coding?.[0]?.code ?? ''] ?? 'UN', codeSystem: '2.16.840.1.113883.5.1' }),
          one.bornDate === undefined ? undefined : ts('birthTime', one.bornDate),
          one.deceasedBoolean === undefined ? undefined : x('sdtc:deceasedInd', { value: String(one.deceasedBoolean) }),
          one.deceasedDate === undefined ? undefined : ts('sdtc:deceasedTime', one.deceasedDate),
        ),
      ),
    ),
    (one.condition ?? []).map((condition, i) =>
      x(
        'component',
        {},
        x(
          'observation',
          { classCode: 'OBS', moodCode: 'EVN' },
          templates([`${own}46`, '2015-08-01']),
          x('id', { root: `${rootOf(one).slice(0, -2)}${(i % 90) + 10}` }),
          x('code', { code: '75315-2', codeSystem: '2.16.840.1.113883.6.1' }),
          x('statusCode', { code: 'completed' }),
          cd('value', condition.code, 'CD'),
          condition.onsetAge === undefined
            ? undefined
            : x(
                'entryRelationship',
                { typeCode: 'SUBJ', inversionInd: 'true' },
                x(
                  'observation',
                  { classCode: 'OBS', moodCode: 'EVN' },
                  templates([`${own}31`]),
                  x('code', { code: '445518008', codeSystem: '2.16.840.1.113883.6.96' }),
                  x('statusCode', { code: 'completed' }),
                  pq('value', condition.onsetAge, 'PQ'),
                ),
              ),
        ),
      ),
    ),
  );

export const familyHistory: SectionKind = {
  code: '10157-6',
  title: 'Family history',
  templates: [[`${section22}15`, '2015-08-01']],
  columns: ['Relative', 'Conditions'],
  items: (chart) =>
    chart.resources
      .filter((one): one is FamilyMemberHistory => one.resourceType === 'FamilyMemberHistory')
      .map((one) => ({
        cells: [words(one.relationship), (one.condition ?? []).map(({ code }) => words(code)).join(', ')],
        entry: () => relative(one),
      })),
};

function policy(one: Coverage, chart: Chart): Node {
  const payers = (one.payor ?? []).map(({ reference }) => chart.find(reference));
  return x(
    'act',
    { classCode: 'ACT', moodCode: 'EVN' },
    templates([`${own}60`, '2015-08-01']),
    x('id', { root: rootOf({ ...one, id: `${one.id ?? ''} coverage` }) }),
    x('code', { code: '48768-6', codeSystem: '2.16.840.1.113883.6.1' }),
    x('statusCode', { code: 'completed' }),
    x(
      'entryRelationship',
      { typeCode: 'COMP' },
      one.order === undefined ? undefined : x('sequenceNumber', { value: String(one.order) }),
      x(
        'act',
        { classCode: 'ACT', moodCode: 'EVN' },
        templates([`${own}61`, '2015-08-01']),
        ids(one),
        cd('code', one.type),
        x('statusCode', { code: 'completed' }),
        payers.map((payer) =>
          payer?.resourceType === 'Organization'
            ? x(
                'performer',
                { typeCode: 'PRF' },
                templates([`${own}87`]),
                x(
                  'assignedEntity',
                  {},
                  ids(payer),
                  x('code', { code: 'PAYOR', codeSystem: '2.16.840.1.113883.5.110' }),
                  x('representedOrganization', {}, organizationParts(payer)),
                ),
              )
            : undefined,
        ),
        x(
          'participant',
          { typeCode: 'COV' },
          templates([`${own}89`]),
          one.period === undefined ? undefined : ivlOf('time', one.period),
          x(
            'participantRole',
            { classCode: 'PAT' },
            one.subscriberId === undefined
              ? x('id', { nullFlavor: 'UNK' })
              : x('id', { root: rootOf({ ...one, id: 'subscriber' }), extension: one.subscriberId }),
            one.relationship === undefined ? x('code', { nullFlavor: 'UNK' }) : cd('code', one.relationship),
          ),
        ),
      ),
    ),
  );
}

export const payers: SectionKind = {
  code: '48768-6',
  title: 'Payers',
  templates: [[`${section22}18`, '2015-08-01']],
  columns: ['Coverage', 'Member number', 'From', 'To'],
  items: (chart) =>
    chart.resources
      .filter((one): one is Coverage => one.resourceType === 'Coverage')
      .map((one) => ({
        cells: [words(one.type), one.subscriberId ?? '', day(one.period?.start), day(one.period?.end)],
        entry: () => policy(one, chart),
      })),
};
