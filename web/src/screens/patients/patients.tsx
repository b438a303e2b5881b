// Finding a patient. What is typed is in the address, so that a search can be sent to a colleague.
import { Table, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { search } from '../../api/fhir.ts';
import { Go, useAsked } from '../../app/go.tsx';
import { patientCriteria } from '../../app/patient-criteria.ts';
import { Columns } from '../../parts/columns.tsx';
import { ageOf, showDate } from '../../parts/dates.ts';
import { Page } from '../../parts/page.tsx';
import { Empty, Failure, Waiting } from '../../parts/states.tsx';
import { addressOf, nameOf, numberOf, sexOf } from '../../parts/words.ts';

export default function Patients() {
  const [asked, ask] = useAsked();
  const [text, setText] = useState(asked['q'] ?? '');
  const [settled] = useDebouncedValue(text.trim(), 200);
  const type = (typed: string): void => {
    setText(typed);
    ask({ q: typed.trim() }, { replace: true });
  };
  const criteria = patientCriteria(settled);
  const found = useQuery({
    queryKey: ['Patient', 'search', settled],
    queryFn: ({ signal }) => search('Patient', { ...(criteria ?? { _sort: '-_lastUpdated' }), _count: 50 }, signal),
    placeholderData: keepPreviousData,
  });
  return (
    <Page title="Patients" filters={settled}>
      <TextInput
        label="Name, number or date of birth"
        description="In any order: nightingale 12-May-1820, or a record number"
        value={text}
        onChange={(event) => type(event.currentTarget.value)}
        maw={480}
        mb="md"
        autoFocus
        data-search
      />
      {found.isPending ? (
        <Waiting what="The list of patients" rows={10} />
      ) : found.isError ? (
        <Failure error={found.error} again={() => void found.refetch()} />
      ) : found.data.resources.length === 0 ? (
        <Empty title={settled === '' ? 'There is no patient yet' : `Nobody is found by “${settled}”`}>
          {settled === ''
            ? 'Patients come from the systems that send messages here, from files (lamplight load), or through the FHIR API.'
            : 'Names are found from their beginning: try fewer letters, the family name alone, or the number on the wristband.'}
        </Empty>
      ) : (
        <>
          <Table highlightOnHover stickyHeader aria-label="Patients that were found">
            <Columns of={['Name', 'Born', 'Sex', 'Number', 'Address']} />
            <Table.Tbody>
              {found.data.resources.map((patient) => (
                <Table.Tr key={patient.id}>
                  <Table.Td className="long" dir="auto">
                    <Go to={`/app/chart/${patient.id ?? ''}`}>{nameOf(patient.name)}</Go>
                  </Table.Td>
                  <Table.Td className="nowrap">
                    {showDate(patient.birthDate) || 'Not known'} {ageOf(patient.birthDate, new Date(), patient.deceasedDateTime)}
                    {patient.deceasedDateTime !== undefined || patient.deceasedBoolean === true ? ' · died' : ''}
                  </Table.Td>
                  <Table.Td>{sexOf(patient)}</Table.Td>
                  <Table.Td className="mono">{numberOf(patient.identifier)?.value ?? '–'}</Table.Td>
                  <Table.Td className="long" dir="auto">
                    {addressOf(patient.address?.[0])}
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
          <p className="beneath">
            {settled === '' ? 'Those that changed last.' : ''}
            {found.data.next === undefined ? '' : ' The first 50 are shown: type more to narrow it down.'}
          </p>
        </>
      )}
    </Page>
  );
}
