// The patients of a gap: who is to be called, since when it is due, what was last found. Everybody for whoever may export; otherwise a practitioner's patients,
// as the record shows them.
import { Button, NativeSelect, Table, TextInput } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Go, useAsked } from '../../app/go.tsx';
import { Columns } from '../../parts/columns.tsx';
import { ageOf, showDate } from '../../parts/dates.ts';
import { Scrolling } from '../../parts/scrolling.tsx';
import { Empty, Failure, Waiting } from '../../parts/states.tsx';
import { type Listed, patientsOf } from './api.ts';
import { usePractitioners } from './practitioners.ts';
import { listCsv, outcomeWords } from './shape.ts';

export function Worklist({ registry, everybody }: { registry: Listed; everybody: boolean }) {
  const [asked, ask] = useAsked();
  const gap = registry.gaps.find(({ id }) => id === asked['gap']) ?? registry.gaps[0];
  const wish = {
    gap: gap?.id,
    outcome: asked['outcome'] ?? 'gap',
    clinic: asked['clinic'],
    practitioner: asked['practitioner'],
    area: asked['area'],
  };
  if (wish.outcome === 'all') wish.outcome = '';
  const practitioners = usePractitioners(true);
  const found = useQuery({
    queryKey: ['Condition', 'population', 'patients', registry.name, wish],
    queryFn: () => patientsOf(registry.name, wish),
    enabled: everybody || wish.practitioner !== undefined,
    placeholderData: keepPreviousData,
  });
  const filters = [
    `${registry.title}: ${gap?.title ?? ''}`,
    `outcome: ${wish.outcome === '' ? 'all' : outcomeWords[wish.outcome as keyof typeof outcomeWords]}`,
    ...(wish.clinic === undefined ? [] : [`clinic: ${wish.clinic}`]),
    ...(wish.practitioner === undefined ? [] : [`practitioner: ${practitioners.nameOf(wish.practitioner)}`]),
    ...(wish.area === undefined ? [] : [`area: ${wish.area}`]),
  ];
  const save = (): void => {
    if (found.data === undefined) return;
    const about = [...filters, `as of ${found.data.today}`, ...(found.data.more ? ['there are more than these'] : [])];
    const link = document.createElement('a');
    link.href = URL.createObjectURL(new Blob([listCsv(found.data.rows, about)], { type: 'text/csv' }));
    link.download = `${registry.name}-${gap?.id ?? ''}-${found.data.today}.csv`;
    link.click();
    URL.revokeObjectURL(link.href);
  };
  return (
    <section className="card" aria-label="Patients">
      <div className="list-choices off-paper">
        <NativeSelect
          size="xs"
          label="Gap"
          value={gap?.id ?? ''}
          onChange={(event) => ask({ gap: event.currentTarget.value })}
          data={registry.gaps.map(({ id, title }) => ({ value: id, label: title }))}
        />
        <NativeSelect
          size="xs"
          label="Outcome"
          value={wish.outcome === '' ? 'all' : wish.outcome}
          onChange={(event) => ask({ outcome: event.currentTarget.value })}
          data={[...Object.entries(outcomeWords).map(([value, label]) => ({ value, label })), { value: 'all', label: 'All' }]}
        />
        <NativeSelect
          size="xs"
          label="Patients of"
          value={wish.practitioner ?? ''}
          onChange={(event) => ask({ practitioner: event.currentTarget.value || undefined })}
          data={[
            { value: '', label: everybody ? 'Everybody' : 'Choose a practitioner' },
            ...practitioners.all.map(({ id, name }) => ({ value: id, label: name })),
            // One whom the record does not know by name is not silently somebody else.
            ...(wish.practitioner === undefined || practitioners.all.some(({ id }) => id === wish.practitioner)
              ? []
              : [{ value: wish.practitioner, label: wish.practitioner }]),
          ]}
        />
        {everybody && (
          <>
            <TextInput
              size="xs"
              label="Clinic"
              defaultValue={wish.clinic ?? ''}
              onBlur={(event) => ask({ clinic: event.currentTarget.value.trim() || undefined })}
            />
            <TextInput
              size="xs"
              label="Postal area"
              defaultValue={wish.area ?? ''}
              onBlur={(event) => ask({ area: event.currentTarget.value.trim() || undefined })}
            />
          </>
        )}
        <Button size="xs" variant="default" disabled={found.data === undefined || found.data.rows.length === 0} onClick={save}>
          Outreach list (CSV)
        </Button>
      </div>
      {!everybody && wish.practitioner === undefined ? (
        <Empty title="Whose patients?">
          Lists of everybody go with the right to export. Choose a practitioner: the record shows the patients whose general practitioner
          they are, and those they saw in a clinic within two years.
        </Empty>
      ) : found.isPending ? (
        <Waiting what="Patients" rows={10} />
      ) : found.isError ? (
        <Failure error={found.error} again={() => void found.refetch()} />
      ) : found.data.rows.length === 0 ? (
        <Empty title="Nobody">No patient of these choices has this outcome. Choose another outcome, or “All”.</Empty>
      ) : (
        <>
          <p>
            {found.data.gap.action} {found.data.rows.length}
            {found.data.more ? ' are shown; there are more: narrow the list' : ' patients'}.
          </p>
          <Scrolling name="Patients">
            <Table aria-label="Patients">
              <Columns of={['Patient', 'Born', 'Phone', 'Clinic', 'Outcome', 'Last', { number: 'Value' }, 'Due']} />
              <Table.Tbody>
                {found.data.rows.map((row) => (
                  <Table.Tr key={row.patient}>
                    <Table.Td dir="auto" className="name">
                      <Go to={`/app/chart/${encodeURIComponent(row.patient)}`}>{row.name || row.mrn || 'Not named'}</Go>
                      <div className="beside">{row.mrn}</div>
                    </Table.Td>
                    <Table.Td>
                      {showDate(row.born)}{' '}
                      <span className="beside">{row.born === '' ? '' : ageOf(row.born, new Date(found.data.today))}</span>
                    </Table.Td>
                    <Table.Td>{row.phone}</Table.Td>
                    <Table.Td dir="auto">{row.clinic}</Table.Td>
                    <Table.Td>
                      {outcomeWords[row.outcome]}
                      {row.reason !== '' && <div className="beside">{row.reason}</div>}
                    </Table.Td>
                    <Table.Td>{row.last === null ? 'never' : showDate(row.last)}</Table.Td>
                    <Table.Td className="number">{row.value === null ? '' : Number(row.value.toFixed(1))}</Table.Td>
                    <Table.Td>{row.due === null ? (row.outcome === 'gap' ? 'now' : '') : showDate(row.due)}</Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </Scrolling>
        </>
      )}
    </section>
  );
}
