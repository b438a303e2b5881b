// What doses given when needed did, asked when they should have acted. Two presses answer: what it did, then the pain as the patient says
// it (which records it), or that there is no score.
import { TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { ask } from '../../api/http.ts';
import { Chips } from './chips.tsx';
import { clock } from './due-list.tsx';
import { type DueAnswer, openEffects } from './facts.ts';

const effects = { helped: 'Better', partly: 'A little better', none: 'No change', worse: 'Worse' } as const;
type Effect = keyof typeof effects;
const isEffect = (value: string): value is Effect => Object.hasOwn(effects, value);
const scores = Array.from({ length: 11 }, (_, score) => score);

interface Answer {
  task: string;
  effect: Effect;
  words: string;
}

export function Effects({ answer, nowMs }: { answer: DueAnswer; nowMs: number }) {
  const client = useQueryClient();
  const [open, setOpen] = useState<Answer>();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();
  const [said, setSaid] = useState<string>();
  const asked = openEffects(answer, nowMs);
  const late = asked.filter((one) => one.late).length;
  if (asked.length === 0 && said === undefined) return null;
  const record = async (title: string, after: number | undefined): Promise<void> => {
    if (open === undefined || busy) return;
    setBusy(true);
    setProblem(undefined);
    const words = open.words.trim();
    try {
      await ask('/medication/effect', {
        method: 'POST',
        body: {
          task: open.task,
          effect: open.effect,
          ...(after === undefined ? {} : { after }),
          ...(words === '' ? {} : { words }),
        },
      });
      setSaid(`${effects[open.effect]}${after === undefined ? '' : `, pain ${after}`}: ${title}`);
      setOpen(undefined);
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
    } finally {
      setBusy(false);
      void client.invalidateQueries({ queryKey: ['MedicationAdministration'] });
    }
  };
  return (
    <section className="card bedside-due" aria-label="Effects to ask">
      <h2>
        Effects to ask{' '}
        <span className="count">
          {asked.length}
          {late > 0 ? `, ${late} overdue` : ''}
        </span>
      </h2>
      {said !== undefined && (
        <p className="bedside-said" role="status" dir="auto">
          <span aria-hidden="true">✓</span> {said}
        </p>
      )}
      <ul className="due-rows">
        {asked.map(({ task, title = 'A dose given when needed', at, late: overdue }) => {
          const drug = title.replace(/^Ask what it did: /, '');
          const chosen = open?.task === task ? open : undefined;
          return (
            <li key={task} className={`effect-row due-row ${overdue ? 'due-overdue' : 'due-due'}`}>
              <span className="due-state">
                <span className="due-time">{clock(Date.parse(at))}</span> <span aria-hidden="true">{overdue ? '▲' : '○'}</span>{' '}
                {overdue ? 'Overdue' : 'To ask then'}
              </span>
              <Chips
                label={`What did it do? ${drug}`}
                choices={effects}
                value={chosen?.effect}
                choose={(value) => {
                  if (!isEffect(value) || busy) return;
                  setSaid(undefined);
                  setProblem(undefined);
                  setOpen({ task, effect: value, words: chosen?.words ?? '' });
                }}
              />
              {chosen !== undefined && (
                <>
                  <fieldset className="chips pain" disabled={busy}>
                    <legend>Pain now, as the patient says it: 0 none, 10 the worst. It is recorded at once.</legend>
                    {scores.map((score) => (
                      <button key={score} type="button" className="chip" onClick={() => void record(drug, score)}>
                        {score}
                      </button>
                    ))}
                    <button type="button" className="chip" onClick={() => void record(drug, undefined)}>
                      Record without a score
                    </button>
                  </fieldset>
                  <TextInput
                    label="In words, before the score"
                    size="lg"
                    dir="auto"
                    maxLength={1000}
                    value={chosen.words}
                    onChange={(event) => setOpen({ ...chosen, words: event.currentTarget.value })}
                  />
                  {problem !== undefined && (
                    <p className="bedside-alert" role="alert">
                      ▲ {problem}
                    </p>
                  )}
                </>
              )}
            </li>
          );
        })}
      </ul>
    </section>
  );
}
