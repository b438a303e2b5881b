// The first look at a chart: what is wrong, what must not be given, what is taken, how the patient is now and where. Each card has its
// own empty and failed state, and each line leads to where it comes from.
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { Encounter, Resource } from '../../../../src/fhir/generated/types.ts';
import { searchAll } from '../../api/fhir.ts';
import { about } from '../../api/touched.ts';
import { showDate, showTime } from '../../parts/dates.ts';
import { allergiesQuery } from '../../parts/patient-banner.tsx';
import { Empty, Failure, Waiting } from '../../parts/states.tsx';
import { conceptOf, quantityOf } from '../../parts/words.ts';
import { CareGaps } from './care-gaps.tsx';
import { encountersQuery } from './chart-query.ts';
import { LatestValues } from './latest-values.tsx';
import { encounterWords, medicineOf } from './periods.ts';
import { ToSource } from './to-source.tsx';

export function Summary({ id }: { id: string }) {
  return (
    <div className="cards">
      <LatestValues id={id} />
      <Problems id={id} />
      <CareGaps id={id} />
      <Allergies id={id} />
      <Medication id={id} />
      <Encounters id={id} />
      <CareTeam id={id} />
      <Immunisations id={id} />
    </div>
  );
}

interface Row {
  of: string;
  what: string;
  beside: string;
  when: string;
}

const shownMax = 10;

function List<R extends Resource>({
  title,
  none,
  teaches,
  patient,
  query,
  row,
  first,
}: {
  title: string;
  none: string;
  teaches: string;
  patient: string;
  query: { queryKey: readonly string[]; queryFn(): Promise<R[]> };
  row(resource: R): Omit<Row, 'of'>;
  first?: (resources: readonly R[]) => ReactNode;
}): ReactNode {
  const { data, isPending, error, refetch } = useQuery({ queryKey: query.queryKey, meta: about(patient), queryFn: () => query.queryFn() });
  return (
    <section className="card" aria-label={title}>
      <h2>
        {title} {data !== undefined && data.length > 0 && <span className="count">{data.length}</span>}
      </h2>
      {isPending ? (
        <Waiting what={title} rows={3} />
      ) : data === undefined ? (
        <Failure error={error ?? new Error('')} again={() => void refetch()} />
      ) : data.length === 0 ? (
        <Empty title={none}>{teaches}</Empty>
      ) : (
        <>
          {first?.(data)}
          <Rows rows={data.map((resource) => ({ of: `${resource.resourceType}/${resource.id ?? ''}`, ...row(resource) }))} />
        </>
      )}
    </section>
  );
}

function Rows({ rows }: { rows: readonly Row[] }) {
  const line = ({ of, what, beside, when }: Row): ReactNode => (
    <li key={of}>
      <ToSource of={of} className="row-what" dir="auto">
        {what || 'Not named'}
      </ToSource>
      <span className="row-when">{when}</span>
      <span className="row-beside" dir="auto">
        {beside}
      </span>
    </li>
  );
  return (
    <>
      <ul className="rows">{rows.slice(0, shownMax).map(line)}</ul>
      {rows.length > shownMax && (
        <details>
          <summary>{rows.length - shownMax} more</summary>
          <ul className="rows">{rows.slice(shownMax).map(line)}</ul>
        </details>
      )}
    </>
  );
}

const joined = (...words: (string | undefined)[]): string => words.filter((one) => one !== undefined && one !== '').join(' · ');

const Problems = ({ id }: { id: string }) => (
  <List
    patient={id}
    title="Problems"
    none="No active problem is recorded"
    teaches="Problems are recorded under Documentation or arrive from other systems."
    query={{
      queryKey: ['Condition', id, 'active'],
      queryFn: () => searchAll('Condition', { patient: id, 'clinical-status': 'active,recurrence,relapse', _sort: '-recorded-date' }, 200),
    }}
    row={(condition) => ({
      what: conceptOf(condition.code),
      beside: joined(conceptOf(condition.severity), conceptOf(condition.category?.[0])),
      when: condition.onsetDateTime === undefined ? '' : `since ${showDate(condition.onsetDateTime)}`,
    })}
  />
);

const Allergies = ({ id }: { id: string }) => (
  <List
    patient={id}
    title="Allergies"
    none="None are recorded"
    teaches="That is not the same as none: ask the patient."
    query={allergiesQuery(id)}
    row={(allergy) => ({
      what: conceptOf(allergy.code),
      beside: joined(
        (allergy.reaction ?? []).flatMap(({ manifestation }) => manifestation.map((one) => conceptOf(one))).join(', '),
        conceptOf(allergy.verificationStatus),
      ),
      when: allergy.criticality === 'high' ? 'high risk' : '',
    })}
  />
);

const Medication = ({ id }: { id: string }) => (
  <List
    patient={id}
    title="Active medication"
    none="No active prescription"
    teaches="Prescriptions that have ended stand in the timeline."
    query={{
      queryKey: ['MedicationRequest', id, 'active'],
      queryFn: () => searchAll('MedicationRequest', { patient: id, status: 'active,on-hold', _sort: '-authoredon' }, 200),
    }}
    row={(request) => ({
      what: medicineOf(request),
      beside: joined(
        request.dosageInstruction?.[0]?.text ?? quantityOf(request.dosageInstruction?.[0]?.doseAndRate?.[0]?.doseQuantity),
        request.status === 'on-hold' ? 'on hold' : undefined,
      ),
      when: showDate(request.authoredOn),
    })}
  />
);

const isHere = ({ status }: Encounter): boolean => ['in-progress', 'arrived', 'triaged', 'onleave'].includes(status);

const placeOf = ({ location }: Encounter): string =>
  location?.findLast(({ status, period }) => status === 'active' || (status === undefined && period?.end === undefined))?.location
    .display ??
  location?.at(-1)?.location.display ??
  '';

const Encounters = ({ id }: { id: string }) => (
  <List
    patient={id}
    title="Encounters"
    none="No encounter is recorded"
    teaches="Admissions and visits arrive as messages (HL7 v2 ADT) or through the API."
    query={encountersQuery(id)}
    first={(encounters) => {
      const now = encounters.find(isHere);
      return (
        <p className="where-now">
          {now === undefined
            ? 'Not in the hospital now'
            : `Now: ${placeOf(now) || 'place not recorded'}, since ${showTime(now.period?.start)}`}
        </p>
      );
    }}
    row={(encounter) => ({
      what: encounterWords(encounter),
      beside: joined(
        isHere(encounter) ? 'now' : encounter.status === 'finished' ? undefined : encounter.status,
        placeOf(encounter),
        conceptOf(encounter.reasonCode?.[0]),
      ),
      when: `${showDate(encounter.period?.start)}${encounter.period?.end === undefined ? '' : ` – ${showDate(encounter.period.end)}`}`,
    })}
  />
);

/** Care teams as they are recorded, else whoever takes part in the encounter of now. */
function CareTeam({ id }: { id: string }) {
  const encounters = useQuery(encountersQuery(id));
  const teams = useQuery({
    queryKey: ['CareTeam', id],
    meta: about(id),
    queryFn: () => searchAll('CareTeam', { patient: id, status: 'active' }, 20),
  });
  const pending = encounters.isPending || teams.isPending;
  const error = teams.error ?? encounters.error;
  const ofTeams = (teams.data ?? []).flatMap(({ id: team, participant }) =>
    (participant ?? []).map(({ member, role }) => ({
      of: `CareTeam/${team ?? ''}`,
      name: member?.display ?? member?.reference ?? '',
      role: conceptOf(role?.[0]),
    })),
  );
  const now = encounters.data?.find(isHere);
  const ofStay = (now?.participant ?? []).map(({ individual, type }) => ({
    of: `Encounter/${now?.id ?? ''}`,
    name: individual?.display ?? individual?.reference ?? '',
    role: conceptOf(type?.[0]),
  }));
  const people = ofTeams.length > 0 ? ofTeams : ofStay;
  return (
    <section className="card" aria-label="Care team">
      <h2>Care team</h2>
      {pending ? (
        <Waiting what="Care team" rows={2} />
      ) : error !== null ? (
        <Failure error={error} />
      ) : people.length === 0 ? (
        <Empty title="Nobody is recorded">Care teams arrive with admissions, or are recorded as CareTeam.</Empty>
      ) : (
        <ul className="rows">
          {people.map(({ of, name, role }) => (
            <li key={`${of} ${name} ${role}`}>
              <ToSource of={of} className="row-what" dir="auto">
                {name || 'Not named'}
              </ToSource>
              <span className="row-when">{role}</span>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

const Immunisations = ({ id }: { id: string }) => (
  <List
    patient={id}
    title="Immunisations"
    none="No immunisation is recorded"
    teaches="They arrive from registries and other systems (HL7 v2 VXU, C-CDA)."
    query={{ queryKey: ['Immunization', id], queryFn: () => searchAll('Immunization', { patient: id, _sort: '-date' }, 200) }}
    row={(immunization) => ({
      what: conceptOf(immunization.vaccineCode),
      beside: joined(
        immunization.status === 'completed' ? undefined : immunization.status,
        immunization.lotNumber === undefined ? undefined : `lot ${immunization.lotNumber}`,
      ),
      when: showDate(immunization.occurrenceDateTime),
    })}
  />
);
