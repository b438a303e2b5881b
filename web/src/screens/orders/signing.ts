// Orders signed with what was decided. The server checks once more: where it finds what nobody has decided, nothing is written and its
// answer takes the place of the one that was in sight.
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { CheckAnswer, SignAnswer } from '../../../../src/gateways/medication/check-answers.ts';
import { ask, Refusal } from '../../api/http.ts';
import { checkKey } from './checking.ts';
import { decisionsToSend, type OrdersTyped, written } from './decisions.ts';

export interface Signing {
  busy: boolean;
  problem: string | undefined;
  /** What the last signature made. */
  made: SignAnswer | undefined;
  sign(typed: OrdersTyped, answer: CheckAnswer, encounter: string | undefined): Promise<void>;
  forget(): void;
}

export function useSigning(patient: string, done: () => void): Signing {
  const client = useQueryClient();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();
  const [made, setMade] = useState<SignAnswer>();
  return {
    busy,
    problem,
    made,
    async sign(typed, answer, encounter) {
      if (busy) return;
      setBusy(true);
      setProblem(undefined);
      const orders = written(typed).map(({ text }) => text.trim());
      try {
        const signed = await ask<SignAnswer>('/medication/sign', {
          method: 'POST',
          body: {
            patient: `Patient/${patient}`,
            orders,
            decisions: decisionsToSend(answer, typed),
            ...(typed.session === undefined ? {} : { session: typed.session }),
            ...(encounter === undefined ? {} : { encounter: `Encounter/${encounter}` }),
          },
        });
        setMade(signed);
        done();
        void client.invalidateQueries();
      } catch (error) {
        const answered = error instanceof Refusal && error.status === 409 ? undecidedOf(error.body) : undefined;
        if (answered !== undefined) {
          client.setQueryData(checkKey(patient, orders), answered);
          setProblem('Nothing was signed: an alert that was not in sight before needs your decision.');
        } else if (error instanceof Refusal && error.status === 0) {
          setProblem('The server did not answer. Sign again: what was signed already is not ordered twice.');
          void client.invalidateQueries({ queryKey: ['MedicationRequest', patient] });
        } else setProblem(error instanceof Error ? error.message : String(error));
      } finally {
        setBusy(false);
      }
    },
    forget: () => {
      setMade(undefined);
      setProblem(undefined);
    },
  };
}

/** The cards of a 409; undefined: it was another conflict. */
function undecidedOf(body: unknown): CheckAnswer | undefined {
  const answer = body as Partial<CheckAnswer & { undecided: string[] }> | null | undefined;
  return answer?.undecided !== undefined && answer.cards !== undefined ? (answer as CheckAnswer) : undefined;
}
