// Given before there is an order: in an emergency, or at a prescriber's word. Who asked for it is named, and acknowledges it afterwards.
import { TextInput } from '@mantine/core';
import { Chips } from './chips.tsx';
import { notScannedReasons, otherRoutes } from './marks.ts';
import type { BeforeOrder as Before, Session } from './session.ts';

const why = { emergency: 'Emergency', 'verbal-order': 'Verbal order' } as const;
const isWhy = (value: string): value is keyof typeof why => Object.hasOwn(why, value);

export function BeforeOrder({
  before,
  session: { entered, notScanned },
  scanned,
  change,
}: {
  before: Before;
  session: Session;
  /** The drug was scanned and is known. */
  scanned: boolean;
  change(more: Partial<Session>): void;
}) {
  const put = (more: Partial<Before>): void => change({ beforeOrder: { ...before, ...more } });
  return (
    <section className="card bedside-entry" aria-label="No order yet">
      <Chips
        label="Why is there no order yet?"
        choices={why}
        value={before.reason}
        choose={(value) => put({ reason: isWhy(value) ? value : '' })}
      />
      <TextInput
        label="Who asked for it"
        size="lg"
        dir="auto"
        maxLength={200}
        autoComplete="off"
        value={before.prescriber}
        onChange={(event) => put({ prescriber: event.currentTarget.value })}
      />
      {!scanned && (
        <TextInput
          label="The drug, if it cannot be scanned"
          description="As one would order it: furosemide 40 mg iv"
          size="lg"
          dir="auto"
          maxLength={200}
          autoComplete="off"
          value={before.drug}
          onChange={(event) => put({ drug: event.currentTarget.value })}
        />
      )}
      {!scanned && before.drug.trim() !== '' && before.reason === 'verbal-order' && (
        <Chips
          label="Why can it not be scanned?"
          choices={notScannedReasons}
          value={notScanned}
          choose={(value) => change({ notScanned: value === notScanned ? undefined : value })}
        />
      )}
      <TextInput
        label="The dose that you give, with its unit"
        size="lg"
        maxLength={40}
        autoComplete="off"
        value={entered.dose ?? ''}
        onChange={(event) => change({ entered: { ...entered, dose: event.currentTarget.value } })}
      />
      <Chips
        label="It is given"
        choices={Object.fromEntries(otherRoutes.map((route) => [route, route]))}
        value={entered.route}
        choose={(route) => change({ entered: { ...entered, route: route === entered.route ? '' : route } })}
      />
      <p>
        Patient, allergies, interactions, expiry and last values are checked. Dose and time are not: no order says them. The prescriber is
        asked to acknowledge it.
      </p>
    </section>
  );
}
