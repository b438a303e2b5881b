// A message that was never received: what the record says, in the messages that other systems expect (ADT, ORU, ORM, OML, RDE, RDS, RAS,
// SIU, VXU, MDM, DFT). The same rows that read a segment write it (from-fhir-segments.ts says which segments a message has, and of what).
import type { Resource, ResourceType } from '../../fhir/generated/types.ts';
import { fail, ok, type Result } from '../../fhir/result.ts';
import { numberedFor } from './from-fhir-numbers.ts';
import { instant, kinds, type Writing } from './from-fhir-segments.ts';
import { type OutKind, outKinds, structureOf } from './from-fhir-structures.ts';
import type { Out } from './map/converter.ts';
import { Story } from './map/story.ts';
import { writeDateTime } from './map/time.ts';
import { usualDelimiters } from './tree/delimiters.ts';
import { escapeText } from './tree/escape.ts';
import { type Message, readText } from './tree/message.ts';

export type { OutKind } from './from-fhir-structures.ts';

export interface Hl7Wish {
  kind: OutKind;
  /** Trigger event, `A01`, `R01`. */
  event: string;
  sender: { application: string; facility: string };
  receiver: { application: string; facility: string };
  controlId: string;
  at: Date;
  /** IANA zone in which times are written. */
  timeZone: string;
  /** MSH-12; absent: 2.5.1. */
  version?: string;
}

/** MSH-9.3 is there since 2.3.1. */
const withoutStructure = new Set(['2.1', '2.2', '2.3']);

/** At once, for what is short. */
export function fromFhir(resources: readonly Resource[], wish: Hl7Wish, known: readonly Resource[] = []): Result<Message> {
  const steps = fromFhirInSteps(resources, wish, known);
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

/**
 * The message that says what these resources say; references are found among them and among `known`, by `Type/id`. `invalid` says what
 * is missing, `unsupported` that there is no such message.
 */
export function* fromFhirInSteps(
  resources: readonly Resource[],
  wish: Hl7Wish,
  known: readonly Resource[] = [],
): Generator<undefined, Result<Message>> {
  const structure = structureOf(wish.kind, wish.event);
  if (structure === undefined)
    return fail('unsupported', `There is no way from FHIR to ${wish.kind}^${wish.event}; use one of ${outKinds.join(', ')}`, 'kind');
  const speaking = resources.map((one) => numberedFor(one, wish.sender.application));
  const byName = new Map(
    [...known.map((one) => numberedFor(one, wish.sender.application)), ...speaking].map((one) => [
      `${one.resourceType}/${one.id ?? ''}`,
      one,
    ]),
  );
  const { needs, lines } = kinds[wish.kind];
  const lacks = needs.find((types) => !resources.some(({ resourceType }) => [types].flat().includes(resourceType)));
  if (lacks !== undefined)
    return fail('invalid', `A message ${wish.kind} says something of a ${[lacks].flat().join(' or ')}, and none was given; add one`);
  const story = new Story({ sender: '', receivedAt: wish.at, timeZone: wish.timeZone }, byName);
  const writing: Writing = {
    story,
    event: wish.event,
    at: wish.at,
    timeZone: wish.timeZone,
    resolve: (reference) => (reference === undefined ? undefined : byName.get(reference)),
    all: <T extends ResourceType>(type: T) =>
      speaking.filter((one): one is Extract<Resource, { resourceType: T }> => one.resourceType === type),
  };
  const body: string[] = [];
  for (const [name, fields] of lines(writing, structure)) {
    const line = [name, ...fields.slice(1).map((repetitions) => repetitions.map((one) => partText(one, ['^', '&'])).join('~'))].join('|');
    const shown = withoutEnd(line, '|');
    if (shown !== name) body.push(shown);
    yield;
  }
  return ok(readText(`${[headerOf(wish, structure), ...body].join('\r')}\r`));
}

function headerOf({ kind, event, sender, receiver, controlId, at, timeZone, version = '2.5.1' }: Hl7Wish, structure: string): string {
  const text = (value: string): string => escapeText(value, usualDelimiters);
  const parts = withoutStructure.has(version) ? [kind, event] : [kind, event, structure];
  return [
    'MSH',
    '^~\\&',
    ...[sender, receiver].flatMap(({ application, facility }) => [text(application), text(facility)]),
    writeDateTime(instant(at), timeZone) ?? '',
    '',
    parts.map(text).join('^'),
    text(controlId),
    'P',
    version,
    '',
    '',
    '',
    '',
    '',
    'UNICODE UTF-8',
  ].join('|');
}

/** A part in its delimiters; what is deeper than a subcomponent cannot be said. */
function partText(part: Out, delimiters: readonly string[]): string {
  if (part === undefined) return '';
  if (typeof part === 'string') return escapeText(part, usualDelimiters);
  const [delimiter, ...below] = delimiters;
  if (delimiter === undefined) return partText(part[0], []);
  return withoutEnd(part.map((one) => partText(one, below)).join(delimiter), delimiter);
}

/** Without the delimiters that nothing follows. */
function withoutEnd(text: string, delimiter: string): string {
  let end = text.length;
  while (end > 0 && text[end - 1] === delimiter) end--;
  return text.slice(0, end);
}
