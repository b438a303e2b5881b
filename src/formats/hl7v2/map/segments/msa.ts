// MSA and ERR: what is answered to a message, as the response of its MessageHeader with an OperationOutcome (HL7 v2.8, sections 2.14.8 and
// 2.14.5; v2-to-FHIR segment maps MSA[MessageHeader], ERR[OperationOutcome]). Like all of the envelope it is shown and not stored.
import { FHIR_ID, oneOf, ST } from '../codecs.ts';
import type { Converter } from '../converter.ts';
import { composite, rows } from '../rows.ts';
import type { Scene, Teller } from '../scene.ts';
import type { Thing } from '../story.ts';
import { CWE } from '../types/coded.ts';
import { joined, lineOf } from '../types/joined.ts';

const issue = (scene: Scene, label: string) => outcome(scene).place.child({ name: 'issue', item: { label } }, '');

const response = rows('MSA', [
  [
    'MSA-1',
    'response.code',
    oneOf({ AA: 'ok', CA: 'ok', AE: 'transient-error', CE: 'transient-error', AR: 'fatal-error', CR: 'fatal-error' }),
  ],
  ['MSA-2', 'response.identifier', FHIR_ID],
]);
/** What was said of the error before there was ERR. */
const words = rows('MSA', [
  ['MSA-3', 'details.text', ST],
  ['MSA-6', 'details', CWE],
]);

export const msa: Teller = (segment, scene) => {
  if (scene.message === undefined || !response.read(segment, scene.message.place, scene.story)) return;
  scene.message.imply('response.code', 'ok').imply('response.identifier', 'unknown');
  const severity = { A: 'information', E: 'error', R: 'fatal' }[segment.text(1).slice(1)] ?? 'information';
  if (words.read(segment, issue(scene, 'answer'), scene.story)) complete(scene, 'answer', severity);
};

/** ERL: segment, which one, field, repetition, component: as it is written, `PID^1^5^1^2`. */
const PLACE: Converter = {
  read(part, place, step, run) {
    const { text, leaves } = joined([lineOf(part)]);
    return text.trim() !== '' && place.set(step, text, leaves, run);
  },
  write: () => undefined,
};

const fault = rows('ERR', [
  ['ERR-2', 'location[]', PLACE],
  ['ERR-3', 'details', CWE],
  ['ERR-4', 'severity', oneOf({ E: 'error', F: 'fatal', I: 'information', W: 'warning' })],
  ['ERR-7', 'diagnostics', ST],
  ['ERR-8', 'details.text', ST],
]);
/** ELD of ERR-1, which was all of it until v2.4: segment, which one, field, and what is wrong. */
const OLD = composite([
  ['1', 'location[1]', ST],
  ['2', 'location[2]', ST],
  ['3', 'location[3]', ST],
  ['4', 'details', CWE],
]);

export const err: Teller = (segment, scene) => {
  if (scene.message === undefined) return;
  const label = `error${segment.occurrence}`;
  if (fault.read(segment, issue(scene, label), scene.story)) complete(scene, label, 'error');
  for (const [at, part] of segment.repetitions(1).entries()) {
    const old = `${label}.${at}`;
    if (OLD.into(part, issue(scene, old), 'old', scene.story)) complete(scene, old, 'error');
  }
};

function outcome(scene: Scene): Thing {
  return scene.story.thing('OperationOutcome', [scene.controlId, 'answer'], 'envelope');
}

/** What FHIR demands of an issue, and where the answer leads to it. */
function complete(scene: Scene, label: string, severity: string): void {
  const place = issue(scene, label);
  place.imply([{ name: 'severity' }], '', severity);
  place.imply([{ name: 'code' }], '', place.value?.['severity'] === 'information' ? 'informational' : 'processing');
  scene.message?.imply('response.identifier', 'unknown').imply('response.code', 'fatal-error').point('response.details', outcome(scene));
}
