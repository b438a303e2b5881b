// The first look at a chart: lists that fit on one screen, each with its own empty and failed state.

import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { Resource } from '../../../../src/fhir/generated/types.ts';
import { searchAll } from '../../api/fhir.ts';
import { showDate, showTime } from '../../parts/dates.ts';
import { allergiesQuery } from '../../parts/patient-banner.tsx';
import { Empty, Failure, Waiting } from '../../parts/states.tsx';
import { conceptOf, quantityOf } from '../../parts/words.ts';

export function Summary({ id }: { id: string }) {
  return (
    <div className="cards">
      <Problems id={id} />
      <Allergies id={id} />
      <Medication id={id} />
      <Results id={id} />
      <Encounters id={id} />
    </div>
  );
}

interface Row {
  id: string;
  what: string;
  beside: string;
  when: string;
}

function List<R extends Resource>({
  title,
  none,
  query,
  row,
}: {
  title: string;
  none: string;
  query: { queryKey: readonly string[]; queryFn(): Promise<R[]> };
  row(resource: R): Row;
}): ReactNode {
  const { data, isPending, isError, error, refetch } = useQuery({ queryKey: query.queryKey, queryFn: () => query.queryFn() });
  return (
    <section className="card" aria-label={title}>
      <h2>
        {title} {data !== undefined && <span className="count">{data.length}</span>}
      </h2>
      {isPending ? (
        <Waiting what={title} rows={3} />
      ) : isError ? (
        <Failure error={error} again={() => void refetch()} />
      ) : data.length === 0 ? (
        <Empty title={none} />
      ) : (
        <ul className="rows">
          {data
            .slice(0, 12)
            .map(row)
            .map(({ id, what, beside, when }) => (
              <li key={id}>
                <span className="row-what" dir="auto">
                  {what || 'Not named'}
                </span>
                <span className="row-beside" dir="auto">
                  {beside}
                </span>
                <span className="row-when">{when}</span>
              </li>
            ))}
        </ul>
      )}
      {data !== undefined && data.length > 12 && <p className="beneath">and {data.length - 12} more</p>}
    </section>
  );
}

const Problems = ({ id }: { id: string }) => (
  <List
    title="Problems"
    none="No active problem is recorded"
    query={{
      queryKey: ['Condition', id, 'active'],
      queryFn: () => searchAll('Condition', { patient: id, 'clinical-status': 'active,recurrence,relapse', _sort: '-recorded-date' }, 200),
    }}
    row={(condition) => ({
      id: condition.id ?? '',
      what: conceptOf(condition.code),
      beside: conceptOf(condition.severity),
      when: condition.onsetDateTime === undefined ? '' : `since ${showDate(condition.onsetDateTime)}`,
    })}
  />
);

const Allergies = ({ id }: { id: string }) => (
  <List
    title="Allergies"
    none="None are recorded: that is not the same as none"
    query={allergiesQuery(id)}
    row={(allergy) => ({
      id: allergy.id ?? '',
      what: conceptOf(allergy.code),
      beside: (allergy.reaction ?? []).flatMap(({ manifestation }) => manifestation.map((one) => conceptOf(one))).join(', '),
      when: allergy.criticality === 'high' ? 'high risk' : (conceptOf(allergy.verificationStatus) ?? ''),
    })}
  />
);

const Medication = ({ id }: { id: string }) => (
  <List
    title="Medication"
    none="No active prescription"
    query={{
      queryKey: ['MedicationRequest', id, 'active'],
      queryFn: () => searchAll('MedicationRequest', { patient: id, status: 'active,on-hold', _sort: '-authoredon' }, 200),
    }}
    row={(request) => ({
      id: request.id ?? '',
      what: conceptOf(request.medicationCodeableConcept) || (request.medicationReference?.display ?? ''),
      beside: request.dosageInstruction?.[0]?.text ?? quantityOf(request.dosageInstruction?.[0]?.doseAndRate?.[0]?.doseQuantity),
      when: showDate(request.authoredOn),
    })}
  />
);

const Results = ({ id }: { id: string }) => (
  <List
    title="Latest observations"
    none="Nothing has been measured yet"
    query={{
      queryKey: ['Observation', id, 'latest'],
      queryFn: () => searchAll('Observation', { patient: id, _sort: '-date', _count: 40 }, 40),
    }}
    row={(observation) => ({
      id: observation.id ?? '',
      what: conceptOf(observation.code),
      beside:
        quantityOf(observation.valueQuantity) ||
        conceptOf(observation.valueCodeableConcept) ||
        observation.valueString ||
        (observation.component ?? []).map(({ valueQuantity }) => quantityOf(valueQuantity)).join(' / '),
      when: showTime(observation.effectiveDateTime ?? observation.effectivePeriod?.start),
    })}
  />
);

const Encounters = ({ id }: { id: string }) => (
  <List
    title="Encounters"
    none="No encounter is recorded"
    query={{ queryKey: ['Encounter', id], queryFn: () => searchAll('Encounter', { patient: id, _sort: '-date' }, 100) }}
    row={(encounter) => ({
      id: encounter.id ?? '',
      what: conceptOf(encounter.type?.[0]) || encounter.class.display || encounter.class.code || '',
      beside: `${encounter.status}${encounter.location?.[0]?.location.display === undefined ? '' : ` · ${encounter.location[0].location.display}`}`,
      when: `${showDate(encounter.period?.start)}${encounter.period?.end === undefined ? '' : ` – ${showDate(encounter.period.end)}`}`,
    })}
  />
);
