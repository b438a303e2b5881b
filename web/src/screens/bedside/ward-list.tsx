// No patient is open: scan a wristband, or see who of a ward (or of one's own patients) has something due, overdue first.
import { Button } from '@mantine/core';
import { useQueries, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Patient } from '../../../../src/fhir/generated/types.ts';
import { search } from '../../api/fhir.ts';
import { Go, useAsked, useGo } from '../../app/go.tsx';
import { useMyPatients } from '../../parts/my-patients.ts';
import { Page } from '../../parts/page.tsx';
import { Empty, Failure, Waiting } from '../../parts/states.tsx';
import { useNow } from '../../parts/use-now.ts';
import { nameOf } from '../../parts/words.ts';
import { useBoard } from '../ward/fetch-board.ts';
import { wardsQuery } from '../work/questions.ts';
import { carry } from './carried.ts';
import { Conflicts } from './conflicts.tsx';
import { clock } from './due-list.tsx';
import { dueQuery } from './facts.ts';
import { type Dose, hourMs, momentOf, nowDue, rowsOf } from './grid.ts';
import { marks } from './marks.ts';
import { PumpsAlone } from './pumps-alone.tsx';
import { holderOf } from './session.ts';
import { useWedge } from './use-wedge.ts';

/** More than one nurse has, and few enough to ask for one by one. */
const patientsMax = 60;
const mine = 'mine';

interface Listed {
  id: string;
  name: string;
  bed: string;
}

export function WardList() {
  const [asked, ask] = useAsked();
  const go = useGo();
  const { board, error, again } = useBoard();
  const own = useMyPatients();
  const [problem, setProblem] = useState<string>();
  const [looking, setLooking] = useState(false);
  useWedge((raw) => {
    setLooking(true);
    setProblem(undefined);
    holderOf(raw)
      .then((patient) => {
        if (patient === undefined)
          return setProblem('This is not the wristband of a patient here. Scan a wristband, or choose from the list.');
        carry(patient, raw);
        go('/app/bedside', { patient });
      })
      .catch((why: unknown) => setProblem(why instanceof Error ? why.message : String(why)))
      .finally(() => setLooking(false));
  });
  const chosen = asked['ward'] ?? ((own.patients?.length ?? 0) > 0 ? mine : undefined);
  const beds = (board ?? []).flatMap(({ name, beds: all }) =>
    all.flatMap(({ label, occupants }) => occupants.map((one) => ({ id: one.patient, name: one.name, bed: label, ward: name }))),
  );
  const wards = useQuery(wardsQuery);
  const place = wards.data?.find(({ name }) => name === chosen)?.id;
  const named = useQuery({
    queryKey: ['Patient', 'mine', ...(own.patients ?? [])],
    queryFn: async () => (await search('Patient', { _id: (own.patients ?? []).join(','), _count: 200 })).resources,
    enabled: chosen === mine && (own.patients?.length ?? 0) > 0,
  });
  const listed: Listed[] =
    chosen === mine
      ? (named.data ?? []).map((one: Patient) => ({
          id: one.id ?? '',
          name: nameOf(one.name),
          bed: beds.find(({ id }) => id === one.id)?.bed ?? '',
        }))
      : beds.filter(({ ward }) => ward === chosen);
  return (
    <Page
      title="Bedside"
      filters={chosen === mine ? 'my patients' : (chosen ?? '')}
      actions={
        <>
          {place !== undefined && (
            <>
              <Button
                component="a"
                variant="default"
                size="md"
                target="_blank"
                href={`/medication/downtime?ward=Location/${place}&format=pdf`}
              >
                Downtime record
              </Button>
              <Button
                component="a"
                variant="default"
                size="md"
                href={`/medication/downtime?ward=Location/${place}`}
                download={`downtime-${place}.json`}
              >
                Downtime bundle
              </Button>
            </>
          )}
          <Button variant="default" size="md" onClick={() => go('/app/bedside', { view: 'downtime' })}>
            After a downtime
          </Button>
          <Button variant="default" size="md" onClick={() => go('/app/bedside', { view: 'reports' })}>
            Reports
          </Button>
        </>
      }
    >
      <div className="bedside">
        <div className="band band-start" role="status">
          <span className="band-shape" aria-hidden="true">
            ①
          </span>
          <div className="band-says">
            <strong className="band-title">{looking ? 'Looking for the patient' : 'Scan a wristband'}</strong>
            <p>Or choose a patient: who has something overdue stands first.</p>
          </div>
        </div>
        {problem !== undefined && (
          <p className="bedside-alert" role="alert">
            ▲ {problem}
          </p>
        )}
        {board === undefined && error !== undefined ? (
          <Failure error={error} again={again} />
        ) : board === undefined ? (
          <Waiting what="The wards" rows={3} />
        ) : (
          <nav className="bedside-tools" aria-label="Whose doses">
            {(own.patients?.length ?? 0) > 0 && <Choice name="My patients" value={mine} chosen={chosen} ask={(ward) => ask({ ward })} />}
            {board.map(({ name }) => (
              <Choice key={name} name={name} value={name} chosen={chosen} ask={(ward) => ask({ ward })} />
            ))}
          </nav>
        )}
        {board !== undefined && chosen === undefined && (
          <Empty title="Whose doses?">
            Choose your ward. With “My patients” (d m in a chart) your own stand here as soon as you come in.
          </Empty>
        )}
        {chosen !== undefined && board !== undefined && listed.length === 0 && !named.isFetching && (
          <Empty title="Nobody is here">Choose another ward.</Empty>
        )}
        <PumpsAlone />
        <Conflicts />
        <Doses listed={listed.slice(0, patientsMax)} />
        {listed.length > patientsMax && <p className="bedside-alert">▲ {listed.length - patientsMax} more are not shown: choose a ward.</p>}
      </div>
    </Page>
  );
}

function Choice({ name, value, chosen, ask }: { name: string; value: string; chosen: string | undefined; ask(ward: string): void }) {
  return (
    <button type="button" className="chip" dir="auto" aria-pressed={value === chosen} onClick={() => ask(value)}>
      {name}
    </button>
  );
}

function Doses({ listed }: { listed: readonly Listed[] }) {
  const now = useNow();
  const hour = Math.floor(now / hourMs) * hourMs;
  const [from, to] = [new Date(hour - 12 * hourMs).toISOString(), new Date(hour + 4 * hourMs).toISOString()];
  const found = useQueries({ queries: listed.map(({ id }) => dueQuery(id, from, to)) });
  const people = listed
    .map((one, at) => {
      const { data, error } = found[at] ?? {};
      const pumps = (data?.infusions ?? []).filter(({ outcome }) => outcome !== 'fine');
      return { ...one, error, pumps, doses: data === undefined ? undefined : nowDue(rowsOf(data, [], now), now) };
    })
    .sort(
      (a, b) =>
        rankOfPumps(a.pumps) - rankOfPumps(b.pumps) ||
        rank(a.doses) - rank(b.doses) ||
        firstOf(a.doses) - firstOf(b.doses) ||
        a.bed.localeCompare(b.bed, undefined, { numeric: true }),
    );
  return (
    <ul className="ward-doses">
      {people.map(({ id, name, bed, pumps, doses, error }) => (
        <li key={id}>
          <Go to="/app/bedside" asked={{ patient: id }} className="ward-doses-row">
            <span className="ward-doses-bed" dir="auto">
              {bed}
            </span>
            <span className="ward-doses-name" dir="auto">
              {name}
            </span>
            <span className="ward-doses-what">
              {pumps.map((one) => (
                <span key={one.device} className={`ward-dose ${one.outcome === 'alert' ? 'due-overdue' : ''}`} dir="auto">
                  <strong>
                    <span aria-hidden="true">{one.outcome === 'alert' ? '▲' : '?'}</span> {one.pump}
                  </strong>{' '}
                  {one.findings[0]?.says}
                </span>
              ))}
              {error !== undefined && error !== null ? (
                <strong className="bedside-alert">▲ Could not be read: {error.message}</strong>
              ) : doses === undefined ? (
                'Being fetched …'
              ) : doses.length === 0 ? (
                '✓ Nothing within two hours'
              ) : (
                doses.slice(0, 4).map((dose) => (
                  <span key={dose.key} className={`ward-dose due-${dose.state}`} dir="auto">
                    <strong>
                      {clock(momentOf(dose))} <span aria-hidden="true">{marks[dose.state].shape}</span> {marks[dose.state].word}
                    </strong>{' '}
                    {dose.order.title}
                    {dose.order.highAlert === undefined ? '' : ' ‼ high alert'}
                  </span>
                ))
              )}
              {doses !== undefined && doses.length > 4 && <span>and {doses.length - 4} more</span>}
            </span>
          </Go>
        </li>
      ))}
    </ul>
  );
}

/** A pump that does otherwise cannot wait for what is due. */
const rankOfPumps = (pumps: readonly { outcome: string }[]): number => (pumps.some(({ outcome }) => outcome === 'alert') ? 0 : 1);
const states = ['overdue', 'due', 'planned', 'unrecorded'];
const rank = (doses: readonly Dose[] | undefined): number => (doses?.[0] === undefined ? 9 : states.indexOf(doses[0].state));
const firstOf = (doses: readonly Dose[] | undefined): number => (doses?.[0] === undefined ? 0 : momentOf(doses[0]));
