// Procedures, Encounters, Immunizations (C-CDA R2.1, 2.61.1, 2.16.1, 2.32.1).
import type { Encounter, Immunization, Procedure } from '../../../../fhir/generated/types.ts';
import type { SectionKind } from '../contract.ts';
import { textPointer } from '../narrative.ts';
import { organizationParts, performer } from '../parties.ts';
import { cd, countedIn, day, dose, ids, ivlOf, moment, rootOf, ts, words } from '../values.ts';
import { templates, x } from '../xml.ts';

const own = '2.16.840.1.113883.10.20.22.4.';
const section22 = '2.16.840.1.113883.10.20.22.2.';

const done: Record<string, string> = {
  completed: 'completed',
  'in-progress': 'active',
  stopped: 'aborted',
  'not-done': 'completed',
  preparation: 'active',
  'on-hold': 'active',
};

export const procedures: SectionKind = {
  code: '47519-4',
  title: 'Procedures',
  templates: [[`${section22}7.1`, '2014-06-09']],
  columns: ['Procedure', 'Date', 'Status', 'Site'],
  items: (chart) =>
    chart.resources
      .filter((one): one is Procedure => one.resourceType === 'Procedure')
      .map((one) => ({
        cells: [
          words(one.code),
          day(one.performedDateTime ?? one.performedPeriod?.start),
          one.status,
          (one.bodySite ?? []).map(words).join(', '),
        ],
        entry: (link) =>
          x(
            'procedure',
            { classCode: 'PROC', moodCode: 'EVN', negationInd: one.status === 'not-done' ? 'true' : undefined },
            templates([`${own}14`, '2014-06-09']),
            ids(one),
            cd('code', one.code),
            textPointer(link),
            x('statusCode', { code: done[one.status] ?? 'completed' }),
            moment('effectiveTime', one.performedDateTime, one.performedPeriod),
            (one.bodySite ?? []).map((site) => cd('targetSiteCode', site)),
            (one.performer ?? []).map(({ actor }) => performer(chart.find(actor.reference))),
          ),
      })),
};

export const encounters: SectionKind = {
  code: '46240-8',
  title: 'Encounters',
  templates: [[`${section22}22.1`, '2015-08-01']],
  columns: ['Encounter', 'From', 'To', 'Status'],
  items: (chart) =>
    chart.resources
      .filter((one): one is Encounter => one.resourceType === 'Encounter')
      .map((one) => ({
        cells: [
          words(one.type?.[0]) || (one.class.display ?? one.class.code ?? ''),
          day(one.period?.start),
          day(one.period?.end),
          one.status,
        ],
        entry: (link) => {
          const [type] = one.type ?? [];
          // The class stands as a translation of the type.
          const code =
            type === undefined
              ? { coding: [one.class] }
              : {
                  ...type,
                  coding: [...(type.coding ?? []), one.class].filter(
                    ({ code: value }, i, all) => all.findIndex((other) => other.code === value) === i,
                  ),
                };
          return x(
            'encounter',
            { classCode: 'ENC', moodCode: one.status === 'planned' ? 'INT' : 'EVN' },
            templates(one.status === 'planned' ? [`${own}40`, '2014-06-09'] : [`${own}49`, '2015-08-01']),
            ids(one),
            cd('code', code),
            textPointer(link),
            x('statusCode', { code: one.status === 'in-progress' || one.status === 'planned' ? 'active' : 'completed' }),
            ivlOf('effectiveTime', one.period),
            one.hospitalization?.dischargeDisposition === undefined
              ? undefined
              : cd('sdtc:dischargeDispositionCode', one.hospitalization.dischargeDisposition),
            (one.participant ?? []).map(({ individual }) => performer(chart.find(individual?.reference))),
          );
        },
      })),
};

export const immunizations: SectionKind = {
  code: '11369-6',
  title: 'Immunizations',
  templates: [[`${section22}2.1`, '2015-08-01']],
  columns: ['Vaccine', 'Date', 'Status', 'Lot'],
  items: (chart) =>
    chart.resources
      .filter((one): one is Immunization => one.resourceType === 'Immunization')
      .map((one) => ({
        cells: [words(one.vaccineCode), day(one.occurrenceDateTime), one.status, one.lotNumber ?? ''],
        entry: (link) => {
          const maker = chart.find(one.manufacturer?.reference);
          return x(
            'substanceAdministration',
            { classCode: 'SBADM', moodCode: 'EVN', negationInd: String(one.status === 'not-done') },
            templates([`${own}52`, '2015-08-01']),
            ids(one),
            textPointer(link),
            x('statusCode', { code: 'completed' }),
            ts('effectiveTime', one.occurrenceDateTime),
            one.route === undefined ? undefined : cd('routeCode', one.route),
            one.site === undefined ? undefined : cd('approachSiteCode', one.site),
            one.doseQuantity === undefined ? undefined : dose(one.doseQuantity),
            countedIn(one.doseQuantity),
            x(
              'consumable',
              {},
              x(
                'manufacturedProduct',
                { classCode: 'MANU' },
                templates([`${own}54`, '2014-06-09']),
                x(
                  'manufacturedMaterial',
                  {},
                  cd('code', one.vaccineCode),
                  one.lotNumber === undefined ? undefined : x('lotNumberText', {}, one.lotNumber),
                ),
                maker?.resourceType === 'Organization' ? x('manufacturerOrganization', {}, organizationParts(maker)) : undefined,
              ),
            ),
            (one.performer ?? []).map(({ actor }) => performer(chart.find(actor.reference))),
            one.statusReason === undefined
              ? undefined
              : x(
                  'entryRelationship',
                  { typeCode: 'RSON' },
                  x(
                    'observation',
                    { classCode: 'OBS', moodCode: 'EVN' },
                    templates([`${own}53`]),
                    x('id', { root: rootOf({ ...one, id: `${one.id ?? ''} refusal` }) }),
                    cd('code', one.statusReason),
                    x('statusCode', { code: 'completed' }),
                  ),
                ),
          );
        },
      })),
};
