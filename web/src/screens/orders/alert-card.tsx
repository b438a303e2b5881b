// One alert: what it says, what to do, on what it rests, which rule said it, and for one that stands in the way what is decided.
import { Button, Checkbox, NativeSelect, TextInput } from '@mantine/core';
import type { ShownCard } from '../../../../src/gateways/medication/check-answers.ts';
import { Go } from '../../app/go.tsx';
import { type Decision, wordsLeast } from './decisions.ts';
import { useOverrideReasons } from './override-reasons.ts';
import { StopOrder } from './stop-order.tsx';

const tiers = {
  stop: { icon: '⬣', words: 'Must stop' },
  interrupt: { icon: '▲', words: 'Decide' },
  aside: { icon: 'ℹ', words: 'To know' },
} as const;

const referencePattern = /^[A-Z][A-Za-z]+\/[A-Za-z0-9.-]{1,64}$/;

/** An order that stands already and that the alert speaks of: to be stopped instead of changing what is being written. */
export interface StandingOrder {
  ref: string;
  name: string;
}

interface Deciding {
  decision: Decision | undefined;
  /** What it still needs. */
  missing: string | undefined;
  /** The same rule has a card above: one decision for both. */
  shared: boolean;
  set(change: Partial<Decision>): void;
  changeOrder(): void;
}

interface Shown {
  card: ShownCard;
  patient: string;
  deciding: Deciding | undefined;
  standing?: readonly StandingOrder[];
}

export function AlertCard({ card, patient, deciding, standing = [] }: Shown) {
  const { icon, words } = tiers[card.tier];
  return (
    <article className={`alert alert-${card.tier}`} aria-label={`${words}: ${card.summary}`}>
      <h3 dir="auto">
        <span className="alert-tier">
          <span aria-hidden="true">{icon}</span> {words}
        </span>{' '}
        {card.summary}
      </h3>
      <p dir="auto">{card.detail}</p>
      {card.management !== '' && (
        <p dir="auto">
          <strong>What to do:</strong> {card.management}
        </p>
      )}
      {card.facts.length > 0 && (
        <div className="alert-facts">
          <strong>Because:</strong>
          <ul>
            {card.facts.map(({ says, ref }) => (
              <li key={`${says} ${ref ?? ''}`} dir="auto">
                {ref !== undefined && referencePattern.test(ref) ? (
                  <Go to={`/app/chart/${encodeURIComponent(patient)}`} asked={{ tab: 'source', of: ref }}>
                    {says}
                  </Go>
                ) : (
                  says
                )}
              </li>
            ))}
          </ul>
        </div>
      )}
      {card.notKnown.length > 0 && (
        <p dir="auto">
          <strong>Not known:</strong> {card.notKnown.join('; ')}
        </p>
      )}
      {deciding !== undefined && <Decide card={card} {...deciding} />}
      {standing.map(({ ref, name }) => (
        <StopOrder key={ref} order={ref} name={name} label={`Stop ${name} instead`} because={card.summary} />
      ))}
      <details className="alert-rule">
        <summary>
          Rule <span className="mono">{card.rule.id}</span> · {card.severity} · {reviewOf(card)}
        </summary>
        <dl>
          <dt>Rule</dt>
          <dd className="mono">
            {card.rule.file} {card.rule.version}
          </dd>
          <dt>Reviewer</dt>
          <dd>{card.rule.reviewer}</dd>
          <dt>Source</dt>
          <dd dir="auto">{card.source}</dd>
          {card.evidence !== undefined && (
            <>
              <dt>Evidence</dt>
              <dd>{card.evidence}</dd>
            </>
          )}
          <dt>What would silence it</dt>
          <dd dir="auto">{card.silencedBy.length === 0 ? 'Nothing: it speaks whenever it applies' : card.silencedBy.join('; ')}</dd>
        </dl>
      </details>
    </article>
  );
}

const reviewOf = ({ rule: { reviewer } }: ShownCard): string => (/^(un|not )/i.test(reviewer) ? 'unreviewed' : `reviewed by ${reviewer}`);

function Decide({ card, decision, missing, shared, set, changeOrder }: { card: ShownCard } & Deciding) {
  const reasons = useOverrideReasons();
  if (shared) return <p className="alert-decided">What is decided above, about the same rule, counts for this one too.</p>;
  const mustStop = card.tier === 'stop';
  const coded = decision?.reasonCode ?? '';
  return (
    <fieldset className="alert-decide" aria-label={`Decision: ${card.summary}`}>
      <Button size="xs" onClick={changeOrder}>
        Change the order
      </Button>
      <NativeSelect
        size="xs"
        label="or keep it, because"
        value={coded}
        data={[{ value: '', label: 'Choose a reason' }, ...reasons]}
        onChange={({ currentTarget: { value } }) => set({ reasonCode: value, ...(value === 'will-monitor' ? { monitor: true } : {}) })}
      />
      <TextInput
        size="xs"
        className="alert-words"
        dir="auto"
        maxLength={1000}
        label={mustStop ? `In words (needed, at least ${wordsLeast} letters)` : 'In words'}
        value={decision?.reason ?? ''}
        onChange={({ currentTarget: { value } }) => set({ reason: value })}
      />
      <Checkbox
        size="xs"
        label={
          card.monitor === undefined ? 'Will monitor' : `Will monitor: ${card.monitor.laboratory} within ${card.monitor.withinDays} days`
        }
        checked={coded === 'will-monitor' || decision?.monitor === true}
        disabled={coded === 'will-monitor'}
        onChange={({ currentTarget: { checked } }) => set({ monitor: checked })}
      />
      <span className="alert-decided" role="status">
        {missing === undefined ? '✓ Decided: it is signed with this reason' : `Open: ${missing}`}
      </span>
    </fieldset>
  );
}
