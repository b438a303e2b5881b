// Who sent a transaction to whom, when and as what: BHT with the loops of submitter and receiver, as a Provenance of what it brought.
import { type Codec, concept, dayOfInstant, text, timeOfInstant } from '../codec.ts';
import { contact, named } from '../party.ts';
import type { Spec } from '../spec.ts';
import { instant, type OpenLoopMap, organization, party, provider, reference, type Stage, set } from '../stage.ts';
import { de } from '../systems.ts';

/** BHT-01 says how the levels are nested, which the transaction set implies. */
const hierarchy = (code: string): Codec => ({ implied: true, read: (one) => (one === code ? {} : undefined), write: () => code });

export const bht = (structure: string): Spec => ({
  tag: 'BHT',
  on: 'submission',
  rows: [
    ['01', '', hierarchy(structure)],
    ['02', 'activity', concept(de(353))],
    ['03', 'entity[0].what.identifier.value', text],
    ['04', 'recorded', dayOfInstant],
    ['05', 'recorded', timeOfInstant],
    ['06', 'reason[0]', concept(de(640))],
  ],
});

/** Makes the Provenance; its targets are the subjects of the transaction, when it has been heard. */
export const submission = (stage: Stage): void => finishSubmission(stage, 'BHT-04', 'BHT-05');

/** The same for a transaction that says its day and time elsewhere. */
export function finishSubmission(stage: Stage, day: string, time: string): void {
  const place = stage.is(
    'submission',
    stage.heard.makeNew('Provenance', ['submission', ...stage.here], 'whole', () => ({})),
  );
  stage.later(() => {
    set(
      place,
      'target',
      stage.shared.subjects
        .map(({ ref }) => ref)
        .sort()
        .map((ref) => ({ reference: ref })),
    );
    set(place, 'recorded', instant(stage, stage.text(day), stage.text(time)));
    if (place.resource['agent'] === undefined) set(place, 'agent', [{ who: { display: 'not stated' } }]);
    const [entity] = (place.resource['entity'] ?? []) as Record<string, unknown>[];
    if (entity !== undefined) entity['role'] = 'source';
    if ((place.resource['target'] as unknown[]).length === 0) stage.heard.drop(place);
  });
}

/** NM1 of somebody who took part in sending: `41` who submits, `40` who receives. */
export const agent = (code: string): OpenLoopMap => ({
  role: `agent${code}`,
  open(stage) {
    const who = party(stage, `agent${code}`, code === '40' ? organization : provider);
    const sent = stage.roles.get('submission');
    if (who !== undefined && sent !== undefined) {
      stage.heard.push(sent, 'agent', { type: { coding: [{ system: de(98), code }] }, who: reference(who) });
    }
  },
  specs: [...named(code), ...contact(`agent${code}`)],
});
