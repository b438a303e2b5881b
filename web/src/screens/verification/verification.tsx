// The pharmacist's queue: what was signed and waits to be verified, the urgent first; the order beside its alerts and the reasons that
// were given; verified, or returned with a reason, which holds the order.
import { Button, Textarea } from '@mantine/core';
import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { DetectedIssue, Task } from '../../../../src/fhir/generated/types.ts';
import { searchAll, update } from '../../api/fhir.ts';
import { Refusal } from '../../api/http.ts';
import { about } from '../../api/touched.ts';
import { Go, useAsked } from '../../app/go.tsx';
import { useOffer } from '../../app/offers.ts';
import { useDraft } from '../../app/use-draft.ts';
import { showTime } from '../../parts/dates.ts';
import { textOf } from '../../parts/order-text.ts';
import { Page } from '../../parts/page.tsx';
import { Empty, Failure, Waiting as Fetching } from '../../parts/states.tsx';
import { conceptOf, nameOf, quantityOf } from '../../parts/words.ts';
import { useAuthor } from '../record/save.ts';
import {
  bySeverity,
  isUnscannable,
  isUrgent,
  overrideOf,
  queueQuery,
  returned,
  sendReturned,
  stoodInTheWay,
  verified,
  type Waiting,
} from './queue.ts';
import './verification.css';

export default function Verification() {
  const [asked, ask] = useAsked();
  const [said, setSaid] = useState<string>();
  const { data, isPending, error, refetch } = useQuery({ ...queueQuery, placeholderData: keepPreviousData });
  const waiting = data?.waiting ?? [];
  const at = waiting.findIndex(({ task }) => task.id === asked['task']);
  const open = (one: Waiting | undefined, replace = false): void =>
    ask({ task: one?.task.id, patient: one?.task.for?.reference?.replace('Patient/', '') }, { replace });
  useOffer([
    { name: 'Next order to verify', keys: 'j', run: () => open(waiting[Math.min(at + 1, waiting.length - 1)]) },
    { name: 'Order to verify before this one', keys: 'k', run: () => open(waiting[Math.max(at - 1, 0)]) },
  ]);
  const chosen = waiting[at];
  const urgent = waiting.filter(({ task }) => isUrgent(task)).length;
  return (
    <Page title="Verification">
      {said !== undefined && (
        <p className="verification-said" role="status" dir="auto">
          {said}
        </p>
      )}
      {isPending ? (
        <Fetching what="The queue" />
      ) : data === undefined ? (
        <Failure error={error ?? new Error('Nothing was answered')} again={() => void refetch()} />
      ) : waiting.length === 0 ? (
        <Empty title="Nothing waits to be verified">
          Every order that is signed comes here at once, those signed against an alert first.
        </Empty>
      ) : (
        <div className="verification">
          <section className="card" aria-label="Waiting">
            <h2>
              Waiting{' '}
              <span className="count">
                {waiting.length}
                {data.more ? ' and more' : ''} · {urgent} urgent
              </span>
            </h2>
            <ul className="rows">
              {waiting.map((one) => (
                <li key={one.task.id} className={one === chosen ? 'verification-open' : undefined}>
                  <Go
                    className="row-what"
                    dir="auto"
                    to="/app/verification"
                    asked={{ task: one.task.id, patient: one.task.for?.reference?.replace('Patient/', '') }}
                    aria-current={one === chosen ? 'true' : undefined}
                  >
                    {orderWords(one)}
                  </Go>
                  <span className="row-beside" dir="auto">
                    {isUrgent(one.task) && <strong className="verification-urgent">▲ Urgent</strong>}
                    {isRecheck(one) && <strong> ↻ Again</strong>}
                    {hasArrived(one) && <strong> ⇥ From elsewhere</strong>} {nameOf(one.patient?.name)}
                  </span>
                  <span className="row-when">{showTime(one.task.authoredOn)}</span>
                </li>
              ))}
            </ul>
          </section>
          {chosen === undefined ? (
            <Empty title="Choose an order">Press j for the next one.</Empty>
          ) : isUnscannable(chosen.task) ? (
            <Product
              key={chosen.task.id}
              task={chosen.task}
              done={(words) => {
                setSaid(words);
                open(waiting[at + 1] ?? waiting[at - 1], true);
              }}
            />
          ) : (
            <One
              key={chosen.task.id}
              one={chosen}
              done={(words) => {
                setSaid(words);
                open(waiting[at + 1] ?? waiting[at - 1], true);
              }}
            />
          )}
        </div>
      )}
    </Page>
  );
}

const orderWords = ({ order, task }: Waiting): string =>
  order === undefined ? (task.description ?? 'The order cannot be read') : textOf(order) || 'Not named';

/** Something new is known of a standing order: it was right when it was signed. */
const isRecheck = ({ task }: Waiting): boolean => task.code?.coding?.some(({ code }) => code === 'recheck') ?? false;

/** Nobody signed it here: what stands against it was shown to nobody. */
const hasArrived = ({ task }: Waiting): boolean => task.code?.coding?.some(({ code }) => code === 'arrived') ?? false;

function Product({ task, done }: { task: Task; done(words: string): void }) {
  const author = useAuthor();
  const client = useQueryClient();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();
  const mended = async (): Promise<void> => {
    setBusy(true);
    setProblem(undefined);
    try {
      await update(verified(task, author, new Date().toISOString()));
      done(`✓ Mended: ${task.description ?? 'a product'}`);
    } catch (why) {
      setProblem(why instanceof Error ? why.message : String(why));
    } finally {
      setBusy(false);
      void client.invalidateQueries({ queryKey: ['Task'] });
    }
  };
  return (
    <section className="card" aria-label="A product that cannot be scanned">
      <h2 dir="auto">{task.description}</h2>
      <p>
        Told by {task.requester?.display ?? 'somebody not named'}, {showTime(task.authoredOn)}. Put its number into the directory or a label
        on it; it is told again tomorrow if it still cannot be scanned.
      </p>
      <Button onClick={() => void mended()} loading={busy}>
        It can be scanned now
      </Button>
      {problem !== undefined && (
        <p className="verification-urgent" role="alert">
          {problem}
        </p>
      )}
    </section>
  );
}

const leastLetters = 5;

function One({ one, done }: { one: Waiting; done(words: string): void }) {
  const { task, order } = one;
  const patient = task.for?.reference?.replace('Patient/', '') ?? '';
  const chart = `/app/chart/${encodeURIComponent(patient)}`;
  const client = useQueryClient();
  const author = useAuthor();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();
  const address = `/app/verification?task=${task.id ?? ''}&patient=${patient}`;
  const draft = useDraft(patient, `return:${task.id ?? ''}`, 'Why an order is returned', address, { reason: '' });
  const reference = task.focus?.reference ?? '';
  const alerts = useQuery({
    queryKey: ['DetectedIssue', reference],
    meta: about(patient),
    queryFn: () => searchAll('DetectedIssue', { implicated: reference }, 200),
    enabled: reference !== '',
  });
  const decide = async (words: string, send: () => Promise<unknown>): Promise<void> => {
    if (busy) return;
    setBusy(true);
    setProblem(undefined);
    try {
      await send();
      draft.done();
      done(words);
    } catch (why) {
      setProblem(
        why instanceof Refusal && why.status === 412
          ? 'Somebody else has changed it meanwhile: nothing was written. What stands here now is theirs.'
          : why instanceof Error
            ? why.message
            : String(why),
      );
    } finally {
      setBusy(false);
      void client.invalidateQueries({ queryKey: ['Task'] });
    }
  };
  const active = order?.status === 'active';
  const reason = draft.value.reason.trim();
  // Nobody verifies what they could not see, nor by the keys of the one thing while they write the other.
  const verifiable = active && alerts.data !== undefined && reason === '';
  const verify = (): void => {
    if (!verifiable) return;
    void decide(`✓ Verified: ${orderWords(one)}`, () => update(verified(task, author, new Date().toISOString())));
  };
  const giveBack = (): void =>
    void decide(`Returned, the order is on hold: ${orderWords(one)}`, () =>
      sendReturned(returned(one, reason, author, new Date().toISOString())),
    );
  useOffer([{ name: 'Verify the order', keys: 'mod+enter', run: verify }]);
  const sorted = [...(alerts.data ?? [])].sort(bySeverity);
  const inTheWay = sorted.filter(stoodInTheWay);
  const others = sorted.filter((issue) => !stoodInTheWay(issue));
  const overridden = alerts.data?.filter(({ mitigation }) => mitigation !== undefined).length ?? 0;
  return (
    <section className="card" aria-label="The order">
      <h2 dir="auto">{orderWords(one)}</h2>
      {isRecheck(one) && (
        <p className="verification-recheck" role="status" dir="auto">
          ↻ A standing order, to be looked at again. {task.description}
        </p>
      )}
      {hasArrived(one) && (
        <p className="verification-recheck" role="status" dir="auto">
          ⇥ It came from elsewhere, and nobody saw this before it was written. {task.description}
        </p>
      )}
      {order !== undefined && (
        <p dir="auto">
          <Go to={chart} asked={{ tab: 'source', of: reference }}>
            {conceptOf(order.medicationCodeableConcept) || 'The order'}
          </Go>
          {[
            quantityOf(order.dosageInstruction?.[0]?.doseAndRate?.[0]?.doseQuantity),
            conceptOf(order.dosageInstruction?.[0]?.route),
            (order.reasonCode ?? []).map(conceptOf).join(', '),
            `${hasArrived(one) ? 'ordered' : 'signed'} by ${order.requester?.display ?? 'somebody not named'}`,
            showTime(order.authoredOn),
          ]
            .filter((part) => part !== '')
            .map((part) => ` · ${part}`)}
        </p>
      )}
      {!active && (
        <p className="verification-urgent" role="status">
          ▲ {order === undefined ? 'The order cannot be read' : `The order is ${order.status}`}: there is nothing to verify.
        </p>
      )}
      <h3>
        Alerts <span className="count">{alerts.data === undefined ? '' : `${alerts.data.length}, ${overridden} overridden`}</span>
      </h3>
      {alerts.isPending ? (
        <Fetching what="The alerts" rows={2} />
      ) : alerts.data === undefined ? (
        <Failure error={alerts.error ?? new Error('Nothing was answered')} again={() => void alerts.refetch()} />
      ) : alerts.data.length === 0 ? (
        <p>{hasArrived(one) ? 'No alert was raised: it could not be checked.' : 'No alert was raised when it was signed.'}</p>
      ) : (
        <>
          <ul className="verification-alerts">
            {inTheWay.map((issue) => (
              <Alerted key={issue.id} issue={issue} chart={chart} />
            ))}
          </ul>
          {others.length > 0 && (
            <details open={inTheWay.length === 0}>
              <summary>
                To know, or not shown when it was signed <span className="count">{others.length}</span>
              </summary>
              <ul className="verification-alerts">
                {others.map((issue) => (
                  <Alerted key={issue.id} issue={issue} chart={chart} />
                ))}
              </ul>
            </details>
          )}
        </>
      )}
      <div className="verification-do">
        <Button onClick={verify} loading={busy} disabled={!verifiable} aria-keyshortcuts="Control+Enter">
          Verify
        </Button>
        <Textarea
          label="or return it, because"
          autosize
          minRows={1}
          maxLength={1000}
          dir="auto"
          value={draft.value.reason}
          onChange={({ currentTarget: { value } }) => draft.set({ reason: value })}
        />
        <Button variant="default" onClick={giveBack} loading={busy} disabled={reason.length < leastLetters}>
          Return
        </Button>
      </div>
      <p className="beneath">
        {reason === '' ? 'Verify: Ctrl+Enter. ' : 'To verify it, take the reason away. '}
        Returned, the order is on hold, and the reason stands with it.
      </p>
      {problem !== undefined && (
        <p className="verification-urgent" role="alert">
          {problem}
        </p>
      )}
    </section>
  );
}

const levels = new Map([
  ['high', '⬣ Must stop'],
  ['moderate', '▲ Interrupted'],
]);

function Alerted({ issue, chart }: { issue: DetectedIssue; chart: string }) {
  const override = overrideOf(issue);
  const facts = (issue.evidence ?? []).flatMap(({ detail }) => detail ?? []).flatMap(({ reference }) => reference ?? []);
  return (
    <li className={override === undefined ? undefined : 'verification-overridden'}>
      <strong>{levels.get(issue.severity ?? '') ?? 'ℹ To know'}</strong> <span dir="auto">{issue.detail}</span>
      {override !== undefined && (
        <div dir="auto">
          <strong>Signed all the same:</strong> {override}
        </div>
      )}
      {facts.length > 0 && (
        <div className="beneath">
          {'Because of '}
          {facts.map((fact, at) => (
            <span key={fact}>
              {at > 0 && ', '}
              <Go to={chart} asked={{ tab: 'source', of: fact }}>
                {fact.split('/')[0]}
              </Go>
            </span>
          ))}
        </div>
      )}
    </li>
  );
}
