// Staff needed in each shift ahead beside those planned: nurses by ward, clinicians of the emergency department by shift and hour. The plan is set here.
import { Button, NumberInput, Table } from '@mantine/core';
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useAsked } from '../../app/go.tsx';
import { Scrolling } from '../../parts/scrolling.tsx';
import { Empty, Failure, Waiting } from '../../parts/states.tsx';
import { changePlan, type PlanChange, planOf, type Staffing, staffingOf } from './api.ts';
import { AsTable, FanChart } from './fan-chart.tsx';
import { Foot, Notes } from './parts.tsx';
import { dayWords, gapWords, hourWords } from './words.ts';

export function StaffView() {
  const [{ seen, within, minutes }] = useAsked();
  const found = useQuery({
    queryKey: ['Encounter', 'forecast-staff', seen, within, minutes],
    queryFn: () => staffingOf({ seen, within, minutes }),
    placeholderData: keepPreviousData,
  });
  const plan = useQuery({ queryKey: ['forecast-plan'], queryFn: planOf });
  if (found.isPending) return <Waiting what="The staff needed" rows={12} />;
  if (found.isError) return <Failure error={found.error} again={() => void found.refetch()} />;
  if (found.data.nurses.length === 0)
    return (
      <Empty title="No ward has a stay yet">Staff is reckoned from the forecast of beds and arrivals, which needs stays on wards.</Empty>
    );
  return <Shown data={found.data} mayChange={plan.data?.mayChange === true} />;
}

function Gap({ gap }: { gap: number | null }) {
  const { sign, words, kind } = gapWords(gap);
  return (
    <span className={`gap gap-${kind}`}>
      <span aria-hidden="true">{sign}</span> {words}
    </span>
  );
}

function Shown({ data, mayChange }: { data: Staffing; mayChange: boolean }) {
  const { target, nurses, clinicians, hours, emergencyWard } = data;
  const slots = [...new Map(nurses.map((row) => [row.from, row])).values()];
  const wards = [...new Map(nurses.map((row) => [row.ward, row])).values()];
  const missing = nurses.filter(({ gap }) => gap !== null && gap > 0);
  const unplanned = nurses.filter(({ gap }) => gap === null).length;
  return (
    <div className="forecasts">
      <Notes notes={data.notes} />
      <p className="forecast-lead">
        {missing.length > 0
          ? `${missing.length} shifts are short of nurses; first ${missing[0]!.name}, ${dayWords(missing[0]!.from)} ${missing[0]!.title.toLowerCase()}: ${missing[0]!.gap} missing.`
          : unplanned === nurses.length
            ? 'No staff is planned yet: what is needed stands below. Plan it to see what is missing.'
            : 'No planned shift is short of nurses.'}
      </p>
      <section className="card" aria-labelledby="nurses">
        <h2 id="nurses">
          Nurses by ward and shift <span className="count">needed for the patients expected at the fullest hour</span>
        </h2>
        <Scrolling name="Nurses by ward and shift">
          <Table aria-label="Nurses by ward and shift">
            <Table.Thead>
              <Table.Tr>
                <Table.Th>Ward</Table.Th>
                {slots.map((slot) => (
                  <Table.Th key={slot.from}>
                    {slot.title} <span className="soft">{dayWords(slot.from)}</span>
                  </Table.Th>
                ))}
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {wards.map((ward) => (
                <Table.Tr key={ward.ward}>
                  <Table.Td>
                    <span dir="auto" className="forecast-name">
                      {ward.name}
                    </span>{' '}
                    <span className="soft nowrap">1 to {ward.patientsPerNurse}</span>
                  </Table.Td>
                  {slots.map((slot) => {
                    const row = nurses.find((each) => each.ward === ward.ward && each.from === slot.from);
                    if (row === undefined) return <Table.Td key={slot.from}>–</Table.Td>;
                    return (
                      <Table.Td key={slot.from} className="gap-cell">
                        <Gap gap={row.gap} />
                        <span className="soft">
                          needs {row.needed}
                          {row.neededHigh > row.needed ? ` (up to ${row.neededHigh})` : ''} for {row.patients}
                          {row.planned === null ? '' : `, planned ${row.planned}`}
                        </span>
                      </Table.Td>
                    );
                  })}
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Scrolling>
        <p className="soft">{data.ratioSource}</p>
      </section>
      {emergencyWard !== null && (
        <section className="card" aria-labelledby="clinicians">
          <h2 id="clinicians">
            Clinicians, <span dir="auto">{emergencyWard.name}</span>{' '}
            <span className="count">
              {target.seenPercent} % seen within {target.seenWithinMinutes} minutes, {target.minutesEach} minutes each
            </span>
          </h2>
          {hours.length === 0 ? (
            <p className="soft">Arrivals cannot be foretold yet.</p>
          ) : (
            <>
              <ul className="clinician-shifts">
                {clinicians.map((row) => (
                  <li key={row.from}>
                    <strong>
                      {row.title}, {dayWords(row.from)}
                    </strong>
                    <Gap gap={row.gap} />
                    <span className="soft">
                      needs {row.needed} at its busiest{row.planned === null ? '' : `, planned ${row.planned}`}
                    </span>
                  </li>
                ))}
              </ul>
              <FanChart
                says={`Clinicians needed an hour for ${hours.length} hours, at most ${Math.max(...hours.map(({ needed }) => needed))}`}
                unit="clinicians needed"
                length={hours.length}
                marks={hours.flatMap(({ start }, at) =>
                  Number(start.slice(11, 13)) % 6 === 0 && at > 1 ? [{ at, words: start.slice(11, 16) }] : [],
                )}
                came={{ from: 0, values: [] }}
                expected={{ from: 0, values: hours.map(({ needed }) => needed) }}
                bands={[]}
              />
              <AsTable
                name="Clinicians by hour"
                heads={['Hour', 'Arrivals', 'Needed', 'Square-root rule', 'Seen in time']}
                rows={hours.map(({ start, arrivals, needed, bySquareRoot, seenPercent }) => [
                  hourWords(start),
                  arrivals.toFixed(2),
                  String(needed),
                  String(bySquareRoot),
                  `${seenPercent.toFixed(1)} %`,
                ])}
              />
            </>
          )}
          <p className="soft">{data.emergencySource}</p>
        </section>
      )}
      {mayChange && <PlanForm data={data} />}
      <Foot head={data} />
    </div>
  );
}

/** One number a ward and shift; the same for every day. */
function PlanForm({ data: { nurses, emergencyWard, clinicians } }: { data: Staffing }) {
  const queries = useQueryClient();
  const [typed, setTyped] = useState<ReadonlyMap<string, PlanChange>>(new Map());
  const save = useMutation({
    mutationFn: () => changePlan([...typed.values()]),
    onSuccess: async () => {
      setTyped(new Map());
      await queries.invalidateQueries({ queryKey: ['Encounter', 'forecast-staff'] });
    },
  });
  const shifts = [...new Map(nurses.map((row) => [row.shift, row.title])).entries()];
  const wards = [...new Map(nurses.map((row) => [row.ward, row.name])).entries()];
  const rows: { ward: string; name: string; role: PlanChange['role'] }[] = [
    ...wards.map(([ward, name]) => ({ ward, name, role: 'nurse' as const })),
    ...(emergencyWard === null ? [] : [{ ward: emergencyWard.id, name: `${emergencyWard.name}, clinicians`, role: 'clinician' as const }]),
  ];
  const planned = (ward: string, shift: string, role: PlanChange['role']): number | null =>
    (role === 'nurse' ? nurses.find((row) => row.ward === ward && row.shift === shift) : clinicians.find((row) => row.shift === shift))
      ?.planned ?? null;
  const ratio = (ward: string, shift: string): number | null => {
    const row = nurses.find((each) => each.ward === ward && each.shift === shift);
    return row?.ratioFrom === 'plan' ? row.patientsPerNurse : null;
  };
  return (
    <details className="card plan">
      <summary>Plan staff</summary>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          save.mutate();
        }}
      >
        <Scrolling name="Plan">
          <Table aria-label="Planned staff by ward and shift">
            <Table.Thead>
              <Table.Tr>
                <Table.Th>Ward</Table.Th>
                {shifts.map(([shift, title]) => (
                  <Table.Th key={shift}>{title}</Table.Th>
                ))}
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {rows.map(({ ward, name, role }) => (
                <Table.Tr key={`${ward} ${role}`}>
                  <Table.Td>
                    <span dir="auto" className="forecast-name">
                      {name}
                    </span>
                  </Table.Td>
                  {shifts.map(([shift, title]) => {
                    const key = `${ward} ${shift} ${role}`;
                    const change = typed.get(key);
                    const value = change === undefined ? planned(ward, shift, role) : change.planned;
                    return (
                      <Table.Td key={shift}>
                        <NumberInput
                          size="xs"
                          w={84}
                          min={0}
                          max={1000}
                          allowDecimal={false}
                          aria-label={`${name}, ${title}`}
                          value={value ?? ''}
                          onChange={(next) =>
                            setTyped(
                              new Map(typed).set(key, {
                                ward,
                                shift,
                                role,
                                planned: next === '' ? null : Number(next),
                                ...(role === 'nurse' ? { patientsPerNurse: ratio(ward, shift) } : {}),
                              }),
                            )
                          }
                        />
                      </Table.Td>
                    );
                  })}
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Scrolling>
        {save.isError && <Failure title="The plan was not saved" error={save.error} />}
        <Button type="submit" size="sm" disabled={typed.size === 0} loading={save.isPending}>
          Save plan
        </Button>
      </form>
    </details>
  );
}
