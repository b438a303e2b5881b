// Who this is: the same everywhere, always in sight (NHS Common User Interface, Patient Banner, 2010). Allergies stand in it, and that
// none are recorded is not that there are none.

import { useQuery } from '@tanstack/react-query';
import type { AllergyIntolerance, Patient } from '../../../src/fhir/generated/types.ts';
import { read, searchAll } from '../api/fhir.ts';
import { about } from '../api/touched.ts';
import { Go } from '../app/go.tsx';
import { BannerActions, BannerPanel } from './banner-actions.tsx';
import { CodeStatus } from './code-status/code-status.tsx';
import { ageOf, showDate } from './dates.ts';
import { addressOf, conceptOf, nameOf, numberOf, sexOf } from './words.ts';

export const patientQuery = (id: string) => ({ queryKey: ['Patient', id], meta: about(id), queryFn: () => read('Patient', id) });

export const allergiesQuery = (id: string) => ({
  queryKey: ['AllergyIntolerance', id],
  meta: about(id),
  queryFn: () => searchAll('AllergyIntolerance', { patient: id }),
});

export function PatientBanner({ id }: { id: string }) {
  const { data: patient } = useQuery(patientQuery(id));
  const allergies = useQuery(allergiesQuery(id));
  if (patient === undefined) return <section className="banner" aria-label="Patient" aria-busy="true" />;
  const number = numberOf(patient.identifier);
  return (
    <>
      <section
        className={patient.deceasedBoolean === true || patient.deceasedDateTime !== undefined ? 'banner banner-died' : 'banner'}
        aria-label="Patient"
      >
        <Go to={`/app/chart/${id}`} className="banner-name" dir="auto">
          {nameOf(patient.name)}
        </Go>
        <Fact
          name="Born"
          value={`${showDate(patient.birthDate) || 'Not known'} ${bracketed(ageOf(patient.birthDate, new Date(), patient.deceasedDateTime))}`}
        />
        {(patient.deceasedDateTime !== undefined || patient.deceasedBoolean === true) && (
          <Fact name="Died" value={showDate(patient.deceasedDateTime) || 'Yes, date not known'} strong />
        )}
        <Fact name="Sex" value={sexOf(patient)} />
        <Fact name={number?.type?.text ?? number?.type?.coding?.[0]?.display ?? 'Number'} value={number?.value ?? 'None'} mono />
        <Fact name="Address" value={addressOf(patient.address?.[0]) || 'Not known'} wide />
        <CodeStatus id={id} />
        <Allergies allergies={allergies.data} failed={allergies.isError} />
        <BannerActions id={id} name={nameOf(patient.name)} />
      </section>
      <BannerPanel id={id} patient={patient} />
    </>
  );
}

const bracketed = (text: string): string => (text === '' ? '' : `(${text})`);

function Fact({
  name,
  value,
  mono = false,
  strong = false,
  wide = false,
}: {
  name: string;
  value: string;
  mono?: boolean;
  strong?: boolean;
  wide?: boolean;
}) {
  return (
    <span className={`banner-fact${wide ? ' banner-wide' : ''}`}>
      <span className="banner-label">{name}</span>
      <span className={`${mono ? 'mono' : ''}${strong ? ' strong' : ''}`} dir="auto" title={value}>
        {value}
      </span>
    </span>
  );
}

/** Names of what the patient does not tolerate; `undefined`: not known yet. */
export function allergyWords(allergies: readonly AllergyIntolerance[]): { known: string[]; none: boolean } {
  const standing = allergies.filter(
    ({ verificationStatus, clinicalStatus }) =>
      !['entered-in-error', 'refuted'].includes(verificationStatus?.coding?.[0]?.code ?? '') &&
      clinicalStatus?.coding?.[0]?.code !== 'resolved',
  );
  // "No known allergies" is itself recorded as an AllergyIntolerance.
  const isNone = ({ code }: AllergyIntolerance): boolean => /^no known/i.test(conceptOf(code));
  return {
    known: [...new Set(standing.filter((one) => !isNone(one)).map(({ code }) => conceptOf(code) || 'not named'))],
    none: standing.some(isNone),
  };
}

function Allergies({ allergies, failed }: { allergies: readonly AllergyIntolerance[] | undefined; failed: boolean }) {
  if (failed) return <span className="banner-allergies banner-alert">Allergies could not be read</span>;
  if (allergies === undefined) return <span className="banner-allergies">Allergies …</span>;
  const { known, none } = allergyWords(allergies);
  if (known.length > 0)
    return (
      <span className="banner-allergies banner-alert">
        <span className="banner-label">Allergies</span>
        <strong>{known.join(', ')}</strong>
      </span>
    );
  return (
    <span className="banner-allergies">
      <span className="banner-label">Allergies</span>
      {none ? 'No known allergies' : 'None recorded: ask'}
    </span>
  );
}

export type { Patient };
