// The closed loop: one row an order, what is missing or contradictory first, of a ward or of one patient.
import { Button, NativeSelect } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { Go, useAsked } from '../../app/go.tsx';
import { useOffer } from '../../app/offers.ts';
import { showTime } from '../../parts/dates.ts';
import { Page } from '../../parts/page.tsx';
import { Empty, Failure, Waiting } from '../../parts/states.tsx';
import { wardsQuery } from '../work/questions.ts';
import { type PatientLoop, patientLoop, wardLoop } from './api.ts';
import { Views } from './loop.tsx';
import { NotRead } from './not-read.tsx';
import { OrderRow } from './order-row.tsx';
import { rowsOf } from './rows.ts';

const rowsAtOnce = 100;

export function Orders() {
  const [asked, change] = useAsked();
  const { ward, patient } = asked;
  const wards = useQuery(wardsQuery);
  const ofWard = useQuery({ ...wardLoop(ward ?? ''), enabled: ward !== undefined });
  const lying = ofWard.data?.patients.find((one) => one.patient === `Patient/${patient ?? ''}`);
  // Somebody who does not lie there, or no ward at all: asked for alone.
  const alone = patient !== undefined && lying === undefined && (ward === undefined || ofWard.isSuccess);
  const ofPatient = useQuery({ ...patientLoop(patient ?? ''), enabled: alone });
  const found = alone ? ofPatient : ofWard;
  const patients: readonly PatientLoop[] = alone
    ? ofPatient.data === undefined
      ? []
      : [ofPatient.data]
    : lying === undefined
      ? (ofWard.data?.patients ?? [])
      : [lying];
  const place = wards.data?.find(({ id }) => id === ward)?.name ?? ofWard.data?.name ?? '';
  return (
    <Page
      title="Closed loop"
      filters={place}
      actions={
        <span className="loop-filters">
          <NativeSelect
            label="Ward"
            value={ward ?? ''}
            data={[{ value: '', label: 'Choose a ward' }, ...(wards.data ?? []).map(({ id, name }) => ({ value: id, label: name }))]}
            onChange={(event) => change({ ward: event.currentTarget.value || undefined, patient: undefined })}
          />
          {ofWard.data !== undefined && (
            <NativeSelect
              label="Patient"
              value={lying === undefined ? '' : (patient ?? '')}
              data={[
                { value: '', label: `All ${ofWard.data.patients.length}` },
                ...ofWard.data.patients.map((one) => ({
                  value: one.patient.replace('Patient/', ''),
                  label: [one.bed, one.name].filter((text) => text !== undefined && text !== '').join(', '),
                })),
              ]}
              onChange={(event) => change({ patient: event.currentTarget.value || undefined })}
            />
          )}
        </span>
      }
    >
      <Views view="orders" />
      {wards.isError && <Failure title="The wards could not be read" error={wards.error} again={() => void wards.refetch()} />}
      {ward === undefined && patient === undefined ? (
        <Empty title="Which ward?">
          Every order of everybody in its beds is followed from the signature over pharmacist, dispense and dose to the effect that was
          asked for. What is missing or does not fit stands first.
        </Empty>
      ) : found.isPending ? (
        <Waiting what="What became of the orders" rows={8} />
      ) : found.isError ? (
        <Failure error={found.error} again={() => void found.refetch()} />
      ) : (
        <>
          <NotRead
            parts={[
              ...(alone ? [] : (ofWard.data?.notRead ?? []).map(({ patient: who, bed, why }) => `${bed === '' ? who : bed}: ${why}`)),
              ...patients.flatMap(({ name, notRead }) => notRead.map((part) => (name === undefined ? part : `${name}: ${part}`))),
            ]}
          />
          <Rows
            key={`${ward ?? ''} ${patient ?? ''}`}
            patients={patients}
            at={found.dataUpdatedAt}
            busy={found.isFetching}
            again={() => void found.refetch()}
          />
        </>
      )}
    </Page>
  );
}

function Rows({ patients, at, busy, again }: { patients: readonly PatientLoop[]; at: number; busy: boolean; again(): void }) {
  const [asked, change] = useAsked();
  const [shown, setShown] = useState(rowsAtOnce);
  const list = useRef<HTMLUListElement>(null);
  const all = rowsOf(patients);
  const faulty = all.filter(({ faults }) => faults.length > 0);
  const narrow = asked['only'] === 'faults';
  const rows = narrow ? faulty : all;
  const leftOut = patients.reduce((sum, one) => sum + (one.leftOut ?? 0), 0);
  const step = (by: 1 | -1): void => {
    const titles = [...(list.current?.querySelectorAll<HTMLElement>('.loop-title a') ?? [])];
    const now = titles.indexOf(document.activeElement as HTMLElement);
    titles[Math.max(0, Math.min(titles.length - 1, now + by))]?.focus();
  };
  useOffer([
    { name: 'Next order', keys: 'j', run: () => step(1) },
    { name: 'Order before this one', keys: 'k', run: () => step(-1) },
    { name: narrow ? 'All orders' : 'Only what does not fit', keys: 'x', run: () => change({ only: narrow ? undefined : 'faults' }) },
    { name: 'Read the loop again', run: again },
  ]);
  return (
    <>
      <div className="loop-narrow">
        <fieldset>
          <legend className="unseen">Which orders</legend>
          <button type="button" aria-pressed={!narrow} onClick={() => change({ only: undefined })}>
            All orders <span className="count">{all.length}</span>
          </button>
          <button type="button" aria-pressed={narrow} aria-keyshortcuts="x" onClick={() => change({ only: 'faults' })}>
            ▲ Does not fit <span className="count">{faulty.length}</span>
          </button>
        </fieldset>
        <span className="soft">
          {patients.length} {patients.length === 1 ? 'patient' : 'patients'}, doses since {showTime(patients[0]?.since)}. Read{' '}
          {showTime(new Date(at).toISOString()).slice(-5)}
        </span>
        <Button size="xs" variant="default" onClick={again} loading={busy}>
          Read again
        </Button>
      </div>
      {rows.length === 0 ? (
        all.length === 0 ? (
          <Empty title="No orders here">
            {patients.length === 0 ? 'Nobody lies on this ward now.' : 'Nothing was ordered that could be followed.'}
          </Empty>
        ) : (
          <Empty title="Everything fits">All {all.length} orders are verified, given and answered for, as far as the record says.</Empty>
        )
      ) : (
        <ul className="loop-rows" ref={list}>
          {rows.slice(0, shown).map((row) => (
            <OrderRow key={`${row.patient} ${row.key}`} row={row} />
          ))}
        </ul>
      )}
      {rows.length > shown && (
        <Button variant="default" onClick={() => setShown(shown + rowsAtOnce)}>
          {rows.length - shown} more
        </Button>
      )}
      {leftOut > 0 && (
        <p className="soft">
          {leftOut} orders that ended before doses are looked at, and of which nothing is said, are left out.{' '}
          <Go to="/app/patients">A chart</Go> has them all.
        </p>
      )}
    </>
  );
}
