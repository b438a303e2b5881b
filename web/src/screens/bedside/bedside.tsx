// The nurse's screen at the bedside: what is due, the scan of a dose, the record of 24 hours. Without a patient: the ward's doses.
import { Button, Modal } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { Go, useAsked } from '../../app/go.tsx';
import { useOffer } from '../../app/offers.ts';
import { showTime } from '../../parts/dates.ts';
import { Page } from '../../parts/page.tsx';
import { Empty, Failure, Waiting } from '../../parts/states.tsx';
import { useNow } from '../../parts/use-now.ts';
import Downtime from './downtime/downtime.tsx';
import { DueList } from './due-list.tsx';
import { Effects } from './effects.tsx';
import { dueQuery, givenQuery, overridesQuery, type Recorded, recordedOf } from './facts.ts';
import { type Dose, groupsOf, hourMs, hoursOf, rowsOf, windowOf } from './grid.ts';
import { Infusions } from './infusions.tsx';
import { MarGrid, MarList } from './mar.tsx';
import { marks } from './marks.ts';
import { printLabel } from './printing.ts';
import { Reports } from './reports.tsx';
import { ScanPanel } from './scan-panel.tsx';
import { WardList } from './ward-list.tsx';
import './bedside.css';

export default function Bedside() {
  const [asked] = useAsked();
  const patient = asked['patient'];
  if (asked['view'] === 'reports') return <Reports />;
  if (asked['view'] === 'downtime') return <Downtime />;
  return patient === undefined || patient === '' ? <WardList /> : <AtBed key={patient} patient={patient} />;
}

const day = 24 * hourMs;

function AtBed({ patient }: { patient: string }) {
  const [asked, ask] = useAsked();
  const now = useNow();
  const grid = asked['view'] === 'grid';
  const { fromMs, toMs } = windowOf(now, grid ? asked['from'] : undefined);
  const [from, to] = [new Date(fromMs).toISOString(), new Date(toMs).toISOString()];
  const due = useQuery({ ...dueQuery(patient, from, to), placeholderData: keepPreviousData });
  // A dose may have been given an interval before the one that is due: eight days, as the server looks back.
  const given = useQuery({
    ...givenQuery(patient, new Date(Math.floor((fromMs - 8 * day) / day) * day).toISOString()),
    placeholderData: keepPreviousData,
  });
  const overrides = useQuery(overridesQuery(patient));
  const records = useMemo(() => (given.data ?? []).flatMap((one) => recordedOf(one) ?? []), [given.data]);
  const rows = useMemo(() => (due.data === undefined ? [] : rowsOf(due.data, records, now)), [due.data, records, now]);
  const move = (hours: number): void => ask({ from: new Date(fromMs + hours * hourMs).toISOString() });
  const toggle = (): void => ask({ view: grid ? undefined : 'grid', from: undefined });
  useOffer([
    { name: grid ? 'To what is due' : 'The record of 24 hours', keys: 'm', run: toggle },
    ...(grid
      ? [
          { name: 'Twelve hours earlier', keys: '[', run: () => move(-12) },
          { name: 'Twelve hours later', keys: ']', run: () => move(12) },
        ]
      : []),
  ]);
  const open = ({ order, record }: Dose): void =>
    record === undefined
      ? ask({ view: undefined, from: undefined, order: order.order.replace('MedicationRequest/', '') })
      : ask({ dose: record.ref.replace('MedicationAdministration/', '') });
  const opened = records.find(({ ref }) => ref === `MedicationAdministration/${asked['dose'] ?? ''}`);
  const failed = due.error ?? given.error ?? overrides.error;
  const [printed, setPrinted] = useState<string>();
  const print = async (what: Parameters<typeof printLabel>[0]): Promise<void> => {
    setPrinted(undefined);
    try {
      const notices = await printLabel(what);
      if (notices.length > 0) setPrinted(notices.join(' '));
    } catch (error) {
      setPrinted(error instanceof Error ? error.message : String(error));
    }
  };
  const span = `${showTime(from)} to ${showTime(to)}`;
  return (
    <Page
      title={grid ? 'Medication record' : 'Bedside'}
      filters={span}
      actions={
        <>
          {grid && (
            <>
              <Button variant="default" size="md" onClick={() => move(-12)} aria-keyshortcuts="[">
                ← 12 h
              </Button>
              <Button variant="default" size="md" disabled={asked['from'] === undefined} onClick={() => ask({ from: undefined })}>
                Now
              </Button>
              <Button variant="default" size="md" onClick={() => move(12)} aria-keyshortcuts="]">
                12 h →
              </Button>
              <Button variant="default" size="md" onClick={() => window.print()}>
                Print
              </Button>
            </>
          )}
          <Button variant="default" size="md" onClick={() => void print({ kind: 'wristband', patient: `Patient/${patient}` })}>
            Wristband
          </Button>
          {asked['order'] !== undefined && (
            <Button
              variant="default"
              size="md"
              onClick={() => void print({ kind: 'drug', order: `MedicationRequest/${asked['order'] ?? ''}` })}
            >
              Label
            </Button>
          )}
          <Button variant="default" size="md" onClick={toggle} aria-keyshortcuts="m">
            {grid ? 'What is due' : '24 hours'}
          </Button>
        </>
      }
    >
      <div className="bedside">
        {printed !== undefined && (
          <p className="bedside-alert" role="alert">
            ▲ {printed}
          </p>
        )}
        {failed !== null && due.data !== undefined && (
          <p className="bedside-alert" role="alert">
            ▲ Not everything could be read: {failed.message} What is shown may be old.
          </p>
        )}
        {due.isPending || given.isPending ? (
          <Waiting what="What is due" rows={8} />
        ) : due.data === undefined ? (
          <Failure error={due.error ?? new Error('Nothing was answered')} again={() => void due.refetch()} />
        ) : grid ? (
          rows.length === 0 ? (
            <Empty title="Nothing is ordered in these 24 hours">
              Orders stand here as soon as they are signed, each dose in its hour, and what became of it.
            </Empty>
          ) : (
            <>
              <p className="beneath"> {span}. Press a dose to give it, or to see what was recorded.</p>
              <MarGrid groups={groupsOf(rows)} hours={hoursOf(fromMs, toMs, rows)} nowMs={now} open={open} />
              <MarList groups={groupsOf(rows)} open={open} />
            </>
          )
        ) : (
          <div className="bedside-give">
            <ScanPanel patient={patient} rows={rows} overrides={overrides.data ?? new Map()} />
            <div>
              <Infusions answer={due.data} />
              <Effects answer={due.data} nowMs={now} />
              <DueList
                rows={rows}
                answer={due.data}
                overrides={overrides.data ?? new Map()}
                nowMs={now}
                chosen={asked['order'] === undefined ? undefined : `MedicationRequest/${asked['order']}`}
                choose={(order) =>
                  ask(
                    { order: order === `MedicationRequest/${asked['order'] ?? ''}` ? undefined : order.replace('MedicationRequest/', '') },
                    { replace: true },
                  )
                }
              />
            </div>
          </div>
        )}
      </div>
      <Modal
        opened={opened !== undefined}
        onClose={() => ask({ dose: undefined }, { replace: true })}
        title="A dose that was recorded"
        size="lg"
      >
        {opened !== undefined && (
          <DoseRecord
            one={opened}
            title={rows.find(({ order }) => order.order === opened.order)?.order.title ?? opened.title}
            patient={patient}
          />
        )}
      </Modal>
    </Page>
  );
}

function DoseRecord({ one, title, patient }: { one: Recorded; title: string; patient: string }) {
  const { shape, word } = marks[one.outcome];
  const facts: readonly [string, string][] = [
    ['When', showTime(one.at)],
    ['By', one.by],
    ['Second person', one.witness],
    ['Dose', one.dose],
    ['Where', one.site],
    ['For', one.indication],
    ['Why', one.reason],
  ];
  return (
    <div className="dose-record">
      <p dir="auto">
        <strong>
          <span aria-hidden="true">{shape}</span> {word}
        </strong>{' '}
        {title}
      </p>
      <dl>
        {facts
          .filter(([, value]) => value !== '')
          .map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd dir="auto">{value}</dd>
            </div>
          ))}
      </dl>
      <Go to={`/app/chart/${encodeURIComponent(patient)}`} asked={{ tab: 'source', of: one.ref }}>
        Where this comes from: scans, warnings, versions
      </Go>
    </div>
  );
}
