// Vital signs in one line below the banner: `v`, the values with Tab between them, Enter. The score stands there as soon as the record
// has concluded it.
import { Button, NativeSelect, TextInput } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { type FormEvent, useRef, useState } from 'react';
import type { Observation, Patient } from '../../../../src/fhir/generated/types.ts';
import { search } from '../../api/fhir.ts';
import { newId } from '../../api/ids.ts';
import { about } from '../../api/touched.ts';
import { useDraft } from '../../app/use-draft.ts';
import { showTime, sinceOf } from '../../parts/dates.ts';
import { nameOf, quantityOf } from '../../parts/words.ts';
import { DraftState } from './draft-state.tsx';
import './record.css';
import { openEncounterQuery, type Saved, useAuthor, useSave } from './save.ts';
import { check, consciousnessWords, type Field, type Finding, limits, localTime, nothingTyped, observationsOf } from './vital-signs.ts';

const lines: readonly {
  field: 'temperature' | 'pressure' | 'pulse' | 'respirations' | 'saturation';
  name: string;
  unit: string;
  hint: string;
  code: string;
}[] = [
  { field: 'temperature', name: 'Temperature', unit: limits.temperature.unit, hint: '37.0', code: '8310-5' },
  { field: 'pressure', name: 'Blood pressure', unit: limits.systolic.unit, hint: '118/64', code: '85354-9' },
  { field: 'pulse', name: 'Pulse', unit: limits.pulse.unit, hint: '72', code: '8867-4' },
  { field: 'respirations', name: 'Resp. rate', unit: limits.respirations.unit, hint: '16', code: '9279-1' },
  { field: 'saturation', name: 'Saturation', unit: limits.saturation.unit, hint: '97', code: '59408-5' },
];

const lastQuery = (patient: string) => ({
  queryKey: ['Observation', patient, 'last-round'],
  meta: about(patient),
  queryFn: async (): Promise<Observation[]> =>
    (
      await search('Observation', {
        patient,
        code: lines.map(({ code }) => `http://loinc.org|${code}`).join(','),
        _sort: '-date',
        _count: 40,
      })
    ).resources,
});

const lastOf = ({ valueQuantity, component }: Observation): string =>
  component === undefined || component.length === 0 || valueQuantity !== undefined
    ? quantityOf(valueQuantity)
    : component
        .slice(0, 2)
        .map(({ valueQuantity: part }) => quantityOf(part).split('\u00a0')[0])
        .join('/');

export default function VitalSigns({ id, patient, close }: { id: string; patient: Patient; close(): void }) {
  const label = `Vital signs of ${nameOf(patient.name)}`;
  const address = `/app/chart/${id}?panel=vitals`;
  const draft = useDraft(id, 'vital-signs', label, address, nothingTyped);
  const { value: typed, set } = draft;
  const last = useQuery(lastQuery(id));
  const encounter = useQuery(openEncounterQuery(id));
  const author = useAuthor();
  const { saveAll } = useSave();
  const [findings, setFindings] = useState<readonly Finding[]>([]);
  const [problem, setProblem] = useState<string>();
  const [busy, setBusy] = useState(false);
  const [round, setRound] = useState<{ at: string; saved: Saved; count: number }>();
  const form = useRef<HTMLFormElement>(null);
  const confirmed = useRef('');

  const born = patient.birthDate === undefined ? Number.NaN : Date.parse(patient.birthDate);
  const isChild = Date.now() - born < 16 * 365.25 * 86_400_000;

  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (busy || draft.elsewhere) return;
    const found = check(typed, isChild);
    setFindings(found);
    const refused = found.find(({ kind }) => kind === 'refused');
    const questions = found.map(({ words }) => words).join('\n');
    if (refused !== undefined || (found.length > 0 && confirmed.current !== questions)) {
      // Enter once more on the same question answers it.
      confirmed.current = refused === undefined ? questions : '';
      form.current?.querySelector<HTMLElement>(`[name=${(refused ?? found[0])?.field ?? 'temperature'}]`)?.focus();
      return;
    }
    setBusy(true);
    setProblem(undefined);
    const at = localTime(new Date());
    const open = encounter.data?.id;
    try {
      const observations = observationsOf(typed, {
        patient: id,
        ...(open === undefined ? {} : { encounter: open }),
        at,
        performer: author,
        newId,
      });
      const saved = await saveAll(observations, { label, address });
      draft.done();
      setFindings([]);
      confirmed.current = '';
      setRound({ at, saved, count: observations.length });
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
    } finally {
      setBusy(false);
    }
  };

  const change = (field: Field, text: string): void => {
    set({ [field]: text });
    if (findings.length > 0) setFindings(findings.filter((finding) => finding.field !== field));
  };
  const said = (field: Field): string | undefined => {
    const words = findings.filter((finding) => finding.field === field).map((finding) => finding.words);
    return words.length === 0 ? undefined : words.join('; ');
  };
  const asks = findings.length > 0 && findings.every(({ kind }) => kind === 'asked');

  return (
    <section
      className="vitals"
      aria-label="Record vital signs"
      onKeyDown={(event) => {
        if (event.key === 'Escape') close();
      }}
    >
      {round === undefined ? (
        <form ref={form} onSubmit={(event) => void submit(event)} noValidate>
          <fieldset disabled={draft.elsewhere} className="vitals-line">
            <legend className="unseen">Vital signs, now</legend>
            {lines.map(({ field, name, unit, hint, code }, at) => {
              const before = last.data?.find((one) => one.code.coding?.some((coding) => coding.code === code));
              return (
                <TextInput
                  key={field}
                  name={field}
                  label={name}
                  aria-label={`${name}, ${unit}`}
                  rightSection={<span className="vitals-unit">{unit}</span>}
                  rightSectionWidth={unit.length > 3 ? 52 : 40}
                  placeholder={hint}
                  autoFocus={at === 0}
                  autoComplete="off"
                  inputMode={field === 'pressure' ? 'text' : 'decimal'}
                  value={typed[field]}
                  error={said(field)}
                  inputWrapperOrder={['label', 'input', 'description', 'error']}
                  description={
                    before === undefined
                      ? last.isPending
                        ? '…'
                        : 'none yet'
                      : `${lastOf(before).split('\u00a0')[0] ?? ''} · ${sinceOf(before.effectiveDateTime ?? '')}`
                  }
                  onChange={(event) => change(field, event.currentTarget.value)}
                />
              );
            })}
            <NativeSelect
              name="oxygen"
              label="Breathing"
              value={typed.oxygen}
              error={said('oxygen')}
              data={[
                { value: '', label: '–' },
                { value: 'air', label: 'Air' },
                { value: 'oxygen', label: 'Oxygen' },
              ]}
              onChange={(event) => change('oxygen', event.currentTarget.value)}
            />
            {(typed.oxygen === 'oxygen' || typed.litres !== '') && (
              <TextInput
                name="litres"
                label="Flow"
                aria-label="Flow, L/min"
                rightSection={<span className="vitals-unit">L/min</span>}
                rightSectionWidth={48}
                placeholder="2"
                inputMode="decimal"
                autoComplete="off"
                value={typed.litres}
                error={said('litres')}
                onChange={(event) => change('litres', event.currentTarget.value)}
              />
            )}
            <NativeSelect
              name="consciousness"
              label="Consciousness"
              value={typed.consciousness}
              data={[
                { value: '', label: '–' },
                ...Object.entries(consciousnessWords).map(([value, words]) => ({ value, label: `${value} ${words}` })),
              ]}
              onChange={(event) => change('consciousness', event.currentTarget.value)}
            />
          </fieldset>
          <div className="vitals-do">
            <Button type="submit" size="sm" loading={busy} disabled={draft.elsewhere} variant={asks ? 'outline' : 'filled'}>
              {asks ? 'Yes, it is so: save' : 'Save'}
            </Button>
            <Button variant="default" onClick={close}>
              Close
            </Button>
            <span className="beneath" role="status">
              {asks
                ? 'Is this right? Press Enter once more to save it as typed.'
                : 'Leave empty what was not measured. Enter saves, Esc closes and keeps.'}{' '}
              <DraftState draft={draft} />
            </span>
          </div>
          {problem !== undefined && (
            <p role="alert" className="record-problem">
              {problem}
            </p>
          )}
        </form>
      ) : (
        <Concluded id={id} at={round.at} saved={round.saved} count={round.count} close={close} again={() => setRound(undefined)} />
      )}
    </section>
  );
}

const scoreQuery = (patient: string) => ({
  queryKey: ['Observation', patient, 'score'],
  meta: about(patient),
  queryFn: async (): Promise<Observation | null> =>
    (await search('Observation', { patient, code: 'http://lamplight.example/CodeSystem/score|news2', _sort: '-date', _count: 1 }))
      .resources[0] ?? null,
});

/** What became of it: the score, or why there is none. */
function Concluded({
  id,
  at,
  saved,
  count,
  close,
  again,
}: {
  id: string;
  at: string;
  saved: Saved;
  count: number;
  close(): void;
  again(): void;
}) {
  const score = useQuery({
    ...scoreQuery(id),
    placeholderData: keepPreviousData,
    refetchInterval: (query) => (isOf(query.state.data, at) ? false : 1500),
  });
  const made = isOf(score.data, at) ? score.data : undefined;
  const level = made?.interpretation?.[0];
  const alarming = ['A', 'AA'].includes(level?.coding?.[0]?.code ?? '');
  return (
    <div className="vitals-done" role="status">
      <strong>
        {saved === 'saved' ? `${count} ${count === 1 ? 'value' : 'values'} saved` : 'Kept here; sent when the server is back'},{' '}
        {showTime(at).slice(-5)}
      </strong>
      <span
        className={alarming ? 'vitals-score vitals-alarm' : 'vitals-score'}
        data-score={quantityOf(made?.valueQuantity).split('\u00a0')[0]}
      >
        {saved === 'waiting'
          ? 'The score is made when it has arrived.'
          : made === undefined || made === null
            ? 'The early-warning score is being made …'
            : made.valueQuantity === undefined
              ? `NEWS2: ${made.dataAbsentReason?.text ?? 'not possible'}`
              : `NEWS2 ${quantityOf(made.valueQuantity).split('\u00a0')[0] ?? ''}: ${(level?.text ?? '').replace(/ \(NEWS2 [^)]*\)/, '')}`}
      </span>
      <span className="vitals-do">
        <Button size="xs" autoFocus onClick={close}>
          Close
        </Button>
        <Button size="xs" variant="default" onClick={again}>
          Record more
        </Button>
      </span>
    </div>
  );
}

const isOf = (score: Observation | null | undefined, at: string): boolean =>
  score?.effectiveDateTime !== undefined && new Date(score.effectiveDateTime).getTime() === new Date(at).getTime();
