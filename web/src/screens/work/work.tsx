// The first screen after signing in: what needs this person now. Late things first, told by words and shape as well as by colour.
import { Button, NativeSelect } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Go, useAsked } from '../../app/go.tsx';
import { keptFor, useLetters } from '../../app/keeping.ts';
import { usePerson } from '../../app/session.tsx';
import { showTime, sinceOf } from '../../parts/dates.ts';
import { seenSince, useMyPatients, useResultsSeen } from '../../parts/my-patients.ts';
import { Page } from '../../parts/page.tsx';
import { Empty, Failure, Waiting } from '../../parts/states.tsx';
import { conceptOf, nameOf, quantityOf } from '../../parts/words.ts';
import { BeforeOrderCard } from './before-order-card.tsx';
import { Card, type OfPatients } from './card.tsx';
import { patientIn } from './due.ts';
import { DueCard } from './due-card.tsx';
import { House } from './house.tsx';
import { alertsQuery, namesQuery, onWardQuery, resultsQuery, unsignedQuery, wardsQuery } from './questions.ts';
import './work.css';

export default function Work() {
  const person = usePerson();
  const [asked, ask] = useAsked();
  const { query: list, patients: mine } = useMyPatients();
  const wards = useQuery(wardsQuery);
  const ward = asked['ward'];
  const onWard = useQuery({ ...onWardQuery(ward ?? '', wards.data ?? []), enabled: ward !== undefined && wards.data !== undefined });
  const patients = ward === undefined ? mine : onWard.data;
  const failed = ward === undefined ? list.error : (onWard.error ?? wards.error);
  const names = useQuery({ ...namesQuery(patients ?? []), enabled: patients !== undefined, placeholderData: keepPreviousData });
  const wardName = wards.data?.find(({ id }) => id === ward)?.name;
  const named = (id: string | undefined): ReactNode =>
    id === undefined ? (
      <span className="row-beside">For no patient</span>
    ) : (
      <Go to={`/app/chart/${id}`} className="work-patient" dir="auto">
        {nameOf(names.data?.get(id)?.name)}
      </Go>
    );
  const prescribes = ['administrator', 'clinician'].includes(person.role);
  const administrates = person.role === 'administrator';
  return (
    <Page
      title="My work"
      filters={ward === undefined ? 'my patients' : (wardName ?? 'a ward')}
      actions={
        <NativeSelect
          aria-label="Whose patients"
          value={ward ?? ''}
          data={[
            { value: '', label: `My patients${mine === undefined ? '' : ` (${mine.length})`}` },
            ...(wards.data ?? []).map(({ id, name }) => ({ value: id, label: name })),
          ]}
          onChange={(event) => ask({ ward: event.currentTarget.value || undefined })}
        />
      }
    >
      {administrates && <House />}
      {failed !== null && failed !== undefined ? (
        <Failure
          title="The list of patients could not be read"
          error={failed}
          again={() => void (ward === undefined ? list : onWard).refetch()}
        />
      ) : patients === undefined ? (
        <Waiting what="Your patients" />
      ) : patients.length === 0 ? (
        <div className="work-cards">
          {prescribes && <BeforeOrderCard />}
          <Unsigned />
          <section className="card" aria-label="Patients">
            <h2>Patients</h2>
            <Empty title={ward === undefined ? 'You have no patients on your list yet' : 'Nobody lies on this ward'}>
              {ward === undefined
                ? 'Open a chart (Ctrl+K) and choose “☆ My patient” in the banner, or press d m there: what is due for them, their new results and their alerts then stand here. Or choose a ward above.'
                : 'Patients appear here when an admission with a bed of this ward arrives. Choose another ward above, or your own list.'}
            </Empty>
          </section>
        </div>
      ) : (
        <div className="work-cards">
          <Alerts patients={patients} named={named} />
          {prescribes && <BeforeOrderCard />}
          <DueCard patients={patients} named={named} />
          <Results patients={patients} named={named} />
          <Unsigned />
          <section className="card" aria-label="Patients">
            <h2>
              {wardName ?? 'My patients'} <span className="count">{patients.length}</span>
            </h2>
            <ul className="rows">
              {patients.map((id) => (
                <li key={id}>{named(id)}</li>
              ))}
            </ul>
          </section>
        </div>
      )}
    </Page>
  );
}

function Alerts({ patients, named }: OfPatients) {
  return (
    <Card
      title="Alerts"
      query={useQuery({ ...alertsQuery(patients), placeholderData: keepPreviousData })}
      none="No early warning"
      teaches="A score of 5 and more, or one value alone that scores 3, stands here within seconds of the values."
      row={(score) => {
        const level = score.interpretation?.[0];
        const high = level?.coding?.[0]?.code === 'AA';
        const parts = (score.component ?? [])
          .filter(({ valueQuantity }) => Number(valueQuantity?.value ?? 0) > 0)
          .map(({ code, valueQuantity }) => `${conceptOf(code)} ${quantityOf(valueQuantity).split('\u00a0')[0] ?? ''}`);
        return (
          <li key={score.id} className={high ? 'work-alarm' : ''}>
            {named(patientIn(score.subject?.reference))}
            <span className="row-beside">
              <strong>
                {high ? '▲ ' : '△ '}
                {/\((NEWS2[^)]*)\)/.exec(level?.text ?? '')?.[1] ?? 'NEWS2'}
              </strong>{' '}
              {level?.text?.split(' (')[0]}
              {parts.length === 0 ? '' : ` · ${parts.join(', ')}`}
            </span>
            <span className="row-when">{sinceOf(score.effectiveDateTime ?? '')}</span>
          </li>
        );
      }}
    />
  );
}

function Results({ patients, named }: OfPatients) {
  const { query, look } = useResultsSeen();
  const since = seenSince(query.data, new Date());
  const results = useQuery({ ...resultsQuery(patients, since), enabled: query.isFetched, placeholderData: keepPreviousData });
  return (
    <Card
      title="New results"
      query={results}
      none="Nothing new since you last looked"
      teaches="Final reports and laboratory values of these patients stand here until you say that you have seen them; of patients whose results you never looked at, those of the last day."
      action={
        (results.data?.length ?? 0) > 0 && (
          <Button
            size="compact-sm"
            variant="default"
            loading={look.isPending}
            onClick={() => look.mutate({ patients, at: results.data?.[0]?.at ?? new Date().toISOString() })}
          >
            I have seen all {results.data?.length}
          </Button>
        )
      }
      row={(result) => (
        <li key={result.key}>
          <span className="row-what" dir="auto">
            {result.what || 'Not named'}
          </span>
          <span className="row-beside">
            {result.abnormal && <strong className="work-late">◆ Outside its range</strong>} {result.value} {named(result.patient)}
          </span>
          <span className="row-when">{showTime(result.at)}</span>
        </li>
      )}
    />
  );
}

function Unsigned() {
  const { id, name } = usePerson();
  const { drafts } = keptFor(id);
  const letters = useLetters();
  const notes = useQuery({ ...unsignedQuery(id, name), placeholderData: keepPreviousData });
  const here = drafts.all();
  const local = [
    ...here.map(({ patient, form, label, address, keptAt }) => ({
      key: `${patient} ${form}`,
      label,
      address,
      what: 'draft on this device',
      at: keptAt,
    })),
    ...letters.map(({ id: key, label, address, at, refused }) => ({
      key,
      label,
      address,
      what: refused === undefined ? 'to be sent' : refused.words,
      at,
    })),
    ...(notes.data ?? []).map((note) => ({
      key: note.id ?? '',
      label: note.title,
      address: `/app/record/${patientIn(note.subject?.reference) ?? ''}?do=note&of=${note.id ?? ''}`,
      what: 'not signed',
      at: note.date,
    })),
  ];
  return (
    <Card
      title="Unsigned"
      query={{ data: notes.data === undefined && local.length === 0 ? undefined : local, error: notes.error, refetch: notes.refetch }}
      none="Nothing of yours is unsigned"
      teaches="Notes that you keep unsigned, and what you have typed on this device and not saved, stand here."
      row={({ key, label, address, what, at }) => (
        <li key={key}>
          <Go to={address.split('?')[0] ?? ''} asked={Object.fromEntries(new URLSearchParams(address.split('?')[1]))} dir="auto">
            {label}
          </Go>
          <span className="row-beside">{what}</span>
          <span className="row-when">{showTime(at)}</span>
        </li>
      )}
    />
  );
}
