// The patients of a recall in two groups, those in beds now first, each with the doses. On paper every dose is written out.
import { Table } from '@mantine/core';
import { useState } from 'react';
import { Go } from '../../app/go.tsx';
import { showDate } from '../../parts/dates.ts';
import { Scrolling } from '../../parts/scrolling.tsx';
import type { Recall, RecalledDose, RecalledPerson } from './api.ts';
import { dosesOf, doseWords } from './recall-words.ts';

const peopleMost = 500;
const dosesShown = 3;

export function RecalledPeople({ data }: { data: Recall }) {
  const doses = dosesOf(data);
  const here = data.people.filter(({ place }) => place !== undefined);
  const gone = data.people.filter(({ place }) => place === undefined);
  const nobody = doses.get('') ?? [];
  return (
    <>
      {here.length > 0 && <Group title="In a bed now" people={here} doses={doses} beds />}
      {gone.length > 0 && <Group title="Not in a bed here" people={gone} doses={doses} />}
      {nobody.length > 0 && (
        <section className="card" aria-label="Without a patient">
          <h2>▲ Doses whose record names no patient</h2>
          <Doses all={nobody} />
        </section>
      )}
    </>
  );
}

function Group({
  title,
  people,
  doses,
  beds = false,
}: {
  title: string;
  people: readonly RecalledPerson[];
  doses: ReadonlyMap<string, RecalledDose[]>;
  beds?: boolean;
}) {
  return (
    <section className="card recall-group" aria-label={title}>
      <h2>
        {title} <span className="count">{people.length}</span>
      </h2>
      <Scrolling name={`${title}, table`}>
        <Table aria-label={title}>
          <Table.Thead>
            <Table.Tr>
              {beds && <Table.Th>Where</Table.Th>}
              <Table.Th>Patient</Table.Th>
              <Table.Th>Born</Table.Th>
              <Table.Th>Number</Table.Th>
              <Table.Th>Doses, newest first</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {people.slice(0, peopleMost).map(({ patient, name, birthDate, number, place }) => (
              <Table.Tr key={patient}>
                {beds && <Table.Td dir="auto">{place}</Table.Td>}
                <Table.Td dir="auto">
                  <Go to={`/app/chart/${encodeURIComponent(patient.replace('Patient/', ''))}`}>{name ?? patient}</Go>
                </Table.Td>
                <Table.Td className="recall-born">{showDate(birthDate)}</Table.Td>
                <Table.Td>{number}</Table.Td>
                <Table.Td>
                  <Doses all={doses.get(patient) ?? []} />
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Scrolling>
      {people.length > peopleMost && <p>▲ {people.length - peopleMost} more patients are not listed here: the CSV has them all.</p>}
    </section>
  );
}

function Doses({ all }: { all: readonly RecalledDose[] }) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <ul className={open ? 'recall-doses recall-open' : 'recall-doses'}>
        {all.map((dose, at) => (
          <li key={dose.ref} className={at < dosesShown ? undefined : 'recall-further'} dir="auto">
            {doseWords(dose)}
          </li>
        ))}
      </ul>
      {all.length > dosesShown && (
        <button type="button" className="recall-more" aria-expanded={open} onClick={() => setOpen(!open)}>
          {open ? 'Fewer' : `${all.length - dosesShown} more`}
        </button>
      )}
    </>
  );
}
