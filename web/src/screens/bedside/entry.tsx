// What the nurse enters beside the scans: what became of the dose and why, how much, what for, where and by which way.
// Only what this dose asks for is in sight.
import { TextInput } from '@mantine/core';
import type { Outcome } from '../../../../src/modules/medication-administration/contract.ts';
import { Chips } from './chips.tsx';
import type { Row } from './grid.ts';
import { indications, marks, otherRoutes, outcomeChoices, outcomeReasons, routesWithSite, sites, takes, warningReasons } from './marks.ts';
import { type Entered, needsReason, type Session, type Verdict } from './session.ts';

const asChoices = (values: readonly string[]): Record<string, string> =>
  Object.fromEntries([...new Set(values)].map((value) => [value, value]));
const doseCodes = new Set([
  'dose-to-enter',
  'dose-part-of-unit',
  'dose-short',
  'dose-unit-differs',
  'dose-not-known',
  'dose-partial',
  'dose-over',
]);

export function Entry({
  session,
  verdict,
  row,
  change,
  pick,
}: {
  session: Session;
  verdict: Verdict;
  row: Row | undefined;
  change(more: Partial<Session>): void;
  pick(outcome: Outcome): void;
}) {
  const { outcome, entered, reason, words } = session;
  const enter = (more: Entered): void => change({ entered: { ...entered, ...more } });
  const taken = takes.includes(outcome);
  const has = (codes: ReadonlySet<string>): boolean => verdict.reasons.some(({ code }) => codes.has(code));
  const unit = verdict.dose?.ordered.find(({ amount }) => amount !== undefined)?.amount?.unit ?? '';
  const reasons = outcomeReasons[outcome] ?? (needsReason(session, verdict) ? warningReasons : undefined);
  const route = row?.order.route;
  const runs =
    row !== undefined &&
    (['continuous', 'once', 'on-call'].includes(row.order.kind) ||
      route === 'transdermal' ||
      route === 'intravenous' ||
      row.doses.some(({ state }) => state === 'infusing'));
  const asNeeded = row?.order.kind === 'as-needed' || has(new Set(['reason-missing']));
  return (
    <div className="bedside-entry">
      {taken && asNeeded && (
        <>
          <Chips
            label="What is it given for?"
            choices={asChoices([...(row?.order.indication === undefined ? [] : [row.order.indication]), ...indications])}
            value={entered.reason}
            choose={(value) => enter({ reason: value === entered.reason ? '' : value })}
          />
          <TextInput
            label="or in words"
            size="lg"
            dir="auto"
            maxLength={200}
            value={entered.reason ?? ''}
            onChange={(event) => enter({ reason: event.currentTarget.value })}
          />
        </>
      )}
      {taken && session.beforeOrder === undefined && (outcome === 'partly-given' || (entered.dose ?? '') !== '' || has(doseCodes)) && (
        <TextInput
          label={
            outcome === 'partly-given'
              ? `How much of it was taken (${unit || 'with its unit'})`
              : `The dose that you give, if not whole units (${unit || 'with its unit'})`
          }
          size="lg"
          inputMode="decimal"
          maxLength={40}
          value={entered.dose ?? ''}
          onChange={(event) => enter({ dose: event.currentTarget.value })}
          onBlur={() =>
            /^\s*\d+(?:\.\d+)?\s*$/.test(entered.dose ?? '') && unit !== '' && enter({ dose: `${(entered.dose ?? '').trim()} ${unit}` })
          }
        />
      )}
      {taken && route !== undefined && routesWithSite.includes(route) && (
        <Chips
          label="Where?"
          choices={asChoices(sites)}
          value={entered.site}
          choose={(value) => enter({ site: value === entered.site ? '' : value })}
        />
      )}
      {outcomeChoices
        .filter((_, at) => at < 2 || runs)
        .filter(() => session.beforeOrder === undefined)
        .map(({ title, outcomes }) => (
          <Chips
            key={title}
            label={title}
            choices={Object.fromEntries(outcomes.map((each) => [each, `${marks[each].shape} ${marks[each].word}`]))}
            value={outcome}
            choose={(value) => {
              const next = outcomes.find((each) => each === value);
              if (next !== undefined) pick(next);
            }}
          />
        ))}
      {reasons !== undefined && (
        <>
          <Chips
            label={taken ? 'There is a warning. Why is it given?' : 'Why?'}
            choices={reasons}
            value={reason}
            choose={(value) => change({ reason: value === reason ? '' : value })}
          />
          {reason !== '' && (
            <TextInput
              label={reason === 'other' ? 'In words' : 'In words, if that helps'}
              size="lg"
              dir="auto"
              maxLength={160}
              value={words}
              onChange={(event) => change({ words: event.currentTarget.value })}
            />
          )}
        </>
      )}
      {taken && session.beforeOrder === undefined && (
        <details className="bedside-route">
          <summary>{route === undefined ? 'The order names no route' : `Given ${route}, as ordered`}. Another way?</summary>
          <Chips
            label="It is given"
            choices={asChoices([...(route === undefined ? [] : [route]), ...otherRoutes])}
            value={entered.route ?? route}
            choose={(value) => enter({ route: value === route ? '' : value })}
          />
        </details>
      )}
    </div>
  );
}
