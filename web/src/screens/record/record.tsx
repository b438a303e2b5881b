// Writing into one chart: what is unsaved and unsigned first, then notes, allergies, problems and forms, each with what can be done.
import { Button, Modal, Stack } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { lazy, type ReactNode, Suspense } from 'react';
import type { AllergyIntolerance, Composition, Condition, QuestionnaireResponse, Resource } from '../../../../src/fhir/generated/types.ts';
import { read, searchAll } from '../../api/fhir.ts';
import { about } from '../../api/touched.ts';
import { Go, useAsked, useBelow } from '../../app/go.tsx';
import { keptFor, useLetters } from '../../app/keeping.ts';
import { usePerson } from '../../app/session.tsx';
import { showDate, showTime } from '../../parts/dates.ts';
import { Page } from '../../parts/page.tsx';
import { allergiesQuery, patientQuery } from '../../parts/patient-banner.tsx';
import { Empty, Failure, Waiting } from '../../parts/states.tsx';
import { conceptOf, nameOf } from '../../parts/words.ts';
import { isSigned, textOf } from './note.ts';
import './record.css';
import type { Saved } from './save.ts';

export interface FormProps<R extends Resource> {
  patient: string;
  /** Of the patient, for lists of what is unsaved. */
  name: string;
  /** What is changed; undefined: a new one. */
  before: R | undefined;
  /** Undefined: closed, the draft stays. */
  after(how: Saved | 'theirs' | undefined): void;
}

const AllergyForm = lazy(() => import('./allergy-form.tsx'));
const ProblemForm = lazy(() => import('./problem-form.tsx'));
const NoteForm = lazy(() => import('./note-form.tsx'));
const Forms = lazy(() => import('./form/forms.tsx'));

export default function Record() {
  const id = useBelow();
  if (id === undefined)
    return (
      <Page title="Documentation">
        <Empty title="No patient is chosen">Press Ctrl+K and type a name, then choose what to write in the banner.</Empty>
      </Page>
    );
  return <RecordOf key={id} id={id} />;
}

function RecordOf({ id }: { id: string }) {
  const patient = useQuery(patientQuery(id));
  const { role } = usePerson();
  const [asked, ask] = useAsked();
  if (patient.isPending) return <Waiting what="The chart" />;
  if (patient.isError) return <Failure title="This chart could not be opened" error={patient.error} again={() => void patient.refetch()} />;
  const name = nameOf(patient.data.name);
  const { do: what, of } = asked;
  const after = (how: Saved | 'theirs' | undefined): void =>
    ask({ do: undefined, of: undefined, with: undefined, said: how === 'theirs' ? undefined : how }, { replace: how !== undefined });
  const writes = ['administrator', 'clinician', 'nurse'].includes(role);
  const form = !writes ? undefined : formFor(what, { patient: id, name, after }, of, asked['with']);
  return (
    <Page title={`Documentation of ${name}`}>
      {asked['said'] !== undefined && what === undefined && (
        <p className="record-said" role="status">
          {asked['said'] === 'waiting' ? 'Kept on this device: it is sent as soon as the server answers.' : 'Saved.'}
        </p>
      )}
      {form === undefined ? <Overview id={id} writes={writes} /> : <Suspense fallback={<Waiting what="The form" />}>{form}</Suspense>}
    </Page>
  );
}

type Shared = Omit<FormProps<Resource>, 'before'>;

/** One form for each word in the address. */
function formFor(what: string | undefined, props: Shared, of: string | undefined, questionnaire: string | undefined): ReactNode {
  if (what === 'allergy')
    return <Existing type="AllergyIntolerance" of={of} form={(before) => <AllergyForm key={of ?? 'new'} {...props} before={before} />} />;
  if (what === 'problem')
    return <Existing type="Condition" of={of} form={(before) => <ProblemForm key={of ?? 'new'} {...props} before={before} />} />;
  if (what === 'note')
    return <Existing type="Composition" of={of} form={(before) => <NoteForm key={of ?? 'new'} {...props} before={before} />} />;
  if (what === 'form')
    return (
      <Existing
        type="QuestionnaireResponse"
        of={of}
        form={(before) => <Forms key={`${of ?? 'new'} ${questionnaire ?? ''}`} {...props} before={before} questionnaire={questionnaire} />}
      />
    );
  return undefined;
}

type Of<T extends Resource['resourceType']> = Extract<Resource, { resourceType: T }>;

/** Fetches what is changed; once it is open it is left alone, so that nobody's typing is overwritten by a newer version. */
function Existing<T extends 'AllergyIntolerance' | 'Condition' | 'Composition' | 'QuestionnaireResponse'>({
  type,
  of,
  form,
}: {
  type: T;
  of: string | undefined;
  form(before: Of<T> | undefined): ReactNode;
}) {
  const before = useQuery({
    queryKey: ['editing', type, of],
    queryFn: () => read(type, of ?? ''),
    enabled: of !== undefined,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    refetchOnWindowFocus: false,
  });
  if (of === undefined) return form(undefined);
  if (before.isPending) return <Waiting what="What is changed" />;
  if (before.isError) return <Failure title="This could not be opened" error={before.error} again={() => void before.refetch()} />;
  return form(before.data as Of<T>);
}

export const notesQuery = (patient: string) => ({
  queryKey: ['Composition', patient],
  meta: about(patient),
  queryFn: () => searchAll('Composition', { patient, _sort: '-date', _count: 100 }, 300),
});

function Overview({ id, writes }: { id: string; writes: boolean }) {
  const [asked, ask] = useAsked();
  const { drafts } = keptFor(usePerson().id);
  const letters = useLetters();
  const mine = drafts.all().filter(({ patient }) => patient === id);
  const waiting = letters.filter(({ address }) => address.includes(`/${id}`));
  const open = (what: string, of?: string): void => ask({ do: what, of, said: undefined });
  const notes = useQuery({ ...notesQuery(id), placeholderData: keepPreviousData });
  const shown = notes.data?.find((note) => note.id === asked['note']);
  const add = (what: string, words: string): ReactNode =>
    writes && (
      <Button size="xs" variant="default" onClick={() => open(what)}>
        {words}
      </Button>
    );
  return (
    <div className="cards">
      {mine.length + waiting.length > 0 && (
        <section className="card" aria-label="Unsaved">
          <h2>
            Unsaved, on this device <span className="count">{mine.length + waiting.length}</span>
          </h2>
          <ul className="rows">
            {mine.map(({ form, label, address, keptAt }) => (
              <li key={form}>
                <Go to={address.split('?')[0] ?? ''} asked={Object.fromEntries(new URLSearchParams(address.split('?')[1]))} dir="auto">
                  {label}
                </Go>
                <span className="row-when">draft, {showTime(keptAt)}</span>
              </li>
            ))}
            {waiting.map(({ id: letter, label, at }) => (
              <li key={letter}>
                <span dir="auto">{label}</span>
                <span className="row-when">to be sent, {showTime(at)}</span>
              </li>
            ))}
          </ul>
        </section>
      )}
      <Listed
        title="Notes"
        none="No note is written yet"
        teaches="Press d n: a note begins from a template, is kept while you type, and is signed with Ctrl+Enter."
        query={notes}
        action={add('note', 'Write a note')}
        row={(note: Composition) => ({
          id: note.id ?? '',
          what: note.title,
          beside: `${noteState(note)} · ${note.author.map(({ display }) => display ?? 'author not named').join(', ')}`,
          when: showTime(note.date),
          open: () => ask({ note: note.id }),
        })}
      />
      <Listed
        title="Allergies"
        none="None are recorded: that is not the same as none"
        teaches="Ask, then record what there is, or that there are no known allergies. Press d a."
        query={useQuery({ ...allergiesQuery(id), placeholderData: keepPreviousData })}
        action={add('allergy', 'Record an allergy')}
        row={(allergy: AllergyIntolerance) => ({
          id: allergy.id ?? '',
          what: conceptOf(allergy.code),
          beside: [stateOf(allergy), allergy.criticality === 'high' ? 'high risk' : ''].filter((words) => words !== '').join(' · '),
          when: showDate(allergy.recordedDate),
          open: writes ? () => open('allergy', allergy.id) : undefined,
        })}
      />
      <Listed
        title="Problems"
        none="No problem is recorded"
        teaches="Press d p. What is over is resolved, not deleted; what was never true is marked as entered in error."
        query={useQuery({
          queryKey: ['Condition', id, 'all'],
          meta: about(id),
          queryFn: () => searchAll('Condition', { patient: id, _sort: '-recorded-date' }, 300),
          placeholderData: keepPreviousData,
        })}
        action={add('problem', 'Record a problem')}
        row={(condition: Condition) => ({
          id: condition.id ?? '',
          what: conceptOf(condition.code),
          beside: [stateOf(condition), conceptOf(condition.severity)].filter((words) => words !== '').join(' · '),
          when: condition.onsetDateTime === undefined ? '' : `since ${showDate(condition.onsetDateTime)}`,
          open: writes ? () => open('problem', condition.id) : undefined,
        })}
      />
      <Listed
        title="Forms"
        none="No form is filled in yet"
        teaches="Press d f and choose a questionnaire: it is filled in here, scored where it can be, and kept with the answers."
        query={useQuery({
          queryKey: ['QuestionnaireResponse', id],
          meta: about(id),
          queryFn: () => searchAll('QuestionnaireResponse', { patient: id, _sort: '-authored' }, 100),
          placeholderData: keepPreviousData,
        })}
        action={add('form', 'Fill in a form')}
        row={(response: QuestionnaireResponse) => ({
          id: response.id ?? '',
          what: titleOf(response),
          beside: response.status,
          when: showTime(response.authored),
          open: writes ? () => open('form', response.id) : undefined,
        })}
      />
      <Modal
        opened={shown !== undefined}
        onClose={() => ask({ note: undefined })}
        title={shown?.title}
        size="lg"
        transitionProps={{ duration: 0 }}
      >
        {shown !== undefined && (
          <NoteShown note={shown} amend={writes ? () => ask({ do: 'note', of: shown.id, note: undefined }) : undefined} />
        )}
      </Modal>
    </div>
  );
}

/** The title at the time is kept with the answers: a questionnaire may be changed later. */
const titleOf = ({ questionnaire, _questionnaire }: QuestionnaireResponse): string =>
  _questionnaire?.extension?.find(({ url }) => url === 'http://hl7.org/fhir/StructureDefinition/display')?.valueString ??
  questionnaire?.split('/').at(-1)?.split('|')[0] ??
  'Form';

const noteState = (note: Composition): string =>
  ({ preliminary: 'Unsigned', final: 'Signed', amended: 'Signed, amended', 'entered-in-error': 'Entered in error' })[note.status] ??
  note.status;

const stateOf = ({ clinicalStatus, verificationStatus }: AllergyIntolerance | Condition): string =>
  verificationStatus?.coding?.[0]?.code === 'entered-in-error'
    ? 'entered in error'
    : (clinicalStatus?.coding?.[0]?.code ?? verificationStatus?.coding?.[0]?.code ?? '');

function NoteShown({ note, amend }: { note: Composition; amend: (() => void) | undefined }) {
  return (
    <Stack gap="sm">
      <p className="beneath">
        {noteState(note)} · {showTime(note.date)}
        {note.attester?.map(({ time, party }) => ` · signed by ${party?.display ?? 'somebody'}, ${showTime(time)}`)}
        {note.relatesTo?.map(({ targetReference }) => ` · replaces ${targetReference?.reference?.split('/').at(-1) ?? ''}. version`)}
      </p>
      {(note.section ?? []).map(({ title, text }, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: sections have no other name
        <section key={at}>
          {title !== undefined && <h3 dir="auto">{title}</h3>}
          <p className="note-text" dir="auto">
            {textOf(text?.div) || '–'}
          </p>
        </section>
      ))}
      {amend !== undefined && note.status !== 'entered-in-error' && (
        <Button variant="default" onClick={amend}>
          {isSigned(note) ? 'Amend it' : 'Go on writing'}
        </Button>
      )}
    </Stack>
  );
}

interface Row {
  id: string;
  what: string;
  beside: string;
  when: string;
  open: (() => void) | undefined;
}

function Listed<R>({
  title,
  none,
  teaches,
  query,
  action,
  row,
}: {
  title: string;
  none: string;
  teaches: string;
  query: { data: R[] | undefined; isPending: boolean; isError: boolean; error: Error | null; refetch(): unknown };
  action: ReactNode;
  row(resource: R): Row;
}) {
  const { data, isPending, error, refetch } = query;
  return (
    <section className="card" aria-label={title}>
      <div className="card-head">
        <h2>
          {title} {data !== undefined && <span className="count">{data.length}</span>}
        </h2>
        {action}
      </div>
      {isPending ? (
        <Waiting what={title} rows={3} />
      ) : data === undefined ? (
        <Failure error={error ?? new Error('Nothing was answered')} again={() => void refetch()} />
      ) : data.length === 0 ? (
        <Empty title={none}>{teaches}</Empty>
      ) : (
        <ul className="rows">
          {data
            .slice(0, 30)
            .map(row)
            .map(({ id, what, beside, when, open }) => (
              <li key={id}>
                {open === undefined ? (
                  <span className="row-what" dir="auto">
                    {what || 'Not named'}
                  </span>
                ) : (
                  <button type="button" className="row-open" dir="auto" onClick={open}>
                    {what || 'Not named'}
                  </button>
                )}
                <span className="row-beside" dir="auto">
                  {beside}
                </span>
                <span className="row-when">{when}</span>
              </li>
            ))}
        </ul>
      )}
      {data !== undefined && data.length > 30 && <p className="beneath">and {data.length - 30} older ones, in the chart</p>}
    </section>
  );
}
